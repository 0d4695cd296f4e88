"""What disclosure follows: events of preparation, procedure and execution.

Reactions do not react: what preparation does when a case moves is seen here by following the
case's own event, later in the order of rooms, and reading how the request stands then.
"""

import hashlib
from collections.abc import Iterator

from mingzhang.domain.disclosure.events import ProcessMoved
from mingzhang.domain.disclosure.publishing import ask, offer, withhold_by
from mingzhang.domain.disclosure.sources import bureau_of, is_confidential, open_lines
from mingzhang.domain.disclosure.state import Process
from mingzhang.domain.disclosure.terms import Entry, FigureKind, PublisherLevel, SourceKind
from mingzhang.domain.execution import events as execution
from mingzhang.domain.execution.state import Payment
from mingzhang.domain.funds.state import Line
from mingzhang.domain.preparation import events as preparation
from mingzhang.domain.preparation.state import Appropriation, Request, total_id, version_id
from mingzhang.domain.procedure import events as procedure
from mingzhang.domain.procedure.routing import Subject
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

OF_A_CASE = (
    procedure.LevelReached
    | procedure.CaseApproved
    | procedure.CaseRejected
    | procedure.CaseAsked
    | procedure.CaseAnswered
    | procedure.CaseReturned
    | procedure.CaseWithdrawn
)


def resolution_entered(
    event: preparation.ResolutionEntered, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer the government's budget once adopted; the bureau publishes it (art. 14)."""
    if event.adopted:
        bureau = bureau_of(ledger, event.year)
        yield from _offer(
            ledger, context, ("budget", "government", bureau), ("resolution", f"{event.year}")
        )


def appropriation_issued(
    event: preparation.AppropriationIssued, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer a department's budget once the bureau has approved it (art. 14)."""
    source = total_id(event.year, event.department)
    yield from _offer(
        ledger, context, ("budget", "department", event.department), ("issue", source)
    )


def appropriation_handed_down(
    event: preparation.AppropriationHandedDown, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer a unit's budget (实施条例 第六条); its confidential lines are a gap of their own."""
    found = ledger.require(Appropriation, event.appropriation)
    lines = len(open_lines(ledger, found))
    who: tuple[FigureKind, PublisherLevel, str] = ("budget", "unit", event.unit)
    if lines:
        yield from _offer(ledger, context, who, ("appropriation", event.appropriation))
    if lines < len(found.lines):
        entry = _entry(context, who, ("appropriation", event.appropriation))
        yield from withhold_by(ledger, context, entry, ask(ledger, entry, secret=True))


def appropriation_reversed(
    event: preparation.AppropriationReversed, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer that a unit's budget was taken back: both are shown (F6)."""
    if open_lines(ledger, ledger.require(Appropriation, event.appropriation)):
        yield from _offer(
            ledger, context, ("adjustment", "unit", event.unit), ("reversal", event.appropriation)
        )


def request_submitted(
    event: preparation.RequestSubmitted, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Show where the request stands."""
    yield from _note(ledger, event.request)


def request_approved(
    event: preparation.RequestApproved, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Show it, and offer request and approval: the contracts approved without a case."""
    yield from _note(ledger, event.request)
    yield from _approved(ledger, context, event.request)


def case_moved(event: OF_A_CASE, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Show where a request stands after its case has moved; offer it once approved."""
    request = _request_of(event.subject, ledger)
    if request is None:
        return
    yield from _note(ledger, event.subject.id)
    if isinstance(event, procedure.CaseApproved):
        yield from _approved(ledger, context, event.subject.id)


def bank_reported(
    event: execution.BankReported, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer the payments that the bank has made."""
    made = [_payment_entry(ledger, context, payment, "settled", 0) for payment in event.settled]
    yield from offer(ledger, context, made)


def payment_returned(
    event: execution.PaymentReturned, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer what came back of a payment."""
    entry = _payment_entry(ledger, context, event.payment, "returned", event.amount_fen)
    yield from offer(ledger, context, [entry])


def advance_cleared(
    event: execution.AdvanceCleared, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer an advance once nothing is left to clear: as paid, and what of it was given back."""
    payment = ledger.require(Payment, event.payment)
    if payment.state != "settled":
        return
    made = [_payment_entry(ledger, context, event.payment, "settled", 0)]
    if payment.returned_fen:
        back = payment.returned_fen
        made.append(_payment_entry(ledger, context, event.payment, "returned", back))
    yield from offer(ledger, context, made)


def breach_recorded(
    event: execution.BreachRecorded, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer an accountability record; the contracts say whether and when it is public.

    A line that the budget does not have is no unit's: what names one is not offered.
    """
    if ledger.find(Line, event.content.line) is None:
        return
    who: tuple[FigureKind, PublisherLevel, str] = ("accountability", "unit", event.content.unit)
    yield from _offer(ledger, context, who, ("breach", event.breach))


def _payment_entry(
    ledger: Ledger, context: Context, payment: str, source_kind: SourceKind, amount_fen: int
) -> Entry:
    unit = ledger.require(Line, ledger.require(Payment, payment).line).unit
    return _entry(context, ("payment", "unit", unit), (source_kind, payment), amount_fen)


def _approved(ledger: Ledger, context: Context, request: str) -> Iterator[Event]:
    head = ledger.require(Request, request)
    source = version_id(request, head.approved_version)
    yield from _offer(ledger, context, ("request", "unit", head.unit), ("version", source))
    yield from _offer(ledger, context, ("approval", "unit", head.unit), ("approval", source))


def _offer(
    ledger: Ledger,
    context: Context,
    who: tuple[FigureKind, PublisherLevel, str],
    source: tuple[SourceKind, str],
) -> Iterator[Event]:
    yield from offer(ledger, context, [_entry(context, who, source)])


def _entry(
    context: Context,
    who: tuple[FigureKind, PublisherLevel, str],
    source: tuple[SourceKind, str],
    amount_fen: int = 0,
) -> Entry:
    return Entry(
        figure=_id_of(context, source),
        figure_kind=who[0],
        level=who[1],
        organisation=who[2],
        source_kind=source[0],
        source=source[1],
        amount_fen=amount_fen,
    )


def _id_of(context: Context, source: tuple[SourceKind, str]) -> str:
    """Return the id of the figure that this command makes of a source: one source, one id."""
    digest = hashlib.sha256("|".join(source).encode()).hexdigest()
    return context.record_id(int(digest[:12], 16))


def _request_of(subject: Subject, ledger: Ledger) -> Request | None:
    if (subject.room, subject.kind) != ("preparation", "request"):
        return None
    return ledger.require(Request, subject.id)


def _note(ledger: Ledger, request: str) -> Iterator[Event]:
    """Record where a request stands, where that has changed; of a secret project nothing."""
    head = ledger.require(Request, request)
    if is_confidential(ledger, head.project):
        return
    turn: tuple[str, ...] = ()
    if head.case and head.state in ("submitted", "asked"):
        case = ledger.require(Case, head.case)
        turn = tuple(desk.organisation for desk in case.level.desks)
    if head.state in ("asked", "returned"):
        turn = (head.unit,)
    now = Process(
        year=head.year,
        unit=head.unit,
        department=head.department,
        state=head.state,
        level=head.level,
        turn=turn,
        since_ms=head.since_ms,
        version=head.version,
        clause=head.ruling.clause,
        contract=head.ruling.contract,
    )
    if ledger.find(Process, request) != now:
        yield ProcessMoved(process=request, content=now)
