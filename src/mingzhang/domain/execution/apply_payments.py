"""How events of payments change the payment's record."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.execution import events
from mingzhang.domain.execution.state import Advances, Payment
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def payment_requested(event: events.PaymentRequested, ledger: Ledger) -> Writes:
    """Write the payment as it was decided."""
    return {Payment.key(event.payment): event.content}


def payment_answered(event: events.PaymentAnswered, ledger: Ledger) -> Writes:
    """Keep the explanation."""
    return _payment(event.payment, ledger, answer=event.answer)


def payment_routed(event: events.PaymentRouted, ledger: Ledger) -> Writes:
    """It waits for a level."""
    return _payment(event.payment, ledger, state="routed", ruling=event.ruling, case=event.case)


def payment_approved(event: events.PaymentApproved, ledger: Ledger) -> Writes:
    """It has its money and its voucher, and the bank has it."""
    return _payment(
        event.payment,
        ledger,
        state="instructed",
        ruling=event.ruling,
        parts=event.parts,
        voucher=event.voucher,
    )


def payment_rejected(event: events.PaymentRejected, ledger: Ledger) -> Writes:
    """It will not be made; what it was for may be asked for again."""
    return _payment(event.payment, ledger, state="rejected", reason=event.reason)


def payment_cancelled(event: events.PaymentCancelled, ledger: Ledger) -> Writes:
    """Given up."""
    return _payment(event.payment, ledger, state="cancelled", reason=event.reason)


def payment_settled(event: events.PaymentSettled, ledger: Ledger) -> Writes:
    """Paid."""
    return _payment(
        event.payment, ledger, state="settled", bank_reference=event.bank_reference, reason=""
    )


def bank_reported(_event: events.BankReported, _ledger: Ledger) -> Writes:
    """Nothing of its own: each item has had its event."""
    return {}


def payment_bounced(event: events.PaymentBounced, ledger: Ledger) -> Writes:
    """Approved again, with the bank's reason."""
    return _payment(
        event.payment,
        ledger,
        state="approved",
        bank_reference=event.bank_reference,
        reason=event.reason,
    )


def payment_reinstructed(event: events.PaymentReinstructed, ledger: Ledger) -> Writes:
    """The bank has it again."""
    return _payment(event.payment, ledger, state="instructed", account=event.account)


def payment_returned(event: events.PaymentReturned, ledger: Ledger) -> Writes:
    """What came back is added up; wholly returned, its proof may be used again."""
    before = ledger.require(Payment, event.payment)
    returned = before.returned_fen + event.amount_fen
    return _payment(
        event.payment,
        ledger,
        returned_fen=returned,
        returned_late_fen=before.returned_late_fen + event.late_fen,
        reason=event.reason,
        state="returned" if returned == before.amount_fen else "settled",
    )


def advance_paid(event: events.AdvancePaid, ledger: Ledger) -> Writes:
    """Its holder has it, and has to clear it."""
    wrote = _payment(
        event.payment, ledger, state="advanced", bank_reference=event.bank_reference, reason=""
    )
    payment = ledger.require(Payment, event.payment)
    held = ledger.find(Advances, payment.payee) or Advances(open=())
    open_ = (*held.open, (event.payment, payment.clear_by or 0))
    return {**wrote, Advances.key(payment.payee): Advances(open=open_)}


def advance_cleared(event: events.AdvanceCleared, ledger: Ledger) -> Writes:
    """What was spent and given back is added; with nothing left to clear it is over."""
    before = ledger.require(Payment, event.payment)
    after = replace(
        before,
        cleared=(*before.cleared, *event.cleared),
        returned_fen=before.returned_fen + event.back_fen,
    )
    if after.uncleared_fen():
        return {Payment.key(event.payment): after}
    whole = after.returned_fen == after.amount_fen
    held = ledger.require(Advances, before.payee)
    rest = tuple(each for each in held.open if each[0] != event.payment)
    return {
        Payment.key(event.payment): replace(after, state="returned" if whole else "settled"),
        Advances.key(before.payee): Advances(open=rest) if rest else None,
    }


def _payment(name: str, ledger: Ledger, **changed: object) -> dict[str, Record | None]:
    before = ledger.require(Payment, name)
    return {Payment.key(name): replace(before, **changed)}
