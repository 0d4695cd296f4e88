"""Ways from a leaf to the root of a map, now or as of a height whose buckets were replaced since.

A view of an earlier height holds the buckets that later heights replaced, as they stood then, and
the nodes above them, computed anew; all else is the tree as it is.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

from mingzhang.ledger.bucket import (
    NODE_PREFIX,
    Entry,
    decode_bucket,
    root_of,
    subtree_hash,
)
from mingzhang.ledger.tree import MANY, NONE, ONE, Tree

Step = tuple[int, bytes]
"""(bit: 1 for the right child; the sibling's hash)."""


class Way(NamedTuple):
    """A leaf and its way up, the leaf's own level first."""

    entry: Entry
    path: tuple[Step, ...]


class View:
    """A map as it stood, with `replaced` buckets by slot; with none, as it stands now."""

    def __init__(self, tree: Tree, replaced: Mapping[int, bytes]) -> None:
        self._tree = tree
        self._replaced = replaced
        self._nodes: dict[int, tuple[int, bytes]] = {}
        for slot, raw in replaced.items():
            kind = min(int.from_bytes(raw[:2], "big"), MANY)
            self._nodes[tree.first_slot | slot] = (kind, root_of(raw))
        level = list(self._nodes)
        for _ in range(tree.depth if level else 0):
            level = list(dict.fromkeys([node >> 1 for node in level]))
            for node in level:
                self._nodes[node] = self._joined(node)

    @property
    def root(self) -> bytes:
        """The map's root as of this view."""
        return self._node(1)[1]

    def find(self, position: bytes) -> Way | None:
        """Return the leaf at a position with its way, or None."""
        slot = self._tree.slot_of(position)
        entries = self._entries(slot)
        for place, entry in enumerate(entries):
            if entry.position == position:
                return self._way(slot, entries, place)
        return None

    def neighbours(self, position: bytes) -> tuple[Way | None, Way | None]:
        """Return the leaves next before and next after a position where none stands."""
        slot = self._tree.slot_of(position)
        entries = self._entries(slot)
        place = sum([entry.position < position for entry in entries])
        left = right = None
        if place > 0:
            left = self._way(slot, entries, place - 1)
        elif (before := self._slot_beside(slot, 0)) is not None:
            others = self._entries(before)
            left = self._way(before, others, len(others) - 1)
        if place < len(entries):
            right = self._way(slot, entries, place)
        elif (after := self._slot_beside(slot, 1)) is not None:
            right = self._way(after, self._entries(after), 0)
        return left, right

    def _node(self, node: int) -> tuple[int, bytes]:
        """Return kind and hash of a node of the top."""
        found = self._nodes.get(node)
        return (self._tree.kind(node), self._tree.hash(node)) if found is None else found

    def _joined(self, node: int) -> tuple[int, bytes]:
        left, right = self._node(node << 1), self._node(node << 1 | 1)
        if left[0] + right[0] > ONE:
            return MANY, sha256(NODE_PREFIX + left[1] + right[1]).digest()
        return right if right[0] else left

    def _entries(self, slot: int) -> list[Entry]:
        raw = self._replaced.get(slot)
        return decode_bucket(self._tree.bucket(slot) if raw is None else raw)

    def _slot_beside(self, slot: int, side: int) -> int | None:
        """Return the next slot with leaves, to the left (0) or right (1), or None."""
        node = self._tree.first_slot | slot
        while node > 1 and (node & 1 == side or self._node(node ^ 1)[0] == NONE):
            node >>= 1
        if node == 1:
            return None
        node ^= 1
        while node < self._tree.first_slot:
            near = node << 1 | (1 - side)
            node = near if self._node(near)[0] else near ^ 1
        return node - self._tree.first_slot

    def _way(self, slot: int, entries: list[Entry], place: int) -> Way:
        path = bucket_path(entries, place, self._tree.depth)
        node = self._tree.first_slot | slot
        while node > 1:
            # Below a node with one leaf only there is nothing to join: the leaf floats up.
            if self._node(node >> 1)[0] == MANY:
                path.append((node & 1, self._node(node ^ 1)[1]))
            node >>= 1
        return Way(entries[place], tuple(path))


def bucket_path(entries: list[Entry], place: int, depth: int) -> list[Step]:
    """Return the way of one of a bucket's leaves up to the bucket's own `depth`."""
    low, high, level = 0, len(entries), depth
    path: list[Step] = []
    while high - low > 1:
        byte, mask = level >> 3, 0x80 >> (level & 7)
        split = low + sum([not entry.position[byte] & mask for entry in entries[low:high]])
        level += 1
        if place < split:
            path.append((0, subtree_hash(entries[split:high], level)))
            high = split
        else:
            path.append((1, subtree_hash(entries[low:split], level)))
            low = split
    path.reverse()
    return path
