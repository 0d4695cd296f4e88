"""What disclosure follows: events of preparation, procedure and execution.

Reactions do not react: what preparation does when a case moves is seen here by following the
case's own event, later in the order of rooms, and reading how the request stands then.
"""

import hashlib
from collections.abc import Iterator

from mingzhang.domain.disclosure.events import ProcessMoved
from mingzhang.domain.disclosure.publishing import ask, offer, withhold, withhold_by
from mingzhang.domain.disclosure.sources import bureau_of, confidential_by_unit, open_lines
from mingzhang.domain.disclosure.state import Process
from mingzhang.domain.disclosure.terms import Entry, FigureKind, PublisherLevel, SourceKind
from mingzhang.domain.execution import events as execution
from mingzhang.domain.execution.state import Payment
from mingzhang.domain.funds.state import Line
from mingzhang.domain.preparation import events as preparation
from mingzhang.domain.preparation.state import (
    Appropriation,
    Issue,
    Request,
    Resolution,
    is_confidential,
    total_id,
    version_id,
)
from mingzhang.domain.procedure import events as procedure
from mingzhang.domain.procedure.routing import Subject
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.refusals import Refusal

SECRET = ("涉及国家秘密（预算法 第十四条）", "State secret (Budget Law art. 14)")
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
    """Offer the government's budget once adopted; the bureau publishes it (art. 14).

    What is confidential of it is a gap of its own, as in a department's and a unit's budget.
    """
    if event.adopted:
        found = ledger.require(Resolution, f"{event.year}")
        entry = _entry(
            context,
            ("budget", "government", bureau_of(ledger, event.year)),
            ("resolution", f"{event.year}"),
        )
        yield from _offer_open(
            ledger, context, entry, shown=found.open_fen > 0, secret=found.confidential_fen > 0
        )


def appropriation_issued(
    event: preparation.AppropriationIssued, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer a department's budget once the bureau has approved it (art. 14)."""
    source = total_id(event.year, event.department)
    entry = _entry(context, ("budget", "department", event.department), ("issue", source))
    secret_fen = sum(confidential_by_unit(ledger, event.year, event.department).values())
    total_fen = ledger.require(Issue, source).total_fen
    yield from _offer_open(
        ledger, context, entry, shown=total_fen > secret_fen, secret=secret_fen > 0
    )


def appropriation_handed_down(
    event: preparation.AppropriationHandedDown, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Offer a unit's budget (实施条例 第六条); its confidential lines are a gap of their own."""
    found = ledger.require(Appropriation, event.appropriation)
    lines = len(open_lines(ledger, found))
    entry = _entry(context, ("budget", "unit", event.unit), ("appropriation", event.appropriation))
    yield from _offer_open(ledger, context, entry, shown=lines > 0, secret=lines < len(found.lines))


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


def _offer_open(
    ledger: Ledger, context: Context, entry: Entry, *, shown: bool, secret: bool
) -> Iterator[Event]:
    """Offer what is open of a budget, and show what is secret of it as a gap.

    Where the contracts cannot decide, the law alone is its ground.
    """
    if shown:
        yield from offer(ledger, context, [entry])
    if not secret:
        return
    try:
        decision = ask(ledger, entry, secret=True)
    except Refusal:
        yield from withhold(ledger, context, entry, SECRET, None)
    else:
        yield from withhold_by(ledger, context, entry, decision)


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
