"""What an organisation may ask about its people, posts, keys and rights.

Sources: mission rows A4.2, A5.3, H14, H17; design section 3; 内部控制规范 (不相容岗位相互分离).
A field named `organisation`, `project`, `line` or `case` narrows the right that is needed.
"""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.identity.patterns import (
    Field,
    Line,
    Names,
    OrganisationKind,
    PublicKeyHex,
    ReasonText,
    RightPattern,
    RoleId,
    UnitKind,
)
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Day, Id, TimeMs, Title, Uuid7, Year

Patterns = Annotated[tuple[RightPattern, ...], Meta(min_length=1, max_length=16)]


class RegisterOrganisation(Command, frozen=True, kw_only=True):
    """Enter an institution, below a parent or beside the others."""

    kind = "identity.organisation.register/1"

    id: Id
    names: Names
    organisation_kind: OrganisationKind
    parent: Id | None = None
    """Without one, the signer's right must reach the whole jurisdiction."""
    unit_kind: UnitKind | None = None
    """Stated for `organisation_kind` ``unit`` and for no other."""


class CreatePost(Command, frozen=True, kw_only=True):
    """Create a post 岗位 with role templates; whoever holds it has their rights."""

    kind = "identity.post.create/1"

    id: Id
    organisation: Id
    titles: Names
    roles: Annotated[tuple[RoleId, ...], Meta(min_length=1, max_length=8)]
    projects: Annotated[tuple[Id, ...], Meta(max_length=32)] = ()
    """Where any are named, the post's rights on projects are for these alone."""


class AssignPost(Command, frozen=True, kw_only=True):
    """Give a person a post, for a time or until released."""

    kind = "identity.post.assign/1"

    person: Id
    post: Id
    from_ms: TimeMs | None = None
    until_ms: TimeMs | None = None


class ReleasePost(Command, frozen=True, kw_only=True):
    """End a person's holding of a post."""

    kind = "identity.post.release/1"

    person: Id
    post: Id
    reason: ReasonText


class RegisterPerson(Command, frozen=True, kw_only=True):
    """Enter a person who belongs to an organisation. Keys and posts follow."""

    kind = "identity.person.register/1"

    id: Id
    names: Names
    organisation: Id


class ClosePerson(Command, frozen=True, kw_only=True):
    """End all rights of a leaver in this block. Refused while work is open (H14)."""

    kind = "identity.person.close/1"

    person: Id
    reason: ReasonText


class FreezePerson(Command, frozen=True, kw_only=True):
    """Suspend a person: his keys sign nothing, he gets no rights (H17)."""

    kind = "identity.person.freeze/1"

    person: Id
    reason: ReasonText


class UnfreezePerson(Command, frozen=True, kw_only=True):
    """End a suspension."""

    kind = "identity.person.unfreeze/1"

    person: Id
    reason: ReasonText


class LockPerson(Command, frozen=True, kw_only=True):
    """Lock an account that seems to be in the wrong hands."""

    kind = "identity.person.lock/1"

    person: Id
    reason: ReasonText


class UnlockPerson(Command, frozen=True, kw_only=True):
    """Propose to unlock an account; another officer must confirm."""

    kind = "identity.person.unlock/1"

    person: Id
    reason: ReasonText


class AddKey(Command, frozen=True, kw_only=True):
    """Register a public key: for oneself at once, for another as a proposal to be confirmed."""

    kind = "identity.key.add/1"

    person: Id
    public_key: PublicKeyHex
    label: Title
    from_ms: TimeMs | None = None
    until_ms: TimeMs | None = None


class RotateKey(Command, frozen=True, kw_only=True):
    """Replace one's own signing key; the old one remains valid for a stated time."""

    kind = "identity.key.rotate/1"

    public_key: PublicKeyHex
    label: Title
    overlap_h: Annotated[int, Meta(ge=0, le=168)] = 0
    """Hours for which the old key still signs; at most a week."""
    until_ms: TimeMs | None = None


class RevokeKey(Command, frozen=True, kw_only=True):
    """Propose to revoke a key; another officer of the same organisation must confirm."""

    kind = "identity.key.revoke/1"

    kid: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}(?!\n)$")]
    reason: ReasonText


class ConfirmProposal(Command, frozen=True, kw_only=True):
    """Second the proposal of another person of the same organisation."""

    kind = "identity.proposal.confirm/1"
    on_keys = ("identity/proposal/{proposal}",)

    proposal: Uuid7


class WithdrawProposal(Command, frozen=True, kw_only=True):
    """Take back a proposal of one's own organisation."""

    kind = "identity.proposal.withdraw/1"

    proposal: Uuid7


class GiveGrant(Command, frozen=True, kw_only=True):
    """Give a person a right beyond his posts, narrowed and for a time."""

    kind = "identity.grant.give/1"

    person: Id
    right_given: RightPattern
    """A right, or an area ending in ``.*``."""
    organisation: Id
    project: Id | None = None
    line: Line | None = None
    field: Field | None = None
    from_ms: TimeMs | None = None
    until_ms: TimeMs
    reason: ReasonText


class EndGrant(Command, frozen=True, kw_only=True):
    """End a grant or a delegation before its date."""

    kind = "identity.grant.end/1"

    grant: Uuid7
    reason: ReasonText


class GiveDelegation(Command, frozen=True, kw_only=True):
    """Let another person use some of one's own rights for a time (absence)."""

    kind = "identity.delegation.give/1"

    person: Id
    rights: Patterns
    project: Id | None = None
    from_ms: TimeMs | None = None
    until_ms: TimeMs
    reason: ReasonText


class EndDelegation(Command, frozen=True, kw_only=True):
    """Take a delegation back."""

    kind = "identity.delegation.end/1"

    grant: Uuid7
    reason: ReasonText


class SetCalendar(Command, frozen=True, kw_only=True):
    """Enter the holiday table of a year (国务院办公厅 notice), from which working days follow."""

    kind = "identity.calendar.set/1"

    year: Year
    holidays: Annotated[tuple[Day, ...], Meta(max_length=120)]
    workdays: Annotated[tuple[Day, ...], Meta(max_length=60)]
    """Weekend days that are worked instead."""
    source: Title
