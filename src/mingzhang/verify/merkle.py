"""Merkle trees over a list, RFC 6962 section 2.1 as CometBFT builds them, and proofs in them.

    leaf hash = SHA-256(00 ‖ leaf), node = SHA-256(01 ‖ left ‖ right), empty list = SHA-256("")

The left subtree of n leaves holds the largest power of two below n. A *path* lists the siblings
from the leaf upwards. A *head* is the size of an append-only list and its *peaks*, the roots of
its perfect subtrees, largest first. A leaf is given as its bytes, and hashed here, wherever a
name does not say hash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32
MAX_PATH = 64
"""A longer path belongs to a list longer than 2^64 leaves."""


class BadProof(Exception):
    """A Merkle proof does not show what it claims; the reason is the message."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """An append-only list, as small as it can be: its size and peaks, one per bit set in `size`."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Head":
        """Return the head of the list with one leaf more."""
        peaks, new, size = list(self.peaks), leaf_hash(leaf), self.size
        while size & 1:
            new, size = node_hash(peaks.pop(), new), size >> 1
        return Head(self.size + 1, (*peaks, new))

    def root(self) -> bytes:
        """Return the root over the list."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the leaves' bytes."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the path of the leaf at `index`. Raises IndexError outside the list."""
    return inclusion_of_hashes([leaf_hash(leaf) for leaf in leaves], index)


def inclusion_of_hashes(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the path, RFC 6962 2.1.1, of the leaf hash at `index`. Raises IndexError outside."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    path = []
    level, at = list(hashes), index
    while len(level) > 1:
        sibling = at ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, at = _level_above(level), at >> 1
    return tuple(path)


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf, its place and its path lead to.

    Raises `BadProof` where the place lies outside the list or the path has another length.
    """
    if not 0 <= index < size:
        raise BadProof(f"index {index} outside a list of {size}")
    _expect_hashes(path)
    found, at, last, used = leaf_hash(leaf), index, size - 1, 0
    while last > 0:
        if at & 1 or at < last:
            if used == len(path):
                raise BadProof(f"path too short: {len(path)}")
            sibling = path[used]
            found = node_hash(sibling, found) if at & 1 else node_hash(found, sibling)
            used += 1
        at, last = at >> 1, last >> 1
    if used != len(path):
        raise BadProof(f"path too long: {len(path)}, used {used}")
    return found


def verify_inclusion(
    expected: bytes, leaf: bytes, index: int, size: int, path: Sequence[bytes]
) -> None:
    """Check that a leaf stands at `index` of the list with this root and size.

    Raises `BadProof`. The root of an empty list proves nothing.
    """
    if root_from_inclusion(leaf, index, size, path) != expected:
        raise BadProof("the path leads to another root")


def consistency(hashes: Sequence[bytes], older: int) -> tuple[bytes, ...]:
    """Return the proof, RFC 6962 2.1.2, that the first `older` leaf hashes are a beginning.

    Empty where `older` is 0 or the whole list. Raises IndexError for one beyond the list.
    """
    return consistency_over(lambda low, high: root_of_hashes(hashes[low:high]), older, len(hashes))


def consistency_over(
    over: Callable[[int, int], bytes], older: int, newer: int
) -> tuple[bytes, ...]:
    """Return what `consistency` does, of a list of `newer` leaves.

    `over(low, high)` is the root over the leaves from `low` to below `high`.
    """
    if not 0 <= older <= newer:
        raise IndexError(older)
    if older in (0, newer):
        return ()
    low, high, whole = 0, newer, True
    above: list[bytes] = []
    while older != high:
        split = low + largest_power_below(high - low)
        if older <= split:
            above.append(over(split, high))
            high = split
        else:
            above.append(over(low, split))
            low, whole = split, False
    start = () if whole else (over(low, high),)
    return (*start, *reversed(above))


def verify_consistency(
    older_root: bytes, older: int, newer_root: bytes, newer: int, proof: Sequence[bytes]
) -> None:
    """Check that the list of `newer` leaves begins with that of `older`. Raises `BadProof`."""
    _expect_hashes(proof)
    if not 0 <= older <= newer:
        raise BadProof(f"sizes {older} and {newer}")
    if older in (0, newer):
        same = older_root == (newer_root if older else EMPTY_ROOT)
        if proof or not same:
            raise BadProof("an empty beginning or an equal list has no proof and equal roots")
        return
    before, after = _roots_from_consistency(older_root, older, newer, proof)
    if before != older_root or after != newer_root:
        raise BadProof("the proof leads to other roots")


def _roots_from_consistency(
    older_root: bytes, older: int, newer: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the older and the newer root that a proof leads to (RFC 9162, 2.1.4.2)."""
    if not proof:
        raise BadProof("proof too short")
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # The older list is one perfect subtree when `at` is 0; else the proof begins with its last.
    before = after = proof[0] if at else older_root
    for sibling in proof[1 if at else 0 :]:
        if last == 0:
            raise BadProof(f"proof too long: {len(proof)}")
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("proof too short")
    return before, after


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Return the hashes one level up; an odd last one rises as it is."""
    above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) & 1 else above


def largest_power_below(size: int) -> int:
    """Return the largest power of two below a size of 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _expect_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > MAX_PATH + 1 or any(len(each) != HASH_BYTES for each in hashes):
        raise BadProof(f"not a path of at most {MAX_PATH + 1} hashes of {HASH_BYTES} bytes")
