"""Rights and patterns of rights, and values of this room that commands and records share.

A right is a command's kind without its version (``execution.payment.request``) or the reading
of a table (``read.restricted.execution_payments``). A pattern is a right, or an area of rights
ending in ``.*``: ``execution.payment.*`` is every right that begins with ``execution.payment.``.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

RightName = Annotated[str, Meta(pattern=r"^[a-z]+(\.[a-z_]+)+(?!\n)$", max_length=96)]
RightPattern = Annotated[
    str, Meta(pattern=r"^[a-z]+(\.[a-z_]+)*\.([a-z_]+|\*)(?!\n)$", max_length=96)
]
RoleId = Annotated[str, Meta(pattern=r"^[a-z_]+(\.[a-z_]+)*(?!\n)$", max_length=48)]
"""A role of the field: ``finance.budget``, ``unit.clerk``, ``engineer.supervisor``."""
PublicKeyHex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
Kid = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}(?!\n)$")]
"""RFC 7638 thumbprint of a key: SHA-256 in base64url without padding."""
Line = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,96}(?!\n)$")]
"""A budget line, as the room `funds` names it."""
Field = Annotated[str, Meta(pattern=r"^[a-z_]+(\.[a-z_]+)?(?!\n)$", max_length=80)]
"""A column of a table that people read, ``<table>.<column>``, or a whole table."""
ReasonText = Annotated[str, Meta(min_length=1, max_length=400)]

OrganisationKind = Literal[
    "government",
    "finance_bureau",
    "department",
    "unit",
    "congress",
    "audit",
    "discipline",
    "treasury",
    "agent_bank",
    "supplier",
    "engineer",
    "evaluator",
    "review_centre",
    "drc",
    "network",
    "public",
]
"""What an institution is. Congress, audit and discipline are three, never one (domain.md)."""
UnitKind = Literal["organ", "institution", "enterprise"]
"""机关, 事业单位, 企业: it decides the economic classification of a unit's lines (domain.md)."""
PersonState = Literal["active", "frozen", "locked", "closed"]


class Names(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people read, in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=120)]
    en: Annotated[str, Meta(min_length=1, max_length=120)]


class Rights(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A set of patterns, parted for speed: single rights, and areas with their last dot."""

    exact: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    def cover(self, right: str) -> bool:
        """Say whether a right is among them; for an area, ask with its stem (`stem`)."""
        return right in self.exact or right.startswith(self.areas)

    def patterns(self) -> tuple[str, ...]:
        """Return the patterns as people write them."""
        return (*self.exact, *(f"{area}*" for area in self.areas))


def stem(pattern: str) -> str:
    """Return a pattern without its ``*``: ``a.b.*`` is ``a.b.``, a right is itself."""
    return pattern.removesuffix("*")


def rights_of(patterns: tuple[str, ...]) -> Rights:
    """Return patterns parted into single rights and areas, each sorted, none twice."""
    ordered = sorted(dict.fromkeys(patterns))
    return Rights(
        exact=tuple(p for p in ordered if not p.endswith("*")),
        areas=tuple(stem(p) for p in ordered if p.endswith("*")),
    )


def covers(pattern: str, right: str) -> bool:
    """Say whether a pattern holds a right, or a whole area given by its stem."""
    if pattern.endswith("*"):
        return right.startswith(stem(pattern))
    return right == pattern


def overlap(one: str, other: str) -> bool:
    """Say whether two patterns have a right in common."""
    return covers(one, stem(other)) or covers(other, stem(one))


class Scope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """On what a right is used, or to what a grant is narrowed. Empty members do not narrow.

    An empty `organisation` in a grant means: those that the giver's range allowed, that is the
    receiver's own. `case` narrows to one case of `procedure`.
    """

    organisation: str = ""
    project: str = ""
    line: str = ""
    field: str = ""
    case: str = ""

    def contains(self, asked: "Scope") -> bool:
        """Say whether a grant so narrowed serves what is asked."""
        return (
            (not self.organisation or self.organisation == asked.organisation)
            and (not self.project or self.project == asked.project)
            and (not self.line or self.line == asked.line)
            and (
                not self.field
                or self.field == asked.field
                or asked.field.startswith(f"{self.field}.")
            )
            and (not self.case or self.case == asked.case)
        )

    def words(self) -> str:
        """Return the members that are set, as a refusal states them."""
        named = (
            ("organisation", self.organisation),
            ("project", self.project),
            ("line", self.line),
            ("field", self.field),
            ("case", self.case),
        )
        return " ".join(f"{name}={value}" for name, value in named if value)
