"""How events of agreements, change orders, milestones and non-conformities change records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.execution import events
from mingzhang.domain.execution.state import (
    Agreement,
    ChangeOrder,
    Milestone,
    NonConformity,
    milestone_key,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def agreement_proposed(event: events.AgreementProposed, ledger: Ledger) -> Writes:
    """Write the terms."""
    return {Agreement.key(event.agreement): event.terms}


def agreement_endorsed(event: events.AgreementEndorsed, ledger: Ledger) -> Writes:
    """Add the signature."""
    before = ledger.require(Agreement, event.agreement)
    return _agreement(event.agreement, before, signatures=(*before.signatures, event.signature))


def agreement_routed(event: events.AgreementRouted, ledger: Ledger) -> Writes:
    """It waits for a level."""
    before = ledger.require(Agreement, event.agreement)
    return _agreement(
        event.agreement,
        before,
        state="routed",
        ruling=event.ruling,
        case=event.case,
        intention=event.intention,
    )


def agreement_signed(event: events.AgreementSigned, ledger: Ledger) -> Writes:
    """It binds, and its milestones stand as planned."""
    before = ledger.require(Agreement, event.agreement)
    writes: dict[str, Record | None] = {
        Milestone.key(milestone_key(event.agreement, term.id)): Milestone(unit=before.unit)
        for term in before.milestones
    }
    writes |= _agreement(
        event.agreement,
        before,
        state="signed",
        ruling=event.ruling,
        signed_day=event.signed_day,
    )
    return writes


def agreement_rejected(event: events.AgreementRejected, ledger: Ledger) -> Writes:
    """It will not bind."""
    before = ledger.require(Agreement, event.agreement)
    return _agreement(event.agreement, before, state="rejected")


def settlement_stated(event: events.SettlementStated, ledger: Ledger) -> Writes:
    """Keep the statement, in place of another one."""
    return _agreement(
        event.agreement,
        ledger.require(Agreement, event.agreement),
        settled_fen=event.settled_fen,
        settlement_sha256=event.document_sha256,
        settled_by=event.signatures,
    )


def agreement_settled(event: events.AgreementSettled, ledger: Ledger) -> Writes:
    """It is at its end."""
    before = ledger.require(Agreement, event.agreement)
    return _agreement(event.agreement, before, state="settled")


def change_requested(event: events.ChangeRequested, ledger: Ledger) -> Writes:
    """Write the change order."""
    change = ChangeOrder(
        agreement=event.agreement,
        increase_fen=event.increase_fen,
        reason=event.reason,
        document_sha256=event.document_sha256,
        requested_by=event.by,
        unit=ledger.require(Agreement, event.agreement).unit,
    )
    return {ChangeOrder.key(event.change): change}


def change_agreed(event: events.ChangeAgreed, ledger: Ledger) -> Writes:
    """The engineer has signed."""
    return _change(event.change, ledger, agreed_by=event.signature)


def change_routed(event: events.ChangeRouted, ledger: Ledger) -> Writes:
    """It waits for a level."""
    return _change(event.change, ledger, state="routed", ruling=event.ruling, case=event.case)


def change_approved(event: events.ChangeApproved, ledger: Ledger) -> Writes:
    """The agreement is worth more."""
    change = ledger.require(ChangeOrder, event.change)
    agreement = ledger.require(Agreement, change.agreement)
    writes = dict(
        _change(event.change, ledger, state="approved", ruling=event.ruling, decided_by=event.by)
    )
    writes |= _agreement(
        change.agreement, agreement, increased_fen=agreement.increased_fen + change.increase_fen
    )
    return writes


def change_rejected(event: events.ChangeRejected, ledger: Ledger) -> Writes:
    """It will not be made."""
    return _change(event.change, ledger, state="rejected")


def milestone_reported(event: events.MilestoneReported, ledger: Ledger) -> Writes:
    """Reported, also after a refusal; earlier signatures do not count for it."""
    return _milestone(
        event,
        ledger,
        state="reported",
        reported_by=event.by,
        evidence_sha256=event.evidence_sha256,
        invoice=event.invoice,
        accepted_by=(),
        measured_fen=0,
        reason="",
    )


def milestone_endorsed(event: events.MilestoneEndorsed, ledger: Ledger) -> Writes:
    """Add the signature, and what was measured."""
    before = ledger.require(Milestone, milestone_key(event.agreement, event.milestone))
    return _milestone(
        event,
        ledger,
        accepted_by=(*before.accepted_by, event.signature),
        measured_fen=event.measured_fen,
    )


def milestone_accepted(event: events.MilestoneAccepted, ledger: Ledger) -> Writes:
    """Accepted."""
    return _milestone(event, ledger, state="accepted", measured_fen=event.measured_fen)


def milestone_refused(event: events.MilestoneRefused, ledger: Ledger) -> Writes:
    """Refused, with the reason."""
    return _milestone(event, ledger, state="refused", reason=event.reason)


def milestone_paid(event: events.MilestonePaid, ledger: Ledger) -> Writes:
    """Paid; the agreement notes what of its advance and retention that settles."""
    writes = _milestone(event, ledger, state="paid", payment=event.payment)
    return writes | _settle(event, 1, ledger)


def milestone_offset(event: events.MilestoneOffset, ledger: Ledger) -> Writes:
    """Paid without a payment; the agreement notes what was taken back."""
    before = ledger.require(Agreement, event.agreement)
    return _milestone(event, ledger, state="paid", offset=True) | _agreement(
        event.agreement,
        before,
        advance_recouped_fen=before.advance_recouped_fen + event.recouped_fen,
        retained_fen=before.retained_fen + event.retained_fen,
    )


def milestone_reopened(event: events.MilestoneReopened, ledger: Ledger) -> Writes:
    """Accepted and not paid, as before; the agreement takes its notes back."""
    return _milestone(event, ledger, state="accepted", payment="") | _settle(event, -1, ledger)


def _settle(
    event: events.MilestonePaid | events.MilestoneReopened, sign: int, ledger: Ledger
) -> dict[str, Record | None]:
    if not (event.advanced_fen or event.recouped_fen or event.retained_fen or event.released_fen):
        return {}
    before = ledger.require(Agreement, event.agreement)
    return _agreement(
        event.agreement,
        before,
        advance_paid_fen=before.advance_paid_fen + sign * event.advanced_fen,
        advance_recouped_fen=before.advance_recouped_fen + sign * event.recouped_fen,
        retained_fen=before.retained_fen + sign * (event.retained_fen - event.released_fen),
    )


def nonconformity_opened(event: events.NonConformityOpened, ledger: Ledger) -> Writes:
    """It stands open, and the milestone names it."""
    found = NonConformity(
        agreement=event.agreement,
        milestone=event.milestone,
        title=event.title,
        evidence_sha256=event.evidence_sha256,
        opened_by=event.by,
        unit=ledger.require(Agreement, event.agreement).unit,
    )
    before = ledger.require(Milestone, milestone_key(event.agreement, event.milestone))
    writes = dict(_milestone(event, ledger, open=(*before.open, event.nonconformity)))
    writes[NonConformity.key(event.nonconformity)] = found
    return writes


def nonconformity_endorsed(event: events.NonConformityEndorsed, ledger: Ledger) -> Writes:
    """Add the signature."""
    before = ledger.require(NonConformity, event.nonconformity)
    after = replace(before, released_by=(*before.released_by, event.signature))
    return {NonConformity.key(event.nonconformity): after}


def nonconformity_released(event: events.NonConformityReleased, ledger: Ledger) -> Writes:
    """It holds the milestone no longer."""
    before = ledger.require(NonConformity, event.nonconformity)
    name = milestone_key(before.agreement, before.milestone)
    milestone = ledger.require(Milestone, name)
    still = tuple(other for other in milestone.open if other != event.nonconformity)
    return {
        NonConformity.key(event.nonconformity): replace(before, state="released"),
        Milestone.key(name): replace(milestone, open=still),
    }


def _agreement(name: str, before: Agreement, **changed: object) -> dict[str, Record | None]:
    return {Agreement.key(name): replace(before, **changed)}


def _change(name: str, ledger: Ledger, **changed: object) -> dict[str, Record | None]:
    before = ledger.require(ChangeOrder, name)
    return {ChangeOrder.key(name): replace(before, **changed)}


def _milestone(
    event: events.MilestoneReported
    | events.MilestoneEndorsed
    | events.MilestoneAccepted
    | events.MilestoneRefused
    | events.MilestonePaid
    | events.MilestoneReopened
    | events.MilestoneOffset
    | events.NonConformityOpened,
    ledger: Ledger,
    **changed: object,
) -> dict[str, Record | None]:
    name = milestone_key(event.agreement, event.milestone)
    before = ledger.require(Milestone, name)
    return {Milestone.key(name): replace(before, **changed)}
