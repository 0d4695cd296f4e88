"""The scheduler: due items in state, run at block time, in order, without anybody calling.

Any rule may yield `Scheduled` and `Unscheduled`. Items stand in order in pages, pages under
branches (a B-tree), so that one more costs the same however many are due at one time. A due item
that fails three times is parked for governance (design section 3).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec.structs import replace

from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event, Record
from mingzhang.kernel.values import TimeMs

ATTEMPTS_MAX = 3
RETRY_AFTER_MS = 60_000
PER_BLOCK_MAX = 64
"""Due items run in one block at most; the rest follow in the next ones."""
PAGE_MAX = 32
"""Items of a page and entries of a branch; one more and it is split in halves."""

Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Place = tuple[TimeMs, str, str]
"""What orders items and names each: its time, handler and subject."""
FIRST: Place = (0, "", "")


class DueItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, order=True):
    """Something that happens by itself: `handler` is called with `subject` at `due_ms`."""

    due_ms: TimeMs
    handler: str
    subject: Subject
    attempts: int = 0

    @property
    def place(self) -> Place:
        """Where it stands among the others; no two have the same."""
        return self.due_ms, self.handler, self.subject


class DuePage(Record, frozen=True, kw_only=True):
    """Some due items that follow each other, in order. Its id is a number, ten digits."""

    path = "kernel/due"

    items: tuple[DueItem, ...]


class DueBranch(Record, frozen=True, kw_only=True):
    """Pages, or branches, in order: from which place on each holds what is due, and its number.

    What lies before the first entry is held by the first. Ids as of `DuePage`, of one count.
    """

    path = "kernel/due_branch"

    entries: tuple[tuple[Place, int], ...]


class Agenda(Record, frozen=True, kw_only=True):
    """Where the due items begin. One record, id ``head``; none when nothing is scheduled."""

    path = "kernel/agenda"

    top: int
    """The number of the page, or branch, that holds all."""
    depth: int
    """How many branches lie above each page."""
    made: int
    """How many numbers have been given to pages and branches."""


class ParkedItem(Record, frozen=True, kw_only=True):
    """An item that failed three times, or could not be tried again: it waits for governance."""

    path = "kernel/parked"

    item: DueItem
    reason: str


class Scheduled(Event, tag="kernel.scheduled", frozen=True, kw_only=True):
    """From `due_ms` on, `handler` will be called with `subject`, once."""

    due_ms: TimeMs
    handler: str
    subject: Subject
    attempts: int = 0


class Unscheduled(Event, tag="kernel.unscheduled", frozen=True, kw_only=True):
    """The item has been run, or will never be. One that is not there is no error."""

    due_ms: TimeMs
    handler: str
    subject: Subject


class Parked(Event, tag="kernel.parked", frozen=True, kw_only=True):
    """The item failed and is not tried again; `reason` is the refusal's code."""

    parked_id: str
    item: DueItem
    reason: str


def due_now(ledger: Ledger, time_ms: int, limit: int = PER_BLOCK_MAX) -> tuple[DueItem, ...]:
    """Return the first items that are due at a block time, in order of time, handler, subject."""
    first_ms = next_due_ms(ledger)
    if first_ms is None or first_ms > time_ms:
        return ()
    agenda = ledger.require(Agenda, "head")
    found: list[DueItem] = []
    ahead = [(agenda.top, agenda.depth)]
    while ahead and len(found) < limit:
        number, depth = ahead.pop()
        if depth:
            entries = ledger.require(DueBranch, _id(number)).entries
            ahead += [(below, depth - 1) for _, below in reversed(entries)]
            continue
        items = ledger.require(DuePage, _id(number)).items
        found += [item for item in items if item.due_ms <= time_ms]
        if items[-1].due_ms > time_ms:
            break
    return tuple(found[:limit])


def next_due_ms(ledger: Ledger) -> int | None:
    """Return when the earliest item is due, or None when nothing is scheduled."""
    agenda = ledger.find(Agenda, "head")
    if agenda is None:
        return None
    number = agenda.top
    for _ in range(agenda.depth):
        number = ledger.require(DueBranch, _id(number)).entries[0][1]
    return ledger.require(DuePage, _id(number)).items[0].due_ms


def after_failure(
    item: DueItem, reason: str, time_ms: int, parked_id: str, ledger: Ledger
) -> Iterator[Event]:
    """Yield what follows a failed attempt: another one a minute later, or the parking place.

    The minute grows by milliseconds where one of the same handler and subject stands already; an
    item that finds `PER_BLOCK_MAX` of them is parked.
    """
    tried = replace(item, attempts=item.attempts + 1)
    first_ms = time_ms + RETRY_AFTER_MS
    for due_ms in range(first_ms, first_ms + PER_BLOCK_MAX):
        again = replace(tried, due_ms=due_ms)
        if tried.attempts < ATTEMPTS_MAX and not _is_scheduled(again.place, ledger):
            yield Scheduled(
                due_ms=due_ms,
                handler=item.handler,
                subject=item.subject,
                attempts=tried.attempts,
            )
            return
    yield Parked(parked_id=parked_id, item=tried, reason=reason)


def scheduled(event: Scheduled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Put the item into its page. One with its time, handler and subject before: `ValueError`."""
    item = DueItem(
        due_ms=event.due_ms, handler=event.handler, subject=event.subject, attempts=event.attempts
    )
    agenda = ledger.find(Agenda, "head")
    if agenda is None:
        return {
            Agenda.key("head"): Agenda(top=0, depth=0, made=1),
            DuePage.key(_id(0)): DuePage(items=(item,)),
        }
    way, number = _way_to(item.place, agenda, ledger)
    items = ledger.require(DuePage, _id(number)).items
    if any(other.place == item.place for other in items):
        raise ValueError(f"{event.handler} {event.subject} is scheduled at that time already")
    items = tuple(sorted((*items, item)))
    if len(items) <= PAGE_MAX:
        return {DuePage.key(_id(number)): DuePage(items=items)}
    half = len(items) // 2
    writes: dict[str, Record | None] = {
        DuePage.key(_id(number)): DuePage(items=items[:half]),
        DuePage.key(_id(agenda.made)): DuePage(items=items[half:]),
    }
    writes |= _entered(items[half].place, way, agenda)
    return writes


def _entered(
    place: Place, way: list[tuple[int, DueBranch, int]], agenda: Agenda
) -> dict[str, Record | None]:
    """Return what changes above a page that was split: `place` begins the newest number."""
    writes: dict[str, Record | None] = {}
    made = agenda.made
    for number, branch, at in reversed(way):
        entries = (*branch.entries[: at + 1], (place, made), *branch.entries[at + 1 :])
        made += 1
        if len(entries) <= PAGE_MAX:
            writes[DueBranch.key(_id(number))] = DueBranch(entries=entries)
            writes[Agenda.key("head")] = replace(agenda, made=made)
            return writes
        half = len(entries) // 2
        writes[DueBranch.key(_id(number))] = DueBranch(entries=entries[:half])
        writes[DueBranch.key(_id(made))] = DueBranch(entries=entries[half:])
        place = entries[half][0]
    top = made + 1
    writes[DueBranch.key(_id(top))] = DueBranch(entries=((FIRST, agenda.top), (place, made)))
    writes[Agenda.key("head")] = Agenda(top=top, depth=agenda.depth + 1, made=top + 1)
    return writes


def unscheduled(event: Unscheduled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Take the item out of its page, an empty page out of its branch, and so on upwards."""
    agenda = ledger.find(Agenda, "head")
    if agenda is None:
        return {}
    place = event.due_ms, event.handler, event.subject
    way, number = _way_to(place, agenda, ledger)
    before = ledger.require(DuePage, _id(number)).items
    items = tuple([item for item in before if item.place != place])
    if len(items) == len(before):
        return {}
    if items:
        return {DuePage.key(_id(number)): DuePage(items=items)}
    writes: dict[str, Record | None] = {DuePage.key(_id(number)): None}
    for above, branch, at in reversed(way):
        entries = (*branch.entries[:at], *branch.entries[at + 1 :])
        writes[DueBranch.key(_id(above))] = DueBranch(entries=entries) if entries else None
        if entries:
            return writes
    writes[Agenda.key("head")] = None
    return writes


def parked(event: Parked, ledger: Ledger) -> Mapping[str, Record | None]:
    """Keep the item where governance finds it."""
    return {ParkedItem.key(event.parked_id): ParkedItem(item=event.item, reason=event.reason)}


def _is_scheduled(place: Place, ledger: Ledger) -> bool:
    agenda = ledger.find(Agenda, "head")
    if agenda is None:
        return False
    _, number = _way_to(place, agenda, ledger)
    return any(item.place == place for item in ledger.require(DuePage, _id(number)).items)


def _way_to(
    place: Place, agenda: Agenda, ledger: Ledger
) -> tuple[list[tuple[int, DueBranch, int]], int]:
    """Return the branches above a place, each with the entry that leads on, and its page."""
    number = agenda.top
    way = []
    for _ in range(agenda.depth):
        branch = ledger.require(DueBranch, _id(number))
        before = sum([1 for start, _ in branch.entries if start <= place])
        at = max(0, before - 1)
        way.append((number, branch, at))
        number = branch.entries[at][1]
    return way, number


def _id(number: int) -> str:
    return f"{number:010d}"
