"""How each event of identity changes its records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity.state import (
    Calendar,
    Governance,
    Grant,
    Held,
    Holding,
    Incompatible,
    Key,
    Organisation,
    Pair,
    Person,
    Post,
    Proposal,
    Role,
    RoleList,
    Terms,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def organisation_registered(event: e.OrganisationRegistered, ledger: Ledger) -> Writes:
    """Enter the institution."""
    return {
        Organisation.key(event.organisation): Organisation(
            names=event.names,
            organisation_kind=event.organisation_kind,
            parent=event.parent,
            ancestors=event.ancestors,
            unit_kind=event.unit_kind,
        )
    }


def role_set(event: e.RoleSet, ledger: Ledger) -> Writes:
    """Enter or replace the template, and list it."""
    known = ledger.find(RoleList, "all")
    names = (*(known.roles if known else ()), event.role)
    return {
        Role.key(event.role): Role(
            titles=event.titles,
            rights=event.rights,
            gives=event.gives,
            organisation_kinds=event.organisation_kinds,
        ),
        RoleList.key("all"): RoleList(roles=tuple(sorted(dict.fromkeys(names)))),
    }


def incompatible_set(event: e.IncompatibleSet, ledger: Ledger) -> Writes:
    """Enter or replace the pair."""
    known = ledger.find(Incompatible, "all")
    others = tuple(p for p in (known.pairs if known else ()) if p.pair != event.pair)
    pair = Pair(
        pair=event.pair,
        of=event.of,
        left=event.left,
        right=event.right,
        same_organisation=event.same_organisation,
        basis=event.basis,
    )
    ordered = tuple(sorted((*others, pair), key=lambda p: p.pair))
    return {Incompatible.key("all"): Incompatible(pairs=ordered)}


def governance_set(event: e.GovernanceSet, ledger: Ledger) -> Writes:
    """Put the majorities in force."""
    return {
        Governance.key("now"): Governance(
            weights=event.weights,
            participation_bp=event.participation_bp,
            approval_bp=event.approval_bp,
        )
    }


def terms_set(event: e.TermsSet, ledger: Ledger) -> Writes:
    """Put the terms in force."""
    return {
        Terms.key("now"): Terms(
            grant_days_max=event.grant_days_max,
            delegation_days_max=event.delegation_days_max,
            proposal_days=event.proposal_days,
            acknowledge_days=event.acknowledge_days,
        )
    }


def calendar_set(event: e.CalendarSet, ledger: Ledger) -> Writes:
    """Put the holiday table in force."""
    return {
        Calendar.key(str(event.year)): Calendar(
            holidays=event.holidays, workdays=event.workdays, source=event.source
        )
    }


def post_created(event: e.PostCreated, ledger: Ledger) -> Writes:
    """Enter the post and list it with its organisation."""
    organisation = ledger.require(Organisation, event.organisation)
    posts = tuple(sorted((*organisation.posts, event.post)))
    return {
        Post.key(event.post): Post(
            organisation=event.organisation,
            titles=event.titles,
            roles=event.roles,
            projects=event.projects,
        ),
        Organisation.key(event.organisation): replace(organisation, posts=posts),
    }


def person_registered(event: e.PersonRegistered, ledger: Ledger) -> Writes:
    """Enter the person."""
    return {Person.key(event.person): Person(names=event.names, organisation=event.organisation)}


def post_assigned(event: e.PostAssigned, ledger: Ledger) -> Writes:
    """Note the holding with the person and the holder with the post."""
    person = ledger.require(Person, event.person)
    post = ledger.require(Post, event.post)
    held = Holding(post=event.post, from_ms=event.from_ms, until_ms=event.until_ms)
    others = tuple(h for h in person.posts if h.post != event.post)
    holders = tuple(sorted(dict.fromkeys((*post.holders, event.person))))
    return {
        Person.key(event.person): replace(
            person, posts=tuple(sorted((*others, held), key=lambda h: h.post))
        ),
        Post.key(event.post): replace(post, holders=holders),
    }


def post_released(event: e.PostReleased, ledger: Ledger) -> Writes:
    """Take the holding from the person and the holder from the post."""
    person = ledger.require(Person, event.person)
    post = ledger.require(Post, event.post)
    return {
        Person.key(event.person): replace(
            person, posts=tuple(h for h in person.posts if h.post != event.post)
        ),
        Post.key(event.post): replace(
            post, holders=tuple(h for h in post.holders if h != event.person)
        ),
    }


def person_frozen(event: e.PersonFrozen, ledger: Ledger) -> Writes:
    """Suspend the person."""
    person = ledger.require(Person, event.person)
    return {Person.key(event.person): replace(person, state="frozen")}


def person_unfrozen(event: e.PersonUnfrozen, ledger: Ledger) -> Writes:
    """End the suspension."""
    person = ledger.require(Person, event.person)
    return {Person.key(event.person): replace(person, state="active")}


def person_locked(event: e.PersonLocked, ledger: Ledger) -> Writes:
    """Lock the account."""
    person = ledger.require(Person, event.person)
    return {Person.key(event.person): replace(person, state="locked")}


def person_unlocked(event: e.PersonUnlocked, ledger: Ledger) -> Writes:
    """Unlock the account."""
    person = ledger.require(Person, event.person)
    return {Person.key(event.person): replace(person, state="active")}


def person_closed(event: e.PersonClosed, ledger: Ledger) -> Writes:
    """Close the person; posts and grants have ended by events of their own before."""
    person = ledger.require(Person, event.person)
    return {Person.key(event.person): replace(person, state="closed")}


def key_added(event: e.KeyAdded, ledger: Ledger) -> Writes:
    """Enter the key and list it with its person."""
    person = ledger.require(Person, event.person)
    return {
        Key.key(event.kid): Key(
            person=event.person,
            public_key=event.public_key,
            label=event.label,
            from_ms=event.from_ms,
            until_ms=event.until_ms,
            algorithm=event.algorithm,
        ),
        Person.key(event.person): replace(person, keys=(*person.keys, event.kid)),
    }


def key_rotated(event: e.KeyRotated, ledger: Ledger) -> Writes:
    """Let the old key run out and name what follows it."""
    key = ledger.require(Key, event.kid)
    return {Key.key(event.kid): replace(key, until_ms=event.until_ms, successor=event.successor)}


def key_expired(event: e.KeyExpired, ledger: Ledger) -> Writes:
    """Mark the key, and free its place with the person."""
    return _key_over(event.kid, ledger, "expired", "")


def key_revoked(event: e.KeyRevoked, ledger: Ledger) -> Writes:
    """Mark the key, and free its place with the person."""
    return _key_over(event.kid, ledger, "revoked", event.reason)


def _key_over(kid: str, ledger: Ledger, state: str, reason: str) -> Writes:
    key = ledger.require(Key, kid)
    person = ledger.require(Person, key.person)
    return {
        Key.key(kid): replace(key, state=state, reason=reason),
        Person.key(key.person): replace(
            person, keys=tuple(other for other in person.keys if other != kid)
        ),
    }


def proposal_opened(event: e.ProposalOpened, ledger: Ledger) -> Writes:
    """Keep what waits for a second person."""
    return {
        Proposal.key(event.proposal): Proposal(
            action=event.action,
            organisation=event.organisation,
            by=event.by,
            by_post=event.by_post,
            person=event.person,
            until_ms=event.until_ms,
            reason=event.reason,
            kid=event.kid,
            public_key=event.public_key,
            label=event.label,
            key_from_ms=event.key_from_ms,
            key_until_ms=event.key_until_ms,
        )
    }


def proposal_confirmed(event: e.ProposalConfirmed, ledger: Ledger) -> Writes:
    """Mark the proposal as carried out."""
    proposal = ledger.require(Proposal, event.proposal)
    return {Proposal.key(event.proposal): replace(proposal, state="confirmed")}


def proposal_ended(event: e.ProposalEnded, ledger: Ledger) -> Writes:
    """Mark the proposal as withdrawn or expired."""
    proposal = ledger.require(Proposal, event.proposal)
    return {Proposal.key(event.proposal): replace(proposal, state=event.reason)}


def grant_given(event: e.GrantGiven, ledger: Ledger) -> Writes:
    """Enter the grant; one for a case is found by index, another is listed with its holder."""
    writes: dict[str, Record | None] = {
        Grant.key(event.grant): Grant(
            grantee=event.grantee,
            right=event.right,
            scope=event.scope,
            origin=event.origin,
            from_ms=event.from_ms,
            until_ms=event.until_ms,
            by=event.by,
            by_post=event.by_post,
            by_organisation=event.by_organisation,
            reason=event.reason,
        )
    }
    if not event.scope.case:
        writes |= listed(ledger, event.grantee, event.grant)
    return writes


def grants_moved(event: e.GrantsMoved, ledger: Ledger) -> Writes:
    """Change the holder of each grant, and the lists of those without a case."""
    writes: dict[str, Record | None] = {}
    for grant_id in event.grants:
        grant = ledger.require(Grant, grant_id)
        writes[Grant.key(grant_id)] = replace(grant, grantee=event.grantee)
        if not grant.scope.case:
            for holder, kept in ((grant.grantee, ()), (event.grantee, (grant_id,))):
                key = Held.key(holder)
                before = writes[key] if key in writes else ledger.find(Held, holder)
                grants = before.grants if isinstance(before, Held) else ()
                after = (*(g for g in grants if g != grant_id), *kept)
                writes[key] = Held(grants=tuple(sorted(after))) if after else None
    return writes


def grant_ended(event: e.GrantEnded, ledger: Ledger) -> Writes:
    """Mark the grant, and take it off its holder's list."""
    grant = ledger.require(Grant, event.grant)
    writes: dict[str, Record | None] = {Grant.key(event.grant): replace(grant, ended=event.reason)}
    if not grant.scope.case:
        held = ledger.find(Held, grant.grantee)
        grants = tuple(g for g in (held.grants if held else ()) if g != event.grant)
        writes[Held.key(grant.grantee)] = Held(grants=grants) if grants else None
    return writes


def listed(ledger: Ledger, holder: str, grant_id: str) -> Writes:
    """Return the write that adds a grant to its holder's list."""
    held = ledger.find(Held, holder)
    grants = tuple(sorted((*(held.grants if held else ()), grant_id)))
    return {Held.key(holder): Held(grants=grants)}
