"""From a contract's `reject` to the refusal that people read: its clause and what would help."""

from typing import Any

from mingzhang.domain.contracts.decision import Decision
from mingzhang.domain.execution import errors, messages
from mingzhang.domain.execution.facts import Facts
from mingzhang.domain.execution.proposals import could_give, for_purpose, posts_that_may
from mingzhang.domain.execution.state import (
    CONFIRMATIONS,
    INVOICE,
    AccountChange,
    Agreement,
    Milestone,
    Payment,
    account_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Command

Common = dict[str, Any]

CLAUSES: dict[str, type[errors.RefusedByContract]] = {
    "F01": errors.Frozen,
    "F02": errors.Frozen,
    "R03": errors.BeforeTheVote,
    "R09": errors.DuplicateInvoice,
    "R10": errors.AccountChanged,
    "R08": errors.NonConformityOpen,
    "R11": errors.WrongPurpose,
    "R12": errors.OverBudget,
    "R06": errors.EarlyPayment,
    "M01": errors.EarlyPayment,
    "M02": errors.NonConformityOpen,
    "M03": errors.OverBudget,
}
"""The refusal for a row's id; what follows a dot (``R12.1``) does not count."""

HELPS: dict[str, type[Command]] = {
    "EXE-21": messages.UnfreezePayee,
    "EXE-22": messages.GrantInterim,
    "EXE-23": messages.ReturnPayment,
    "EXE-24": messages.ConfirmPayeeAccount,
    "EXE-25": messages.ReleaseNonConformity,
    "EXE-26": messages.RequestVirement,
    "EXE-27": messages.RequestVirement,
    "EXE-28": messages.AcceptMilestone,
}
"""The command that lifts the obstacle; a refusal names the posts that may give it."""


def refusal_of(ledger: Ledger, facts: Facts, decision: Decision) -> errors.RefusedByContract:
    """Return the refusal for the clause that rejected a payment."""
    row = decision.clause.row if decision.clause else ""
    refusal = CLAUSES.get(row.partition(".")[0])
    helps = HELPS.get(refusal.code) if refusal else None
    right = (helps or messages.RequestPayment).right()
    common = common_of(decision, posts_that_may(ledger, facts.line.unit, right))
    if refusal is errors.Frozen:
        frozen = tuple(name for name, cell in facts.cells if cell.flagged or cell.shortfall_fen)
        return errors.Frozen(**common, payee=facts.wish.payee, cells=frozen)
    if refusal is errors.BeforeTheVote:
        return _before_the_vote(facts, common)
    if refusal is errors.DuplicateInvoice:
        first = ledger.lookup(INVOICE, facts.wish.proof) or ""
        state = ledger.require(Payment, first).state
        return errors.DuplicateInvoice(**common, proof=facts.wish.proof, payment=first, state=state)
    if refusal is errors.AccountChanged:
        return _account_changed(ledger, facts, common)
    if refusal is errors.WrongPurpose:
        wish, unit = facts.wish, facts.line.unit
        return errors.WrongPurpose(
            **common,
            purpose=wish.purpose,
            economic=facts.line.economic,
            lines=for_purpose(ledger, unit, wish.year, wish.purpose),
        )
    if refusal is errors.OverBudget:
        return _over_budget(ledger, facts, common)
    if refusal in (errors.NonConformityOpen, errors.EarlyPayment):
        return _milestone(facts, common, early=refusal is errors.EarlyPayment)
    return errors.RefusedByContract(**common)


def common_of(decision: Decision, who: tuple[str, ...]) -> Common:
    """Return the facts that every refusal by contract has."""
    clause = decision.clause
    return {
        "verdict": decision.verdict,
        "clause": clause.row if clause else "",
        "contract": clause.name if clause else "",
        "contract_sha256": clause.contract if clause else "",
        "input_sha256": decision.note.input_sha256,
        "who": who,
    }


def _before_the_vote(facts: Facts, common: Common) -> errors.BeforeTheVote:
    carried = [(n, c) for n, c in facts.cells if c.vintage < c.year and c.allotted_fen > 0]
    interim = [(n, c) for n, c in facts.cells if c.vintage == c.year and c.interim_fen > 0]
    lawful = "carry_over" if carried else "interim" if interim else "vote"
    return errors.BeforeTheVote(
        **common,
        asked_fen=facts.wish.amount_fen,
        lawful=lawful,
        cells=tuple(f"{name}={cell.allotted_fen}" for name, cell in carried or interim),
    )


def _account_changed(ledger: Ledger, facts: Facts, common: Common) -> errors.AccountChanged:
    change = ledger.find(AccountChange, account_id(facts.line.unit, facts.wish.payee))
    asked = change is not None and change.account == facts.wish.account
    return errors.AccountChanged(
        **common,
        payee=facts.wish.payee,
        asked=f"…{facts.wish.account[-4:]}",
        expected=f"…{facts.expected_account[-4:]}",
        confirmations=len(change.confirmed) if asked and change is not None else 0,
        needed=CONFIRMATIONS,
    )


def _over_budget(ledger: Ledger, facts: Facts, common: Common) -> errors.OverBudget:
    wish = facts.wish
    vintages = tuple(cell.vintage for _, cell in facts.cells)
    return errors.OverBudget(
        **common,
        asked_fen=wish.amount_fen,
        left_fen=facts.left_fen,
        free_fen=facts.free_fen,
        short_fen=max(0, wish.amount_fen - facts.left_fen),
        virement_from=could_give(ledger, facts.line, vintages, wish.line, wish.nature, wish.year),
    )


def _milestone(facts: Facts, common: Common, *, early: bool) -> errors.RefusedByContract:
    wish, milestone = facts.wish, facts.milestone
    if not early:
        return errors.NonConformityOpen(
            **common,
            agreement=wish.agreement or "",
            milestone=wish.milestone or "",
            open=milestone.open if milestone else (),
        )
    return errors.EarlyPayment(
        **common,
        agreement=wish.agreement or "",
        milestone=wish.milestone or "",
        state=milestone.state if milestone else "none named",
        waits_for=waits_for(facts.agreement, milestone),
    )


def waits_for(agreement: Agreement | None, milestone: Milestone | None) -> tuple[str, ...]:
    """Return what a milestone's acceptance still lacks: a report, or signatures by duty."""
    if agreement is None or milestone is None or milestone.state in ("planned", "refused"):
        return ("report",)
    signed = [signature.duty for signature in milestone.accepted_by]
    return tuple(duty for duty in duties_of(agreement) if duty not in signed)


def duties_of(agreement: Agreement) -> tuple[str, str]:
    """Return the two duties that accept: the engineer where there is one, and the unit's."""
    return ("engineer", "manager") if agreement.engineer is not None else ("manager", "quality")
