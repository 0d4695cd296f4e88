"""The journal's records: one block each, with its commands, receipts, header and commit.

The journal is the truth (design section 5): views, notices, as-of reads and `audit` read only
it. The bytes are MessagePack arrays in declared order; the fields of header and commit are those
of `verify.comet`, so one verifier reads solo's and CometBFT's.
"""

import msgspec

from mingzhang.verify.comet import Commit, Header


class Block(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One height. Height 0 is genesis: no header, its events in `automatic`."""

    height: int
    time_ms: int
    header: Header | None
    block_hash: bytes
    """Hash of the header; empty at height 0."""
    commit: Commit | None
    """The signatures over this block."""
    commands: tuple[bytes, ...]
    """Compact JWS as they came, in order."""
    receipts: tuple[bytes, ...]
    """One for each command; empty bytes where the command was void."""
    automatic: tuple[bytes, ...]
    """Receipts of due items, which ran before the commands."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Block)


def block_bytes(block: Block) -> bytes:
    """Return the bytes that the journal holds for a block."""
    return _ENCODER.encode(block)


def read_block(wire: bytes) -> Block:
    """Return the block in the journal's bytes. Raises `msgspec.DecodeError`."""
    return _DECODER.decode(wire)
