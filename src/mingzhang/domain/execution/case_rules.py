"""How execution follows the cases that decide its payments, virements, agreements, changes.

What a level agrees to is done in the approver's own command.
"""

from collections.abc import Iterator

from mingzhang.domain.execution import events
from mingzhang.domain.execution.agreement_rules import agreement_of, conclude
from mingzhang.domain.execution.change_rules import conclude_change
from mingzhang.domain.execution.paying import decide_again
from mingzhang.domain.execution.routing import ROOM
from mingzhang.domain.execution.state import Payment
from mingzhang.domain.execution.virement_rules import conclude_virement
from mingzhang.domain.procedure import events as procedure
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

Ended = procedure.CaseRejected | procedure.CaseReturned | procedure.CaseWithdrawn
"""A case that ends without agreement; what it was about may be asked for anew."""


def case_approved(
    event: procedure.CaseApproved, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Do what the level agreed to. A contract or funds that refuse now refuse the approval."""
    subject = event.subject
    if subject.room != ROOM:
        return
    match subject.kind:
        case "payment":
            waiting = ledger.require(Payment, subject.id)
            yield from decide_again(ledger, context, subject.id, waiting, sent=True)
        case "virement":
            yield from conclude_virement(ledger, context, subject.id)
        case "agreement":
            waits = agreement_of(ledger, subject.id)
            if waits.ruling is not None:
                yield from conclude(ledger, context, subject.id, waits.ruling, waits.intention)
        case "change":
            yield from conclude_change(ledger, context, subject.id)


def case_ended(event: Ended, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note that the level did not agree, or that the case was taken back. Nothing had moved."""
    subject = event.subject
    if subject.room != ROOM:
        return
    match subject.kind:
        case "payment":
            yield events.PaymentRejected(payment=subject.id, reason=event.reason)
        case "virement":
            yield events.VirementConcluded(virement=subject.id, applied=False)
        case "agreement":
            yield events.AgreementRejected(agreement=subject.id, case=event.case)
        case "change":
            yield events.ChangeRejected(change=subject.id, case=event.case)
