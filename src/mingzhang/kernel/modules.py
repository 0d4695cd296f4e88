"""A room's manifest, and the whole system as one tuple of them.

Everything outside the rooms reads manifests: the API's routes, the CLI's commands, the
permission matrix, the forms, the projector, the audit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Command, Event, Record, Records, kind_of
from mingzhang.kernel.refusals import Refusal
from mingzhang.kernel.views import Table

Rule = Callable[[Any, Context, Ledger], Iterator[Event]]
"""From (command or followed event, context, ledger) to events, or a `Refusal`.

A generator: each event that it yields is applied to `ledger` before the next line runs. Verbs
of the rooms that the lifecycle stands on are generators too: ``x = yield from verb(…)``.
"""
Apply = Callable[[Any, Ledger], Mapping[str, Record | None]]
"""From an event of the room to the room's records that it writes; None deletes."""
AfterRefusal = Callable[[Any, Command, Context, Ledger], Iterator[Event]]
"""From (refusal, the command that was refused, context, ledger) to events, as `Rule`."""
Answer = Callable[[Any, Ledger], Any]
"""From a question and the ledger to its answer; pure, and never an event."""
DueRule = Callable[["Any", Context, Ledger], Iterator[Event]]
"""As `Rule`, for a `kernel.schedule.DueItem`."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """A derived, unique index from a value to the id of a record. Rules may read it.

    It is not in the map: it is rebuilt from the records at restore and compared by `audit`.
    """

    name: str
    """``<room>/<what>``."""
    values: Callable[[Any], Iterable[str]]
    """From the record to the values under which it is found."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """What a room offers the system: the one list to read, and to extend."""

    name: str
    rules: Mapping[type[Command], Rule] = field(default_factory=dict)
    applies: Mapping[type[Event], Apply] = field(default_factory=dict)
    """How the room's own events change its own records."""
    reacts: Mapping[type[Event], Rule] = field(default_factory=dict)
    """Rules that follow events of other rooms, within the same command."""
    asks: tuple[type, ...] = ()
    """Questions that the room puts to a later one, which it may not import (`Ledger.ask`)."""
    answers: Mapping[type, Answer] = field(default_factory=dict)
    """The answers to questions of earlier rooms."""
    due: Mapping[str, DueRule] = field(default_factory=dict)
    """Handlers of due items by name, ``<room>.<name>``."""
    refused: Mapping[type[Refusal], AfterRefusal] = field(default_factory=dict)
    """What is recorded after a command was refused so. The refusal stands whatever comes of it."""
    invariants: Mapping[type[Record], tuple[Callable[[Any], bool], ...]] = field(
        default_factory=dict
    )
    """Every record type of the room, with what is true of each such record."""
    checks: Mapping[type[Event], tuple[Callable[[Any, Ledger], bool], ...]] = field(
        default_factory=dict
    )
    """Truths about a change, asked of the event before it is applied."""
    totals: tuple[Callable[[Records], Iterable[str]], ...] = ()
    """Truths over many records, recomputed from all of the ledger's by tests, `audit` and
    `restore`; each yields a sentence per breach."""
    indexes: Mapping[type[Record], tuple[Index, ...]] = field(default_factory=dict)
    genesis: Rule | None = None
    """From the room's section of the genesis file (plain JSON values) to its first events."""
    tables: tuple[Table, ...] = ()
    """The SQL tables that people read."""


class Gate(Protocol):
    """What the kernel asks of the room that knows persons: keys and rights."""

    def public_key(self, kid: str, context: Context, ledger: Ledger) -> tuple[str, bytes]:
        """Return (person, public key). Raises `KeyUnknown` or `KeyNotValid`."""

    def authorise(self, command: Command, context: Context, ledger: Ledger) -> None:
        """Raise `RightMissing` unless the signer may give this command for that post."""


class Modules:
    """The whole system, in the order in which rooms react. `app.py` holds it, by version."""

    def __init__(self, *in_order: Module, gate: Gate) -> None:
        self.in_order = in_order
        self.gate = gate
        self.rules = {t: rule for m in in_order for t, rule in m.rules.items()}
        self.appliers = {t: apply for m in in_order for t, apply in m.applies.items()}
        self.owner_prefix = {t: f"{m.name}/" for m in in_order for t in m.applies}
        self.event_checks = {t: checks for m in in_order for t, checks in m.checks.items()}
        self.reactions = {
            event: tuple(m.reacts[event] for m in in_order if event in m.reacts)
            for m in in_order
            for event in m.reacts
        }
        self.answers = {t: answer for m in in_order for t, answer in m.answers.items()}
        self.due = {name: rule for m in in_order for name, rule in m.due.items()}
        self.refused = {t: rule for m in in_order for t, rule in m.refused.items()}
        self.invariants = {t: holds for m in in_order for t, holds in m.invariants.items()}
        self.indexes = {t: found for m in in_order for t, found in m.indexes.items()}
        self.commands = {t.kind: t for t in self.rules}
        self.events = {kind_of(t): t for t in self.appliers}
        self.records = {t.path: t for t in self.invariants}
        self.reacting = tuple(m for m in in_order if m.reacts)
        self._require_one_owner_each()
        self._require_answers()

    def record_type(self, key: str) -> type[Record]:
        """Return the type of the records stored under a key. Raises `KeyError`."""
        room, name, _ = key.split("/", 2)
        return self.records[f"{room}/{name}"]

    def _require_one_owner_each(self) -> None:
        owned = [(t.kind, m.name) for m in self.in_order for t in m.rules]
        owned += [(kind_of(t), m.name) for m in self.in_order for t in m.applies]
        owned += [(name, m.name) for m in self.in_order for name in m.due]
        owned += [(t.path, m.name) for m in self.in_order for t in m.invariants]
        seen: dict[str, str] = {}
        for kind, room in owned:
            if kind in seen:
                raise ValueError(f"{kind} is listed twice: leave it to one room")
            if not kind.startswith((f"{room}.", f"{room}/")):
                raise ValueError(f"{kind} is listed by {room}: name it after its room")
            seen[kind] = room
        for event in self.reactions:
            if event not in self.appliers:
                raise ValueError(f"{kind_of(event)} is recorded by no room: nothing to follow")
        for record in self.indexes:
            if record not in self.invariants:
                raise ValueError(f"{record.path} is indexed but no room lists it")

    def _require_answers(self) -> None:
        answered = [question for m in self.in_order for question in m.answers]
        for asking in self.in_order:
            for question in asking.asks:
                if answered.count(question) != 1:
                    raise ValueError(f"{asking.name} asks {question.__name__}: let one room answer")
