"""A second place for the head, so that a broken LMDB meta page cannot take the ledger back.

LMDB keeps two meta pages without checksums and believes the newer; a flipped bit in its
transaction number silently brings back the state one commit ago, a block that was acknowledged
being gone. The witness is a file of 44 bytes beside the store, overwritten after each commit and
not forced to the disk: after a power cut it may be older than LMDB or unwritten, which is no
damage; newer it is only when LMDB has lost something.
"""

from typing import Final
from zlib import crc32

from mingzhang.ledger.damaged import Damaged

FILE_NAME: Final = "head"
HEAD_BYTES: Final = 40
"""Height (8, signed) ‖ root (32)."""
WITNESS_BYTES: Final = HEAD_BYTES + 4


def witness_of(head: bytes) -> bytes:
    """Return what the file holds after the commit of a head."""
    return head + crc32(head).to_bytes(4, "big")


def expect_not_behind(head: bytes, raw: bytes) -> None:
    """Raise `Damaged` when the file's bytes show a later head than the store's, or another."""
    seen = raw[:HEAD_BYTES]
    if not raw.strip(b"\0"):
        return
    if raw != witness_of(seen):
        raise Damaged(FILE_NAME, "witness", "校验和不符 checksum differs")
    height, known = _height_of(head), _height_of(seen)
    if known > height or (known == height and seen != head):
        why = f"库在高度 {height}，曾确认 store stands at {height}, {known} was acknowledged"
        raise Damaged(FILE_NAME, f"height {known}", why)


def _height_of(head: bytes) -> int:
    return int.from_bytes(head[:8], "big", signed=True)
