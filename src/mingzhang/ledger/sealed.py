"""Sealed values: each value of the store carries a CRC-32 of its collection, key and bytes.

LMDB has no checksums: of 300 flipped bits, 173 were served as data (lab/storage-and-faults.md).
"""

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from mingzhang.ledger.bucket import decode_bucket
from mingzhang.ledger.damaged import Damaged

COLLECTIONS: Final = (
    "buckets",
    "journal",
    "deltas",
    "spent",
    "spent_hours",
    "indexes",
    "meta",
)
"""Every collection of the store; what each holds stands in `store.py`."""

SEAL_BYTES = 4
_SEEDS = {name: crc32(name.encode()) for name in COLLECTIONS}


def seal_all(collection: str, bodies: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return (key, CRC-32 ‖ body) of each, as they go to the store, sorted by key."""
    seed = _SEEDS[collection]
    return sorted(
        [(k, crc32(v, crc32(k, seed)).to_bytes(SEAL_BYTES, "big") + v) for k, v in bodies]
    )


def unseal(collection: str, key: bytes, raw: bytes) -> bytes:
    """Return the body of a stored value; raises `Damaged` when the checksum differs."""
    body = raw[SEAL_BYTES:]
    if crc32(body, crc32(key, _SEEDS[collection])).to_bytes(SEAL_BYTES, "big") != raw[:SEAL_BYTES]:
        named = name_of(collection, key)
        if collection == "buckets":
            named += f" {keys_in(body)}"
        raise Damaged(collection, named, "校验和不符 checksum differs")
    return body


def name_of(collection: str, key: bytes) -> str:
    """Return a key as people read it: text as text, heights and slots as numbers."""
    if collection in ("journal", "deltas"):
        return f"height {int.from_bytes(key, 'big')}"
    if collection == "buckets":
        volume, _, slot = key.partition(b"\0")
        return f"{_text(volume) or 'main'} slot {int.from_bytes(slot, 'big')}"
    if collection == "spent_hours":
        hour, height = int.from_bytes(key[:8], "big"), int.from_bytes(key[8:], "big")
        return f"hour {hour} height {height}"
    return _text(key.replace(b"\0", b" "))


def keys_in(raw: bytes) -> list[str]:
    """Return the keys that a damaged bucket still shows, none where it shows none."""
    try:
        return [_text(entry.key) for entry in decode_bucket(raw)]
    except Damaged:
        return []


def _text(key: bytes) -> str:
    """Return bytes as text where they are text, in hex where not."""
    text = key.decode("utf-8", "replace")
    return text if text.isprintable() and "\ufffd" not in text else key.hex()
