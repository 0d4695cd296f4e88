"""What the ledger holds of organisations, people, keys and rights."""

from typing import Literal

import msgspec

from mingzhang.domain.identity.events import Origin, ProposalAction
from mingzhang.domain.identity.patterns import (
    Names,
    OrganisationKind,
    PersonState,
    Rights,
    Scope,
    UnitKind,
    covers,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

DEPTH_MAX = 8
"""Organisations above one another: centre, province, city, county, department, unit."""
POSTS_PER_ORGANISATION_MAX = 256
HOLDERS_PER_POST_MAX = 64
POSTS_PER_PERSON_MAX = 16
KEYS_PER_PERSON_MAX = 32
GRANTS_PER_HOLDER_MAX = 64
ROLES_MAX = 128
PAIRS_MAX = 128
EVERYONE = "everyone"
"""The role template that every post has beside its own, where genesis defines one."""


class Organisation(Record, frozen=True, kw_only=True):
    """An institution."""

    path = "identity/organisation"

    names: Names
    organisation_kind: OrganisationKind
    parent: str | None = None
    ancestors: tuple[str, ...] = ()
    unit_kind: UnitKind | None = None
    posts: tuple[str, ...] = ()


class Role(Record, frozen=True, kw_only=True):
    """A role template: what a post of this kind does and may give."""

    path = "identity/role"

    titles: Names
    rights: Rights
    gives: Rights = Rights()
    organisation_kinds: tuple[OrganisationKind, ...] = ()
    """Institutions that may have such posts; none named: all."""


class RoleList(Record, frozen=True, kw_only=True):
    """The roles that exist, sorted. Id ``all``."""

    path = "identity/roles"

    roles: tuple[str, ...]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two duties that may not meet in one person."""

    pair: str
    of: Literal["role", "right"]
    left: str
    right: str
    same_organisation: bool
    basis: Names


class Incompatible(Record, frozen=True, kw_only=True):
    """All incompatible pairs, sorted by name. Id ``all``."""

    path = "identity/incompatible"

    pairs: tuple[Pair, ...]


class Governance(Record, frozen=True, kw_only=True):
    """Institutions that decide together, with weights; thresholds in basis points. Id ``now``."""

    path = "identity/governance"

    weights: tuple[tuple[str, int], ...]
    participation_bp: int
    approval_bp: int


class Terms(Record, frozen=True, kw_only=True):
    """How long rights may be given at most, and a proposal waits, in days. Id ``now``."""

    path = "identity/terms"

    grant_days_max: int
    delegation_days_max: int
    proposal_days: int
    acknowledge_days: int
    """Working days in which a notice about something overdue must be acknowledged."""


class Calendar(Record, frozen=True, kw_only=True):
    """Holidays and worked weekend days of a year, as day numbers. Its id is the year."""

    path = "identity/calendar"

    holidays: tuple[int, ...]
    workdays: tuple[int, ...]
    source: str


class Post(Record, frozen=True, kw_only=True):
    """A post 岗位: whoever holds it has the rights of its roles."""

    path = "identity/post"

    organisation: str
    titles: Names
    roles: tuple[str, ...]
    projects: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()


class Holding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post held by a person, for its term."""

    post: str
    from_ms: int
    until_ms: int | None = None


class Person(Record, frozen=True, kw_only=True):
    """A person: acts by keys, for posts."""

    path = "identity/person"

    names: Names
    organisation: str
    state: PersonState = "active"
    posts: tuple[Holding, ...] = ()
    keys: tuple[str, ...] = ()

    def holds(self, post: str, time_ms: int) -> bool:
        """Say whether the person holds a post at a time."""
        for held in self.posts:
            if held.post == post:
                return held.from_ms <= time_ms and (
                    held.until_ms is None or time_ms < held.until_ms
                )
        return False


class Key(Record, frozen=True, kw_only=True):
    """A public key of a person. Its id is the RFC 7638 thumbprint."""

    path = "identity/key"

    person: str
    public_key: str
    label: str
    from_ms: int
    until_ms: int | None = None
    algorithm: str = "Ed25519"
    state: Literal["valid", "expired", "revoked"] = "valid"
    successor: str | None = None
    reason: str = ""


class Grant(Record, frozen=True, kw_only=True):
    """A right beyond the role templates, of a person or a post. Kept when it has ended."""

    path = "identity/grant"
    piles_up = True

    grantee: str
    right: str
    scope: Scope
    origin: Origin
    from_ms: int
    until_ms: int | None = None
    by: str = ""
    by_post: str = ""
    by_organisation: str = ""
    reason: str = ""
    ended: str | None = None

    def serves(self, right: str, scope: Scope, time_ms: int) -> bool:
        """Say whether the grant, taken by itself, allows a right on a scope at a time."""
        return (
            self.ended is None
            and self.from_ms <= time_ms
            and (self.until_ms is None or time_ms < self.until_ms)
            and covers(self.right, right)
            and self.scope.contains(scope)
        )


class Held(Record, frozen=True, kw_only=True):
    """The open explicit and delegated grants of a holder. Its id is ``person:…`` or ``post:…``."""

    path = "identity/held"

    grants: tuple[str, ...]


class Proposal(Record, frozen=True, kw_only=True):
    """What waits for a second person of the same organisation."""

    path = "identity/proposal"

    action: ProposalAction
    organisation: str
    by: str
    by_post: str
    person: str
    until_ms: int
    reason: str
    state: Literal["open", "confirmed", "withdrawn", "expired"] = "open"
    kid: str | None = None
    public_key: str | None = None
    label: str | None = None
    key_from_ms: int | None = None
    key_until_ms: int | None = None


GRANT_FOR_CASE = "identity/grant_for_case"
"""Index: holder and case to the open grant of the holder's task on that case."""


def case_grant_value(grantee: str, case: str) -> str:
    """Return the value under which the index `GRANT_FOR_CASE` finds a grant."""
    return f"{grantee}|{case}"


def case_grant_values(grant: Grant) -> tuple[str, ...]:
    """Return the index values of a grant: none once ended, none without a case."""
    if grant.ended is not None or not grant.scope.case:
        return ()
    return (case_grant_value(grant.grantee, grant.scope.case),)


def fits(role: Role, organisation: Organisation) -> bool:
    """Say whether an institution may have posts with a role."""
    return not role.organisation_kinds or organisation.organisation_kind in role.organisation_kinds


def is_below(ledger: Ledger, organisation: str, above: str) -> bool:
    """Say whether an organisation exists and stands somewhere below another one."""
    found = ledger.find(Organisation, organisation)
    return found is not None and above in found.ancestors
