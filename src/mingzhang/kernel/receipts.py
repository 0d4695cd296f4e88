"""What a command or a due item came to, in canonical bytes.

The SHA-256 of a receipt is the `data` of the command's result, hence under the header's
`last_results_hash`: each change has its own proof.
"""

import hashlib

import msgspec

from mingzhang.kernel.records import Event
from mingzhang.kernel.refusals import Fact, Refusal


class RefusalNote(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal as recorded: its permanent code and its facts."""

    code: str
    facts: dict[str, Fact]


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Either events or a refusal. Where nobody signed `kid` is empty and `id` names the cause.

    The cause is a due item or, where something is kept of a refusal, ``refused <command id>``.
    """

    kid: str
    id: str
    kind: str
    events: tuple[Event, ...] = ()
    refusal: RefusalNote | None = None

    @property
    def accepted(self) -> bool:
        """True when the events happened."""
        return self.refusal is None

    @property
    def result_code(self) -> int:
        """The code of the result."""
        return result_code(self.refusal.code if self.refusal else None)


def result_code(refusal: str | None) -> int:
    """Return the result's code for a refusal's: 0 accepted, 1 refused, 2 our fault (KER-00)."""
    if refusal is None:
        return 0
    return 2 if refusal == "KER-00" else 1


_ENCODER = msgspec.json.Encoder()


def receipt_bytes(receipt: Receipt) -> bytes:
    """Return the canonical bytes of a receipt."""
    return _ENCODER.encode(receipt)


def receipt_hash(receipt_wire: bytes) -> bytes:
    """Return the SHA-256 that stands in the result's `data`."""
    return hashlib.sha256(receipt_wire).digest()


def refusal_note(refusal: Refusal) -> RefusalNote:
    """Return a refusal as it is recorded."""
    return RefusalNote(code=refusal.code, facts=refusal.facts())
