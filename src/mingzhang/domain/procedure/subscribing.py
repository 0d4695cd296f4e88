"""Of what a person wants to be told. A subscription gives no right, and ends with the person's.

Nothing is sent for it: who follows reads, at his workbench, what has happened and he may read
(`docs/decisions/0006-subscriptions.md`). Source: issue 9, administration.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from mingzhang.domain.identity import gate
from mingzhang.domain.identity.events import PersonFrozen
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import Person, Post
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.errors import (
    FollowedAlready,
    NotOpen,
    TooManyFollowed,
    Unknown,
)
from mingzhang.domain.procedure.handing_over import RIGHT_OF_ALL, require_person
from mingzhang.domain.procedure.routing import FOLLOWED, NOTICE_KINDS, Readers
from mingzhang.domain.procedure.state import (
    FOLLOWERS_MAX,
    FOLLOWS_MAX,
    Followers,
    Subscription,
)
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

NOTICES = "procedure_notices"


def set_subscription(
    command: m.SetSubscription, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Follow what the person may read now, for a post that he holds."""
    name = command.person or context.person
    person = require_person(ledger, name)
    table, owner = _read_by(ledger, command.about)
    if person.state != "active":
        raise NotOpen(what="person", id=name, state=person.state)
    _require_own(ledger, context, name, person)
    _require_readable(ledger, _acting(ledger, context, name, person), table, owner)
    found = ledger.find(Subscription, name)
    follows = found.follows if found else ()
    if any(each.about == command.about for each in follows):
        raise FollowedAlready(person=name)
    if len(follows) >= FOLLOWS_MAX:
        raise TooManyFollowed(what="person", id=name, limit=FOLLOWS_MAX)
    followers = ledger.find(Followers, command.about)
    if followers is not None and followers.count >= FOLLOWERS_MAX:
        raise TooManyFollowed(what="record", id=command.about, limit=FOLLOWERS_MAX)
    yield e.SubscriptionSet(
        person=name,
        organisation=person.organisation,
        about=command.about,
        by=context.person,
        since_ms=context.time_ms,
    )


def end_subscription(
    command: m.EndSubscription, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """End one, whether or not the person may still read what it is about."""
    name = command.person or context.person
    person = require_person(ledger, name)
    found = ledger.find(Subscription, name)
    if found is None or all(each.about != command.about for each in found.follows):
        raise Unknown(what="subscription", id=command.about)
    _require_own(ledger, context, name, person)
    yield e.SubscriptionEnded(person=name, about=(command.about,), by=context.person)


def person_frozen(event: PersonFrozen, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End all that a suspended person follows."""
    yield from verbs.end_subscriptions(ledger, context, event.person)


def _read_by(ledger: Ledger, about: str) -> tuple[str, str]:
    """Return the table that must be readable, and whose rows; "" for those of one's own post's."""
    if about in NOTICE_KINDS:
        return NOTICES, ""
    path = "/".join(about.split("/")[:2])
    readers: Readers | None = FOLLOWED.get(path)
    record = ledger.load(about) if readers else None
    if readers is None or record is None:
        raise Unknown(what="subject", id=about)
    return readers.table, str(getattr(record, readers.owner))


def _require_own(ledger: Ledger, context: Context, name: str, person: Person) -> None:
    """Raise `RightMissing` unless it is the signer's own, or of one whose work he may hand over."""
    if name != context.person:
        gate.may(ledger, context, RIGHT_OF_ALL, Scope(organisation=person.organisation))


def _acting(ledger: Ledger, context: Context, name: str, person: Person) -> tuple[Context, ...]:
    """Return as whom the person reads: the signer as he signs, others for each of their posts."""
    if name == context.person:
        return (context,)
    held = [each.post for each in person.posts if person.holds(each.post, context.time_ms)]
    return tuple(
        replace(
            context,
            person=name,
            post=post,
            organisation=ledger.require(Post, post).organisation,
        )
        for post in held
    ) or (replace(context, person=name, post="", organisation=person.organisation),)


def _require_readable(ledger: Ledger, acting: tuple[Context, ...], table: str, owner: str) -> None:
    """Raise `RightMissing` unless one of them may read the owner's rows of a table."""
    if not any(gate.readable(ledger, each, "restricted", owner, table) for each in acting):
        scope = Scope(organisation=owner, field=table)
        gate.may(ledger, acting[0], f"read.restricted.{table}", scope)
