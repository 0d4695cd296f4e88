"""What is true of every record and every event of funds (funds-model section 4)."""

from collections.abc import Sequence
from typing import Any

from mingzhang.domain.funds.events import PAIRS, Movement
from mingzhang.domain.funds.state import (
    CARRY_OVER_YEARS_MAX,
    CELLS_PER_CONTRACT_MAX,
    HOLDS_PAGE,
    LIMITS_PER_PATTERN_MAX,
    MONTHS,
    ROSTER_PAGE,
    SHAPES_MAX,
    Cell,
    Commitment,
    Estimate,
    FiscalYear,
    Holds,
    Intention,
    Money,
    Pattern,
    Plan,
    Policy,
    Roster,
    Shapes,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.values import FEN_MAX


def no_account_below_zero(cell: Cell) -> bool:
    """No account but `carried`, `moved` and `lapsed` is negative; `lapsed` is never positive."""
    return (
        cell.lapsed_fen
        <= 0
        <= min(
            cell.voted_fen,
            cell.interim_fen,
            cell.prior_fen,
            cell.shortfall_fen,
            cell.unallotted_fen,
            cell.allotted_fen,
            cell.frozen_fen,
            cell.intended_fen,
            cell.encumbered_fen,
            cell.approved_fen,
            cell.instructed_fen,
            cell.advanced_fen,
            cell.settled_fen,
            cell.claimed_fen,
        )
    )


def in_balance(cell: Cell) -> bool:
    """Σ authority + shortfall = Σ credit accounts, each at most 2^53 - 1."""
    authority = (
        cell.voted_fen
        + cell.interim_fen
        + cell.carried_fen
        + cell.moved_fen
        + cell.lapsed_fen
        + cell.prior_fen
    )
    free = cell.unallotted_fen + cell.allotted_fen + cell.frozen_fen
    held = cell.intended_fen + cell.encumbered_fen + cell.approved_fen + cell.instructed_fen
    done = cell.advanced_fen + cell.settled_fen + cell.claimed_fen
    return authority + cell.shortfall_fen == free + held + done <= FEN_MAX


def vintage_not_after_year(cell: Cell) -> bool:
    """Money is not used before it is appropriated."""
    return cell.vintage <= cell.year


def returned_at_most_paid(cell: Cell) -> bool:
    """After the close, no more came back than was paid or claimed."""
    return (
        0 <= cell.returned_fen <= cell.settled_fen
        and 0 <= cell.claims_returned_fen <= cell.claimed_fen
    )


def closed_cell_has_no_open_work(cell: Cell) -> bool:
    """Nothing is free, held or advanced in a closed cell, and nothing is missing."""
    return not cell.closed or not (
        cell.unallotted_fen
        or cell.allotted_fen
        or cell.frozen_fen
        or cell.intended_fen
        or cell.encumbered_fen
        or cell.approved_fen
        or cell.instructed_fen
        or cell.advanced_fen
        or cell.shortfall_fen
    )


def few_patterns_in_order(cell: Cell) -> bool:
    """At most one pattern of each shape, sorted, none twice."""
    names = cell.patterns
    return len(names) <= SHAPES_MAX and rising(names)


def estimate_is_split(estimate: Estimate) -> bool:
    """Estimate = uncontracted + committed + covered, none negative."""
    parts = (estimate.uncontracted_fen, estimate.committed_fen, estimate.covered_fen)
    return min(parts) >= 0 and sum(parts) == estimate.estimate_fen <= FEN_MAX


def contract_is_split(commitment: Commitment) -> bool:
    """Total = committed + Σ left + paid, none negative; in flight is part of paid."""
    left = [part.amount_fen for part in commitment.left]
    return (
        min(commitment.committed_fen, commitment.in_flight_fen, *left) >= 0
        and commitment.in_flight_fen <= commitment.paid_fen
        and commitment.total_fen == commitment.committed_fen + sum(left) + commitment.paid_fen
    )


def left_in_order(commitment: Commitment) -> bool:
    """Each cell stands once, in order of id; there are not too many."""
    cells = [part.cell for part in commitment.left]
    return len(cells) <= CELLS_PER_CONTRACT_MAX and rising(cells)


def closed_contract_holds_nothing(commitment: Commitment) -> bool:
    """A settled or cancelled contract binds what it has paid and no more."""
    return not commitment.closed or (
        commitment.total_fen == commitment.paid_fen and commitment.in_flight_fen == 0
    )


def left_within_total(intention: Intention) -> bool:
    """An intention has between nothing and its amount left."""
    return 0 <= intention.left_fen <= intention.total_fen


def money_in_balance(money: Money) -> bool:
    """Book M of a nature sums to zero, and nothing is in transit between commands."""
    return (
        money.transit_fen
        == 0
        == (
            money.treasury_fen
            + money.spent_fen
            + money.advances_fen
            + money.receivable_fen
            + money.due_to_treasury_fen
        )
    )


def totals_nested(pattern: Pattern) -> bool:
    """0 ≤ T3 ≤ T2 ≤ T1: a payment is under contract or not, but never more than was held."""
    return 0 <= pattern.paid_fen <= pattern.contracted_fen <= pattern.held_fen


def limits_in_order(pattern: Pattern) -> bool:
    """One limit for each point, horizon and mode, sorted."""
    names = [(limit.point, limit.horizon, limit.mode) for limit in pattern.limits]
    return len(names) <= LIMITS_PER_PATTERN_MAX and rising(names)


def few_shapes_in_order(shapes: Shapes) -> bool:
    """Bounded, sorted, none twice: a cell counts on at most one pattern of each."""
    known = shapes.shapes
    return len(known) <= SHAPES_MAX and rising(known)


def twelve_months(plan: Plan) -> bool:
    """A plan has twelve months, none negative."""
    return len(plan.months_fen) == MONTHS and min(plan.months_fen) >= 0


def closed_year_has_none_parked(year: FiscalYear) -> bool:
    """A closed year has no cell left to close."""
    return year.parked >= 0 and not (year.closed and (year.parked or year.closing))


def page_is_bounded(page: Roster) -> bool:
    """A page of a roster is neither empty nor too long."""
    return 0 < len(page.cells) <= ROSTER_PAGE


def holds_are_bounded(page: Holds) -> bool:
    """A page of holds is neither empty nor too long."""
    return 0 < len(page.entries) <= HOLDS_PAGE


def years_in_range(policy: Policy) -> bool:
    """Money is carried over for 0 to 10 years."""
    return 0 <= policy.carry_over_years <= CARRY_OVER_YEARS_MAX


def moves_as_named(event: Movement, ledger: Ledger) -> bool:
    """Each posting moves at least a fen, from and to accounts that the event's name allows."""
    pairs = PAIRS[type(event)]
    for posting in event.postings:
        if posting.amount_fen <= 0 or (posting.debit, posting.credit) not in pairs:
            return False
    return True


def cells_are_open(event: Movement, ledger: Ledger) -> bool:
    """Nothing is posted to a closed cell."""
    return not any(ledger.require(Cell, posting.cell).closed for posting in event.postings)


def cells_are_open_and_not_frozen(event: Movement, ledger: Ledger) -> bool:
    """Nothing is bound, approved or instructed from a frozen cell, nor vired to or from it.

    Facts of the bank's (settle, bounce, return) still book, while the cell's year is open.
    """
    for posting in event.postings:
        cell = ledger.require(Cell, posting.cell)
        if cell.closed or cell.flagged or cell.shortfall_fen:
            return False
    return True


def one_amount_both_ways(event: Movement, ledger: Ledger) -> bool:
    """What leaves one cell of a virement or carry is what reaches the other, of one nature."""
    out = sum(p.amount_fen for p in event.postings if p.credit in ("moved", "carried"))
    into = sum(p.amount_fen for p in event.postings if p.debit in ("moved", "carried"))
    natures = dict.fromkeys(ledger.require(Cell, p.cell).nature for p in event.postings)
    return out == into and len(natures) <= 1


def rising(names: Sequence[Any]) -> bool:
    """Names stand in order, none twice."""
    return all(names[n - 1] < names[n] for n in range(1, len(names)))
