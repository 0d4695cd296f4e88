"""The maps of one ledger: the main one, and one per volume, its top in memory while it is in use.

Buckets go to `Pending`. What a block replaced is handed back, so that a proof can be made against
a root that later blocks have moved on from.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mingzhang.ledger.bucket import EMPTY, Entry, Write, change_bucket, decode_bucket
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.leaf import Maker
from mingzhang.ledger.pending import Pending
from mingzhang.ledger.sealed import name_of, unseal
from mingzhang.ledger.tree import Tree

MAIN: Final = b""
DEPTH: Final = 18
"""Levels of each map in memory: a map of a million leaves has four of them a bucket."""
SHIFT: Final = 32 - DEPTH
"""From the first 32 bits of a position to its slot."""
VOLUMES_IN_MEMORY: Final = 4
"""Tops of volumes kept, 17 MB each; the one unused for longest leaves first, but none that a
block has changed since the last commit."""
QUIET_BLOCKS: Final = 1024
"""A volume's top leaves memory when nothing has used it for so many heights."""
SLOT_BYTES: Final = 3


class Forest:
    """All maps, by the volume's name in UTF-8; the main map's is empty."""

    def __init__(self, pending: Pending) -> None:
        """Rebuild the main map's top. Raises `Damaged` when its root is not the head's."""
        self._pending = pending
        self._height = pending.height
        self._touched: dict[bytes, int] = {}
        self._volumes: dict[bytes, Tree] = {}
        self._changed: dict[bytes, None] = {}
        self.main = self._rebuilt(MAIN, pending.head[8:])

    def tree(self, volume: bytes, root: bytes) -> Tree:
        """Return a map's tree; one that is not in memory is rebuilt and must have `root`.

        A volume with anything staged does not leave memory: what is rebuilt is committed.
        """
        if volume == MAIN:
            return self.main
        self._touched[volume] = self._height
        found = self._volumes.get(volume)
        if found is None:
            self._forget(VOLUMES_IN_MEMORY - 1)
            found = self._volumes[volume] = self._rebuilt(volume, root)
        return found

    def warm(self, volume: bytes, root_now: Callable[[bytes], bytes]) -> None:
        """Bring a volume's tree into memory, rebuilt without the lock: the writer does not wait.

        What was read while a commit changed it has another root, and is thrown away.
        """
        with self._pending.environment:
            if volume == MAIN or volume in self._volumes or root_now(volume) == EMPTY:
                return
        tree = self._built(volume)
        with self._pending.environment:
            if volume not in self._volumes and tree.root == root_now(volume):
                self._forget(VOLUMES_IN_MEMORY - 1)
                self._touched[volume] = self._height
                self._volumes[volume] = tree

    def change(
        self, height: int, volume: bytes, tree: Tree, writes: Sequence[Write], make: Maker
    ) -> tuple[list[Write], dict[int, bytes]]:
        """Apply a height's writes, in any order, each key once, to a map.

        Returns those that changed something, and the buckets replaced as they stood, by slot.
        """
        self._touched[volume] = self._height = height
        self._changed[volume] = None
        by_slot: dict[int, list[Write]] = {}
        for write in writes:
            slot = slot_of(write[0])
            if slot in by_slot:
                by_slot[slot].append(write)
            else:
                by_slot[slot] = [write]
        done: list[Write] = []
        replaced: dict[int, bytes] = {}
        buckets: list[tuple[int, bytes]] = []
        put = self._pending.put
        for slot in sorted(by_slot):
            before = tree.bucket(slot)
            after, changed = change_bucket(before, by_slot[slot], DEPTH, make)
            if changed:
                done += changed
                replaced[slot] = before
                buckets.append((slot, after))
                put("buckets", bucket_key(volume, slot), after or None, existed=bool(before))
        tree.put(buckets)
        return done, replaced

    def find(self, volume: bytes, position: bytes) -> Entry | None:
        """Return the leaf at a position, or None; no tree is rebuilt for it."""
        tree = self.main if volume == MAIN else self._volumes.get(volume)
        slot = slot_of(position)
        if tree is None:
            raw = self._pending.find_surely("buckets", bucket_key(volume, slot)) or b""
        else:
            raw = tree.bucket(slot)
        for entry in decode_bucket(raw):
            if entry[0] == position:
                return entry
        return None

    def committed(self) -> None:
        """Take note that nothing is staged any more; drop the tops of volumes not in use."""
        self._changed.clear()
        quiet = self._height - QUIET_BLOCKS
        for volume in [v for v in self._volumes if self._touched.get(v, 0) < quiet]:
            del self._volumes[volume]
        self._forget(VOLUMES_IN_MEMORY)

    def _forget(self, kept: int) -> None:
        """Drop the tops of volumes unused for longest until so many are left, if they may go."""
        surplus = len(self._volumes) - kept
        idle = [volume for volume in self._volumes if volume not in self._changed]
        idle.sort(key=self._last_use)
        for volume in idle[: max(0, surplus)]:
            del self._volumes[volume]

    def _last_use(self, volume: bytes) -> int:
        return self._touched.get(volume, 0)

    def _rebuilt(self, volume: bytes, root: bytes) -> Tree:
        tree = self._built(volume)
        if tree.root != root:
            why = f"根 {tree.root.hex()}，应为 root, expected {root.hex()}"
            raise Damaged("buckets", tree.name, why)
        return tree

    def _built(self, volume: bytes) -> Tree:
        def fetch(slot: int) -> bytes:
            key = bucket_key(volume, slot)
            raw = self._pending.find("buckets", key)
            if raw is None:
                raise Damaged("buckets", name_of("buckets", key), "缺失 missing")
            return raw

        return Tree(
            volume.decode() or "main",
            DEPTH,
            fetch,
            stored_buckets(self._pending.environment, volume),
        )


def stored_buckets(environment: Environment, volume: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the committed buckets of a map, (slot, bytes), in order."""
    prefix = volume + b"\0"
    for key, raw in environment.entries("buckets", prefix):
        if not key.startswith(prefix):
            return
        slot = int.from_bytes(key[len(prefix) :], "big")
        if slot >> DEPTH or len(key) != len(prefix) + SLOT_BYTES:
            raise Damaged("buckets", name_of("buckets", key), "没有此位 no such slot")
        yield slot, unseal("buckets", key, raw)


def slot_of(position: bytes) -> int:
    """Return the slot of any map below which a position lies."""
    return int.from_bytes(position[:4], "big") >> SHIFT


def bucket_key(volume: bytes, slot: int) -> bytes:
    """Return the store's key of a bucket."""
    return b"%b\0%b" % (volume, slot.to_bytes(SLOT_BYTES, "big"))
