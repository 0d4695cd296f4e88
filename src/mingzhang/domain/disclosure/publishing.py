"""Publishing by rule: the contracts of the hook `disclosure.publish` say what and when.

They are asked when something happens (when is it due?) and again on the day (what may be
shown?). Disclosure stands in no fact's way: where the contracts cannot decide when something
happens, it is queued for the next day, and waits there until they can.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from mingzhang.domain.contracts.decision import Decision, Subject, decide, is_scoped
from mingzhang.domain.disclosure.errors import WithheldByContract
from mingzhang.domain.disclosure.events import (
    FigurePublished,
    FigureWithheld,
    PublicationsQueued,
    QueueDone,
)
from mingzhang.domain.disclosure.sources import is_protected, read
from mingzhang.domain.disclosure.state import (
    EMPTY_CHAIN,
    QUEUE_PAGE,
    Figure,
    Gap,
    Gazette,
    Queue,
    QueueHead,
    gazette_id,
    queue_id,
)
from mingzhang.domain.disclosure.terms import Content, Entry, Rule, masked, retitled
from mingzhang.domain.execution.state import Breach, Payment
from mingzhang.domain.funds.state import Line
from mingzhang.domain.preparation.state import Request, RequestVersion, is_confidential
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event, Record, encode
from mingzhang.kernel.refusals import Refusal
from mingzhang.kernel.schedule import DueItem, Scheduled

HOOK = "disclosure.publish"
PUBLISH_DUE = "disclosure.publish_due"
PAGES_PER_HOUR = 2_048
"""Due items of one hour are bounded by the scheduler; a day's further pages follow hourly."""


def offer(ledger: Ledger, context: Context, entries: Sequence[Entry]) -> Iterator[Event]:
    """Publish at once, queue for the day that the contracts say, or show the gap, each of them.

    What is judged by the same inputs is judged once, and queued together.
    """
    scoped = is_scoped(ledger, HOOK)
    answers: dict[tuple[object, ...], Decision | None] = {}
    queued: dict[int, list[Entry]] = {}
    for entry in entries:
        inputs, subject = _question(ledger, entry)
        asked = (*inputs.values(), subject if scoped else None)
        if asked not in answers:
            try:
                answers[asked] = decide(ledger, HOOK, inputs, subject=subject)
            except Refusal:
                answers[asked] = None
        decision = answers[asked]
        days = 1 if decision is None else int(decision.output("deadline_days") or 0)
        if decision is not None and decision.output("publish") == "withhold":
            yield from withhold_by(ledger, context, entry, decision)
        elif decision is not None and days == 0:
            yield from publish(ledger, context, entry, decision)
        else:
            queued.setdefault(context.day + days, []).append(entry)
    for day, together in queued.items():
        yield from _queue(ledger, context, together, day)


def ask(ledger: Ledger, entry: Entry, *, secret: bool | None = None) -> Decision:
    """Return what the contracts say of an entry. Raises what `decide` does."""
    inputs, subject = _question(ledger, entry, secret=secret)
    return decide(ledger, HOOK, inputs, subject=subject)


def _question(
    ledger: Ledger, entry: Entry, *, secret: bool | None = None
) -> tuple[dict[str, Any], Subject]:
    """Return what the contracts are asked of an entry; everything here has been approved.

    Of what is protected, figures would have the name of a payee alone who may be a person; it is
    masked (`sources`).
    """
    project = _project(ledger, entry)
    is_payment = entry.source_kind in ("settled", "returned")
    hides_name = is_payment and is_protected(ledger, entry.source)
    inputs = {
        "kind": entry.figure_kind,
        "level": entry.level,
        "approved": True,
        "secret": is_confidential(ledger, project) if secret is None else secret,
        "protected_fields": 1 if hides_name else 0,
        "masked": hides_name,
    }
    return inputs, Subject(organisation=entry.organisation, project=project)


def _project(ledger: Ledger, entry: Entry) -> str:
    """Return the project that an entry is about, where it is about one."""
    match entry.source_kind:
        case "version" | "approval":
            request = ledger.require(RequestVersion, entry.source).request
            return ledger.require(Request, request).project
        case "settled" | "returned":
            line = ledger.require(Payment, entry.source).line
            return ledger.require(Line, line).project
        case "breach":
            line = ledger.require(Breach, entry.source).line
            return ledger.require(Line, line).project
        case _:
            return ""


def rule_of(decision: Decision) -> Rule:
    """Return by which rule something is published or withheld."""
    clause = decision.clause
    return Rule(
        contract=clause.contract if clause else "",
        row=decision.note.rows[0] if decision.note.rows else "",
        input_sha256=decision.note.input_sha256,
        basis_zh=clause.basis_zh if clause else (),
        basis_en=clause.basis_en if clause else (),
    )


def publish(
    ledger: Ledger,
    context: Context,
    entry: Entry,
    decision: Decision,
    *,
    titles: tuple[str, str] = ("", ""),
    corrects: str = "",
    reason: str = "",
) -> Iterator[Event]:
    """Read what is published from its sources and number it in its publisher's gazette."""
    content = shown(ledger, entry, decision)
    if titles != ("", ""):
        content = retitled(content, titles)
    gazette, count = _next(ledger, context, entry.organisation)
    yield FigurePublished(
        figure=entry.figure,
        content=Figure(
            content=content,
            gazette=gazette,
            number=count,
            published_ms=context.time_ms,
            height=context.height,
            rule=rule_of(decision),
            status="reversed" if content.reversed else "published",
            corrects=corrects,
            reason=reason,
        ),
    )


def shown(ledger: Ledger, entry: Entry, decision: Decision) -> Content:
    """Read what is published, masked where the contracts say so."""
    content = read(ledger, entry)
    return masked(content) if decision.output("publish") == "masked" else content


def withhold_by(
    ledger: Ledger, context: Context, entry: Entry, decision: Decision
) -> Iterator[Event]:
    """Show the gap that a contract makes, numbered, with its legal ground."""
    clause = decision.clause
    zh, en = (clause.zh, clause.en) if clause else ("", "")
    yield from withhold(ledger, context, entry, (zh, en), rule_of(decision))


def withhold(
    ledger: Ledger, context: Context, entry: Entry, ground: tuple[str, str], rule: Rule | None
) -> Iterator[Event]:
    """Show a gap in the publisher's gazette, under its number."""
    gazette, count = _next(ledger, context, entry.organisation)
    yield FigureWithheld(
        content=Gap(
            gazette=gazette,
            number=count,
            figure_kind=entry.figure_kind,
            at_ms=context.time_ms,
            ground_zh=ground[0],
            ground_en=ground[1],
            rule=rule,
        )
    )


def publish_due(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Publish what stands on a page of the day's queue, or show its gaps.

    Where the contracts cannot decide, the whole page waits for the next day.
    """
    queue = ledger.find(Queue, item.subject)
    entries = queue.entries if queue else ()
    try:
        decisions = [ask(ledger, entry) for entry in entries]
    except Refusal:
        next_day = calendar.start_of(context.day + 1, context.setting.offset_s)
        yield Scheduled(due_ms=next_day, handler=PUBLISH_DUE, subject=item.subject)
        return
    for entry, decision in zip(entries, decisions, strict=True):
        if decision.output("publish") == "withhold":
            yield from withhold_by(ledger, context, entry, decision)
        else:
            yield from publish(ledger, context, entry, decision)
    yield QueueDone(queue=item.subject)


def require_publishable(decision: Decision) -> None:
    """Raise `WithheldByContract` where the contracts withhold what was to be published."""
    if decision.output("publish") == "withhold":
        clause = decision.clause
        raise WithheldByContract(
            clause=clause.row if clause else "",
            row=decision.note.rows[0] if decision.note.rows else "",
            contract=clause.contract if clause else "",
            input_sha256=decision.note.input_sha256,
        )


def next_chain(gazette: Gazette | None, number: int, key: str, record: Record) -> str:
    """Return a gazette's chain after a figure or gap; see `Gazette`."""
    digest = hashlib.sha256(encode(record)).hexdigest()
    before = gazette.chain if gazette else EMPTY_CHAIN
    return hashlib.sha256(f"{before}|{number}|{key}|{digest}".encode()).hexdigest()


def _next(ledger: Ledger, context: Context, organisation: str) -> tuple[str, int]:
    """Return the gazette of the month and the next number in it."""
    gazette = gazette_id(organisation, calendar.month_of(context.day))
    found = ledger.find(Gazette, gazette)
    return gazette, found.count + 1 if found else 1


def _queue(ledger: Ledger, context: Context, entries: Sequence[Entry], day: int) -> Iterator[Event]:
    """Fill the day's pages, one after another."""
    rest = tuple(entries)
    while rest:
        head = ledger.find(QueueHead, f"{day}")
        page, place = divmod(head.count if head else 0, QUEUE_PAGE)
        room = QUEUE_PAGE - place
        yield PublicationsQueued(day=day, page=page, entries=rest[:room])
        rest = rest[room:]
        if place == 0:
            start = calendar.start_of(day, context.setting.offset_s)
            yield Scheduled(
                due_ms=start + page // PAGES_PER_HOUR * calendar.MS_PER_HOUR,
                handler=PUBLISH_DUE,
                subject=queue_id(day, page),
            )
