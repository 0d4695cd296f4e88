"""The tree of a list that grows, kept whole: a proof costs its height and not its length.

The same tree as `verify.merkle`, which recomputes it from all leaf hashes; two hashes a leaf are
held in memory, 64 bytes for each block that entered the history.
"""

from mingzhang.verify.merkle import (
    EMPTY_ROOT,
    consistency_over,
    largest_power_below,
    node_hash,
)


class Grown:
    """Leaf hashes, and the roots of all perfect subtrees over them."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]
        """From the leaves upwards: roots over 1, 2, 4, … leaves that are all there."""

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf_hash: bytes) -> None:
        """Put a leaf's hash at the end."""
        found, level = leaf_hash, 0
        self._levels[0].append(found)
        while len(self._levels[level]) % 2 == 0:
            found = node_hash(self._levels[level][-2], found)
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(found)

    def root(self, size: int) -> bytes:
        """Return the root over the first `size` leaves."""
        return self._over(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the path of a leaf in the list of that size, as `merkle.inclusion_of_hashes`."""
        if not 0 <= index < size <= len(self):
            raise IndexError(index)
        low, high, above = 0, size, list[bytes]()
        while high - low > 1:
            split = low + largest_power_below(high - low)
            if index < split:
                above.append(self._over(split, high))
                high = split
            else:
                above.append(self._over(low, split))
                low = split
        return tuple(reversed(above))

    def consistency(self, older: int, newer: int) -> tuple[bytes, ...]:
        """Return the proof that a list of one size begins another, as `merkle.consistency`."""
        if newer > len(self):
            raise IndexError(newer)
        return consistency_over(self._over, older, newer)

    def _over(self, low: int, high: int) -> bytes:
        """Return the root over the leaves from `low` to below `high`, a subtree of some list."""
        size = high - low
        if size & (size - 1) == 0:
            return self._levels[size.bit_length() - 1][low // size]
        split = low + largest_power_below(size)
        return node_hash(self._over(low, split), self._over(split, high))
