"""How a rule says no, and the kernel's own refusals in order of precedence.

The refusal that is given is part of the block, so which one comes first, when several apply,
is fixed: `Void` ones in the order of this file (design section 5), then the others.
Codes are permanent. The words people read stand in the rooms' ``i18n`` catalogues by code.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

Fact = str | int | bool | None | tuple[str, ...]
"""What a refusal may state. No library's words: they differ between versions."""


@dataclass(eq=False)
class Refusal(Exception):
    """The answer is no, and nothing has changed. Subclasses add typed facts as fields."""

    code: ClassVar[str]

    def facts(self) -> dict[str, Fact]:
        """Return the facts by name, in the order in which they are declared."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __reduce__(self) -> tuple[object, ...]:
        """Go to another process with its facts; an exception's own way loses named fields."""
        return _again, (type(self), self.facts())

    def __str__(self) -> str:
        return f"{self.code} {self.facts()}"


def _again(refusal: type[Refusal], facts: dict[str, Fact]) -> Refusal:
    return refusal(**facts)


class Void(Refusal):
    """The bytes count as nothing: no identifier is spent, nothing is written."""


@dataclass(eq=False)
class EnvelopeMalformed(Void):
    """Not a compact JWS of at most 64 KiB with exactly `alg`, `kid` and `typ`."""

    code = "KER-10"
    reason: str


@dataclass(eq=False)
class KeyUnknown(Void):
    """No person has registered the signing key."""

    code = "KER-11"
    kid: str


@dataclass(eq=False)
class KeyNotValid(Void):
    """The key is revoked or outside its term, or its person is locked, frozen or closed."""

    code = "KER-12"
    kid: str
    reason: str
    """``revoked``, ``expired``, ``not_yet``, ``locked``, ``frozen`` or ``closed``."""


class SignatureWrong(Void):
    """The signature was not made over these bytes by the key that is named."""

    code = "KER-13"


@dataclass(eq=False)
class PayloadMalformed(Void):
    """What was signed is not the payload of a command."""

    code = "KER-14"
    reason: str


@dataclass(eq=False)
class WrongChain(Void):
    """The command was signed for another ledger."""

    code = "KER-15"
    chain: str


@dataclass(eq=False)
class Expired(Void):
    """`expires` has passed, or lies more than 24 hours of block time ahead."""

    code = "KER-16"
    expires_ms: int
    now_ms: int


@dataclass(eq=False)
class AlreadySpent(Void):
    """This key has used this identifier; the first receipt is the answer."""

    code = "KER-17"
    id: str


@dataclass(eq=False)
class RefusalQuota(Void):
    """The key holds as many unexpired refused commands as genesis allows."""

    code = "KER-18"
    limit: int


@dataclass(eq=False)
class Malformed(Refusal):
    """No such kind, or a body that this kind does not have. `field` is a JSON path or ``$``."""

    code = "KER-01"
    kind: str
    field: str


@dataclass(eq=False)
class RightMissing(Refusal):
    """The signer lacks the right; `who` names the roles or posts that can give it.

    `row` is the clause that refused, ``<contract>/<node>/<row>``, empty where none was asked;
    `row_zh` and `row_en` say why in its words.
    """

    code = "KER-02"
    right: str
    scope: str
    who: tuple[str, ...]
    row: str = ""
    row_zh: str = ""
    row_en: str = ""


@dataclass(eq=False)
class Stale(Refusal):
    """The ledger no longer holds under `key` what the signer saw there."""

    code = "KER-03"
    key: str


@dataclass(eq=False)
class Unseen(Refusal):
    """This kind must name in `on` the version of `key` that the signer saw, and does not."""

    code = "KER-04"
    key: str


class OurFault(Refusal):
    """We would have recorded something impossible. `__cause__` is for the alarm only."""

    code = "KER-00"
