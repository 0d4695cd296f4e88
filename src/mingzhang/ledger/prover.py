"""Proofs from the map, of presence and of absence, as of any of the last heights.

The newest root that a committed header holds is not always the newest root (design section 5): a
later block may have moved the map on. So what each height replaced is kept for `KEPT_BLOCKS`.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from mingzhang.ledger.bucket import EMPTY, hash_leaf
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.forest import MAIN, Forest
from mingzhang.ledger.leaf import Leaf, leaf_of
from mingzhang.ledger.ways import View, Way
from mingzhang.verify.ics23 import Existence, encode_absence, encode_presence
from mingzhang.verify.volume import VOLUME_KEY, MapProof

KEPT_BLOCKS: Final = 64
"""So many heights back a proof can be made; after a restart, `PACKED_BLOCKS`."""
VIEWS_KEPT: Final = 8
PACKED_BLOCKS: Final = 2
PACKED_BUCKETS: Final = 4
"""At most so many buckets of a height are packed: a seal of solo's replaces three."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A record, or its absence (`leaf` None), under the map's `root` after `height`.

    The value that `proof` shows is `leaf.value`; who shall check the record needs its salt too.
    """

    height: int
    root: bytes
    key: str
    leaf: Leaf | None
    proof: MapProof


Undone = dict[bytes, dict[int, bytes]]
"""The buckets that one height replaced, as they stood before, by volume and slot."""


class Prover:
    """Makes proofs. For all but `warm` the caller holds the store's lock."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._undone: dict[int, Undone] = {}
        self._views: dict[tuple[int, bytes], View] = {}

    def keep(self, height: int, undone: Undone) -> None:
        """Take note of what a height, the newest, replaced."""
        self._undone[height] = undone
        self._undone.pop(height - KEPT_BLOCKS, None)
        self._views.clear()

    def packed(self, newest: int) -> bytes:
        """Return what the newest heights replaced, for a process that will open this store.

        As many of the last `PACKED_BLOCKS` as replaced little: solo's two seals do, so that its
        newest sealed root can be proven from right after a restart.
        """
        kept = []
        for height in range(newest, newest - PACKED_BLOCKS, -1):
            undone = self._undone.get(height)
            if undone is None or sum(map(len, undone.values())) > PACKED_BUCKETS:
                break
            kept.append((height, undone))
        return msgspec.msgpack.encode(kept)

    def unpack(self, packed: bytes) -> None:
        """Take over what `packed` returned in the process before."""
        for height, undone in msgspec.msgpack.decode(packed, type=list[tuple[int, Undone]]):
            self._undone[height] = undone

    def warm(self, volume: str | None) -> None:
        """Make a volume ready for `prove`, without the lock."""
        self._forest.warm((volume or "").encode(), self.root_now)

    def prove(self, key: str, volume: str | None, height: int, newest: int) -> Proven:
        """Prove what stood under a key after `height`; `newest` is the last height staged.

        Raises ValueError for a height that is no longer kept, and for an empty map.
        """
        self._expect_kept(height, newest)
        root = self._view(MAIN, height, newest).root
        if root == EMPTY:
            raise ValueError("空账本不能证明 an empty map proves nothing")
        leaf, shown = self._prove_in(volume, key, height, newest)
        return Proven(height, root, key, leaf, shown)

    def replaced_since(self, height: int, newest: int) -> dict[bytes, dict[int, bytes]]:
        """Return the buckets, by volume and slot, as they stood after `height`, if changed since.

        Raises ValueError for a height that is no longer kept.
        """
        self._expect_kept(height, newest)
        found: dict[bytes, dict[int, bytes]] = {}
        for later in range(newest, height, -1):
            for volume, replaced in self._undone[later].items():
                found[volume] = found.get(volume, {}) | replaced
        return found

    def _expect_kept(self, height: int, newest: int) -> None:
        if any(each not in self._undone for each in range(height + 1, newest + 1)):
            raise ValueError(f"高度 height {height} 已不可证 is kept no longer for proofs")

    def _prove_in(
        self, volume: str | None, key: str, height: int, newest: int
    ) -> tuple[Leaf | None, MapProof]:
        if volume is None:
            leaf, proof = self._prove_key(MAIN, key.encode(), height, newest)
            return leaf, MapProof(None, proof)
        volume_key = (VOLUME_KEY + volume).encode()
        head, volume_proof = self._prove_key(MAIN, volume_key, height, newest)
        if head is None:
            return None, MapProof(volume, b"", b"", volume_proof)
        leaf, proof = self._prove_key(volume.encode(), key.encode(), height, newest)
        return leaf, MapProof(volume, proof, head.record, volume_proof)

    def _prove_key(
        self, volume: bytes, key: bytes, height: int, newest: int
    ) -> tuple[Leaf | None, bytes]:
        view = self._view(volume, height, newest)
        position = sha256(key).digest()
        way = view.find(position)
        if way is not None:
            return leaf_of(way.entry.body), encode_presence(_existence(way))
        left, right = view.neighbours(position)
        shown = encode_absence(
            key,
            None if left is None else _existence(left),
            None if right is None else _existence(right),
        )
        return None, shown

    def _view(self, volume: bytes, height: int, newest: int) -> View:
        found = self._views.get((height, volume))
        if found is None:
            if len(self._views) == VIEWS_KEPT:
                self._views.clear()
            replaced: dict[int, bytes] = {}
            for later in range(newest, height, -1):
                replaced |= self._undone[later].get(volume, {})
            tree = self._forest.tree(volume, self.root_now(volume))
            found = self._views[height, volume] = View(tree, replaced)
        return found

    def root_now(self, volume: bytes) -> bytes:
        """Return a map's root after the newest height."""
        if volume == MAIN:
            return self._forest.main.root
        position = sha256(VOLUME_KEY.encode() + volume).digest()
        entry = self._forest.find(MAIN, position)
        return EMPTY if entry is None else leaf_of(entry.body).record


def _existence(way: Way) -> Existence:
    """Return what a proof shows of a leaf. Raises `Damaged` when the tree holds another value."""
    entry = way.entry
    value = leaf_of(entry.body).value
    if hash_leaf(entry.position, value) != entry.leaf_hash:
        raise Damaged("buckets", entry.key.decode(), "与树不符 not what the tree holds")
    return Existence(entry.key, value, way.path)
