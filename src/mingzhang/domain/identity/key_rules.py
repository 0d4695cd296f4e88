"""What identity allows for keys, and what needs a second person. In the order of `errors`."""

from collections.abc import Iterator
from typing import Any

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.curve import fault_of, thumbprint
from mingzhang.domain.identity.errors import (
    AlreadyExists,
    KeyEnded,
    KeyUnfit,
    NotFound,
    NotTheSamePerson,
    OtherOrganisation,
    PersonNotActive,
    ProposerUnfit,
    TooMany,
)
from mingzhang.domain.identity.gate import held_post, may, post_allows
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.rules import (
    require_mine,
    require_person,
    term_start,
    terms,
)
from mingzhang.domain.identity.state import KEYS_PER_PERSON_MAX, Key, Person, Proposal
from mingzhang.domain.identity.verbs import ends_at, no_longer_ends_at
from mingzhang.kernel.calendar import MS_PER_DAY, MS_PER_HOUR
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

MANAGE = "identity.key.manage"
"""The right of security officers over the keys and locks of other persons."""


def add_key(command: m.AddKey, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Register one's own key, or propose one for another person."""
    person = require_person(ledger, command.person)
    kid = _require_fit(ledger, command.public_key)
    if command.person != context.person:
        may(ledger, context, MANAGE, Scope(organisation=person.organisation))
    if person.state == "closed":
        raise PersonNotActive(person=command.person, state=person.state)
    from_ms = term_start(context, command.from_ms, command.until_ms)
    _require_room(person)
    if command.person == context.person:
        yield from _added(
            kid, command.person, command.public_key, command.label, from_ms, command.until_ms, None
        )
        return
    yield from _propose(
        context,
        ledger,
        action="key_add",
        person=command.person,
        reason=command.label,
        kid=kid,
        public_key=command.public_key,
        label=command.label,
        key_from_ms=from_ms,
        key_until_ms=command.until_ms,
    )


def rotate_key(command: m.RotateKey, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Replace the key that signs this command."""
    person = require_person(ledger, context.person)
    kid = _require_fit(ledger, command.public_key)
    from_ms = term_start(context, None, command.until_ms)
    _require_room(person)
    old = ledger.require(Key, context.kid)
    ends_ms = context.time_ms + command.overlap_h * MS_PER_HOUR
    if old.until_ms is not None:
        ends_ms = min(ends_ms, old.until_ms)
    yield from _added(
        kid, context.person, command.public_key, command.label, from_ms, command.until_ms, None
    )
    yield from no_longer_ends_at(old.until_ms, f"key|{context.kid}")
    yield e.KeyRotated(kid=context.kid, successor=kid, until_ms=ends_ms)
    if ends_ms > context.time_ms:
        yield from ends_at(ends_ms, f"key|{context.kid}")
    else:
        yield e.KeyExpired(kid=context.kid)


def revoke_key(command: m.RevokeKey, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Revoke one's own key at once, or propose to revoke another person's."""
    key = ledger.find(Key, command.kid)
    if key is None:
        raise NotFound(what="key", id=command.kid)
    person = ledger.require(Person, key.person)
    if key.person != context.person:
        may(ledger, context, MANAGE, Scope(organisation=person.organisation))
    if key.state != "valid":
        raise KeyEnded(kid=command.kid)
    if key.person == context.person:
        yield from _revoked(command.kid, key, command.reason, None)
        return
    yield from _propose(
        context,
        ledger,
        action="key_revoke",
        person=key.person,
        reason=command.reason,
        kid=command.kid,
    )


def unlock_person(command: m.UnlockPerson, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Propose to unlock an account."""
    person = require_mine(ledger, context, command.person, MANAGE)
    if person.state != "locked":
        raise PersonNotActive(person=command.person, state=person.state)
    yield from _propose(
        context,
        ledger,
        action="person_unlock",
        person=command.person,
        reason=command.reason,
    )


def confirm_proposal(
    command: m.ConfirmProposal, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Second a proposal, which is judged again as things stand now, and carry it out."""
    proposal = _open_proposal(ledger, command.proposal)
    person = ledger.require(Person, proposal.person)
    may(ledger, context, MANAGE, Scope(organisation=person.organisation))
    kid, key = _key_of(ledger, proposal)
    if proposal.action == "key_add" and key is not None:
        raise AlreadyExists(what="key", id=kid)
    if proposal.action == "person_unlock" and person.state != "locked":
        raise PersonNotActive(person=proposal.person, state=person.state)
    if proposal.action == "key_add" and person.state == "closed":
        raise PersonNotActive(person=proposal.person, state=person.state)
    if key is not None and key.state != "valid":
        raise KeyEnded(kid=kid)
    if context.person in (proposal.by, proposal.person):
        raise NotTheSamePerson(proposer=proposal.by)
    _require_own(context, proposal)
    _require_proposer(ledger, context, proposal, person)
    if proposal.action == "key_add":
        _require_room(person)
    yield from no_longer_ends_at(proposal.until_ms, f"proposal|{command.proposal}")
    yield e.ProposalConfirmed(proposal=command.proposal, by=context.person)
    if proposal.action == "person_unlock":
        yield e.PersonUnlocked(person=proposal.person, proposal=command.proposal)
    elif key is not None:
        yield from _revoked(kid, key, proposal.reason, command.proposal)
    else:
        from_ms = max(proposal.key_from_ms or 0, context.time_ms)
        yield from _added(
            kid,
            proposal.person,
            proposal.public_key or "",
            proposal.label or "",
            from_ms,
            proposal.key_until_ms,
            command.proposal,
        )


def withdraw_proposal(
    command: m.WithdrawProposal, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Take a proposal of the own organisation back."""
    proposal = _open_proposal(ledger, command.proposal)
    _require_own(context, proposal)
    yield from no_longer_ends_at(proposal.until_ms, f"proposal|{command.proposal}")
    yield e.ProposalEnded(proposal=command.proposal, reason="withdrawn")


def _open_proposal(ledger: Ledger, proposal_id: str) -> Proposal:
    proposal = ledger.find(Proposal, proposal_id)
    if proposal is None or proposal.state != "open":
        raise NotFound(what="proposal", id=proposal_id)
    return proposal


def _key_of(ledger: Ledger, proposal: Proposal) -> tuple[str, Key | None]:
    if proposal.kid is None:
        return "", None
    return proposal.kid, ledger.find(Key, proposal.kid)


def _require_own(context: Context, proposal: Proposal) -> None:
    if proposal.organisation != context.organisation:
        raise OtherOrganisation(organisation=proposal.organisation)


def _require_proposer(ledger: Ledger, context: Context, proposal: Proposal, person: Person) -> None:
    """Raise `ProposerUnfit` unless the proposer could propose the same now (H17)."""
    post = held_post(ledger, proposal.by, proposal.by_post, proposal.organisation, context.time_ms)
    if post is None or not post_allows(
        ledger, post, MANAGE, Scope(organisation=person.organisation)
    ):
        raise ProposerUnfit(proposer=proposal.by)


def _require_fit(ledger: Ledger, public_key: str) -> str:
    """Return the thumbprint of a key that may be registered and is not yet."""
    raw = bytes.fromhex(public_key)
    kid = thumbprint(raw)
    if ledger.find(Key, kid) is not None:
        raise AlreadyExists(what="key", id=kid)
    fault = fault_of(raw)
    if fault is not None:
        raise KeyUnfit(fault=fault)
    return kid


def _require_room(person: Person) -> None:
    if len(person.keys) >= KEYS_PER_PERSON_MAX:
        raise TooMany(what="keys of a person", limit=KEYS_PER_PERSON_MAX)


def _propose(
    context: Context,
    ledger: Ledger,
    **what: Any,  # noqa: ANN401 - the event's own fields
) -> Iterator[Event]:
    """Open a proposal of the one who acts; it waits as long as the terms say."""
    opened = e.ProposalOpened(
        proposal=context.record_id(),
        organisation=context.organisation,
        by=context.person,
        by_post=context.post,
        until_ms=context.time_ms + terms(ledger).proposal_days * MS_PER_DAY,
        **what,
    )
    yield opened
    yield from ends_at(opened.until_ms, f"proposal|{opened.proposal}")


def _added(
    kid: str,
    person: str,
    public_key: str,
    label: str,
    from_ms: int,
    until_ms: int | None,
    proposal: str | None,
) -> Iterator[Event]:
    yield e.KeyAdded(
        kid=kid,
        person=person,
        public_key=public_key,
        label=label,
        from_ms=from_ms,
        until_ms=until_ms,
        proposal=proposal,
    )
    yield from ends_at(until_ms, f"key|{kid}")


def _revoked(kid: str, key: Key, reason: str, proposal: str | None) -> Iterator[Event]:
    yield from no_longer_ends_at(key.until_ms, f"key|{kid}")
    yield e.KeyRevoked(kid=kid, person=key.person, reason=reason, proposal=proposal)
