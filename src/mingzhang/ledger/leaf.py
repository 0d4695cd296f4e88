"""A leaf: a record as the map holds it, and its bytes in the store."""

from hashlib import sha256
from typing import Final, NamedTuple

SALTED: Final = b"\0"
PLAIN: Final = b"\1"
"""First byte of a stored leaf: a record under a salt, or a volume's root without one."""
SALT_BYTES: Final = 32
PLAIN_AT: Final = 9
RECORD_AT: Final = PLAIN_AT + SALT_BYTES
"""Where the value of a plain leaf, or the record of a salted one, begins."""


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


def leaf_key(volume: bytes, key: bytes) -> bytes:
    """Return the store's key of a leaf; the main map is the volume of no name."""
    return b"%b\0%b" % (volume, key)
