"""Every byte of a store looked at again: checksums, counts, leaves against trees both ways.

Damage is yielded, not raised, so that one run names all of it. The store must stand still
meanwhile: a running node checks a copy.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.bucket import EMPTY, decode_bucket, hash_leaf, root_of, subtree_hash
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.forest import DEPTH, MAIN, SHIFT, SLOT_BYTES, stored_buckets
from mingzhang.ledger.leaf import leaf_of
from mingzhang.ledger.pending import Pending
from mingzhang.ledger.sealed import COLLECTIONS, name_of, unseal
from mingzhang.ledger.stored import block_of, delta_of, keys_of
from mingzhang.ledger.tree import Tree
from mingzhang.verify.volume import VOLUME_KEY

Found = Iterator[Damaged]

HOUR_BYTES: Final = 8


def damage(pending: Pending) -> Found:
    """Yield what is wrong with the committed store; nothing when all is as it was written."""
    environment = pending.environment
    looks: dict[str, Callable[[Environment, bytes, bytes], Found]] = {
        "buckets": _check_bucket,
        "journal": _check_block,
        "deltas": _check_delta,
        "spent_hours": _check_spent,
    }
    for collection in COLLECTIONS:
        yield from _check_all(environment, collection, pending.counts[collection], looks)
    yield from _check_heights(environment, pending.height)
    yield from _check_roots(environment, pending.head[8:])


def _check_all(
    environment: Environment,
    collection: str,
    expected: int,
    looks: dict[str, Callable[[Environment, bytes, bytes], Found]],
) -> Found:
    """Yield what is wrong with the entries of one collection, each by itself, and their number."""
    look = looks.get(collection)
    count, at = 0, b""
    entries = environment.entries(collection)
    try:
        for at, raw in entries:
            count += 1
            try:
                body = unseal(collection, at, raw)
                if look is not None:
                    yield from look(environment, at, body)
            except Damaged as found:
                yield found
    except NodeFault as fault:
        yield Damaged(collection, f"after {name_of(collection, at)}", fault.what)
        return
    if count != expected:
        yield Damaged(collection, "count", f"条数 {count}，应为 entries, expected {expected}")


def _check_bucket(_: Environment, at: bytes, raw: bytes) -> Found:
    slot = int.from_bytes(at[-SLOT_BYTES:], "big")
    entries = decode_bucket(raw)
    for entry in entries:
        position = sha256(entry.key).digest()
        hashed = hash_leaf(position, leaf_of(entry.body).value)
        if (position, hashed) != entry[:2] or int.from_bytes(position[:4], "big") >> SHIFT != slot:
            yield Damaged("buckets", entry.key.decode(), "与树不符 not what the tree holds")
    if not entries or subtree_hash(entries, DEPTH) != root_of(raw):
        yield Damaged("buckets", name_of("buckets", at), "与其叶不符 not the hash of its leaves")


def _check_block(_: Environment, at: bytes, body: bytes) -> Found:
    block_of(at, body)
    yield from ()


def _check_delta(_: Environment, at: bytes, body: bytes) -> Found:
    delta_of(at, body)
    yield from ()


def _check_spent(environment: Environment, at: bytes, body: bytes) -> Found:
    for key in keys_of(at, body):
        held = environment.read("spent", key)
        if held is None or held[:HOUR_BYTES] != at[:HOUR_BYTES]:
            yield Damaged("spent", name_of("spent", key), "缺失 missing, or of another hour")


def _check_heights(environment: Environment, height: int) -> Found:
    """Every height from the journal's first to the head has its block."""
    expected = -1
    try:
        for at, _ in environment.entries("journal"):
            found = int.from_bytes(at, "big")
            if expected not in (-1, found):
                yield Damaged("journal", f"height {expected}", "缺失 missing")
            expected = found + 1
        if expected not in (-1, height + 1):
            yield Damaged("journal", f"height {height}", "缺失 missing")
    except NodeFault as fault:
        yield Damaged("journal", f"height {expected}", fault.what)


def _check_roots(environment: Environment, root: bytes) -> Found:
    """Yield the maps whose buckets do not lead to the root written for them."""
    expected = {MAIN: root}
    found: dict[bytes, bytes] = {}
    try:
        for volume in _volumes(environment):
            tree = Tree(
                volume.decode() or "main", DEPTH, bytes, stored_buckets(environment, volume)
            )
            found[volume] = tree.root
            if volume == MAIN:
                expected |= _volume_roots(environment)
        for volume in dict.fromkeys([*expected, *found]):
            wanted, built = expected.get(volume, EMPTY), found.get(volume, EMPTY)
            if built != wanted:
                why = f"根 {built.hex()}，应为 root, expected {wanted.hex()}"
                yield Damaged("buckets", volume.decode() or "main", why)
    except NodeFault as fault:
        yield Damaged("buckets", "roots", fault.what)


def _volumes(environment: Environment) -> Iterator[bytes]:
    """Yield the names of the maps that have buckets, in order."""
    at = next(environment.entries("buckets"), None)
    while at is not None:
        volume = at[0].partition(b"\0")[0]
        yield volume
        at = next(environment.entries("buckets", volume + b"\1"), None)


def _volume_roots(environment: Environment) -> dict[bytes, bytes]:
    """Return the roots that the main map's leaves name, by volume."""
    return {
        entry.key[len(VOLUME_KEY) :]: leaf_of(entry.body).record
        for _, raw in stored_buckets(environment, MAIN)
        for entry in decode_bucket(raw)
        if entry.key.startswith(VOLUME_KEY.encode())
    }
