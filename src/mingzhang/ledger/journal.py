"""What is read of a ledger from its journal, whether this process writes it or another does."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from mingzhang.ledger.bucket import decode_bucket
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.leaf import Leaf, leaf_of
from mingzhang.ledger.sealed import unseal
from mingzhang.ledger.stored import Delta, block_of, delta_of


class Journal(ABC):
    """The committed blocks and what each wrote. `Store` and `StoreReader` are journals."""

    def __init__(self, environment: Environment) -> None:
        self._env = environment

    @property
    @abstractmethod
    def committed_height(self) -> int:
        """The last height that the disk has."""

    @property
    def first_height(self) -> int:
        """The journal's first height: 0, or the one that follows a snapshot; -1 in a new ledger."""
        first = next(self._env.entries("journal"), None)
        return -1 if first is None else int.from_bytes(first[0], "big")

    def journal(self, height: int) -> bytes | None:
        """Return the block committed at a height, or None."""
        key = height.to_bytes(8, "big")
        body = self._env.read("journal", key)
        return None if body is None else block_of(key, body)

    def blocks(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Yield the committed (height, block) from one height to another, both included."""
        for key, raw in self._env.entries("journal", first.to_bytes(8, "big")):
            height = int.from_bytes(key, "big")
            if height > last:
                return
            yield height, block_of(key, unseal("journal", key, raw))

    def delta(self, height: int) -> Delta | None:
        """Return what a committed height wrote, or None for a height that staged nothing."""
        key = height.to_bytes(8, "big")
        body = self._env.read("deltas", key)
        return None if body is None else delta_of(key, body)

    def leaves(self) -> Iterator[tuple[str | None, str, Leaf]]:
        """Yield every committed (volume, key, leaf), by volume and position; plain ones too.

        Of one moment only while nothing is committed: a running node reads a copy (`copy_to`).
        """
        for at, raw in self._env.entries("buckets"):
            volume = at.partition(b"\0")[0].decode() or None
            for entry in decode_bucket(unseal("buckets", at, raw)):
                yield volume, entry.key.decode(), leaf_of(entry.body)
