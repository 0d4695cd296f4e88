"""The few leaves below one slot of a map's top: their bytes, and the hash of their subtree.

Records stand in their bucket, so that a write touches one place of the store and not two (a fifth
less time a leaf, measured at 1 M payments). A bucket names its leaves' keys: a proof of absence
shows those of two neighbours.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.leaf import Maker, record_of

LEAF_PREFIX = b"JMT::LeafNode"
NODE_PREFIX = b"JMT::IntrnalNode"
EMPTY = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"
POSITION_BITS = 256
ROOT_AT, HEADS_AT, HEAD_BYTES = 2, 34, 70
HASH_AT, ALONE_AT = 66, 104
"""In a bucket of one leaf: where its position ends, and its key begins."""
ALONE = b"\0\1"


class Entry(NamedTuple):
    """One leaf. `position` is SHA-256(key), `leaf_hash` as the tree defines it, `key` UTF-8.

    `body` is the stored leaf (`leaf.py`).
    """

    position: bytes
    leaf_hash: bytes
    key: bytes
    body: bytes


class Write(NamedTuple):
    """A record to write under a key, or to delete where it is None. `position` is SHA-256(key)."""

    position: bytes
    key: bytes
    record: bytes | None


def hash_leaf(position: bytes, value: bytes) -> bytes:
    """Return the hash of the leaf at `position` = SHA-256(key) that holds `value`."""
    return sha256(LEAF_PREFIX + position + sha256(value).digest()).digest()


def encode_bucket(entries: Sequence[Entry], root: bytes) -> bytes:
    """Return a bucket's bytes; `entries` is sorted by position and not empty.

    count (2) ‖ root (32) ‖ count × (position (32) ‖ leaf hash (32) ‖ length of key (2) ‖ length of
    body (4)) ‖ count × (key ‖ body).
    """
    parts = [len(entries).to_bytes(2, "big"), root]
    for position, leaf_hash, key, body in entries:
        lengths = (len(key) << 32 | len(body)).to_bytes(6, "big")
        parts += (position, leaf_hash, lengths)
    for entry in entries:
        parts += entry[2:]
    return b"".join(parts)


def decode_bucket(raw: bytes) -> list[Entry]:
    """Return a bucket's leaves sorted by position, none for empty bytes.

    Raises `Damaged` for bytes that `encode_bucket` did not make.
    """
    if not raw:
        return []
    at = HEADS_AT + HEAD_BYTES * int.from_bytes(raw[:ROOT_AT], "big")
    entries = []
    for head in range(HEADS_AT, at, HEAD_BYTES):
        lengths = int.from_bytes(raw[head + 64 : head + HEAD_BYTES], "big")
        body_at = at + (lengths >> 32)
        end = body_at + (lengths & 0xFFFFFFFF)
        entries.append(
            Entry(
                raw[head : head + 32], raw[head + 32 : head + 64], raw[at:body_at], raw[body_at:end]
            )
        )
        at = end
    if at != len(raw):
        raise Damaged("buckets", "of unknown place", f"长度 {len(raw)} bytes, expected {at}")
    return entries


def root_of(raw: bytes) -> bytes:
    """Return the hash of the subtree that a bucket holds."""
    return raw[ROOT_AT:HEADS_AT] if raw else EMPTY


def change_bucket(
    before: bytes, writes: Sequence[Write], depth: int, make: Maker
) -> tuple[bytes, Sequence[Write]]:
    """Return a bucket after writes, all of its slot, and those of them that changed something.

    Empty bytes when no leaf is left. A write of the record that stands already changes nothing.
    """
    if len(writes) == 1 and (
        not before or (before[:ROOT_AT] == ALONE and before[HEADS_AT:HASH_AT] == writes[0][0])
    ):
        return _change_alone(before, writes, make)
    entries = {entry[0]: entry for entry in decode_bucket(before)}
    done = []
    for write in writes:
        position, key, record = write
        held = entries.get(position)
        if record is None:
            if held is None:
                continue
            del entries[position]
        else:
            if held is not None and record_of(held[3]) == record:
                continue
            body, value = make(key, record)
            entries[position] = Entry(position, hash_leaf(position, value), key, body)
        done.append(write)
    if not done:
        return before, done
    ordered = [entries[position] for position in sorted(entries)]
    return (encode_bucket(ordered, subtree_hash(ordered, depth)) if ordered else b""), done


def _change_alone(
    before: bytes, writes: Sequence[Write], make: Maker
) -> tuple[bytes, Sequence[Write]]:
    """Do as `change_bucket` for one write to its own leaf, alone in its slot: most of them."""
    position, key, record = writes[0]
    if record is None:
        return b"", writes if before else ()
    if before and record_of(before[ALONE_AT + len(key) :]) == record:
        return before, ()
    body, value = make(key, record)
    hashed = hash_leaf(position, value)
    lengths = (len(key) << 32 | len(body)).to_bytes(6, "big")
    return b"".join((ALONE, hashed, position, hashed, lengths, key, body)), writes


def subtree_hash(entries: Sequence[Entry], depth: int) -> bytes:
    """Return the hash at `depth` of the subtree of exactly these leaves, sorted by position.

    All share their first `depth` bits. From left to right, a stack holds finished subtrees and
    `forks` the depths at which the leaves of neighbouring ones part.
    """
    if len(entries) <= 1:
        return entries[0][1] if entries else EMPTY
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
