"""Bodies of the journal, of deltas and of lists of spent keys, as the store holds them."""

import zlib
from typing import Final

import msgspec

from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.sealed import name_of

STORED: Final = b"\0"
DEFLATED: Final = b"\1"
"""First byte of a journal body: the block as it is, or deflated."""
DEFLATE_BYTES: Final = 1024
"""Blocks of so many bytes and more are deflated."""
DEFLATE_LEVEL: Final = 1

Delta = list[tuple[str, str | None, bytes | None]]
"""(key, volume or None, record or None where it was deleted), in order of volume, then key."""


def body_of_block(block: bytes) -> bytes:
    """Return the body that keeps a block."""
    if len(block) < DEFLATE_BYTES:
        return STORED + block
    return DEFLATED + zlib.compress(block, DEFLATE_LEVEL)


def block_of(at: bytes, body: bytes) -> bytes:
    """Return the block in a body. Raises `Damaged`."""
    try:
        return zlib.decompress(body[1:]) if body[:1] == DEFLATED else body[1:]
    except zlib.error as error:
        raise Damaged("journal", name_of("journal", at), str(error)) from error


def delta_of(at: bytes, body: bytes) -> Delta:
    """Return the delta in a body. Raises `Damaged`."""
    try:
        return msgspec.msgpack.decode(body, type=Delta)
    except msgspec.DecodeError as error:
        raise Damaged("deltas", name_of("deltas", at), str(error)) from error


def keys_of(at: bytes, body: bytes) -> list[bytes]:
    """Return the spent keys in a body. Raises `Damaged`."""
    try:
        return msgspec.msgpack.decode(body, type=list[bytes])
    except msgspec.DecodeError as error:
        raise Damaged("spent_hours", name_of("spent_hours", at), str(error)) from error
