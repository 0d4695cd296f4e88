"""What the ledger holds, as a rule sees it: typed records over layers of changes.

A command works on a `Ledger` of its own, laid over the block's, laid over the committed state.
Events that a rule yields are applied to it at once, so later steps see earlier ones; a refusal
drops the layer, and nothing has happened.
"""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from mingzhang.kernel.faults import InvariantBroken
from mingzhang.kernel.records import Event, Record, kind_of

R = TypeVar("R", bound=Record)
_MISSING: Any = object()


class State(Protocol):
    """Committed state. Whatever a read raises is a `NodeFault`, never an exception of a rule."""

    @property
    def cache(self) -> Mapping[str, Record | None]:
        """Records at hand, looked at before `load` is called; it may be empty."""

    def load(self, key: str) -> Record | None:
        """Return the record at a key, or None when the map proves there is none."""

    def version(self, key: str) -> str | None:
        """Return the salted leaf value at a key in hex, or None where there is none."""

    def lookup(self, index: str, value: str) -> str | None:
        """Return the id that a unique index holds for a value, or None."""


class Manifest(Protocol):
    """What a `Ledger` asks of the modules in force (`kernel.modules.Modules`)."""

    @property
    def appliers(self) -> Mapping[type[Event], Any]:
        """How each event changes records."""

    @property
    def answers(self) -> Mapping[type, Any]:
        """Who answers each question that a room puts to a later one."""

    @property
    def owner_prefix(self) -> Mapping[type[Event], str]:
        """Where the records of an event's owner stand: ``<room>/``."""

    @property
    def event_checks(self) -> Mapping[type[Event], Any]:
        """What must be true of an event before it is applied."""

    @property
    def indexes(self) -> Mapping[type[Record], Any]:
        """The unique indexes over each type of record."""


class Ledger:
    """A working view. Reading never changes it; only `apply` does."""

    __slots__ = (
        "_below",
        "_manifest",
        "_near",
        "_state",
        "_under",
        "index_writes",
        "writes",
    )

    def __init__(self, manifest: Manifest, below: "Ledger | State") -> None:
        self._manifest = manifest
        self._below = below
        self.writes: dict[str, Record | None] = {}
        """What this layer changed: key to the record, None for a deleted one."""
        self.index_writes: dict[tuple[str, str], str | None] = {}
        self._near = self.writes
        """What is looked at first: in a layer over another, also what has been read, which does
        not change while the layer lives."""
        self._state: State
        self._under: tuple[Mapping[str, Record | None], ...]
        if isinstance(below, Ledger):
            self._near = {}
            self._state = below._state  # noqa: SLF001 - of the same class
            self._under = (below.writes, *below._under)  # noqa: SLF001 - of the same class
        else:
            self._state = below
            self._under = (below.cache,)

    def load(self, key: str) -> Record | None:
        """Return the record at a key, or None."""
        found: Record | None = self._near.get(key, _MISSING)
        return self._fetch(key) if found is _MISSING else found

    def find(self, record_type: type[R], record_id: str) -> R | None:
        """Return the record of a type with an id, or None when the ledger has none."""
        key = f"{record_type.path}/{record_id}"
        found: Any = self._near.get(key, _MISSING)
        if found is _MISSING:
            found = self._fetch(key)
        if found is not None and type(found) is not record_type:
            raise InvariantBroken(f"{key} is a {type(found).__name__}")
        return found

    def _fetch(self, key: str) -> Record | None:
        """Return a record from below."""
        found: Record | None
        for layer in self._under:
            found = layer.get(key, _MISSING)
            if found is not _MISSING:
                break
        else:
            found = self._state.load(key)
        if self._near is not self.writes:
            self._near[key] = found
        return found

    def require(self, record_type: type[R], record_id: str) -> R:
        """Return a record that a rule has already found; its absence is our own bug."""
        found = self.find(record_type, record_id)
        if found is None:
            raise InvariantBroken(f"no {record_type.path}/{record_id}")
        return found

    def ask(self, question: object) -> Any:  # noqa: ANN401 - each question has its own answer
        """Return what the room that lists this type of question under `answers` says."""
        return self._manifest.answers[type(question)](question, self)

    def lookup(self, index: str, value: str) -> str | None:
        """Return the id of the record that a unique index names for a value, or None."""
        found = self.index_writes.get((index, value), _MISSING)
        return self._below.lookup(index, value) if found is _MISSING else found

    def version(self, key: str) -> str | None:
        """Return the leaf value of a key as committed before this block, in hex, or None.

        What this block has written has no leaf yet: a signer cannot have seen it.
        """
        if key in self.writes:
            return "written in this block"
        return self._below.version(key)

    def layer(self) -> "Ledger":
        """Return an empty layer over this view."""
        return Ledger(self._manifest, self)

    def apply(self, event: Event) -> None:
        """Change the records of the event's owner as its manifest says.

        Raises `InvariantBroken` for an event without owner, for a check on it that fails, and
        for a write outside the owner's keys.
        """
        manifest = self._manifest
        event_type = type(event)
        applier = manifest.appliers.get(event_type)
        if applier is None:
            raise InvariantBroken(f"{kind_of(event_type)} is recorded by no module")
        for holds in manifest.event_checks.get(event_type, ()):
            if not holds(event, self):
                raise InvariantBroken(f"{kind_of(event_type)}: not {holds.__name__}")
        prefix = manifest.owner_prefix[event_type]
        indexes = manifest.indexes
        for key, record in applier(event, self).items():
            if not key.startswith(prefix):
                raise InvariantBroken(f"{kind_of(event_type)} wrote {key}, of another module")
            if record is None or type(record) in indexes:
                self._index(key, self.load(key), record)
            self.writes[key] = self._near[key] = record

    def absorb(self, layer: "Ledger") -> None:
        """Take over what a layer above has written: its command was accepted."""
        self.writes.update(layer.writes)
        self.index_writes.update(layer.index_writes)

    def _index(self, key: str, before: Record | None, record: Record | None) -> None:
        """Change the indexes where a record gives other values than the one before."""
        indexes = self._manifest.indexes
        gone = {
            (index.name, value): None
            for index in (indexes.get(type(before), ()) if before is not None else ())
            for value in index.values(before)
        }
        come = [
            (index.name, value)
            for index in (indexes.get(type(record), ()) if record is not None else ())
            for value in index.values(record)
        ]
        record_id = key.split("/", 2)[2]
        for held in gone:
            if held not in come:
                self.index_writes[held] = None
        for name, value in come:
            if (name, value) not in gone:
                taken = self.lookup(name, value)
                if taken is not None and taken != record_id:
                    raise InvariantBroken(f"{name} {value} names {taken} already")
                self.index_writes[name, value] = record_id
