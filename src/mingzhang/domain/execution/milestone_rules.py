"""Rules of milestones: reported by the payee, accepted by two, paid by the agreement itself.

The engineer is independent of the contractor (建筑法 32, 34; R07). With both signatures the
payment follows in the same command: measured × progress share − what is recouped of the
advance, wages apart, retention held back (合同条款；财建〔2004〕369号; 保障农民工工资支付条例).
"""

from collections.abc import Iterator

from msgspec.structs import replace

from mingzhang.domain.contracts.decision import Decision, decide
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.facts import Wish, facts_of
from mingzhang.domain.execution.payee_rules import invoices, payee_of
from mingzhang.domain.execution.paying import pay, subject_of, term_of
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.refusing import duties_of, refusal_of
from mingzhang.domain.execution.state import (
    INVOICE,
    AccountChange,
    Agreement,
    Milestone,
    NonConformity,
    account_id,
    confirmed_account,
    invoice_proof,
    milestone_key,
)
from mingzhang.domain.execution.terms import OPEN_NONCONFORMITIES_MAX, MilestoneTerm, Signature
from mingzhang.domain.funds.state import Commitment, Line
from mingzhang.domain.identity.state import Post, is_below
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled
from mingzhang.kernel.values import BP_ONE

HOOK = "execution.milestone"
PAYS = "execution.pay_milestone"
"""Handler of due items: a milestone with a date pays on its day."""
ROLE_OF = {
    "engineer": "engineer.supervisor",
    "manager": "unit.project_manager",
    "quality": "unit.quality",
}
"""The role template that each duty needs; names of identity's standard roles."""


def report_milestone(
    command: messages.ReportMilestone, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Report a milestone reached.

    Raises `NotFound`, `NotYours` unless asked by the payee, `TermsWrong` for one that pays by
    itself, `StateWrong` once it is accepted or paid, `ProofMissing` for what a supplier has done
    or delivered without his invoice (what was retained, earlier invoices name).
    """
    agreement = signed_agreement(ledger, command.agreement)
    if context.organisation != agreement.payee:
        raise errors.NotYours(organisation=context.organisation, who=(agreement.payee,))
    term = term_of(agreement, command.milestone)
    if term.trigger != "acceptance":
        raise errors.TermsWrong(
            field=f"milestones.{term.id}.trigger",
            reason="it is not accepted: it pays by itself",
            asked=0,
            expected=0,
        )
    _milestone(ledger, command.agreement, command.milestone, "planned", "reported", "refused")
    delivers = term.kind in ("progress", "delivery")
    if delivers and not command.invoice and invoices(payee_of(ledger, agreement.payee)):
        raise errors.ProofMissing(payee=agreement.payee)
    yield events.MilestoneReported(
        agreement=command.agreement,
        milestone=command.milestone,
        by=context.person,
        evidence_sha256=command.evidence_sha256,
        invoice=command.invoice or "",
    )


def accept_milestone(
    command: messages.AcceptMilestone, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Sign for a milestone in one's duty; with the second signature it is accepted and paid.

    Where a non-conformity is open, it is accepted now and paid once that is released.

    Raises `NotFound`, `StateWrong`, `OwnSubmission`, `NotTheEngineer`, `NotOnDuty`,
    `SecondPerson`, `TermsWrong` for another measurement than the first signer's, and what the
    contracts and funds refuse of the payment.
    """
    agreement = signed_agreement(ledger, command.agreement)
    term = term_of(agreement, command.milestone)
    milestone = _milestone(ledger, command.agreement, command.milestone, "reported")
    name = milestone_key(command.agreement, command.milestone)
    if context.person == milestone.reported_by:
        raise errors.OwnSubmission(person=context.person, what="milestone", id=name)
    needed = duties_of(agreement)
    on_duty(ledger, context, agreement, command.duty, needed)
    _second_person(milestone.accepted_by, context, command.duty)
    measured = command.measured_fen
    if (term.kind == "progress") != (measured > 0):
        raise errors.TermsWrong(
            field="measured_fen",
            reason="measured where, and only where, the agreement states no base",
            asked=measured,
            expected=term.base_fen,
        )
    if milestone.accepted_by and measured != milestone.measured_fen:
        raise errors.TermsWrong(
            field="measured_fen",
            reason="the first signer measured otherwise",
            asked=measured,
            expected=milestone.measured_fen,
        )
    yield events.MilestoneEndorsed(
        agreement=command.agreement,
        milestone=command.milestone,
        signature=_signature(context, command.duty),
        measured_fen=measured,
    )
    if milestone.accepted_by:
        yield events.MilestoneAccepted(
            agreement=command.agreement, milestone=command.milestone, measured_fen=measured
        )
        if not milestone.open:
            yield from _pay(ledger, context, command.agreement, term, 0)


def refuse_milestone(
    command: messages.RefuseMilestone, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Refuse a reported milestone.

    Raises `NotFound`, `StateWrong`, `NotTheEngineer`, `NotOnDuty`.
    """
    agreement = signed_agreement(ledger, command.agreement)
    _milestone(ledger, command.agreement, command.milestone, "reported")
    on_duty(ledger, context, agreement, command.duty, duties_of(agreement))
    yield events.MilestoneRefused(
        agreement=command.agreement,
        milestone=command.milestone,
        by=context.person,
        reason=command.reason,
    )


def open_nonconformity(
    command: messages.OpenNonConformity, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Record a failed test or defect.

    Raises `NotFound`, `StateWrong` for a milestone that is paid, `BoundReached`.
    """
    signed_agreement(ledger, command.agreement)
    milestone = _milestone(
        ledger, command.agreement, command.milestone, "planned", "reported", "refused", "accepted"
    )
    if len(milestone.open) >= OPEN_NONCONFORMITIES_MAX:
        raise errors.BoundReached(what="open non-conformities", most=OPEN_NONCONFORMITIES_MAX)
    yield events.NonConformityOpened(
        nonconformity=context.record_id(),
        agreement=command.agreement,
        milestone=command.milestone,
        title=command.title,
        evidence_sha256=command.evidence_sha256,
        by=context.person,
    )


def release_nonconformity(
    command: messages.ReleaseNonConformity, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Sign for the release: the engineer (or, without one, the manager) and the quality officer.

    With both, a milestone that is accepted and waited for it is paid.

    Raises `NotFound`, `StateWrong`, `OwnSubmission`, `NotTheEngineer`, `NotOnDuty`,
    `SecondPerson`, and what the contracts and funds refuse of the payment.
    """
    found = ledger.find(NonConformity, command.nonconformity)
    if found is None:
        raise errors.NotFound(what="nonconformity", id=command.nonconformity)
    if found.state != "open":
        raise errors.StateWrong(
            what="nonconformity", id=command.nonconformity, state=found.state, needed=("open",)
        )
    if context.person == found.opened_by:
        raise errors.OwnSubmission(
            person=context.person, what="nonconformity", id=command.nonconformity
        )
    agreement = signed_agreement(ledger, found.agreement)
    needed = (duties_of(agreement)[0], "quality")
    on_duty(ledger, context, agreement, command.duty, needed)
    _second_person(found.released_by, context, command.duty)
    yield events.NonConformityEndorsed(
        nonconformity=command.nonconformity,
        signature=_signature(context, command.duty),
        evidence_sha256=command.evidence_sha256,
    )
    if found.released_by:
        yield events.NonConformityReleased(nonconformity=command.nonconformity)
        yield from _pay_waiting(ledger, context, agreement, found)


def _pay_waiting(
    ledger: Ledger, context: Context, agreement: Agreement, released: NonConformity
) -> Iterator[Event]:
    """Pay an accepted milestone that waited for its last non-conformity, and for nothing else."""
    name = released.agreement
    milestone = ledger.require(Milestone, milestone_key(name, released.milestone))
    if milestone.state != "accepted" or milestone.open:
        return
    term = term_of(agreement, released.milestone)
    if ledger.lookup(INVOICE, wish_of(ledger, context, name, term).proof) is None:
        yield from _pay(ledger, context, name, term, 0)


def pay_on_date(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Pay a milestone whose day has come; paid already, or settled, it is left alone."""
    name, _, milestone = item.subject.rpartition(":")
    agreement = ledger.require(Agreement, name)
    if agreement.state == "settled":
        return
    if ledger.require(Milestone, item.subject).state == "planned":
        yield from pay_milestone(ledger, context, name, term_of(agreement, milestone), 0)


def schedule(context: Context, agreement: str, term: MilestoneTerm) -> Iterator[Event]:
    """Have a milestone pay on its day."""
    due_ms = calendar.start_of(term.day or 0, context.setting.offset_s)
    subject = milestone_key(agreement, term.id)
    yield Scheduled(due_ms=due_ms, handler=PAYS, subject=subject)


def pay_milestone(
    ledger: Ledger, context: Context, agreement: str, term: MilestoneTerm, ordinal: int
) -> Iterator[Event]:
    """Pay a milestone that nobody has to accept: its trigger has come."""
    yield events.MilestoneAccepted(agreement=agreement, milestone=term.id, measured_fen=0)
    yield from _pay(ledger, context, agreement, term, ordinal)


def fixed_amount_of(agreement: Agreement, term: MilestoneTerm) -> int:
    """Return what a milestone pays without being measured; 0 where it is."""
    if term.kind == "advance":
        return agreement.total_fen * agreement.advance_bp // BP_ONE
    return term.base_fen * term.share_bp // BP_ONE


def wish_of(ledger: Ledger, context: Context, name: str, term: MilestoneTerm) -> Wish:
    """Return the payment that a milestone's terms lead to, before any contract is asked."""
    agreement = signed_agreement(ledger, name)
    milestone = ledger.require(Milestone, milestone_key(name, term.id))
    base, share_bp, wage_bp = _base(agreement, term, milestone)
    retained = 0
    if term.kind == "progress" and agreement.retains_before_completion:
        retained = base * agreement.retention_bp // BP_ONE
    gross = base * share_bp // BP_ONE
    left = agreement.advance_paid_fen - agreement.advance_recouped_fen
    recouped = min(term.recoup_fen, left, gross)
    net = gross - recouped
    payee = payee_of(ledger, agreement.payee)
    change = ledger.find(AccountChange, account_id(agreement.unit, agreement.payee))
    proof = f"MST|{milestone_key(name, term.id)}"
    if milestone.invoice:
        proof = invoice_proof(payee.credit_code, milestone.invoice)
    wages = min(base * wage_bp // BP_ONE, net)
    return Wish(
        line=agreement.line,
        nature=agreement.nature,
        source=agreement.source,
        year=context.year,
        amount_fen=net,
        purpose=ledger.require(Line, agreement.line).economic,
        payee=agreement.payee,
        account=confirmed_account(change) or agreement.account,
        proof=proof,
        agreement=name,
        milestone=term.id,
        wage_fen=wages,
        wage_account=agreement.wage_account if wages else None,
        recouped_fen=recouped,
        retained_fen=retained,
    )


def signed_agreement(ledger: Ledger, name: str) -> Agreement:
    """Return an agreement that binds. Raises `NotFound`, `StateWrong`."""
    found = ledger.find(Agreement, name)
    if found is None:
        raise errors.NotFound(what="agreement", id=name)
    if found.state != "signed":
        raise errors.StateWrong(what="agreement", id=name, state=found.state, needed=("signed",))
    return found


def on_duty(
    ledger: Ledger,
    context: Context,
    agreement: Agreement,
    duty: str,
    needed: tuple[str, ...],
) -> None:
    """Refuse who does not hold the duty, or whose duty is not asked for.

    Raises `NotTheEngineer` (R07), `NotOnDuty`.
    """
    right = messages.AcceptMilestone.right()
    post = ledger.find(Post, context.post)
    has_role = post is not None and ROLE_OF[duty] in post.roles
    organisation = context.organisation
    if duty == "engineer":
        of_contractor = organisation == agreement.payee or is_below(
            ledger, organisation, agreement.payee
        )
        if not has_role or of_contractor or organisation != agreement.engineer:
            raise errors.NotTheEngineer(
                person=context.person,
                organisation=organisation,
                engineer=agreement.engineer or "",
                who=posts_that_may(ledger, agreement.engineer or "", right),
            )
    if (
        duty not in needed
        or not has_role
        or (duty != "engineer" and organisation != agreement.unit)
    ):
        raise errors.NotOnDuty(
            duty=duty,
            post=context.post,
            needed=needed,
            who=posts_that_may(ledger, agreement.unit, right),
        )


def _pay(
    ledger: Ledger, context: Context, name: str, term: MilestoneTerm, ordinal: int
) -> Iterator[Event]:
    wish = wish_of(ledger, context, name, term)
    if wish.amount_fen == 0 and wish.recouped_fen:
        yield events.MilestoneOffset(
            agreement=name,
            milestone=term.id,
            recouped_fen=wish.recouped_fen,
            retained_fen=wish.retained_fen,
        )
        return
    line = ledger.require(Line, wish.line)
    payment = context.record_id(ordinal)
    decision = _effects(ledger, context, wish, name, term, line)
    paid = int(decision.output("pay_fen") or 0)
    if decision.reasons and paid == 0:
        raise refusal_of(ledger, facts_of(ledger, context, wish, line, payment), decision)
    if decision.reasons:
        wages = int(decision.output("wage_fen") or 0)
        wish = replace(
            wish,
            amount_fen=paid,
            wage_fen=wages,
            wage_account=wish.wage_account if wages else None,
            recouped_fen=int(decision.output("recouped_fen") or 0),
        )
    yield from pay(ledger, context, wish, line, payment)


def _effects(
    ledger: Ledger,
    context: Context,
    wish: Wish,
    name: str,
    term: MilestoneTerm,
    line: Line,
) -> Decision:
    """Return what the contracts of the milestone hook make of it."""
    agreement = signed_agreement(ledger, name)
    milestone = ledger.require(Milestone, milestone_key(name, term.id))
    base, share_bp, wage_bp = _base(agreement, term, milestone)
    left = sum(
        part.amount_fen
        for part in ledger.require(Commitment, name).left
        if f":{context.year:04d}:" in part.cell
    )
    inputs = {
        "kind": term.kind,
        "accepted": milestone.state == "accepted",
        "open_nonconformity": bool(milestone.open),
        "base_fen": base,
        "share_bp": share_bp,
        "recoup_fen": term.recoup_fen,
        "advance_left_fen": agreement.advance_paid_fen - agreement.advance_recouped_fen,
        "wage_bp": wage_bp,
        "contract_left_fen": left,
    }
    return decide(ledger, HOOK, inputs, subject=subject_of(agreement.line, line))


def _base(agreement: Agreement, term: MilestoneTerm, milestone: Milestone) -> tuple[int, int, int]:
    """Return what a milestone is a share of, that share, and the share of wages.

    What is retained before completion is not part of the share.
    """
    retained_bp = agreement.retention_bp if agreement.retains_before_completion else 0
    match term.kind:
        case "advance":
            return agreement.total_fen, agreement.advance_bp, 0
        case "progress":
            return milestone.measured_fen, agreement.progress_bp - retained_bp, agreement.wage_bp
        case "retention":
            return agreement.retained_fen, BP_ONE, 0
        case "delivery":
            return term.base_fen, term.share_bp, 0


def _milestone(ledger: Ledger, agreement: str, milestone: str, *needed: str) -> Milestone:
    name = milestone_key(agreement, milestone)
    found = ledger.find(Milestone, name)
    if found is None:
        raise errors.NotFound(what="milestone", id=name)
    if found.state not in needed:
        raise errors.StateWrong(what="milestone", id=name, state=found.state, needed=needed)
    return found


def _second_person(signed: tuple[Signature, ...], context: Context, duty: str) -> None:
    for signature in signed:
        if signature.person == context.person or signature.duty == duty:
            raise errors.SecondPerson(
                person=context.person, signed=tuple(f"{s.duty}:{s.person}" for s in signed)
            )


def _signature(context: Context, duty: str) -> Signature:
    return Signature(context.person, context.organisation, duty, context.time_ms)
