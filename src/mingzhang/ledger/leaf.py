"""A leaf: a record as the map holds it, and its bytes in the store."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

SALTED: Final = b"\0"
PLAIN: Final = b"\1"
"""First byte of a stored leaf: a record under a salt, or a volume's root without one."""
SALT_BYTES: Final = 32
PLAIN_AT: Final = 9
RECORD_AT: Final = PLAIN_AT + SALT_BYTES
"""Where the value of a plain leaf, or the record of a salted one, begins."""

Maker = Callable[[bytes, bytes], tuple[bytes, bytes]]
"""From key and record to (stored body, value in the map)."""


class Leaf(NamedTuple):
    """A record, last written at `height`. A plain leaf has an empty salt."""

    salt: bytes
    height: int
    record: bytes

    @property
    def value(self) -> bytes:
        """What the map holds: SHA-256(salt ‖ record); of a plain leaf, the record itself."""
        return sha256(self.salt + self.record).digest() if self.salt else self.record


def leaf_of(body: bytes) -> Leaf:
    """Return the leaf in a stored body: kind (1) ‖ height (8) ‖ salt (32 or none) ‖ record."""
    record_at = RECORD_AT if body[:1] == SALTED else PLAIN_AT
    return Leaf(body[PLAIN_AT:record_at], int.from_bytes(body[1:9], "big"), body[record_at:])


def record_of(body: bytes) -> bytes:
    """Return the record in a stored body, or a plain leaf's value."""
    return body[RECORD_AT:] if body[:1] == SALTED else body[PLAIN_AT:]


def plain(height: int) -> Maker:
    """Return the maker of the leaves that hold volumes' roots."""
    head = PLAIN + height.to_bytes(8, "big")

    def make(_: bytes, record: bytes) -> tuple[bytes, bytes]:
        return head + record, record

    return make
