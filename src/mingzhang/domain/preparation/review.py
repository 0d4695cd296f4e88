"""What follows when a request's case moves: reactions to events of procedure.

At every level that a request reaches the contracts are asked again; a refusal of theirs refuses
the command that would have moved it (row A2.2). Only cases of this room are followed.
"""

from collections.abc import Iterator

from mingzhang.domain.contracts.decision import Decision, version_for
from mingzhang.domain.preparation.balance import balance
from mingzhang.domain.preparation.events import RequestMoved
from mingzhang.domain.preparation.request_rules import approved, require_unresolved
from mingzhang.domain.preparation.state import Cycle, Request, RequestVersion, version_id
from mingzhang.domain.preparation.terms import RequestState, Ruling
from mingzhang.domain.preparation.verdict import (
    HOOK,
    Asked,
    inputs_of,
    judge,
    question_of,
    refusal_of,
    ruling_of,
)
from mingzhang.domain.procedure import events as p
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.routing import Subject
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def level_reached(event: p.LevelReached, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Ask the contracts whether the level just passed may pass it on."""
    head = _mine(event.subject, ledger)
    if head is None or event.position == 0:
        return
    passed = ledger.require(Case, event.case).levels[event.position - 1].name
    asked, decision = _judged(ledger, context, head, event.subject, event.case, passed)
    if decision.verdict == "ask":
        question = question_of(ledger, asked, decision, "review", passed)
        yield from verbs.ask(ledger, context, event.case, question, ruling_of(decision).clause)
    state: RequestState = "asked" if decision.verdict == "ask" else "submitted"
    yield _moved(context, head, event.subject, state, event.level, ruling=ruling_of(decision))


def case_approved(event: p.CaseApproved, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Approve the request if the contracts let the last level's approval stand."""
    head = _mine(event.subject, ledger)
    if head is None:
        return
    require_unresolved(ledger, head.year)
    last = ledger.require(Case, event.case).levels[-1].name
    asked, decision = _judged(ledger, context, head, event.subject, event.case, last)
    if decision.verdict in ("ask", "route"):
        raise refusal_of(ledger, asked, inputs_of(ledger, asked, "review", last), decision)
    yield approved(event.subject.id, head, decision, context)


def case_rejected(event: p.CaseRejected, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note that it is refused for good; a new version may follow while the stage is open."""
    yield from _ended(event.subject, event.reason, "rejected", context, ledger)


def case_withdrawn(event: p.CaseWithdrawn, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note that the unit has taken the request back."""
    yield from _ended(event.subject, event.reason, "withdrawn", context, ledger)


def case_asked(event: p.CaseAsked, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note what a reviewer wants. What the contracts ask is noted where they are asked."""
    head = _mine(event.subject, ledger)
    if head is not None and head.state != "asked":
        yield _moved(context, head, event.subject, "asked", head.level, reason=event.question)


def case_answered(event: p.CaseAnswered, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note that what was asked for has come."""
    head = _mine(event.subject, ledger)
    if head is not None:
        yield _moved(context, head, event.subject, "submitted", head.level)


def case_returned(event: p.CaseReturned, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note that it goes back to be changed, under the same ceiling."""
    head = _mine(event.subject, ledger)
    if head is not None:
        yield _moved(context, head, event.subject, "returned", "", reason=event.reason)


def _ended(
    subject: Subject, reason: str, state: RequestState, context: Context, ledger: Ledger
) -> Iterator[Event]:
    head = _mine(subject, ledger)
    if head is None:
        return
    yield _moved(context, head, subject, state, "", reason=reason)
    cycle = ledger.require(Cycle, f"{head.year}")
    yield from balance(ledger, context, head.year, cycle.bureau, head.department)


def _mine(subject: Subject, ledger: Ledger) -> Request | None:
    """Return the request that a case is about, if it is one.

    A new version closes the case of the one before, so the case that moves is the head's.
    """
    if (subject.room, subject.kind) != ("preparation", "request"):
        return None
    return ledger.require(Request, subject.id)


def _judged(
    ledger: Ledger, context: Context, head: Request, subject: Subject, case: str, passed: str
) -> tuple[Asked, Decision]:
    """Return the request as it stands, and what the contracts it began under say of it."""
    version = ledger.require(RequestVersion, version_id(subject.id, head.version))
    asked = Asked(
        cycle=ledger.require(Cycle, f"{head.year}"),
        year=head.year,
        unit=head.unit,
        department=head.department,
        project=head.project,
        content=version.content,
        request=head,
        day=context.day,
    )
    binding = version_for(ledger, HOOK, case, head.binding)
    return asked, judge(ledger, asked, "review", passed, binding)


def _moved(
    context: Context,
    head: Request,
    subject: Subject,
    state: RequestState,
    level: str,
    *,
    reason: str = "",
    ruling: Ruling | None = None,
) -> RequestMoved:
    return RequestMoved(
        request=subject.id,
        version=head.version,
        state=state,
        level=level,
        at_ms=context.time_ms,
        reason=reason,
        ruling=ruling,
    )
