"""The scheduler: due items in state, run at block time, in order, without anybody calling.

Any rule may yield `Scheduled` and `Unscheduled`. Items stand in one record per hour of their
time; the agenda lists the hours that have any. A due item that fails three times is parked
for governance (design section 3).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec
from msgspec.structs import replace

from mingzhang.kernel.calendar import MS_PER_HOUR
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event, Record
from mingzhang.kernel.values import TimeMs

ATTEMPTS_MAX = 3
RETRY_AFTER_MS = 60_000
PER_BLOCK_MAX = 64
"""Due items run in one block at most; the rest follow in the next ones."""
PER_HOUR_MAX = 4_096
HOURS_MAX = 20_000

Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class DueItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, order=True):
    """Something that happens by itself: `handler` is called with `subject` at `due_ms`."""

    due_ms: TimeMs
    handler: str
    subject: Subject
    attempts: int = 0


class Hour(Record, frozen=True, kw_only=True):
    """The items due in one hour since 1970, in order. Its id is the hour, ten digits."""

    path = "kernel/due"

    items: tuple[DueItem, ...]


class Agenda(Record, frozen=True, kw_only=True):
    """The hours that have items, rising. One record, id ``hours``."""

    path = "kernel/agenda"

    hours: tuple[int, ...] = ()


class ParkedItem(Record, frozen=True, kw_only=True):
    """An item that failed three times and waits for governance."""

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
    """The item failed for the third time; `reason` is the refusal's code."""

    parked_id: str
    item: DueItem
    reason: str


def due_now(ledger: Ledger, time_ms: int, limit: int = PER_BLOCK_MAX) -> tuple[DueItem, ...]:
    """Return the first items that are due at a block time, in order of time, handler, subject."""
    agenda = ledger.find(Agenda, "hours")
    found: list[DueItem] = []
    for hour in agenda.hours if agenda else ():
        if hour * MS_PER_HOUR > time_ms or len(found) >= limit:
            break
        items = ledger.require(Hour, _hour_id(hour)).items
        found += [item for item in items if item.due_ms <= time_ms]
    return tuple(found[:limit])


def next_due_ms(ledger: Ledger) -> int | None:
    """Return when the earliest item is due, or None when nothing is scheduled."""
    agenda = ledger.find(Agenda, "hours")
    if agenda is None or not agenda.hours:
        return None
    return ledger.require(Hour, _hour_id(agenda.hours[0])).items[0].due_ms


def after_failure(item: DueItem, reason: str, time_ms: int, parked_id: str) -> Iterator[Event]:
    """Yield what follows a failed attempt: another one a minute later, or the parking place."""
    tried = replace(item, attempts=item.attempts + 1)
    if tried.attempts >= ATTEMPTS_MAX:
        yield Parked(parked_id=parked_id, item=tried, reason=reason)
        return
    yield Scheduled(
        due_ms=time_ms + RETRY_AFTER_MS,
        handler=item.handler,
        subject=item.subject,
        attempts=tried.attempts,
    )


def scheduled(event: Scheduled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Put the item into its hour. Beyond the bounds of an hour or the agenda: `ValueError`."""
    item = DueItem(
        due_ms=event.due_ms, handler=event.handler, subject=event.subject, attempts=event.attempts
    )
    hour = event.due_ms // MS_PER_HOUR
    before = ledger.find(Hour, _hour_id(hour))
    items = before.items if before else ()
    same = (event.due_ms, event.handler, event.subject)
    if any((other.due_ms, other.handler, other.subject) == same for other in items):
        raise ValueError(f"{event.handler} {event.subject} is scheduled at that time already")
    if len(items) >= PER_HOUR_MAX:
        raise ValueError(f"hour {hour} holds {PER_HOUR_MAX} due items")
    writes: dict[str, Record | None] = {
        Hour.key(_hour_id(hour)): Hour(items=tuple(sorted((*items, item))))
    }
    if before is None:
        agenda = ledger.find(Agenda, "hours") or Agenda()
        if len(agenda.hours) >= HOURS_MAX:
            raise ValueError(f"the agenda holds {HOURS_MAX} hours")
        writes[Agenda.key("hours")] = Agenda(hours=tuple(sorted((*agenda.hours, hour))))
    return writes


def unscheduled(event: Unscheduled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Take the item out of its hour, and an empty hour out of the agenda."""
    hour = event.due_ms // MS_PER_HOUR
    before = ledger.find(Hour, _hour_id(hour))
    if before is None:
        return {}
    same = (event.due_ms, event.handler, event.subject)
    items = tuple(i for i in before.items if (i.due_ms, i.handler, i.subject) != same)
    if items:
        return {Hour.key(_hour_id(hour)): Hour(items=items)}
    agenda = ledger.require(Agenda, "hours")
    hours = tuple(other for other in agenda.hours if other != hour)
    return {
        Hour.key(_hour_id(hour)): None,
        Agenda.key("hours"): Agenda(hours=hours) if hours else None,
    }


def parked(event: Parked, ledger: Ledger) -> Mapping[str, Record | None]:
    """Keep the item where governance finds it."""
    return {ParkedItem.key(event.parked_id): ParkedItem(item=event.item, reason=event.reason)}


def _hour_id(hour: int) -> str:
    return f"{hour:010d}"
