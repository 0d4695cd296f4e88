"""The committed state as rules read it: typed records over the store, with a bounded cache."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from mingzhang.kernel.calendar import day_of, month_of
from mingzhang.kernel.context import time_of_id
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.records import R, Record, encode
from mingzhang.ledger.leaf import Leaf

CACHED_MAX = 200_000
"""Decoded heads kept in memory: a jurisdiction's fit."""
RECENT_MAX = 20_000
"""Decoded records of volumes kept in memory: payments pass through."""


LARGE_BYTES = 2_048
LARGE_MAX = 256
"""Encoded, a record of more is large: lists that grow, of which few are in use at a time."""
NEVER_MS = 1 << 48
"""After any time that an id can bear."""
IndexWrite = tuple[str, str, str | None, bool]
"""An index, the value it is asked for, the id it then names, and whether it named one before."""


class Below(Protocol):
    """What records are read from: the store, or what lies over it (`ahead.py`)."""

    def record(self, key: str, volume: str | None = None) -> bytes | None:
        """Return a record's bytes, or None where the map holds no such key."""

    def get(self, key: str, volume: str | None = None) -> Leaf | None:
        """Return the leaf of a record, or None."""

    def index(self, name: str, key: str) -> str | None:
        """Return the id that an index holds for a key, or None."""


class Committed:
    """`kernel.ledger.State` over stored bytes. It sees what was executed before."""

    def __init__(
        self, below: Below, modules: Modules, offset_s: int, *, cached: bool = True
    ) -> None:
        """Read what lies below. Only the thread that executes may use one that is `cached`.

        A reader on another thread could put back what a block has just replaced.
        """
        self._below = below
        self._offset_s = offset_s
        self._cached = cached
        self.cache: dict[str, Record | None] = {}
        self._recent: dict[str, Record | None] = {}
        self._large: dict[str, Record | None] = {}
        self._looked_up: dict[tuple[str, str], str | None] = {}
        self.modules = modules
        self.block_ms = NEVER_MS
        """Time of the block that is executed: what bears it in its id is in no earlier block."""
        self._months: dict[int, str] = {}

    def volume_of(self, key: str, record_type: type[Record]) -> str | None:
        """Return the volume that holds a record: the month of its id, or None for the main map."""
        if not record_type.piles_up:
            return None
        day = day_of(self._made_at_ms(key, record_type), self._offset_s)
        month = self._months.get(day)
        if month is None:
            month = self._months[day] = month_of(day)
        return month

    def _made_at_ms(self, key: str, record_type: type[Record]) -> int:
        return time_of_id(key[len(record_type.path) + 1 :])

    def load(self, key: str) -> Record | None:
        """Return the record at a key, or None. A stored record that does not decode is a fault."""
        if key in self.cache:
            return self.cache[key]
        if key in self._recent:
            return self._recent[key]
        if key in self._large:
            return self._large[key]
        try:
            record_type = self.modules.record_type(key)
            if record_type.piles_up and self._made_at_ms(key, record_type) >= self.block_ms:
                return None
            volume = self.volume_of(key, record_type)
        except (KeyError, ValueError):
            return None
        wire = self._below.record(key, volume)
        record = None if wire is None else self.decode(key, record_type, wire)
        if self._cached:
            self._keep(key, record, volume, len(wire or b""))
        return record

    def _keep(self, key: str, record: Record | None, volume: str | None, size: int) -> None:
        """Keep a record, in the one place that its volume and its encoded size give."""
        kept, most = (self.cache, CACHED_MAX) if volume is None else (self._recent, RECENT_MAX)
        if size > LARGE_BYTES:
            kept.pop(key, None)
            kept, most = self._large, LARGE_MAX
        elif self._large:
            self._large.pop(key, None)
        if len(kept) >= most:
            kept.clear()
        kept[key] = record

    def decode(self, key: str, record_type: type[R], wire: bytes) -> R:
        """Return the record in stored bytes."""
        try:
            return msgspec.json.decode(wire, type=record_type)
        except msgspec.MsgspecError as error:
            raise NodeFault(
                f"the record at {key} does not decode: {error}",
                "the store",
                "Run `mingzhang audit` and restore this node from a snapshot.",
            ) from error

    def version(self, key: str) -> str | None:
        """Return the salted leaf value at a key in hex, or None where there is none."""
        try:
            volume = self.volume_of(key, self.modules.record_type(key))
        except (KeyError, ValueError):
            return None
        leaf = self._below.get(key, volume)
        return None if leaf is None else leaf.value.hex()

    def lookup(self, index: str, value: str) -> str | None:
        """Return the id that a unique index holds for a value, or None."""
        if not self._cached:
            return self._below.index(index, value)
        asked = (index, value)
        if asked in self._looked_up:
            return self._looked_up[asked]
        found = self._below.index(index, value)
        self._keep_index(asked, found)
        return found

    def indexed(self, writes: Mapping[tuple[str, str], str | None]) -> list[IndexWrite]:
        """Return what a block changed of indexes as the store takes it, and remember it."""
        out: list[IndexWrite] = []
        for asked, record_id in writes.items():
            existed = self.lookup(*asked) is not None
            out.append((*asked, record_id, existed))
            self._keep_index(asked, record_id)
        return out

    def _keep_index(self, asked: tuple[str, str], found: str | None) -> None:
        if len(self._looked_up) >= RECENT_MAX:
            self._looked_up.clear()
        self._looked_up[asked] = found

    def encoded(
        self, writes: Mapping[str, Record | None]
    ) -> dict[str, tuple[str | None, bytes | None]]:
        """Return writes as the store takes them, and remember the records."""
        out: dict[str, tuple[str | None, bytes | None]] = {}
        for key, record in writes.items():
            record_type = self.modules.record_type(key) if record is None else type(record)
            volume = self.volume_of(key, record_type)
            wire = None if record is None else encode(record)
            out[key] = (volume, wire)
            self._keep(key, record, volume, len(wire or b""))
        return out
