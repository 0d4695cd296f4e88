"""The frame of a snapshot file: items in sections, cut into compressed chunks (spec/snapshot.md).

A file is the magic line, then chunks:

    section (1) ‖ bytes compressed (4) ‖ bytes (4) ‖ digest (32) ‖ compressed bytes

digest = SHA-256(digest of the chunk before ‖ the nine bytes ahead of it ‖ compressed bytes), the
first following SHA-256(magic): a chunk that is changed, lost, doubled or moved is found, and named
by its number. The bytes of a section's chunks, joined, are its items, each behind its length (4).
Sections follow in rising order; the last is `END`, and nothing follows it. All lengths are bounded
before anything of that length is read or inflated.
"""

import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Final

MAGIC: Final = b"mingzhang.snapshot/1\n"
CHUNK_BYTES: Final = 1 << 20
"""Bytes of a chunk before compression, at most."""
COMPRESSED_BYTES_MAX: Final = CHUNK_BYTES + 4096
ITEM_BYTES_MAX: Final = 64 << 20
"""Bytes of one item at most: a block of 500 commands of 64 KiB with their receipts fits."""
CHUNKS_MAX: Final = 1 << 20
"""Chunks of a file at most: a tebibyte before compression."""
LEVEL: Final = 6
RATIO_MAX: Final = 64
"""A file does not grow by more than this in reading: a chunk that would is stored as it is."""
END: Final = 255
LENGTH_BYTES: Final = 4
HEAD_BYTES: Final = 9


class Broken(Exception):
    """Not the bytes that a writer made: `where` in the file, and `why`, for people."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class ChunkWriter:
    """Writes items through `write`, section after section. `finish` ends the file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._digest = sha256(MAGIC).digest()
        self._section = 0
        self._held = bytearray()
        write(MAGIC)

    def item(self, section: int, body: bytes) -> None:
        """Add an item. Raises ValueError for a section that is over, or one too long."""
        if not self._section <= section <= END or len(body) > ITEM_BYTES_MAX:
            raise ValueError(f"item of {len(body)} B in section {section} after {self._section}")
        if section != self._section:
            self._flush()
            self._section = section
        self._held += len(body).to_bytes(LENGTH_BYTES, "big")
        self._held += body
        while len(self._held) >= CHUNK_BYTES:
            self._chunk(bytes(self._held[:CHUNK_BYTES]))
            del self._held[:CHUNK_BYTES]

    def finish(self, body: bytes) -> None:
        """Write the last item, of section `END`."""
        self.item(END, body)
        self._flush()

    def _flush(self) -> None:
        if self._held:
            self._chunk(bytes(self._held))
            self._held.clear()

    def _chunk(self, raw: bytes) -> None:
        packed = zlib.compress(raw, LEVEL)
        if len(raw) > RATIO_MAX * len(packed):
            packed = zlib.compress(raw, 0)
        lengths = len(packed).to_bytes(4, "big") + len(raw).to_bytes(4, "big")
        head = bytes([self._section]) + lengths
        self._digest = sha256(self._digest + head + packed).digest()
        self._write(head + self._digest + packed)


def items(read: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield every (section, item); raises `Broken` at the first byte that is not as written.

    `read(n)` returns n bytes, fewer only at the end of the file. An item is yielded once all
    chunks that hold it have been checked; the file's end once the last item has been taken.
    """
    if read(len(MAGIC)) != MAGIC:
        raise Broken("开头 beginning", "不是快照文件 not a snapshot file of version 1")
    section, held = 0, bytearray()
    for found, raw in _chunks(read):
        if found != section:
            if held:
                raise Broken(f"节 section {section}", "末项不完整 its last item is cut off")
            section = found
        held += raw
        at = 0
        while len(held) - at >= LENGTH_BYTES:
            begin = at + LENGTH_BYTES
            size = int.from_bytes(held[at:begin], "big")
            if size > ITEM_BYTES_MAX:
                raise Broken(f"节 section {section}", f"项过长 an item of {size} B")
            if len(held) - begin < size:
                break
            at = begin + size
            yield section, bytes(held[begin:at])
        del held[:at]
    if held:
        raise Broken(f"节 section {section}", "末项不完整 its last item is cut off")


def _chunks(read: Callable[[int], bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the (section, bytes) of each chunk, sections rising, the last being `END`."""
    digest, section = sha256(MAGIC).digest(), 0
    for number in range(1, CHUNKS_MAX + 1):
        where = f"块 chunk {number}"
        head = read(HEAD_BYTES)
        expected = read(32)
        if len(head) + len(expected) < HEAD_BYTES + 32:
            if section == END and not head:
                return
            raise Broken(where, "文件被截断 the file is cut off")
        if section == END:
            raise Broken(where, "结尾之后还有内容 bytes after the end")
        packed_bytes, raw_bytes = int.from_bytes(head[1:5], "big"), int.from_bytes(head[5:], "big")
        if packed_bytes > COMPRESSED_BYTES_MAX or not 0 < raw_bytes <= min(
            CHUNK_BYTES, RATIO_MAX * packed_bytes
        ):
            raise Broken(where, f"长度越界 of {packed_bytes} B for {raw_bytes} B: over the bound")
        packed = read(packed_bytes)
        if len(packed) < packed_bytes:
            raise Broken(where, "文件被截断 the file is cut off")
        digest = sha256(digest + head + packed).digest()
        if digest != expected:
            raise Broken(where, "校验和不符 checksum differs")
        if head[0] < section:
            raise Broken(where, f"节次序错乱 section {head[0]} after {section}")
        section = head[0]
        yield section, _inflated(where, packed, raw_bytes)
    raise Broken(f"块 chunk {CHUNKS_MAX}", "块数过多 more chunks than a snapshot may have")


def _inflated(where: str, packed: bytes, raw_bytes: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(packed, raw_bytes)
    except zlib.error as error:
        raise Broken(where, f"无法解压 does not inflate: {error}") from error
    if len(raw) != raw_bytes or not inflater.eof or inflater.unused_data:
        raise Broken(where, "解压长度不符 does not inflate to its length")
    return raw
