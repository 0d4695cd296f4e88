"""Rules of requests 预算申报: submission, new versions, corrections.

Checks stand in the order of `errors`; the contracts of the hook come last and say all that they
find. Sources: mission rows A2.1, A2.2, A3.1, F6; domain.md (二上二下).
"""

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import replace

from mingzhang.domain.contracts.decision import Decision
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.balance import balance
from mingzhang.domain.preparation.content_rules import require_form, require_usable
from mingzhang.domain.preparation.cycle_rules import cycle_of, require_room
from mingzhang.domain.preparation.events import RequestApproved, RequestMoved, RequestSubmitted
from mingzhang.domain.preparation.messages import CorrectRequest, SubmitRequest
from mingzhang.domain.preparation.organisations import author_of, department_of, require_itself
from mingzhang.domain.preparation.state import (
    REQUEST_OF,
    Cycle,
    Request,
    Resolution,
    Total,
    request_value,
    total_id,
    version_id,
)
from mingzhang.domain.preparation.terms import Content
from mingzhang.domain.preparation.verdict import Asked, judge, question_of, ruling_of
from mingzhang.domain.preparation.way import levels_of
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.routing import Subject
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event, encode

UP_STAGES = ("first_up", "second_up")
"""Stages in which requests come up; after the deadline only those that were given back."""
GIVEN_BACK = ("asked", "returned")
VERSIONS_MAX = 9_999


def submit_request(command: SubmitRequest, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Submit the first version of a request, or one that replaces the version it names."""
    cycle = cycle_of(ledger, command.year)
    value = request_value(command.year, command.organisation, command.project or "")
    request_id = ledger.lookup(REQUEST_OF, value)
    head = ledger.require(Request, request_id) if request_id is not None else None
    _require_open(cycle, command.year, head)
    department = department_of(ledger, command.organisation)
    require_itself(context, command.organisation)
    asked = Asked(
        cycle=cycle,
        year=command.year,
        unit=command.organisation,
        department=department,
        project=command.project or "",
        content=command.content,
        request=head,
        day=context.day,
    )
    if head is None:
        _require_places(ledger, asked)
    if cycle.stage == "second_up":
        _require_ceiling(ledger, asked)
    owner = (asked.unit, asked.project)
    require_form(ledger, cycle.rules, command.year, owner, command.content)
    _require_predecessor(command, cycle, request_id, head)
    yield from _submit(ledger, context, asked, request_id, command.reason, corrects=False)


def correct_request(command: CorrectRequest, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Put a correction of an approved version before the reviewers, until the congress votes."""
    head = ledger.find(Request, command.request)
    if head is None or head.unit != command.organisation:
        raise errors.NoRequest(request=command.request)
    cycle = cycle_of(ledger, head.year)
    require_itself(context, head.unit)
    asked = Asked(
        cycle=cycle,
        year=head.year,
        unit=head.unit,
        department=head.department,
        project=head.project,
        content=command.content,
        request=head,
        day=context.day,
    )
    require_form(ledger, cycle.rules, head.year, (head.unit, head.project), command.content)
    if head.state != "approved" or not head.drafted:
        raise errors.UnderReview(request=command.request, state=head.state)
    require_unresolved(ledger, head.year)
    yield from _submit(ledger, context, asked, command.request, command.reason, corrects=True)


def require_unresolved(ledger: Ledger, year: int) -> None:
    """Raise `AlreadyResolved` once the congress has adopted the year's budget."""
    resolution = ledger.find(Resolution, f"{year}")
    if resolution is not None and resolution.adopted:
        raise errors.AlreadyResolved(year=year, number=resolution.number)


def _require_open(cycle: Cycle, year: int, head: Request | None) -> None:
    """Raise `StageNotOpen` unless this stage takes requests; a closed one, those given back."""
    given_back = head is not None and head.state in GIVEN_BACK
    if cycle.stage not in UP_STAGES or (cycle.closed and not given_back):
        raise errors.StageNotOpen(year=year, stage=cycle.stage, closed=cycle.closed)


def _require_places(ledger: Ledger, asked: Asked) -> None:
    total = ledger.find(Total, total_id(asked.year, asked.department)) or Total()
    whole = ledger.find(Total, total_id(asked.year)) or Total()
    require_room(total, asked.unit, asked.department)
    require_room(whole, asked.department, asked.cycle.bureau)


def _require_ceiling(ledger: Ledger, asked: Asked) -> None:
    total = ledger.find(Total, total_id(asked.year, asked.department)) or Total()
    if total.ceiling_fen is None and total.share(asked.unit).ceiling_fen is None:
        raise errors.NoCeiling(year=asked.year, organisation=asked.department)


def _require_predecessor(
    command: SubmitRequest, cycle: Cycle, request_id: str | None, head: Request | None
) -> None:
    """Raise `OtherPredecessor` or `UnderReview`.

    A version approved in an earlier stage is followed by the next stage's, as 二上 follows 一上;
    one approved in this stage is corrected instead.
    """
    current = version_id(request_id, head.version) if request_id and head else None
    if command.previous != current:
        raise errors.OtherPredecessor(previous=command.previous, current=current)
    if head is None or request_id is None:
        return
    earlier = head.state == "approved" and head.stage != cycle.stage
    over = head.state in (*GIVEN_BACK, "withdrawn", "rejected")
    if not (earlier or over) or head.version >= VERSIONS_MAX:
        raise errors.UnderReview(request=request_id, state=head.state)


def _submit(
    ledger: Ledger,
    context: Context,
    asked: Asked,
    request_id: str | None,
    reason: str,
    *,
    corrects: bool,
) -> Iterator[Event]:
    """Ask the contracts, put the version before its levels, and let the totals follow."""
    first = judge(ledger, asked, "submit", "none")
    require_usable(ledger, asked.project, asked.content)
    request = request_id or context.record_id()
    head = asked.request
    version = head.version + 1 if head else 1
    levels = levels_of(ledger, asked, first)
    if head is not None and head.case and ledger.require(Case, head.case).state == "asked":
        yield from verbs.close(ledger, context, head.case, "superseded")
    case = ""
    if levels:
        subject = Subject(
            room="preparation",
            kind="request",
            id=request,
            key=Request.key(request),
            version=version,
        )
        case = yield from verbs.open_case(ledger, context, subject, levels)
    yield RequestSubmitted(
        request=request,
        version=version,
        year=asked.year,
        unit=asked.unit,
        department=asked.department,
        project=asked.project,
        content=asked.content,
        content_sha256=content_hash(asked.content),
        total_fen=asked.content.total_fen(),
        year_fen=asked.content.of_year_fen(asked.year),
        author=author_of(context),
        reason=reason,
        ruling=ruling_of(first),
        at_ms=context.time_ms,
        stage=head.stage if head and corrects else asked.cycle.stage,
        case=case,
        level=levels[0].name if levels else "",
        previous=head.version if head else None,
        corrects=corrects,
    )
    yield from _after(ledger, context, asked, request, first)
    yield from balance(ledger, context, asked.year, asked.cycle.bureau, asked.department)


def _after(
    ledger: Ledger, context: Context, asked: Asked, request: str, first: Decision
) -> Generator[Event, None, None]:
    """Ask for more where the contracts do; approve at once where they route to nobody."""
    head = ledger.require(Request, request)
    if first.verdict == "ask":
        # Judged again with its own version counted once: it stands in the totals by now.
        question = question_of(ledger, replace(asked, request=head), first, "submit", "none")
        clause = ruling_of(first).clause
        yield from verbs.ask(ledger, context, head.case, question, clause)
        yield RequestMoved(
            request=request,
            version=head.version,
            state="asked",
            level=head.level,
            at_ms=context.time_ms,
            reason=question,
        )
    elif not head.case:
        yield approved(request, head, first, context)


def approved(request: str, head: Request, decision: Decision, context: Context) -> RequestApproved:
    """Return the event that the version at hand is approved by a decision."""
    return RequestApproved(
        request=request,
        version=head.version,
        year=head.year,
        unit=head.unit,
        department=head.department,
        project=head.project,
        year_fen=head.year_fen,
        ruling=ruling_of(decision),
        at_ms=context.time_ms,
    )


def content_hash(content: Content) -> str:
    """Return SHA-256 of a version's content in canonical bytes, lower-case hexadecimal."""
    return hashlib.sha256(encode(content)).hexdigest()
