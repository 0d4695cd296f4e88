"""The few leaves below one slot of a map's top: their bytes, and the hash of their subtree.

A bucket names its leaves' keys, because a proof of absence shows the keys of two neighbours.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

LEAF_PREFIX = b"JMT::LeafNode"
NODE_PREFIX = b"JMT::IntrnalNode"
EMPTY = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"
POSITION_BITS = 256


class Entry(NamedTuple):
    """One leaf. `position` is SHA-256(key), `leaf_hash` as the tree defines it, `key` UTF-8."""

    position: bytes
    leaf_hash: bytes
    key: bytes


def encode_bucket(entries: Sequence[Entry], root: bytes) -> bytes:
    """Return count (2) ‖ root (32) ‖ count × (position ‖ leaf hash) ‖ the keys, NUL between them.

    `entries` is sorted by position and not empty; no key holds a NUL.
    """
    hashes = [entry[0] + entry[1] for entry in entries]
    keys = b"\0".join([entry[2] for entry in entries])
    return b"".join([len(entries).to_bytes(2, "big"), root, *hashes, keys])


def decode_bucket(raw: bytes) -> list[Entry]:
    """Return a bucket's leaves sorted by position, none for empty bytes.

    Raises ValueError for bytes that `encode_bucket` did not make.
    """
    if not raw:
        return []
    end = 34 + (int.from_bytes(raw[:2], "big") << 6)
    return [
        Entry(raw[at : at + 32], raw[at + 32 : at + 64], key)
        for at, key in zip(range(34, end, 64), raw[end:].split(b"\0"), strict=True)
    ]


def subtree_hash(entries: Sequence[Entry], depth: int) -> bytes:
    """Return the hash at `depth` of the subtree of exactly these leaves, sorted by position.

    All share their first `depth` bits. From left to right, a stack holds finished subtrees and
    `forks` the depths at which the leaves of neighbouring ones part.
    """
    if not entries:
        return EMPTY
    stack = [(entries[0][1], POSITION_BITS, int.from_bytes(entries[0][0], "big"))]
    forks: list[int] = []
    for entry in entries[1:]:
        position = int.from_bytes(entry[0], "big")
        fork = POSITION_BITS - (stack[-1][2] ^ position).bit_length()
        while forks and forks[-1] > fork:
            _join(stack, forks.pop())
        forks.append(fork)
        stack.append((entry[1], POSITION_BITS, position))
    while forks:
        _join(stack, forks.pop())
    return _lift(stack[0], depth)


def _join(stack: list[tuple[bytes, int, int]], fork: int) -> None:
    """Put the node at depth `fork` in the place of the two subtrees below it."""
    right = stack.pop()
    left = stack.pop()
    joined = sha256(NODE_PREFIX + _lift(left, fork + 1) + _lift(right, fork + 1)).digest()
    # The right one's position stands for both: what follows is compared with the last leaf.
    stack.append((joined, fork, right[2]))


def _lift(subtree: tuple[bytes, int, int], depth: int) -> bytes:
    """Return a subtree's hash at a lower depth: a leaf floats, a node gets empty siblings."""
    found, at, position = subtree
    if at == POSITION_BITS:
        return found
    for level in range(at - 1, depth - 1, -1):
        if position >> (POSITION_BITS - 1 - level) & 1:
            found = sha256(NODE_PREFIX + EMPTY + found).digest()
        else:
            found = sha256(NODE_PREFIX + found + EMPTY).digest()
    return found
