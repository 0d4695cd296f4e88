"""The authenticated map as a tree: hashes of crate `jmt`, its top in memory, buckets in the store.

A binary sparse Merkle tree (design section 5). A key's position is SHA-256(key), most significant
bit first; a leaf stands at the shallowest depth where it is alone; a subtree without leaves hashes
to `EMPTY`:

    leaf = SHA-256(LEAF_PREFIX ‖ SHA-256(key) ‖ SHA-256(value))
    node = SHA-256(NODE_PREFIX ‖ left ‖ right)

The first `depth` levels are kept whole in one bytearray, as a heap: node 1 is the root, node i has
the children 2i and 2i+1, which lie side by side, so that one slice yields both. Below each of the
2^depth *slots* the leaves are few and stand together in a *bucket*, a byte string kept elsewhere.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from mingzhang.ledger.bucket import (
    EMPTY,
    LEAF_PREFIX,
    NODE_PREFIX,
    Entry,
    decode_bucket,
    encode_bucket,
    subtree_hash,
)
from mingzhang.ledger.sealed import Damaged

NONE, ONE, MANY = 0, 1, 2
"""What stands below a node of the top: nothing, one leaf (its hash floats up), two or more."""


_NODE_BEGUN = sha256(NODE_PREFIX)


class Change(NamedTuple):
    """A leaf to write, or to delete where `leaf_hash` is None; `stood`: the map holds it now."""

    position: bytes
    leaf_hash: bytes | None
    key: bytes
    stood: bool


class Replaced(NamedTuple):
    """A bucket before and after an update; empty bytes where it holds no leaf."""

    slot: int
    before: bytes
    after: bytes


def hash_leaf(position: bytes, value: bytes) -> bytes:
    """Return the hash of the leaf at `position` = SHA-256(key) that holds `value`."""
    return sha256(LEAF_PREFIX + position + sha256(value).digest()).digest()


class Tree:
    """One map: 2^depth slots, their hashes and all above them in memory (66 bytes a slot).

    `fetch(slot)` returns the bucket that stands in a slot that is not empty, and raises otherwise.
    """

    __slots__ = ("_fetch", "_hashes", "_kinds", "depth", "first_slot")

    def __init__(
        self, depth: int, fetch: Callable[[int], bytes], buckets: Iterable[tuple[int, bytes]]
    ) -> None:
        """Rebuild the top from all buckets, (slot, bytes) in any order."""
        self.depth = depth
        self.first_slot = 1 << depth
        self._fetch = fetch
        self._hashes = memoryview(bytearray(EMPTY * (2 << depth)))
        self._kinds = bytearray(2 << depth)
        parents = []
        for slot, raw in buckets:
            self._set_slot(slot, raw)
            parents.append((self.first_slot | slot) >> 1)
        self._rehash(parents)

    @property
    def root(self) -> bytes:
        """The map's root hash, 32 bytes; `EMPTY` for a map without leaves."""
        return bytes(self._hashes[32:64])

    def slot_of(self, position: bytes) -> int:
        """Return the slot below which a position lies."""
        return int.from_bytes(position[:4], "big") >> (32 - self.depth)

    def kind(self, node: int) -> int:
        """Return NONE, ONE or MANY for a node of the top."""
        return self._kinds[node]

    def hash(self, node: int) -> bytes:
        """Return the hash of a node of the top, 32 bytes."""
        return bytes(self._hashes[node << 5 : (node << 5) + 32])

    def bucket(self, slot: int) -> bytes:
        """Return the bytes of a slot's bucket, empty where no leaf stands."""
        return self._fetch(slot) if self._kinds[self.first_slot | slot] else b""

    def update(self, changes: Sequence[Change]) -> list[Replaced]:
        """Apply one block's changes, sorted by position, each position once.

        Returns the buckets replaced, in order of their slots; the caller stores them.
        """
        shift = 32 - self.depth
        slots = [int.from_bytes(change[0][:4], "big") >> shift for change in changes]
        fetch, kinds, first = self._fetch, self._kinds, self.first_slot
        replaced: list[Replaced] = []
        parents: list[int] = []
        at, end = 0, len(slots)
        while at < end:
            slot = slots[at]
            upto = at + 1
            while upto < end and slots[upto] == slot:
                upto += 1
            before = fetch(slot) if kinds[first | slot] else b""
            after = _change_bucket(before, changes[at:upto], self.depth)
            self._set_slot(slot, after)
            replaced.append(Replaced(slot, before, after))
            parents.append((first | slot) >> 1)
            at = upto
        self._rehash(parents)
        return replaced

    def _set_slot(self, slot: int, raw: bytes) -> None:
        node = self.first_slot | slot
        if raw:
            self._hashes[node << 5 : (node << 5) + 32] = raw[2:34]
            self._kinds[node] = ONE if raw[:2] == b"\0\1" else MANY
        else:
            self._hashes[node << 5 : (node << 5) + 32] = EMPTY
            self._kinds[node] = NONE

    def _rehash(self, nodes: list[int]) -> None:
        """Recompute `nodes`, all of one level, and all above them."""
        hashes, kinds, begun = self._hashes, self._kinds, _NODE_BEGUN.copy
        level = nodes
        for _ in range(self.depth if nodes else 0):
            level = list(dict.fromkeys(level))
            for node in level:
                child = node + node
                at = node << 5
                left, right = kinds[child], kinds[child + 1]
                if left + right > ONE:
                    # A third faster than hashing prefix + children (measured, 3.11).
                    node_hash = begun()
                    node_hash.update(hashes[at + at : at + at + 64])
                    hashes[at : at + 32] = node_hash.digest()
                    kinds[node] = MANY
                else:
                    of = at + at + 32 if right else at + at
                    hashes[at : at + 32] = hashes[of : of + 32]
                    kinds[node] = left | right
            level = [node >> 1 for node in level]


def _change_bucket(before: bytes, changes: Sequence[Change], depth: int) -> bytes:
    """Return the bucket after `changes`, all of its slot; empty bytes when no leaf is left.

    Raises `Damaged` for a leaf that stood and is not in the bucket, or the other way round.
    """
    position, found, key, stood = changes[0]
    if not before and not stood and found is not None and len(changes) == 1:
        return b"\0\1" + found + position + found + key
    entries = {entry[0]: entry for entry in decode_bucket(before)}
    for position, found, key, stood in changes:
        if (position in entries) != stood:
            raise Damaged("leaves", key.decode(), "树与记录不一致 tree and record disagree")
        if found is None:
            del entries[position]
        else:
            entries[position] = Entry(position, found, key)
    if not entries:
        return b""
    ordered = sorted(entries.values(), key=_entry_position)
    return encode_bucket(ordered, subtree_hash(ordered, depth))


def _entry_position(entry: Entry) -> bytes:
    return entry.position
