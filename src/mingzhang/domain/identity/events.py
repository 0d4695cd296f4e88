"""What happened to organisations, people, keys and rights. Field order is wire order."""

from typing import Literal

from mingzhang.domain.identity.patterns import (
    Names,
    OrganisationKind,
    Rights,
    Scope,
    UnitKind,
)
from mingzhang.kernel.records import Event

Origin = Literal["explicit", "task", "delegation"]
"""Where a grant comes from; the rights of a post come from its role templates instead."""
ProposalAction = Literal["key_add", "key_revoke", "person_unlock"]


class OrganisationRegistered(
    Event, tag="identity.organisation_registered", frozen=True, kw_only=True
):
    """An institution exists on the ledger."""

    organisation: str
    names: Names
    organisation_kind: OrganisationKind
    parent: str | None = None
    ancestors: tuple[str, ...] = ()
    """The parent first, then its parent, to the top."""
    unit_kind: UnitKind | None = None


class RoleSet(Event, tag="identity.role_set", frozen=True, kw_only=True):
    """A role template is in force as stated."""

    role: str
    titles: Names
    rights: Rights
    gives: Rights
    """Rights that holders may give to others within their reach."""
    organisation_kinds: tuple[OrganisationKind, ...] = ()
    """Institutions that may have such posts; none named: all."""


class IncompatibleSet(Event, tag="identity.incompatible_set", frozen=True, kw_only=True):
    """One pair of duties may not meet in one person (不相容岗位相互分离)."""

    pair: str
    of: Literal["role", "right"]
    left: str
    right: str
    same_organisation: bool
    """True when the two only clash within one organisation."""
    basis: Names


class GovernanceSet(Event, tag="identity.governance_set", frozen=True, kw_only=True):
    """Who decides together on contracts and versions, and by which majorities."""

    weights: tuple[tuple[str, int], ...]
    participation_bp: int
    approval_bp: int


class TermsSet(Event, tag="identity.terms_set", frozen=True, kw_only=True):
    """How long rights may be given at most, and how long a proposal waits, in days."""

    grant_days_max: int
    delegation_days_max: int
    proposal_days: int
    acknowledge_days: int
    """Working days in which a notice about something overdue must be acknowledged."""


class CalendarSet(Event, tag="identity.calendar_set", frozen=True, kw_only=True):
    """The holiday table of a year is in force as stated."""

    year: int
    holidays: tuple[int, ...]
    workdays: tuple[int, ...]
    source: str


class PostCreated(Event, tag="identity.post_created", frozen=True, kw_only=True):
    """A post exists in an organisation."""

    post: str
    organisation: str
    titles: Names
    roles: tuple[str, ...]
    projects: tuple[str, ...] = ()


class PersonRegistered(Event, tag="identity.person_registered", frozen=True, kw_only=True):
    """A person belongs to an organisation; without key or post yet."""

    person: str
    names: Names
    organisation: str


class PostAssigned(Event, tag="identity.post_assigned", frozen=True, kw_only=True):
    """A person holds a post from a time on."""

    person: str
    post: str
    from_ms: int
    until_ms: int | None = None


class PostReleased(Event, tag="identity.post_released", frozen=True, kw_only=True):
    """A person no longer holds a post."""

    person: str
    post: str
    reason: str


class PersonFrozen(Event, tag="identity.person_frozen", frozen=True, kw_only=True):
    """A person is suspended."""

    person: str
    reason: str


class PersonUnfrozen(Event, tag="identity.person_unfrozen", frozen=True, kw_only=True):
    """A suspension has ended."""

    person: str
    reason: str


class PersonLocked(Event, tag="identity.person_locked", frozen=True, kw_only=True):
    """An account is locked for security."""

    person: str
    reason: str


class PersonUnlocked(Event, tag="identity.person_unlocked", frozen=True, kw_only=True):
    """Two officers have unlocked an account."""

    person: str
    proposal: str


class PersonClosed(Event, tag="identity.person_closed", frozen=True, kw_only=True):
    """A leaver: every post, key and grant has ended in this block."""

    person: str
    organisation: str
    posts: tuple[str, ...]
    """Posts held until now."""
    reason: str


class KeyAdded(Event, tag="identity.key_added", frozen=True, kw_only=True):
    """A public key signs for a person."""

    kid: str
    person: str
    public_key: str
    label: str
    from_ms: int
    until_ms: int | None = None
    algorithm: str = "Ed25519"
    proposal: str | None = None
    """The confirmed proposal, where another person asked for it."""


class KeyRotated(Event, tag="identity.key_rotated", frozen=True, kw_only=True):
    """A key ends at a time because its person uses another one."""

    kid: str
    successor: str
    until_ms: int


class KeyExpired(Event, tag="identity.key_expired", frozen=True, kw_only=True):
    """The term of a key is over."""

    kid: str


class KeyRevoked(Event, tag="identity.key_revoked", frozen=True, kw_only=True):
    """Two officers, or the person himself, have declared a key void."""

    kid: str
    person: str
    reason: str
    proposal: str | None = None


class ProposalOpened(Event, tag="identity.proposal_opened", frozen=True, kw_only=True):
    """One person of an organisation asks for what needs a second one."""

    proposal: str
    action: ProposalAction
    organisation: str
    by: str
    by_post: str
    person: str
    """Whose key or account it is."""
    until_ms: int
    reason: str
    kid: str | None = None
    public_key: str | None = None
    label: str | None = None
    key_from_ms: int | None = None
    key_until_ms: int | None = None


class ProposalConfirmed(Event, tag="identity.proposal_confirmed", frozen=True, kw_only=True):
    """A second person has agreed; what was proposed follows in the same command."""

    proposal: str
    by: str


class ProposalEnded(Event, tag="identity.proposal_ended", frozen=True, kw_only=True):
    """A proposal came to nothing: ``withdrawn`` or ``expired``."""

    proposal: str
    reason: str


class GrantGiven(Event, tag="identity.grant_given", frozen=True, kw_only=True):
    """A person or post has a right beyond the role templates."""

    grant: str
    grantee: str
    """``person:<id>`` or ``post:<id>``."""
    right: str
    scope: Scope
    origin: Origin
    from_ms: int
    until_ms: int | None = None
    by: str = ""
    """Who gave it; for a delegation whose right it is. Empty: a rule did."""
    by_post: str = ""
    by_organisation: str = ""
    reason: str = ""


class GrantsMoved(Event, tag="identity.grants_moved", frozen=True, kw_only=True):
    """Grants of tasks follow the tasks to another holder."""

    grants: tuple[str, ...]
    grantee: str


class GrantEnded(Event, tag="identity.grant_ended", frozen=True, kw_only=True):
    """A grant is over; `reason` says why: ``expired``, ``task ended``, or words."""

    grant: str
    reason: str
