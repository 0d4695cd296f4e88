"""What a rule may know besides the command and the ledger."""

import hashlib
from collections.abc import Mapping

import msgspec

from mingzhang.kernel import calendar


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What genesis fixes for the life of a ledger and every rule may need."""

    chain: str
    offset_s: int
    """Seconds to add to UTC for the ledger's date: 28,800 in China."""
    currency: str = "CNY"
    minor_unit: str = "fen"
    refused_per_key: int = 100
    """Unexpired refused commands that one key may hold."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, in which block. The only clock, and the only source of identifiers, of a rule.

    For a due item of the scheduler `person`, `organisation`, `post` and `kid` are empty.
    """

    setting: Setting
    height: int
    time_ms: int
    """Block time, milliseconds since 1970 UTC."""
    kid: str = ""
    """Thumbprint of the signing key."""
    command_id: str = ""
    """UUIDv7 of the command; for a due item its handler, subject and time."""
    person: str = ""
    organisation: str = ""
    post: str = ""
    seen: Mapping[str, str | None] = {}
    """`Ledger.version` of the keys that the signer looked at (`on` in the payload)."""

    @property
    def day(self) -> int:
        """Today's day number on the ledger."""
        return calendar.day_of(self.time_ms, self.setting.offset_s)

    @property
    def year(self) -> int:
        """The calendar year of the ledger's date, which is the budget year."""
        return calendar.civil(self.day)[0]

    @property
    def automatic(self) -> bool:
        """True when the scheduler asks and not a person."""
        return not self.kid

    def record_id(self, ordinal: int = 0) -> str:
        """Return the id of the command's n-th new record, in the layout of UUIDv7.

        Block time, then bits of SHA-256(kid ‖ command id ‖ ordinal) (design section 5).
        """
        seed = f"{self.kid}|{self.command_id}|{ordinal}".encode()
        bits = int.from_bytes(hashlib.sha256(seed).digest()[:10], "big")
        head = f"{self.time_ms:012x}7{bits >> 68:03x}"
        text = f"{head}{8 | bits >> 66 & 3:x}{bits >> 6 & (1 << 60) - 1:015x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def time_of_id(record_id: str) -> int:
    """Return the block time in ms that a kernel-made id carries."""
    return int(record_id[:8] + record_id[9:13], 16)
