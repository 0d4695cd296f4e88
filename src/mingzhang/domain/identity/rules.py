"""What identity allows for organisations, posts and persons. Checks stand in the order of `errors`.

Whether the signer has the command's right is asked before (`gate`), on the organisation that
the command names; where a command names a person or a post, its organisation is asked here.
"""

from collections.abc import Iterator

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.access import JURISDICTION, reaches_all
from mingzhang.domain.identity.duties import duties_of, duties_of_roles, require_no_clash
from mingzhang.domain.identity.errors import (
    AlreadyExists,
    MayNotGive,
    NotForOneself,
    NotFound,
    NotHeld,
    PersonNotActive,
    RoleNotHere,
    TermWrong,
    TooMany,
    UnitKindWrong,
)
from mingzhang.domain.identity.gate import givers, may, may_give
from mingzhang.domain.identity.patterns import Scope, stem
from mingzhang.domain.identity.state import (
    DEPTH_MAX,
    HOLDERS_PER_POST_MAX,
    POSTS_PER_ORGANISATION_MAX,
    POSTS_PER_PERSON_MAX,
    Calendar,
    Grant,
    Held,
    Organisation,
    Person,
    Post,
    Role,
    Terms,
    fits,
)
from mingzhang.domain.identity.verbs import ends_at, no_longer_ends_at
from mingzhang.kernel.calendar import MS_PER_DAY, civil
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def register_organisation(
    command: m.RegisterOrganisation, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Enter an institution below a parent, or beside the others."""
    ancestors: tuple[str, ...] = ()
    if command.parent is not None:
        parent = ledger.find(Organisation, command.parent)
        if parent is None:
            raise NotFound(what="organisation", id=command.parent)
        ancestors = (command.parent, *parent.ancestors)
    if ledger.find(Organisation, command.id) is not None:
        raise AlreadyExists(what="organisation", id=command.id)
    may(ledger, context, command.right(), Scope(organisation=command.parent or JURISDICTION))
    if (command.organisation_kind == "unit") != (command.unit_kind is not None):
        raise UnitKindWrong(organisation_kind=command.organisation_kind)
    if len(ancestors) >= DEPTH_MAX:
        raise TooMany(what="ancestors", limit=DEPTH_MAX)
    yield e.OrganisationRegistered(
        organisation=command.id,
        names=command.names,
        organisation_kind=command.organisation_kind,
        parent=command.parent,
        ancestors=ancestors,
        unit_kind=command.unit_kind,
    )


def create_post(command: m.CreatePost, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Create a post; nobody makes one with rights that he may not give."""
    organisation = require_organisation(ledger, command.organisation)
    for name in command.roles:
        if ledger.find(Role, name) is None:
            raise NotFound(what="role", id=name)
    if ledger.find(Post, command.id) is not None:
        raise AlreadyExists(what="post", id=command.id)
    roles = tuple(dict.fromkeys(command.roles))
    require_gives_roles(ledger, context, roles, command.organisation)
    asked = duties_of_roles(ledger, roles, command.organisation)
    require_no_clash(ledger, "", (), asked)
    for name in roles:
        if not fits(ledger.require(Role, name), organisation):
            raise RoleNotHere(role=name, organisation_kind=organisation.organisation_kind)
    if len(organisation.posts) >= POSTS_PER_ORGANISATION_MAX:
        raise TooMany(what="posts of an organisation", limit=POSTS_PER_ORGANISATION_MAX)
    yield e.PostCreated(
        post=command.id,
        organisation=command.organisation,
        titles=command.titles,
        roles=roles,
        projects=tuple(sorted(dict.fromkeys(command.projects))),
    )


def assign_post(command: m.AssignPost, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give a person a post, or a new term of it."""
    post = require_post(ledger, command.post)
    person = require_person(ledger, command.person)
    may(ledger, context, command.right(), Scope(organisation=post.organisation))
    require_other(context, command.person)
    require_active(command.person, person)
    from_ms = term_start(context, command.from_ms, command.until_ms)
    require_gives_roles(ledger, context, post.roles, post.organisation)
    asked = duties_of_roles(ledger, post.roles, post.organisation)
    require_no_clash(ledger, command.person, duties_of(ledger, command.person), asked)
    if len(person.posts) >= POSTS_PER_PERSON_MAX:
        raise TooMany(what="posts of a person", limit=POSTS_PER_PERSON_MAX)
    if len(post.holders) >= HOLDERS_PER_POST_MAX:
        raise TooMany(what="holders of a post", limit=HOLDERS_PER_POST_MAX)
    subject = f"post|{command.person}|{command.post}"
    for held in person.posts:
        if held.post == command.post:
            yield from no_longer_ends_at(held.until_ms, subject)
    yield e.PostAssigned(
        person=command.person, post=command.post, from_ms=from_ms, until_ms=command.until_ms
    )
    yield from ends_at(command.until_ms, subject)


def release_post(command: m.ReleasePost, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End a holding."""
    post = require_post(ledger, command.post)
    person = require_person(ledger, command.person)
    may(ledger, context, command.right(), Scope(organisation=post.organisation))
    require_other(context, command.person)
    if not any(held.post == command.post for held in person.posts):
        raise NotHeld(person=command.person, post=command.post)
    yield from let_go(command.person, person, command.post, command.reason)


def register_person(command: m.RegisterPerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Enter a person."""
    require_organisation(ledger, command.organisation)
    if ledger.find(Person, command.id) is not None:
        raise AlreadyExists(what="person", id=command.id)
    yield e.PersonRegistered(
        person=command.id, names=command.names, organisation=command.organisation
    )


def close_person(command: m.ClosePerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End all rights of a leaver; `procedure` follows and refuses while work is open."""
    person = require_mine(ledger, context, command.person, command.right())
    if person.state == "closed":
        raise PersonNotActive(person=command.person, state=person.state)
    posts = tuple(held.post for held in person.posts)
    for post in posts:
        yield from let_go(command.person, person, post, command.reason)
    grants = ledger.find(Held, f"person:{command.person}")
    for grant_id in grants.grants if grants else ():
        grant = ledger.require(Grant, grant_id)
        yield from no_longer_ends_at(grant.until_ms, f"grant|{grant_id}")
        yield e.GrantEnded(grant=grant_id, reason="person closed")
    yield e.PersonClosed(
        person=command.person,
        organisation=person.organisation,
        posts=posts,
        reason=command.reason,
    )


def freeze_person(command: m.FreezePerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Suspend an active person, or one who is locked."""
    person = require_mine(ledger, context, command.person, command.right())
    if person.state not in ("active", "locked"):
        raise PersonNotActive(person=command.person, state=person.state)
    yield e.PersonFrozen(person=command.person, reason=command.reason)


def unfreeze_person(command: m.UnfreezePerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End a suspension."""
    person = require_mine(ledger, context, command.person, command.right())
    if person.state != "frozen":
        raise PersonNotActive(person=command.person, state=person.state)
    yield e.PersonUnfrozen(person=command.person, reason=command.reason)


def lock_person(command: m.LockPerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Lock the account of an active person."""
    person = require_mine(ledger, context, command.person, command.right())
    require_active(command.person, person)
    yield e.PersonLocked(person=command.person, reason=command.reason)


def set_calendar(command: m.SetCalendar, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Put a year's holiday table in force; a year that has ended keeps its own."""
    may(ledger, context, command.right(), Scope(organisation=JURISDICTION))
    if command.year < context.year and ledger.find(Calendar, str(command.year)) is not None:
        raise AlreadyExists(what="calendar", id=str(command.year))
    for name, days in (("holidays", command.holidays), ("workdays", command.workdays)):
        if any(civil(day)[0] != command.year for day in days):
            raise TermWrong(field=name, days_max=366)
    yield e.CalendarSet(
        year=command.year,
        holidays=tuple(sorted(dict.fromkeys(command.holidays))),
        workdays=tuple(sorted(dict.fromkeys(command.workdays))),
        source=command.source,
    )


def let_go(person_id: str, person: Person, post: str, reason: str) -> Iterator[Event]:
    """Yield the end of a holding and of its due item."""
    for held in person.posts:
        if held.post == post:
            yield from no_longer_ends_at(held.until_ms, f"post|{person_id}|{post}")
            yield e.PostReleased(person=person_id, post=post, reason=reason)


def require_organisation(ledger: Ledger, organisation: str) -> Organisation:
    """Return an organisation or raise `NotFound`."""
    found = ledger.find(Organisation, organisation)
    if found is None:
        raise NotFound(what="organisation", id=organisation)
    return found


def require_post(ledger: Ledger, post: str) -> Post:
    """Return a post or raise `NotFound`."""
    found = ledger.find(Post, post)
    if found is None:
        raise NotFound(what="post", id=post)
    return found


def require_person(ledger: Ledger, person: str) -> Person:
    """Return a person or raise `NotFound`."""
    found = ledger.find(Person, person)
    if found is None:
        raise NotFound(what="person", id=person)
    return found


def require_mine(ledger: Ledger, context: Context, person_id: str, right: str) -> Person:
    """Return another person within the reach of the signer's right, or raise what is wrong."""
    person = require_person(ledger, person_id)
    may(ledger, context, right, Scope(organisation=person.organisation))
    require_other(context, person_id)
    return person


def require_other(context: Context, person: str) -> None:
    """Raise `NotForOneself` where the signer would decide about himself."""
    if person == context.person:
        raise NotForOneself(person=person)


def require_active(person_id: str, person: Person) -> None:
    """Raise `PersonNotActive` for a frozen, locked or closed person."""
    if person.state != "active":
        raise PersonNotActive(person=person_id, state=person.state)


def require_gives(
    ledger: Ledger, context: Context, patterns: tuple[str, ...], organisation: str
) -> None:
    """Raise `MayNotGive` for the first pattern that the signer may not hand on there."""
    for pattern in patterns:
        if not may_give(ledger, context, stem(pattern), Scope(organisation=organisation)):
            raise MayNotGive(right=pattern, who=givers(ledger, organisation, stem(pattern)))


def require_gives_roles(
    ledger: Ledger, context: Context, roles: tuple[str, ...], organisation: str
) -> None:
    """Raise `MayNotGive` unless the signer may hand on every right of these roles.

    What a role lets its holders give is handed on with it. What reaches the whole jurisdiction
    must be the signer's to give over all of it: so must every right of a role of which some
    reach so far.
    """
    for name in roles:
        role = ledger.require(Role, name)
        patterns = (*role.rights.patterns(), *role.gives.patterns())
        wide = any(reaches_all(ledger, name, stem(pattern)) for pattern in patterns)
        require_gives(ledger, context, patterns, JURISDICTION if wide else organisation)


def term_start(
    context: Context, from_ms: int | None, until_ms: int | None, days_max: int = 0
) -> int:
    """Return when a term begins: now, or later. Raises `TermWrong`; `days_max` 0 is no bound."""
    start_ms = context.time_ms if from_ms is None else from_ms
    if start_ms < context.time_ms:
        raise TermWrong(field="from_ms", days_max=days_max)
    if until_ms is not None and (
        until_ms <= start_ms or (days_max and until_ms - start_ms > days_max * MS_PER_DAY)
    ):
        raise TermWrong(field="until_ms", days_max=days_max)
    return start_ms


def terms(ledger: Ledger) -> Terms:
    """Return how long rights may be given at most."""
    return ledger.require(Terms, "now")
