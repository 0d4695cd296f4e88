"""The trees of one ledger: the main map, and one per volume, held in memory while it is in use.

Buckets go to `Pending`; what a block replaced is kept for the last `KEPT_BLOCKS` heights, so that
a proof can be made against a root that later blocks have moved on from.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mingzhang.ledger.bucket import EMPTY, decode_bucket
from mingzhang.ledger.pending import Pending
from mingzhang.ledger.sealed import Damaged, name_of, unseal
from mingzhang.ledger.tree import Change, Tree

MAIN: Final = b""
MAIN_DEPTH: Final = 16
VOLUME_DEPTH: Final = 18
VOLUMES_IN_MEMORY: Final = 8
"""Tops of volumes kept, 17 MB each; the one unused for longest leaves first."""
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
        self.main = self._rebuilt(MAIN, pending.head[8:])

    def tree(self, volume: bytes, root: bytes) -> Tree:
        """Return a map's tree; one that is not in memory is rebuilt and must have `root`.

        Volumes leave memory only at a commit, so what is rebuilt has nothing staged.
        """
        if volume == MAIN:
            return self.main
        self._touched[volume] = self._height
        found = self._volumes.get(volume)
        if found is None:
            found = self._volumes[volume] = self._rebuilt(volume, root)
        return found

    def warm(self, volume: bytes, root_now: Callable[[bytes], bytes]) -> None:
        """Bring a volume's tree into memory before the lock is taken: the writer waits for none.

        What was read while a commit changed it has another root, and is thrown away.
        """
        if volume == MAIN or volume in self._volumes or root_now(volume) == EMPTY:
            return
        tree = self._built(volume)
        with self._pending.environment:
            if volume not in self._volumes and tree.root == root_now(volume):
                self._touched[volume] = self._height
                self._volumes[volume] = tree

    def change(
        self, height: int, volume: bytes, tree: Tree, changes: Sequence[Change]
    ) -> dict[int, bytes]:
        """Apply changes, sorted by position, to a map; return the buckets replaced, by slot."""
        self._touched[volume] = self._height = height
        before = {}
        for slot, old, new in tree.update(changes):
            self._pending.put("buckets", bucket_key(volume, slot), new or None, existed=bool(old))
            before[slot] = old
        return before

    def holds(self, volume: bytes, position: bytes) -> bool:
        """Say whether a map's bucket names a leaf at a position; no tree is rebuilt for it."""
        tree = self.main if volume == MAIN else self._volumes.get(volume)
        if tree is None:
            slot = int.from_bytes(position[:4], "big") >> (32 - VOLUME_DEPTH)
            raw = self._pending.find("buckets", bucket_key(volume, slot)) or b""
        else:
            raw = tree.bucket(tree.slot_of(position))
        return any(entry.position == position for entry in decode_bucket(raw))

    def forget_quiet(self, height: int) -> None:
        """Drop the tops of volumes that are not in use. Only with nothing staged."""
        by_age = sorted(self._volumes, key=lambda volume: -self._touched.get(volume, 0))
        for place, volume in enumerate(by_age):
            if place >= VOLUMES_IN_MEMORY or self._touched.get(volume, 0) + QUIET_BLOCKS < height:
                del self._volumes[volume]

    def _rebuilt(self, volume: bytes, root: bytes) -> Tree:
        tree = self._built(volume)
        if tree.root != root:
            why = f"根 {tree.root.hex()}，应为 root, expected {root.hex()}"
            raise Damaged("buckets", volume.decode() or "main", why)
        return tree

    def _built(self, volume: bytes) -> Tree:
        def fetch(slot: int) -> bytes:
            key = bucket_key(volume, slot)
            raw = self._pending.find("buckets", key)
            if raw is None:
                raise Damaged("buckets", name_of("buckets", key), "缺失 missing")
            return raw

        depth = VOLUME_DEPTH if volume else MAIN_DEPTH
        return Tree(depth, fetch, self._stored(volume, 1 << depth))

    def _stored(self, volume: bytes, slots: int) -> Iterator[tuple[int, bytes]]:
        prefix = volume + b"\0"
        for key, raw in self._pending.environment.entries("buckets", prefix):
            if not key.startswith(prefix):
                return
            slot = int.from_bytes(key[len(prefix) :], "big")
            if slot >= slots or len(key) != len(prefix) + SLOT_BYTES:
                raise Damaged("buckets", name_of("buckets", key), "键不存在 no such key")
            yield slot, unseal("buckets", key, raw)


def bucket_key(volume: bytes, slot: int) -> bytes:
    """Return the store's key of a bucket."""
    return b"%b\0%b" % (volume, slot.to_bytes(SLOT_BYTES, "big"))
