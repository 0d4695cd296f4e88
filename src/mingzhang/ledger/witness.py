"""A second place for the head, so that a broken LMDB meta page cannot take the ledger back.

LMDB keeps two meta pages without checksums and believes the newer; a flipped bit in its
transaction number silently brings back the state one commit ago, a block that was acknowledged
being gone. The witness is a file of 44 bytes, overwritten after each commit and not forced to the
disk: after a power cut it may be older than LMDB or unwritten, which is no damage; newer it is
only when LMDB has lost something.
"""

import os
from pathlib import Path
from typing import Final
from zlib import crc32

from mingzhang.ledger.sealed import Damaged

FILE_NAME: Final = "head"
HEAD_BYTES: Final = 40
WITNESS_BYTES: Final = HEAD_BYTES + 4


class Witness:
    """The file `head` beside the store. Its OSErrors become faults in the environment."""

    def __init__(self, folder: Path) -> None:
        """Open the file, or make it."""
        self._file = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o644)

    def expect(self, head: bytes) -> None:
        """Raise `Damaged` when a later head, or another one of its height, was written here."""
        raw = os.pread(self._file, WITNESS_BYTES + 1, 0)
        if not raw.strip(b"\0"):
            return
        seen = raw[:HEAD_BYTES]
        if raw != seen + crc32(seen).to_bytes(4, "big"):
            raise Damaged("head", FILE_NAME, "校验和不符 checksum differs")
        height, known = _height_of(head), _height_of(seen)
        if known > height or (known == height and seen != head):
            why = f"库在高度 {height}，曾确认 store stands at {height}, {known} was acknowledged"
            raise Damaged("head", f"height {known}", why)

    def write(self, head: bytes) -> None:
        """Write the head that the store has just made durable."""
        os.pwrite(self._file, head + crc32(head).to_bytes(4, "big"), 0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _height_of(head: bytes) -> int:
    return int.from_bytes(head[:8], "big", signed=True)
