"""Leaves of a snapshot on their way into a new ledger: checked, in order, in batches."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from mingzhang.ledger.leaf import SALT_BYTES, SALTED, Maker

Loaded = tuple[str | None, str, bytes, bytes]
"""(volume or None for the main map, key, salt, record)."""

BATCH_LEAVES: Final = 16_384


def loaded(height: int) -> Maker:
    """Return the maker of leaves whose salt is known: what is written is salt ‖ record."""
    head = SALTED + height.to_bytes(8, "big")

    def make(_: bytes, salted: bytes) -> tuple[bytes, bytes]:
        return head + salted, sha256(salted).digest()

    return make


def batches(leaves: Iterable[Loaded]) -> Iterator[tuple[str | None, list[tuple[str, bytes]]]]:
    """Yield (volume, [(key, salt ‖ record)]) in batches of one volume each.

    Raises ValueError for a salt of another length than 32 bytes, an empty record, and leaves that
    do not rise by volume and position: so none stands twice, and each bucket is written about once.
    """
    batch: list[tuple[str, bytes]] = []
    of: str | None = None
    last = (b"", b"")
    for volume, key, salt, record in leaves:
        if len(salt) != SALT_BYTES or not record:
            raise ValueError(f"{key}: 盐 salt of {len(salt)} B, 记录 record of {len(record)} B")
        place = ((volume or "").encode(), sha256(key.encode()).digest())
        if place <= last:
            raise ValueError(f"{key}: 次序错乱或重复 out of order, or twice")
        last = place
        if batch and (volume != of or len(batch) == BATCH_LEAVES):
            yield of, batch
            batch = []
        of = volume
        batch.append((key, salt + record))
    if batch:
        yield of, batch
