"""Every byte of a store looked at again: checksums, counts, leaves against trees both ways.

Damage is yielded, not raised, so that one run names all of it. The store must stand still
meanwhile: a running node checks a copy.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.bucket import EMPTY, Entry, decode_bucket, subtree_hash
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.forest import MAIN, MAIN_DEPTH, VOLUME_DEPTH, bucket_key
from mingzhang.ledger.leaf import leaf_key, leaf_of
from mingzhang.ledger.pending import Pending
from mingzhang.ledger.sealed import COLLECTIONS, Damaged, name_of, unseal
from mingzhang.ledger.stored import block_of, delta_of, keys_of
from mingzhang.ledger.tree import Tree, hash_leaf
from mingzhang.verify.volume import VOLUME_KEY

Found = Iterator[Damaged]
Body = tuple[bytes, bytes]

HOUR_BYTES: Final = 8


def damage(pending: Pending) -> Found:
    """Yield what is wrong with the committed store; nothing when all is as it was written."""
    environment = pending.environment
    looks: dict[str, Callable[[Environment, bytes, bytes], Found]] = {
        "leaves": _check_leaf,
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


def _check_leaf(environment: Environment, at: bytes, body: bytes) -> Found:
    volume, _, key = at.partition(b"\0")
    position = sha256(key).digest()
    depth = VOLUME_DEPTH if volume else MAIN_DEPTH
    slot = int.from_bytes(position[:4], "big") >> (32 - depth)
    raw = environment.read("buckets", bucket_key(volume, slot)) or b""
    held = [entry.leaf_hash for entry in decode_bucket(raw) if entry.position == position]
    if held != [hash_leaf(position, leaf_of(body).value)]:
        yield Damaged("leaves", name_of("leaves", at), "与树不符 not what the tree holds")


def _check_bucket(environment: Environment, at: bytes, raw: bytes) -> Found:
    volume, _, slot = at.partition(b"\0")
    depth = VOLUME_DEPTH if volume else MAIN_DEPTH
    entries = decode_bucket(raw)
    rightly = all(
        entry.position == sha256(entry.key).digest()
        and int.from_bytes(entry.position[:4], "big") >> (32 - depth) == int.from_bytes(slot, "big")
        for entry in entries
    )
    if not entries or not rightly or subtree_hash(entries, depth) != raw[2:34]:
        yield Damaged("buckets", name_of("buckets", at), "与其叶不符 not the hash of its leaves")
    for entry in entries:
        yield from _check_entry(environment, volume, entry)


def _check_entry(environment: Environment, volume: bytes, entry: Entry) -> Found:
    at = leaf_key(volume, entry.key)
    if environment.read("leaves", at) is None:
        yield Damaged("leaves", name_of("leaves", at), "树有库无 in the tree, not stored")


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
    volume_leaf = leaf_key(MAIN, VOLUME_KEY.encode())
    expected = {MAIN: root}
    try:
        for at, raw in environment.entries("leaves", volume_leaf):
            if not at.startswith(volume_leaf):
                break
            expected[at[len(volume_leaf) :]] = leaf_of(unseal("leaves", at, raw)).record
        for volume, wanted in expected.items():
            found = _rebuilt_root(environment, volume)
            if found != wanted:
                why = f"根 {found.hex()}，应为 root, expected {wanted.hex()}"
                yield Damaged("buckets", volume.decode() or "main", why)
    except NodeFault as fault:
        yield Damaged("buckets", "roots", fault.what)


def _rebuilt_root(environment: Environment, volume: bytes) -> bytes:
    prefix = volume + b"\0"
    buckets = []
    for at, raw in environment.entries("buckets", prefix):
        if not at.startswith(prefix):
            break
        buckets.append((int.from_bytes(at[len(prefix) :], "big"), unseal("buckets", at, raw)))
    if not buckets:
        return EMPTY
    return Tree(VOLUME_DEPTH if volume else MAIN_DEPTH, bytes, buckets).root
