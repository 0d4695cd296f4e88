"""The identity section of a jurisdiction's genesis file: from plain JSON to the first events.

Everything that law or policy sets (roles, incompatible pairs, majorities,
terms, holidays) is data here. `read_section` states what a section holds.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity.curve import fault_of, thumbprint
from mingzhang.domain.identity.duties import duties_of, duties_of_roles, require_no_clash
from mingzhang.domain.identity.patterns import (
    Names,
    OrganisationKind,
    PublicKeyHex,
    RightPattern,
    RoleId,
    UnitKind,
    rights_of,
)
from mingzhang.domain.identity.state import (
    DEPTH_MAX,
    PAIRS_MAX,
    ROLES_MAX,
    Key,
    Organisation,
    Person,
    Post,
    Role,
    fits,
)
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import BasisPoints, Id, Title, Year

AccessPattern = Annotated[str, Meta(pattern=r"^(\*|[a-z]+(\.[a-z_]+)*\.([a-z_]+|\*))(?!\n)$")]
"""A pattern of rights, or ``*`` for all of them."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the section; an unknown member is refused."""


class OrganisationPart(_Part, frozen=True, kw_only=True):
    """An institution. A parent stands before those below it."""

    id: Id
    names: Names
    kind: OrganisationKind
    parent: Id | None = None
    unit_kind: UnitKind | None = None


class RolePart(_Part, frozen=True, kw_only=True):
    """A role template: what its holders do, and what they may give to others."""

    id: RoleId
    titles: Names
    rights: tuple[RightPattern, ...]
    gives: tuple[AccessPattern, ...] = ()
    organisation_kinds: tuple[OrganisationKind, ...] = ()
    """Institutions that may have such posts; none named: all."""


class PairPart(_Part, frozen=True, kw_only=True):
    """Two duties that may not meet in one person."""

    id: Id
    of: Literal["role", "right"]
    left: str
    right: str
    same_organisation: bool
    basis: Names


class PostPart(_Part, frozen=True, kw_only=True):
    """A post with its roles."""

    id: Id
    organisation: Id
    titles: Names
    roles: tuple[RoleId, ...]
    projects: tuple[Id, ...] = ()


class KeyPart(_Part, frozen=True, kw_only=True):
    """A person's public key."""

    public_key: PublicKeyHex
    label: Title


class PersonPart(_Part, frozen=True, kw_only=True):
    """A person with posts and keys."""

    id: Id
    names: Names
    organisation: Id
    posts: tuple[Id, ...] = ()
    keys: tuple[KeyPart, ...] = ()


class WeightPart(_Part, frozen=True, kw_only=True):
    """An institution that decides with others."""

    organisation: Id
    weight: Annotated[int, Meta(ge=1, le=1_000)]


class GovernancePart(_Part, frozen=True, kw_only=True):
    """How the institutions decide: shares of all weights in basis points."""

    institutions: Annotated[tuple[WeightPart, ...], Meta(min_length=1, max_length=64)]
    participation_bp: BasisPoints
    approval_bp: BasisPoints


class TermsPart(_Part, frozen=True, kw_only=True):
    """How long rights may be given at most, and a proposal waits."""

    grant_days_max: Annotated[int, Meta(ge=1, le=36_500)]
    delegation_days_max: Annotated[int, Meta(ge=1, le=36_500)]
    proposal_days: Annotated[int, Meta(ge=1, le=365)]
    acknowledge_days: Annotated[int, Meta(ge=1, le=60)]
    """Working days in which a notice about something overdue must be acknowledged."""


class CalendarPart(_Part, frozen=True, kw_only=True):
    """The holiday table of a year, dates as ``YYYY-MM-DD``."""

    year: Year
    holidays: tuple[str, ...]
    workdays: tuple[str, ...]
    source: Title


class Section(_Part, frozen=True, kw_only=True):
    """The whole section."""

    organisations: tuple[OrganisationPart, ...]
    roles: tuple[RolePart, ...]
    incompatible: tuple[PairPart, ...]
    posts: tuple[PostPart, ...]
    persons: tuple[PersonPart, ...]
    governance: GovernancePart
    terms: TermsPart
    calendar: tuple[CalendarPart, ...]


def read_section(plain: Any) -> Section:  # noqa: ANN401 - plain JSON values
    """Return the section in plain JSON values. Raises `ValueError` naming what is wrong."""
    return msgspec.convert(plain, Section)


def genesis(plain: Any, context: Context, ledger: Ledger) -> Iterator[Event]:  # noqa: ANN401
    """Yield the first events. Raises `ValueError` for a section that does not hold together."""
    section = read_section(plain)
    yield e.TermsSet(
        grant_days_max=section.terms.grant_days_max,
        delegation_days_max=section.terms.delegation_days_max,
        proposal_days=section.terms.proposal_days,
        acknowledge_days=section.terms.acknowledge_days,
    )
    yield from _calendars(section)
    yield from _organisations(section, ledger)
    yield from _governance(section, ledger)
    yield from _roles(section)
    yield from _pairs(section, ledger)
    yield from _posts(section, ledger)
    for person in section.persons:
        yield from _person(person, context, ledger)


def _calendars(section: Section) -> Iterator[Event]:
    for part in section.calendar:
        yield e.CalendarSet(
            year=part.year,
            holidays=tuple(sorted(parse_iso(day) for day in part.holidays)),
            workdays=tuple(sorted(parse_iso(day) for day in part.workdays)),
            source=part.source,
        )


def _organisations(section: Section, ledger: Ledger) -> Iterator[Event]:
    for part in section.organisations:
        _new(ledger.find(Organisation, part.id), "organisation", part.id)
        ancestors: tuple[str, ...] = ()
        if part.parent is not None:
            parent = ledger.find(Organisation, part.parent)
            if parent is None:
                raise ValueError(
                    f"organisation {part.id}: enter its parent {part.parent} before it"
                )
            ancestors = (part.parent, *parent.ancestors)
        if len(ancestors) > DEPTH_MAX:
            raise ValueError(f"organisation {part.id} stands deeper than {DEPTH_MAX} levels")
        if (part.kind == "unit") != (part.unit_kind is not None):
            raise ValueError(f"organisation {part.id}: unit_kind is for units, and for all of them")
        yield e.OrganisationRegistered(
            organisation=part.id,
            names=part.names,
            organisation_kind=part.kind,
            parent=part.parent,
            ancestors=ancestors,
            unit_kind=part.unit_kind,
        )


def _governance(section: Section, ledger: Ledger) -> Iterator[Event]:
    weights = {part.organisation: part.weight for part in section.governance.institutions}
    for organisation in weights:
        _known(ledger.find(Organisation, organisation), "governance", organisation)
    if len(weights) < len(section.governance.institutions):
        raise ValueError("governance names an institution twice")
    yield e.GovernanceSet(
        weights=tuple(sorted(weights.items())),
        participation_bp=section.governance.participation_bp,
        approval_bp=section.governance.approval_bp,
    )


def _roles(section: Section) -> Iterator[Event]:
    if len(section.roles) > ROLES_MAX:
        raise ValueError(f"more than {ROLES_MAX} roles")
    names = dict.fromkeys(part.id for part in section.roles)
    if len(names) < len(section.roles):
        raise ValueError("a role stands twice")
    for part in section.roles:
        yield e.RoleSet(
            role=part.id,
            titles=part.titles,
            rights=rights_of(part.rights),
            gives=rights_of(part.gives),
            organisation_kinds=part.organisation_kinds,
        )


def _pairs(section: Section, ledger: Ledger) -> Iterator[Event]:
    if len(section.incompatible) > PAIRS_MAX:
        raise ValueError(f"more than {PAIRS_MAX} incompatible pairs")
    for part in section.incompatible:
        for side in (part.left, part.right) if part.of == "role" else ():
            _known(ledger.find(Role, side), f"incompatible pair {part.id}", side)
        yield e.IncompatibleSet(
            pair=part.id,
            of=part.of,
            left=part.left,
            right=part.right,
            same_organisation=part.same_organisation,
            basis=part.basis,
        )


def _posts(section: Section, ledger: Ledger) -> Iterator[Event]:
    for part in section.posts:
        _new(ledger.find(Post, part.id), "post", part.id)
        organisation = ledger.find(Organisation, part.organisation)
        _known(organisation, f"post {part.id}", part.organisation)
        for name in part.roles:
            role = ledger.find(Role, name)
            _known(role, f"post {part.id}", name)
            if role and organisation and not fits(role, organisation):
                raise ValueError(f"post {part.id}: {name} is no role of such an institution")
        require_no_clash(ledger, "", (), duties_of_roles(ledger, part.roles, part.organisation))
        yield e.PostCreated(
            post=part.id,
            organisation=part.organisation,
            titles=part.titles,
            roles=part.roles,
            projects=part.projects,
        )


def _person(part: PersonPart, context: Context, ledger: Ledger) -> Iterator[Event]:
    _new(ledger.find(Person, part.id), "person", part.id)
    _known(ledger.find(Organisation, part.organisation), f"person {part.id}", part.organisation)
    yield e.PersonRegistered(person=part.id, names=part.names, organisation=part.organisation)
    for post_id in part.posts:
        post = ledger.find(Post, post_id)
        if post is None:
            raise ValueError(f"person {part.id}: there is no {post_id}; define it first")
        asked = duties_of_roles(ledger, post.roles, post.organisation)
        require_no_clash(ledger, part.id, duties_of(ledger, part.id), asked)
        yield e.PostAssigned(person=part.id, post=post_id, from_ms=context.time_ms)
    for key in part.keys:
        raw = bytes.fromhex(key.public_key)
        fault = fault_of(raw)
        if fault is not None:
            raise ValueError(f"person {part.id}: the key {key.label} is {fault}")
        kid = thumbprint(raw)
        _new(ledger.find(Key, kid), "key", kid)
        yield e.KeyAdded(
            kid=kid,
            person=part.id,
            public_key=key.public_key,
            label=key.label,
            from_ms=context.time_ms,
        )


def _known(found: object, where: str, name: str) -> None:
    if found is None:
        raise ValueError(f"{where}: there is no {name}; define it first")


def _new(found: object, what: str, name: str) -> None:
    if found is not None:
        raise ValueError(f"{what} {name} stands twice")
