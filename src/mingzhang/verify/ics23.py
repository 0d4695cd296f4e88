"""Proofs that a map holds a value under a key, or holds no such key: ICS-23, for one tree only.

The map is the Jellyfish Merkle tree of crate `jmt` (spec/map.md): position = SHA-256(key), most
significant bit first, leaf = SHA-256("JMT::LeafNode" ‖ SHA-256(key) ‖ SHA-256(value)), node =
SHA-256("JMT::IntrnalNode" ‖ left ‖ right), a leaf at the shallowest depth where it is alone.

The bytes are the protobuf message `cosmos.ics23.v1.CommitmentProof`, so any ICS-23 library reads
them. This verifier is stricter than the standard: one encoding per proof and nothing unknown in
it, the leaf and inner operations are the only ones our tree has, the way up must be that of the
key's own bits, and the key named in a proof of absence must be the key asked (Rust `ics23` and
Go's ignore it).
"""

from hashlib import sha256
from typing import Final, NamedTuple

from mingzhang.verify.merkle import BadProof

LEAF_PREFIX: Final = b"JMT::LeafNode"
NODE_PREFIX: Final = b"JMT::IntrnalNode"
EMPTY: Final = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"
"""Hash of a subtree without leaves; as a root, of a map that proves nothing."""
HASH_BYTES: Final = 32
MAX_DEPTH: Final = 256
MAX_PROOF_BYTES: Final = 64 << 10

Step = tuple[int, bytes]
"""One level of a way up: the bit (1: we are the right child) and the sibling's hash."""


class Existence(NamedTuple):
    """A key, its value, and the way up from its leaf, the leaf's own level first."""

    key: bytes
    value: bytes
    path: tuple[Step, ...]


def verify_presence(root: bytes, key: bytes, value: bytes, proof: bytes) -> None:
    """Check that the map with this root holds `value` under `key`. Raises `BadProof`."""
    _expect_root(root)
    body, at = _field(_bounded(proof), 0, _EXIST)
    _expect_end(proof, at)
    found = _decode_existence(body)
    if found.key != key:
        raise BadProof("the proof is for another key")
    if found.value != value:
        raise BadProof("the proof is for another value")
    _expect_under(root, found)


def verify_absence(root: bytes, key: bytes, proof: bytes) -> None:
    """Check that the map with this root holds no leaf under `key`. Raises `BadProof`."""
    _expect_root(root)
    body, at = _field(_bounded(proof), 0, _NONEXIST)
    _expect_end(proof, at)
    named, left, right = _decode_absence(body)
    if named != key:
        raise BadProof("the proof is for another key")
    position = sha256(key).digest()
    if left is not None:
        _expect_under(root, left)
        if sha256(left.key).digest() >= position:
            raise BadProof("the left neighbour does not stand before the key")
    if right is not None:
        _expect_under(root, right)
        if sha256(right.key).digest() <= position:
            raise BadProof("the right neighbour does not stand after the key")
    _expect_neighbours(left, right)


def encode_presence(found: Existence) -> bytes:
    """Return the CommitmentProof that a map holds a key."""
    return _delimited(_EXIST, _encode_existence(found))


def encode_absence(key: bytes, left: Existence | None, right: Existence | None) -> bytes:
    """Return the CommitmentProof that no leaf stands under `key`, between its two neighbours.

    At the edges of the map one neighbour is None.
    """
    body = _delimited(1, key)
    if left is not None:
        body += _delimited(2, _encode_existence(left))
    if right is not None:
        body += _delimited(3, _encode_existence(right))
    return _delimited(_NONEXIST, body)


_EXIST, _NONEXIST = 1, 2
"""Fields of CommitmentProof."""
_SEVEN_BITS, _MORE, _LENGTH_BYTES = 0x7F, 0x80, 3
"""A protobuf varint holds seven bits a byte; no length here needs more than three bytes."""


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > _SEVEN_BITS:
        out.append(number & _SEVEN_BITS | _MORE)
        number >>= 7
    out.append(number)
    return bytes(out)


def _delimited(field: int, body: bytes) -> bytes:
    return bytes([field << 3 | 2]) + _varint(len(body)) + body


_LEAF_OP = b"\x08\x01\x10\x01\x18\x01" + _delimited(5, LEAF_PREFIX)
"""hash, prehash_key, prehash_value = SHA256; length = NO_PREFIX (0, left out); prefix."""
_HASH_OP = b"\x08\x01"
_RIGHT_CHILD = _HASH_OP + b"\x12" + bytes([len(NODE_PREFIX) + HASH_BYTES]) + NODE_PREFIX
"""An inner operation of ours: prefix = node prefix ‖ left sibling, no suffix ..."""
_LEFT_CHILD = _HASH_OP + _delimited(2, NODE_PREFIX) + b"\x1a" + bytes([HASH_BYTES])
"""... or prefix = node prefix, suffix = right sibling."""


def _encode_existence(found: Existence) -> bytes:
    parts = [_delimited(1, found.key), _delimited(2, found.value), _delimited(3, _LEAF_OP)]
    for bit, sibling in found.path:
        parts.append(_delimited(4, (_RIGHT_CHILD if bit else _LEFT_CHILD) + sibling))
    return b"".join(parts)


def _decode_existence(body: bytes) -> Existence:
    key, at = _field(body, 0, 1)
    value, at = _field(body, at, 2)
    leaf_op, at = _field(body, at, 3)
    if not key or not value:
        raise BadProof("an empty key or value")
    if leaf_op != _LEAF_OP:
        raise BadProof("not the leaf operation of our map")
    path: list[Step] = []
    while at < len(body):
        if len(path) == MAX_DEPTH:
            raise BadProof(f"deeper than {MAX_DEPTH}")
        inner_op, at = _field(body, at, 4)
        path.append(_decode_step(inner_op))
    return Existence(key, value, tuple(path))


def _decode_step(inner_op: bytes) -> Step:
    sibling = inner_op[-HASH_BYTES:]
    if inner_op == _RIGHT_CHILD + sibling:
        return 1, sibling
    if inner_op == _LEFT_CHILD + sibling:
        return 0, sibling
    raise BadProof("not an inner operation of our map")


def _decode_absence(body: bytes) -> tuple[bytes, Existence | None, Existence | None]:
    key, at = _field(body, 0, 1)
    left = right = None
    if body[at : at + 1] == b"\x12":
        inner, at = _field(body, at, 2)
        left = _decode_existence(inner)
    if at < len(body):
        inner, at = _field(body, at, 3)
        right = _decode_existence(inner)
    _expect_end(body, at)
    return key, left, right


def _field(data: bytes, at: int, field: int) -> tuple[bytes, int]:
    """Return a length-delimited field that must begin at `at`, and where it ends."""
    if data[at : at + 1] != bytes([field << 3 | 2]):
        raise BadProof(f"field {field} expected at byte {at}")
    first = at = at + 1
    length, byte = 0, _MORE
    while byte & _MORE:
        if at == min(len(data), first + _LENGTH_BYTES):
            raise BadProof(f"no length at byte {first}")
        byte = data[at]
        length |= (byte & _SEVEN_BITS) << 7 * (at - first)
        at += 1
    if byte == 0 and at > first + 1:
        raise BadProof(f"a length of more bytes than it needs at byte {first}")
    if at + length > len(data):
        raise BadProof(f"field {field} is cut off")
    return data[at : at + length], at + length


def _bounded(proof: bytes) -> bytes:
    if len(proof) > MAX_PROOF_BYTES:
        raise BadProof(f"a proof of {len(proof)} bytes; at most {MAX_PROOF_BYTES}")
    return proof


def _expect_end(data: bytes, at: int) -> None:
    if at != len(data):
        raise BadProof(f"{len(data) - at} bytes after the end")


def _expect_root(root: bytes) -> None:
    if len(root) != HASH_BYTES:
        raise BadProof(f"a root of {len(root)} bytes")
    if root == EMPTY:
        raise BadProof("an empty map proves nothing")


def _expect_under(root: bytes, found: Existence) -> None:
    """Check that a leaf's way up follows its own bits and ends at the root."""
    position = sha256(found.key).digest()
    place = int.from_bytes(position, "big")
    depth = len(found.path)
    hashed = sha256(LEAF_PREFIX + position + sha256(found.value).digest()).digest()
    for level, (bit, sibling) in zip(range(depth - 1, -1, -1), found.path, strict=True):
        if place >> (MAX_DEPTH - 1 - level) & 1 != bit:
            raise BadProof("the way up is not that of the key")
        children = sibling + hashed if bit else hashed + sibling
        hashed = sha256(NODE_PREFIX + children).digest()
    if hashed != root:
        raise BadProof("the way up leads to another root")


def _expect_neighbours(left: Existence | None, right: Existence | None) -> None:
    """Check that no leaf stands between two leaves, or beyond one at the map's edge."""
    left_down = () if left is None else left.path[::-1]
    right_down = () if right is None else right.path[::-1]
    if left is not None and right is not None:
        shared = 0
        while left_down[shared : shared + 1] == right_down[shared : shared + 1] != ():
            shared += 1
        # Here the ways part: both follow their own bits, and the left one stands before.
        left_down, right_down = left_down[shared + 1 :], right_down[shared + 1 :]
    elif left is right:
        raise BadProof("no neighbour named")
    if any(bit == 0 and sibling != EMPTY for bit, sibling in left_down):
        raise BadProof("a leaf may stand after the left neighbour")
    if any(bit == 1 and sibling != EMPTY for bit, sibling in right_down):
        raise BadProof("a leaf may stand before the right neighbour")
