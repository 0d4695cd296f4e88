"""Writes spec/vectors/map/: maps with their roots, and proofs that hold or must be refused.

`roots.json` holds maps (keys and values in hex) with their roots. `proofs.json` holds claims:
root, key, value (null: "no such key"), proof, `holds`, and for a claim that we refuse though the
ICS-23 standard lets it pass, `standard` true. Deterministic: the same bytes each time.

    python -m tools.make_map_vectors
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from mingzhang.ledger.bucket import EMPTY, Write, change_bucket
from mingzhang.ledger.leaf import plain
from mingzhang.ledger.tree import Tree
from mingzhang.ledger.ways import View, Way
from mingzhang.verify.ics23 import (
    LEAF_PREFIX,
    NODE_PREFIX,
    Existence,
    encode_absence,
    encode_presence,
)

FOLDER = Path(__file__).parents[1] / "spec" / "vectors" / "map"
DEPTH = 3
Values = dict[bytes, bytes]
Claim = dict[str, Any]


class Map:
    """A map in memory."""

    def __init__(self, values: Values, depth: int = DEPTH) -> None:
        """Build it whole."""
        self.values = values
        self.buckets: dict[int, bytes] = {}
        tree = Tree("vectors", depth, self.buckets.__getitem__, [])
        by_slot: dict[int, list[Write]] = {}
        for key, value in values.items():
            position = sha256(key).digest()
            by_slot.setdefault(tree.slot_of(position), []).append(Write(position, key, value))
        for slot, writes in by_slot.items():
            self.buckets[slot], _ = change_bucket(b"", writes, depth, plain(0))
        tree.put(list(self.buckets.items()))
        self.root = tree.root
        self.view = View(tree, {})

    def shown(self, way: Way) -> Existence:
        """Return a leaf with its way as a proof shows it."""
        return Existence(way.entry.key, self.values[way.entry.key], way.path)

    def way(self, key: bytes) -> Way:
        """Return the way of a key that is held."""
        found = self.view.find(sha256(key).digest())
        if found is None:
            raise KeyError(key)
        return found

    def presence(self, key: bytes) -> bytes:
        """Return the proof of a key that is held."""
        return encode_presence(self.shown(self.way(key)))

    def beside(self, key: bytes) -> tuple[Existence | None, Existence | None]:
        """Return the two neighbours of a key that is not held."""
        left, right = self.view.neighbours(sha256(key).digest())
        return left and self.shown(left), right and self.shown(right)

    def absence(self, key: bytes) -> bytes:
        """Return the proof that a key is not held."""
        return encode_absence(key, *self.beside(key))


def made(count: int) -> Values:
    """Return a map of so many keys."""
    return {b"funds/cell/%06d" % n: sha256(b"value %d" % n).digest() for n in range(count)}


def claim(name: str, root: bytes, key: bytes, value: bytes | None, proof: bytes) -> Claim:
    """Return a claim that holds."""
    shown = None if value is None else value.hex()
    return {
        "name": name,
        "root": root.hex(),
        "key": key.hex(),
        "value": shown,
        "proof": proof.hex(),
        "holds": True,
    }


def refused(name: str, of: Claim, *, standard: bool = False, **changed: bytes | None) -> Claim:
    """Return a claim, changed so that it must be refused."""
    other = {k: None if v is None else v.hex() for k, v in changed.items()}
    strict = {"standard": True} if standard else {}
    return of | other | {"name": name, "holds": False} | strict


def true_claims() -> list[Claim]:
    """Claims that hold, of maps from one leaf to a thousand."""
    claims = []
    for count in (1, 2, 3, 10, 100, 1000):
        of = Map(made(count))
        for key in list(of.values)[:: max(1, count // 5)]:
            name = f"present in {count}: {key.decode()}"
            claims.append(claim(name, of.root, key, of.values[key], of.presence(key)))
        for n in range(5):
            key = b"no/such/%d" % n
            name = f"absent from {count}: {key.decode()}"
            claims.append(claim(name, of.root, key, None, of.absence(key)))
    of = Map(made(10))
    edges = {
        "before the first": min((b"edge/%d" % n for n in range(200)), key=_position),
        "after the last": max((b"edge/%d" % n for n in range(200)), key=_position),
    }
    for name, key in edges.items():
        claims.append(claim(f"absent {name}", of.root, key, None, of.absence(key)))
    return claims


def _position(key: bytes) -> bytes:
    return sha256(key).digest()


def false_presences() -> list[Claim]:
    """Claims of presence that must be refused."""
    of, key = Map(made(100)), b"funds/cell/000007"
    value, proof = of.values[key], of.presence(key)
    good = claim("", of.root, key, value, proof)
    way = of.shown(of.way(key))
    bit, sibling = way.path[0]
    turned = way._replace(path=((1 - bit, sibling), *way.path[1:]))
    # A second spelling of the same length: 0x80 | n, then 0x00, with all outer lengths redone.
    inner = proof[3:] if proof[1] & 0x80 else proof[2:]
    spelt = b"\x0a" + bytes([len(key) | 0x80, 0]) + inner[2:]
    longer = b"\x0a" + _varint(len(spelt)) + spelt
    unknown = inner + b"\x2a\x00"
    odd = b"\x0a" + _varint(len(unknown)) + unknown
    return [
        refused("present: another root", good, root=sha256(of.root).digest()),
        refused("present: another key", good, key=b"funds/cell/000008"),
        refused("present: another value", good, value=sha256(value).digest()),
        refused("present: claimed absent", good, value=None),
        refused("present: a turn the other way", good, proof=encode_presence(turned)),
        refused("present: one level short", good, proof=encode_presence(_cut(way))),
        refused("present: no proof", good, proof=b""),
        refused("present: cut off", good, proof=proof[:-1]),
        refused("present: a byte more", good, proof=proof + b"\0"),
        refused("present: root of the empty map", good, root=EMPTY),
        refused("present: length spelt long", good, standard=True, proof=longer),
        refused("present: unknown field", good, standard=True, proof=odd),
        refused("present: other leaf prefix", good, proof=proof.replace(b"Leaf", b"LEAF")),
        refused("present: other node prefix", good, proof=proof.replace(b"Intrnal", b"INTRNAL")),
        refused(
            "present: leaf without prehash of the key",
            good,
            proof=proof.replace(b"\x08\x01\x10\x01\x18\x01", b"\x08\x01\x10\x00\x18\x01"),
        ),
    ]


def _cut(way: Existence) -> Existence:
    return way._replace(path=way.path[:-1])


def _varint(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80, number >> 7]) if number & ~0x7F else bytes([number])


def false_absences() -> list[Claim]:
    """Claims of absence that must be refused; npm @confio/ics23 and Rust ics23 accept some."""
    of, key = Map(made(100)), b"no/such/1"
    left, right = of.beside(key)
    good = claim("", of.root, key, None, encode_absence(key, left, right))
    ordered = sorted(of.values, key=_position)
    at = ordered.index(left.key) if left else 0
    held = ordered[at]
    before, after = of.shown(of.way(ordered[at - 1])), of.shown(of.way(ordered[at + 2]))
    other = Map(made(101))
    prior = of.shown(of.way(ordered[at - 2]))
    return [
        refused(
            "absent: the right neighbour itself",
            good,
            key=held,
            proof=encode_absence(held, before, left),
        ),
        refused("absent: the gap before", good, proof=encode_absence(key, prior, before)),
        refused("absent: the gap that ends before", good, proof=encode_absence(key, before, left)),
        refused("absent: another root", good, root=other.root),
        refused("absent: another key", good, key=b"no/such/2"),
        refused("absent: claimed present", good, value=b"value"),
        refused("absent: a leaf held", good, key=held, proof=encode_absence(held, before, right)),
        refused(
            "absent: the left neighbour itself",
            good,
            key=held,
            proof=encode_absence(held, left, right),
        ),
        refused("absent: neighbours too far left", good, proof=encode_absence(key, before, right)),
        refused("absent: neighbours too far right", good, proof=encode_absence(key, left, after)),
        refused("absent: only a left neighbour", good, proof=encode_absence(key, left, None)),
        refused("absent: only a right neighbour", good, proof=encode_absence(key, None, right)),
        refused("absent: no neighbour", good, proof=encode_absence(key, None, None)),
        refused("absent: neighbours swapped", good, proof=encode_absence(key, right, left)),
        refused("absent: one leaf as both", good, proof=encode_absence(key, left, left)),
        refused(
            "absent: neighbour of another map",
            good,
            proof=encode_absence(key, left, other.shown(other.way(right.key)) if right else None),
        ),
        refused(
            "absent: from the empty map", good, root=EMPTY, proof=encode_absence(key, None, None)
        ),
        refused("absent: a byte more", good, proof=bytes.fromhex(good["proof"]) + b"\0"),
    ]


def crooked_claims() -> list[Claim]:
    """Claims under roots that only a dishonest builder could make, all to be refused."""
    value = b"value"
    low, high = sorted((b"a", b"b"), key=_position)
    below = [_leaf(high, value), _leaf(low, value)]
    swapped = claim(
        "present: a leaf where its hash does not belong",
        sha256(NODE_PREFIX + below[0] + below[1]).digest(),
        low,
        value,
        encode_presence(Existence(low, value, ((1, below[0]),))),
    )
    deep = claim("present: 257 levels deep", *_deep_leaf(low, value))
    hollow = [
        claim(f"present: an empty {name}", of.root, key, of.values[key], of.presence(key))
        for name, key, of in (("value", b"k", Map({b"k": b""})), ("key", b"", Map({b"": value})))
    ]
    return [
        refused(swapped["name"], swapped, standard=True),
        *(refused(each["name"], each) for each in (deep, *hollow)),
    ]


def _leaf(key: bytes, value: bytes) -> bytes:
    return sha256(LEAF_PREFIX + _position(key) + sha256(value).digest()).digest()


def _deep_leaf(key: bytes, value: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return root, key, value and proof of a leaf one level below where keys have bits."""
    bits = [*f"{int.from_bytes(_position(key), 'big'):0256b}", "0"]
    hashed = _leaf(key, value)
    for bit in reversed(bits):
        hashed = sha256(NODE_PREFIX + (EMPTY + hashed if bit == "1" else hashed + EMPTY)).digest()
    path = tuple((int(bit), EMPTY) for bit in reversed(bits))
    return hashed, key, value, encode_presence(Existence(key, value, path))


def gap_claim() -> Claim:
    """Return a proof of absence, asked of another key of the gap: Rust and Go `ics23` accept it."""
    of, key = Map(made(3)), b"no/such/1"
    good = claim("", of.root, key, None, of.absence(key))
    asked = next(
        other for n in range(1000) if of.beside(other := b"asked/%d" % n) == of.beside(key)
    )
    return refused("absent: asked of another key of the same gap", good, standard=True, key=asked)


def main() -> None:
    """Write both files."""
    maps = [made(count) for count in (0, 1, 2, 3, 17, 300)]
    roots = [
        {"values": {k.hex(): v.hex() for k, v in values.items()}, "root": Map(values).root.hex()}
        for values in maps
    ]
    claims = [*true_claims(), *false_presences(), *false_absences(), *crooked_claims(), gap_claim()]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in (("roots", roots), ("proofs", claims)):
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text)
        print(f"{name}.json: {len(content)}")


if __name__ == "__main__":
    main()
