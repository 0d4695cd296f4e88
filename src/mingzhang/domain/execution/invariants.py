"""What is always true of execution's records, changes and sums. Nothing a user can cause."""

from collections.abc import Iterator

from mingzhang.domain.execution import events
from mingzhang.domain.execution.state import (
    CONFIRMATIONS,
    AccountChange,
    Advances,
    Agreement,
    Breach,
    ChangeOrder,
    LineCells,
    Milestone,
    NonConformity,
    Payment,
    QuotaDocument,
    Virement,
    line_cells_id,
    proofs_used,
)
from mingzhang.domain.execution.terms import PaymentState, Signature
from mingzhang.domain.funds.state import Cell, Commitment
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Records

BOTH = 2
"""Signatures that bind, accept or release."""
HAS_MONEY: tuple[PaymentState, ...] = (
    "approved",
    "instructed",
    "advanced",
    "settled",
    "returned",
)


def parts_sum_to_the_amount(payment: Payment) -> bool:
    """What a payment takes from cells is what it pays; nothing before it is approved."""
    total = sum(part.amount_fen for part in payment.parts)
    if payment.state in HAS_MONEY:
        return total == payment.amount_fen and payment.voucher != ""
    return payment.state == "cancelled" or total == 0


def returns_at_most_what_it_paid(payment: Payment) -> bool:
    """Of a payment no more comes back than it paid; wholly returned, it says so."""
    if not 0 <= payment.returned_fen <= payment.amount_fen:
        return False
    if payment.returned_fen and payment.state not in ("advanced", "settled", "returned"):
        return False
    return (payment.state == "returned") == (payment.returned_fen == payment.amount_fen)


def an_advance_ends_with_nothing_to_clear(payment: Payment) -> bool:
    """An advance stands as such while something is left to clear; nothing else is cleared."""
    if payment.clear_by is None:
        return payment.state != "advanced" and payment.cleared == ()
    if payment.state in ("settled", "returned"):
        return payment.uncleared_fen() <= 0
    if payment.state == "advanced":
        return payment.uncleared_fen() > 0
    return payment.cleared == ()


def wages_are_part_of_the_payment(payment: Payment) -> bool:
    """Wages are at most the payment, and have an account of their own."""
    return payment.wage_fen <= payment.amount_fen and (payment.wage_fen > 0) == (
        payment.wage_account is not None
    )


def years_sum_to_the_total(agreement: Agreement) -> bool:
    """An agreement's planned years are its total."""
    return sum(part.amount_fen for part in agreement.years) == agreement.total_fen


def signed_by_both_sides(agreement: Agreement) -> bool:
    """What binds bears the signatures of both sides, by two persons who did not propose it."""
    if agreement.state == "proposed":
        return len(agreement.signatures) < BOTH
    sides = sorted(signature.duty for signature in agreement.signatures)
    return (
        sides == ["payee", "unit"]
        and _two_persons(agreement.signatures)
        and all(signed.person != agreement.proposed_by for signed in agreement.signatures)
    )


def recoups_at_most_the_advance(agreement: Agreement) -> bool:
    """No more is taken back than was advanced; retention is never negative."""
    return (
        0 <= agreement.advance_recouped_fen <= agreement.advance_paid_fen
        and agreement.retained_fen >= 0
    )


def settled_by_both_sides(agreement: Agreement) -> bool:
    """What is settled was stated by both sides, by two persons; one alone settles nothing."""
    if agreement.state != "settled":
        return True
    sides = sorted(signature.duty for signature in agreement.settled_by)
    return sides == ["payee", "unit"] and _two_persons(agreement.settled_by)


def reporter_did_not_accept(milestone: Milestone) -> bool:
    """Who reported a milestone is not among the two who accepted it."""
    return _two_persons(milestone.accepted_by) and all(
        signed.person != milestone.reported_by for signed in milestone.accepted_by
    )


def paid_has_a_payment(milestone: Milestone) -> bool:
    """A paid milestone names its payment (or was offset), only such a one does; no open defect."""
    paid = milestone.payment != "" or milestone.offset
    return (milestone.state == "paid") == paid and not (
        milestone.state == "paid" and milestone.open
    )


def released_by_two(found: NonConformity) -> bool:
    """A released non-conformity bears two signatures, neither of who opened it."""
    return (
        (found.state == "released") == (len(found.released_by) == BOTH)
        and _two_persons(found.released_by)
        and all(signed.person != found.opened_by for signed in found.released_by)
    )


def confirmed_by_others(change: AccountChange) -> bool:
    """Nobody confirms the account that he asked for; nobody confirms twice."""
    return (
        len(change.confirmed) <= CONFIRMATIONS
        and _two_persons(change.confirmed)
        and all(signed.person != change.asked_by for signed in change.confirmed)
    )


def approved_by_another(change: ChangeOrder) -> bool:
    """Nobody approves the change order that he asked for or agreed to as engineer."""
    agreed = change.agreed_by.person if change.agreed_by else ""
    return change.decided_by == "" or change.decided_by not in (change.requested_by, agreed)


def conditional_until_met(document: QuotaDocument) -> bool:
    """A conditional quota document waits until the document it needs is shown."""
    if document.condition is None:
        return document.state == "released" and document.met_by is None
    return (document.state == "released") == (document.met_by is not None)


def corrected_says_by_whom_and_how(breach: Breach) -> bool:
    """A breach is corrected exactly when somebody stated how."""
    return (breach.state == "corrected") == (breach.corrected_by != "" and breach.statement != "")


def moves_between_two_cells(virement: Virement) -> bool:
    """A virement has two ends; one that was sent to a level names its case."""
    return virement.from_cell != virement.to_cell or virement.state != "applied"


BEFORE: dict[type, tuple[PaymentState, ...]] = {
    events.PaymentAnswered: ("asked",),
    events.PaymentRouted: ("asked",),
    events.PaymentApproved: ("asked", "routed"),
    events.PaymentRejected: ("routed",),
    events.PaymentCancelled: ("asked", "routed", "approved"),
    events.PaymentSettled: ("instructed",),
    events.PaymentBounced: ("instructed",),
    events.PaymentReinstructed: ("approved",),
    events.PaymentReturned: ("settled",),
    events.AdvancePaid: ("instructed",),
    events.AdvanceCleared: ("advanced",),
}
"""In which states each event may find a payment (domain.md, states in short)."""

OfPayment = (
    events.PaymentAnswered
    | events.PaymentRouted
    | events.PaymentApproved
    | events.PaymentRejected
    | events.PaymentCancelled
    | events.PaymentSettled
    | events.PaymentBounced
    | events.PaymentReinstructed
    | events.PaymentReturned
    | events.AdvancePaid
    | events.AdvanceCleared
)


def follows_the_states(event: OfPayment, ledger: Ledger) -> bool:
    """A payment moves only along the states of the field."""
    return ledger.require(Payment, event.payment).state in BEFORE[type(event)]


def is_new(event: events.PaymentRequested, ledger: Ledger) -> bool:
    """A payment begins once, waiting or instructed."""
    return ledger.find(Payment, event.payment) is None and event.content.state in (
        "asked",
        "routed",
        "instructed",
    )


def proofs_pay_once(records: Records) -> Iterator[str]:
    """Yield a sentence for each proof that two payments use."""
    used: dict[str, str] = {}
    for name, payment in records.of(Payment):
        for proof in proofs_used(payment):
            if proof in used:
                yield f"{proof} is paid by {used[proof]} and {name}"
            used[proof] = name


def advances_are_held(records: Records) -> Iterator[str]:
    """Yield a sentence for each payee whose list of advances is not that of the payments."""
    standing: dict[str, list[str]] = {}
    for name, payment in records.of(Payment):
        if payment.state == "advanced":
            standing.setdefault(payment.payee, []).append(name)
    listed = {
        payee: [payment for payment, _ in advances.open] for payee, advances in records.of(Advances)
    }
    for payee in sorted(dict.fromkeys((*standing, *listed))):
        if sorted(standing.get(payee, [])) != sorted(listed.get(payee, [])):
            yield f"{payee}: advances {standing.get(payee)}, listed {listed.get(payee)}"


def agreements_are_paid_as_funds_say(records: Records) -> Iterator[str]:
    """Yield a sentence for each agreement whose payments are not what funds has as paid."""
    paid: dict[str, int] = {}
    for _, payment in records.of(Payment):
        if payment.agreement and payment.state in HAS_MONEY:
            paid[payment.agreement] = paid.get(payment.agreement, 0) + (
                payment.amount_fen - payment.returned_fen + payment.returned_late_fen
            )
    bound = {name: commitment.paid_fen for name, commitment in records.of(Commitment)}
    for name, agreement in records.of(Agreement):
        begun = agreement.state in ("signed", "settled")
        if begun and paid.get(name, 0) != bound.get(name, 0):
            yield f"{name}: payments {paid.get(name, 0)}, funds {bound.get(name, 0)}"


def cells_are_listed(records: Records) -> Iterator[str]:
    """Yield a sentence for each line whose list of cells is not that of funds."""
    found: dict[str, list[int]] = {}
    for _, cell in records.of(Cell):
        name = line_cells_id(cell.line, cell.nature, cell.source, cell.year)
        found.setdefault(name, []).append(cell.vintage)
    listed = {name: list(of_line.vintages) for name, of_line in records.of(LineCells)}
    for name in sorted(dict.fromkeys((*found, *listed))):
        if sorted(found.get(name, [])) != listed.get(name, []):
            yield f"{name}: cells {found.get(name)}, listed {listed.get(name)}"


def _two_persons(signatures: tuple[Signature, ...]) -> bool:
    people = [signature.person for signature in signatures]
    return len(people) == len(dict.fromkeys(people))
