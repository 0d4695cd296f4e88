"""A room's test bench: commands and due items run through the kernel, without signatures.

State lives in a dictionary; every command passes authorisation, `on`, rule, reactions and
invariants exactly as on a node. `Scene(modules)` starts empty; `records` puts records there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from mingzhang.kernel.calendar import parse_iso, start_of
from mingzhang.kernel.context import Context, Setting
from mingzhang.kernel.execute import after_refusal, run, run_due, run_events
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Module, Modules
from mingzhang.kernel.records import Command, Event, R, Record, encode
from mingzhang.kernel.refusals import Refusal
from mingzhang.kernel.schedule import due_now

SETTING = Setting(chain="test", offset_s=28_800)


class Memory:
    """Committed state in a dictionary; the twin of the store for tests."""

    def __init__(self, records: Mapping[str, Record] | None = None) -> None:
        self.records = dict(records or {})
        self.index: dict[tuple[str, str], str] = {}
        self.cache: dict[str, Record | None] = {}

    def load(self, key: str) -> Record | None:
        return self.records.get(key)

    def of(self, record_type: type[R]) -> Iterator[tuple[str, R]]:
        prefix = record_type.key("")
        for key, record in self.records.items():
            if isinstance(record, record_type):
                yield key[len(prefix) :], record

    def version(self, key: str) -> str | None:
        found = self.records.get(key)
        return None if found is None else hashlib.sha256(encode(found)).hexdigest()

    def lookup(self, index: str, value: str) -> str | None:
        return self.index.get((index, value))

    def take(self, layer: Ledger) -> None:
        for key, record in layer.writes.items():
            if record is None:
                self.records.pop(key, None)
            else:
                self.records[key] = record
        for entry, record_id in layer.index_writes.items():
            if record_id is None:
                self.index.pop(entry, None)
            else:
                self.index[entry] = record_id


class AnyoneMay:
    """A gate that lets everyone do everything, for tests of rooms that are not about rights."""

    def public_key(self, kid: str, context: Context, ledger: Ledger) -> tuple[str, bytes]:
        raise AssertionError("signatures are not checked here")

    def authorise(self, command: Command, context: Context, ledger: Ledger) -> None:
        pass


@dataclass
class Who:
    person: str
    organisation: str
    post: str = "clerk"


class Scene:
    def __init__(self, modules: Modules, date: str = "2026-03-02") -> None:
        self.modules = modules
        self.memory = Memory()
        self.height = 1
        self.time_ms = start_of(parse_iso(date), SETTING.offset_s) + 9 * 3_600_000
        self.count = 0

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.modules, self.memory)

    def context(
        self, who: Who | None = None, seen: Mapping[str, str | None] | None = None
    ) -> Context:
        self.count += 1
        who = who or Who("tester", "test-bureau")
        return Context(
            setting=SETTING,
            height=self.height,
            time_ms=self.time_ms,
            kid=f"kid-{who.person}",
            command_id=f"c{self.count}",
            person=who.person,
            organisation=who.organisation,
            post=who.post,
            seen=seen or {},
        )

    def do(
        self, command: Command, who: Who | None = None, seen: Mapping[str, str | None] | None = None
    ) -> tuple[Event, ...]:
        """Run one command as one block; return its events, or raise its refusal unchanged."""
        context = self.context(who, seen)
        self.height += 1
        self.time_ms += 1_000
        done = run(self.modules, self.ledger, command, context)
        self.memory.take(done.layer)
        return done.events

    def refused(
        self, command: Command, who: Who | None = None, seen: Mapping[str, str | None] | None = None
    ) -> tuple[Refusal, tuple[Event, ...]]:
        """Run one command that is refused; return the refusal and what was recorded after it."""
        context = self.context(who, seen)
        self.height += 1
        self.time_ms += 1_000
        try:
            run(self.modules, self.ledger, command, context)
        except Refusal as refusal:
            done = after_refusal(self.modules, self.ledger, command, refusal, context)
            if done is None:
                return refusal, ()
            self.memory.take(done.layer)
            return refusal, done.events
        raise AssertionError(f"{command.kind} was accepted")

    def genesis(self, sections: Mapping[str, Any]) -> None:
        """Run the rooms' genesis rules, in order, on the sections that are given."""
        for module in self.modules.in_order:
            if module.genesis is not None and module.name in sections:
                context = Context(setting=SETTING, height=0, time_ms=self.time_ms)
                steps = partial(module.genesis, sections[module.name], context)
                done = run_events(self.modules, self.ledger, context, steps)
                self.memory.take(done.layer)

    def put(self, records: Mapping[str, Record]) -> None:
        """Set records as if earlier commands had written them (indexes are not derived)."""
        self.memory.records.update(records)

    def pass_to(self, date: str) -> list[tuple[Event, ...]]:
        """Let time pass to the morning of a date; due items run as they fall due."""
        self.time_ms = start_of(parse_iso(date), SETTING.offset_s) + 9 * 3_600_000
        self.height += 1
        ran = []
        while items := due_now(self.ledger, self.time_ms):
            for item in items:
                context = Context(
                    setting=SETTING,
                    height=self.height,
                    time_ms=self.time_ms,
                    command_id=f"{item.handler} {item.subject} {item.due_ms}",
                )
                done = run_due(self.modules, self.ledger, item, context)
                self.memory.take(done.layer)
                ran.append(done.events)
            self.height += 1
        return ran

    def records(self, record_type: type[Record]) -> dict[str, Any]:
        return dict(self.memory.of(record_type))

    def breaches(self) -> list[str]:
        """Return what the whole-ledger truths of all rooms find wrong."""
        return [
            sentence
            for module in self.modules.in_order
            for total in module.totals
            for sentence in total(self.memory)
        ]


def only(events: Iterable[Event], event_type: type[Event]) -> Any:
    """Return the one event of a type."""
    (found,) = [event for event in events if type(event) is event_type]
    return found


def system(*rooms: Module, gate: Any = None) -> Modules:
    """Return a system of some rooms, open to everyone unless a gate is given."""
    return Modules(KERNEL, *rooms, gate=gate or AnyoneMay())
