"""Everything funds offers, in one list."""

from collections.abc import Callable
from typing import Any

from mingzhang.domain.funds import (
    apply_authority,
    apply_holds,
    apply_limits,
    apply_payments,
    apply_year,
    events,
    invariants,
    limits,
    messages,
    posting,
    rules,
    state,
    totals,
    views,
    year_end,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Module
from mingzhang.kernel.records import Event

_NOT_FROM_FROZEN = (
    events.Vired,
    events.Intended,
    events.ContractSigned,
    events.ContractCovered,
    events.PaymentApproved,
    events.PaymentInstructed,
)
_BETWEEN_CELLS = (events.Vired, events.CommitmentCarried, events.CellClosed)
CHECKS: dict[type[Event], tuple[Callable[[Any, Ledger], bool], ...]] = {
    event: (
        invariants.moves_as_named,
        invariants.cells_are_open_and_not_frozen
        if event in _NOT_FROM_FROZEN
        else invariants.cells_are_open,
        *((invariants.one_amount_both_ways,) if event in _BETWEEN_CELLS else ()),
    )
    for event in events.PAIRS
}

FUNDS = Module(
    name="funds",
    rules={
        messages.SetLimit: rules.set_limit,
        messages.LiftLimit: rules.lift_limit,
        messages.RequireLimits: rules.require_limits,
        messages.FlagCell: rules.flag_cell,
        messages.UnflagCell: rules.unflag_cell,
        messages.FreezeAmount: rules.freeze_amount,
        messages.LiftFreeze: rules.lift_freeze,
        messages.CloseYear: rules.close_year,
    },
    applies={
        events.PolicySet: apply_authority.policy_set,
        events.LineOpened: apply_authority.line_opened,
        events.CellOpened: apply_authority.cell_opened,
        events.EstimateApproved: apply_authority.estimate_approved,
        events.InterimGranted: posting.moved,
        events.Appropriated: apply_authority.appropriated,
        events.Allotted: posting.moved,
        events.AllotmentCut: posting.moved,
        events.Supplemented: posting.moved,
        events.Reduced: posting.moved,
        events.Vired: posting.moved,
        events.AmountFrozen: posting.moved,
        events.FreezeLifted: posting.moved,
        events.CellFlagged: apply_authority.cell_flagged,
        events.CellUnflagged: apply_authority.cell_flagged,
        events.Planned: apply_authority.planned,
        events.Intended: apply_holds.intended,
        events.IntentionReleased: apply_holds.intention_released,
        events.ContractSigned: apply_holds.contract_signed,
        events.ContractCovered: apply_holds.contract_covered,
        events.ContractUncovered: apply_holds.contract_uncovered,
        events.ContractChanged: apply_holds.contract_changed,
        events.ContractClosed: apply_holds.contract_closed,
        events.PaymentApproved: apply_payments.payment_approved,
        events.PaymentInstructed: posting.moved,
        events.PaymentSettled: apply_payments.payment_settled,
        events.PaymentBounced: posting.moved,
        events.PaymentCancelled: apply_payments.payment_cancelled,
        events.AdvanceCleared: apply_payments.advance_cleared,
        events.PaymentReturned: apply_payments.payment_returned,
        events.EarlierReturned: apply_payments.earlier_returned,
        events.ReturnedToTreasury: apply_payments.returned_to_treasury,
        events.Claimed: apply_payments.claimed,
        events.ClaimPaidBack: apply_payments.claim_paid_back,
        events.ClaimWrittenOff: apply_payments.claim_written_off,
        events.ReturnReversed: apply_payments.return_reversed,
        events.ShortfallFilled: apply_payments.shortfall_filled,
        events.CommitmentCarried: apply_holds.commitment_carried,
        events.CellClosed: apply_year.cell_closed,
        events.QuotaLapsed: posting.moved,
        events.CellParked: apply_year.cell_parked,
        events.CloseAdvanced: apply_year.close_advanced,
        events.YearClosed: apply_year.year_closed,
        events.LimitSet: apply_limits.limit_set,
        events.LimitLifted: apply_limits.limit_lifted,
        events.LimitRequired: apply_limits.limit_required,
        events.PatternFilled: apply_limits.pattern_filled,
        events.LimitWarned: apply_limits.limit_warned,
    },
    due={
        "funds.close_year": year_end.close_year,
        "funds.fill_pattern": limits.fill_pattern,
    },
    invariants={
        state.Line: (),
        state.Cell: (
            invariants.no_account_below_zero,
            invariants.in_balance,
            invariants.vintage_not_after_year,
            invariants.returned_at_most_paid,
            invariants.closed_cell_has_no_open_work,
            invariants.few_patterns_in_order,
        ),
        state.Holds: (invariants.holds_are_bounded,),
        state.Estimate: (invariants.estimate_is_split,),
        state.Commitment: (
            invariants.contract_is_split,
            invariants.left_in_order,
            invariants.closed_contract_holds_nothing,
        ),
        state.Intention: (invariants.left_within_total,),
        state.Money: (invariants.money_in_balance,),
        state.Pattern: (invariants.totals_nested, invariants.limits_in_order),
        state.Shapes: (invariants.few_shapes_in_order,),
        state.Plan: (invariants.twelve_months,),
        state.FiscalYear: (invariants.closed_year_has_none_parked,),
        state.Roster: (invariants.page_is_bounded,),
        state.ParkedCell: (),
        state.UnitHead: (),
        state.Policy: (invariants.years_in_range,),
    },
    checks=CHECKS,
    totals=(
        totals.books_balance,
        totals.advances_agree,
        totals.holds_agree,
        totals.holds_are_listed,
        totals.contracts_agree,
        totals.patterns_agree,
        totals.lists_agree,
    ),
    genesis=rules.genesis,
    tables=views.TABLES,
)
