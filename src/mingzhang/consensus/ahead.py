"""The store as rules see it that run ahead: what they have executed, over what is committed."""

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from mingzhang.consensus.execution import Executed, Source
from mingzhang.ledger.leaf import Leaf

K = TypeVar("K")
V = TypeVar("V")


class Ahead:
    """`execution.Source` over a ledger that is written later. To be used by one thread.

    Blocks are put on top by `add`, and taken off by `settled` once the ledger shows them.
    """

    def __init__(self, ledger: Source, wait: Callable[[int], None]) -> None:
        """Read a ledger. `wait(height)` returns after `settled` was told of that height."""
        self._ledger = ledger
        self._wait = wait
        self._blocks: deque[Executed] = deque()
        self._writes: dict[str, tuple[int, bytes | None]] = {}
        self._indexes: dict[tuple[str, str], tuple[int, str | None]] = {}
        self._spent: dict[bytes, tuple[int, bytes]] = {}

    @property
    def height(self) -> int:
        """The last height."""
        return self._blocks[-1].height if self._blocks else self._ledger.height

    def record(self, key: str, volume: str | None = None) -> bytes | None:
        """Return a record's bytes, or None where there is no such key."""
        found = self._writes.get(key)
        return self._ledger.record(key, volume) if found is None else found[1]

    def get(self, key: str, volume: str | None = None) -> Leaf | None:
        """Return the leaf of a record, or None. One that is not written yet is waited for."""
        found = self._writes.get(key)
        if found is not None:
            self._wait(found[0])
        return self._ledger.get(key, volume)

    def index(self, name: str, key: str) -> str | None:
        """Return the id that an index holds for a key, or None."""
        found = self._indexes.get((name, key))
        return self._ledger.index(name, key) if found is None else found[1]

    def spent(self, key: bytes) -> bytes | None:
        """Return the value kept for a spent key, or None."""
        found = self._spent.get(key)
        return self._ledger.spent(key) if found is None else found[1]

    def meta(self, name: str) -> bytes | None:
        """Return a committed value of the application's own, or None."""
        return self._ledger.meta(name)

    def add(self, block: Executed) -> None:
        """Put a block on top."""
        height = block.height
        self._blocks.append(block)
        for key, (_, record) in block.writes.items():
            self._writes[key] = height, record
        for name, value, record_id, _ in block.indexes:
            self._indexes[name, value] = height, record_id
        for _, key_spent, value_spent in block.spent:
            self._spent[key_spent] = height, value_spent

    def settled(self, height: int) -> None:
        """Take off all blocks up to a height: the ledger shows them now."""
        while self._blocks and self._blocks[0].height <= height:
            block = self._blocks.popleft()
            _drop(self._writes, list(block.writes), height)
            _drop(self._indexes, [(name, value) for name, value, _, _ in block.indexes], height)
            _drop(self._spent, [key for _, key, _ in block.spent], height)


def _drop(held: dict[K, tuple[int, V]], keys: list[K], height: int) -> None:
    for key in keys:
        if key in held and held[key][0] <= height:
            del held[key]
