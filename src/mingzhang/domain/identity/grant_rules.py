"""What identity allows for grants and delegations. Checks stand in the order of `errors`."""

from collections.abc import Iterator

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.duties import duties_of, require_no_clash
from mingzhang.domain.identity.errors import (
    GrantOver,
    MayNotGive,
    NotFound,
    TooMany,
)
from mingzhang.domain.identity.gate import givers, may, post_allows, post_in_use
from mingzhang.domain.identity.patterns import Scope, stem
from mingzhang.domain.identity.rules import (
    require_active,
    require_gives,
    require_organisation,
    require_other,
    require_person,
    term_start,
    terms,
)
from mingzhang.domain.identity.state import (
    GRANTS_PER_HOLDER_MAX,
    Grant,
    Held,
    Organisation,
    Role,
    RoleList,
    fits,
)
from mingzhang.domain.identity.verbs import ends_at, fresh_grant_id, no_longer_ends_at
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def give_grant(command: m.GiveGrant, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give one right, narrowed and for a time."""
    organisation = require_organisation(ledger, command.organisation)
    person = require_person(ledger, command.person)
    require_other(context, command.person)
    require_active(command.person, person)
    days_max = terms(ledger).grant_days_max
    from_ms = term_start(context, command.from_ms, command.until_ms, days_max)
    require_gives(ledger, context, (command.right_given,), command.organisation)
    _require_right_of_its_kind(ledger, command.right_given, organisation)
    asked = (("right", command.right_given, command.organisation),)
    require_no_clash(ledger, command.person, duties_of(ledger, command.person), asked)
    _require_room(ledger, command.person, 1)
    scope = Scope(
        organisation=command.organisation,
        project=command.project or "",
        line=command.line or "",
        field=command.field or "",
    )
    yield from _give(
        ledger,
        context,
        command.person,
        command.right_given,
        scope,
        "explicit",
        from_ms,
        command.until_ms,
        command.reason,
    )


def give_delegation(command: m.GiveDelegation, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Let another person use some of one's own rights for a time; never more than these.

    What the signer himself holds by grant or delegation is not delegated further.
    """
    person = require_person(ledger, command.person)
    require_other(context, command.person)
    require_active(command.person, person)
    days_max = terms(ledger).delegation_days_max
    from_ms = term_start(context, command.from_ms, command.until_ms, days_max)
    scope = Scope(project=command.project or "")
    post = post_in_use(ledger, context)
    rights = tuple(dict.fromkeys(command.rights))
    for right in rights:
        if post is None or not post_allows(ledger, post, stem(right), scope):
            who = givers(ledger, context.organisation, stem(right))
            raise MayNotGive(right=right, who=who)
    asked = tuple(("right", right, context.organisation) for right in rights)
    require_no_clash(ledger, command.person, duties_of(ledger, command.person), asked)
    _require_room(ledger, command.person, len(rights))
    for right in rights:
        yield from _give(
            ledger,
            context,
            command.person,
            right,
            scope,
            "delegation",
            from_ms,
            command.until_ms,
            command.reason,
        )


def end_grant(command: m.EndGrant, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End a grant by hand; those of tasks end with their tasks."""
    grant = _open_grant(ledger, command.grant)
    may(ledger, context, command.right(), Scope(organisation=_place(grant)))
    if grant.ended is not None or grant.origin == "task":
        raise GrantOver(grant=command.grant)
    yield from _end(command.grant, grant, command.reason)


def end_delegation(command: m.EndDelegation, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Take back what one has delegated oneself."""
    grant = _open_grant(ledger, command.grant)
    if grant.origin != "delegation" or grant.by != context.person:
        raise NotFound(what="delegation", id=command.grant)
    if grant.ended is not None:
        raise GrantOver(grant=command.grant)
    yield from _end(command.grant, grant, command.reason)


def _require_right_of_its_kind(ledger: Ledger, right: str, organisation: Organisation) -> None:
    """Raise `MayNotGive` for a right that no role of such an institution has.

    Else a unit's officer could give the right to enter the congress' resolution: commands that
    name no organisation are asked for on the signer's own.
    """
    for name in ledger.require(RoleList, "all").roles:
        role = ledger.require(Role, name)
        if fits(role, organisation) and role.rights.cover(stem(right)):
            return
    raise MayNotGive(right=right, who=())


def _open_grant(ledger: Ledger, grant_id: str) -> Grant:
    grant = ledger.find(Grant, grant_id)
    if grant is None:
        raise NotFound(what="grant", id=grant_id)
    return grant


def _place(grant: Grant) -> str:
    """Return the organisation whose officers may end a grant."""
    return grant.scope.organisation or grant.by_organisation


def _end(grant_id: str, grant: Grant, reason: str) -> Iterator[Event]:
    yield from no_longer_ends_at(grant.until_ms, f"grant|{grant_id}")
    yield e.GrantEnded(grant=grant_id, reason=reason)


def _require_room(ledger: Ledger, person: str, more: int) -> None:
    held = ledger.find(Held, f"person:{person}")
    if (len(held.grants) if held else 0) + more > GRANTS_PER_HOLDER_MAX:
        raise TooMany(what="grants of a person", limit=GRANTS_PER_HOLDER_MAX)


def _give(
    ledger: Ledger,
    context: Context,
    person: str,
    right: str,
    scope: Scope,
    origin: e.Origin,
    from_ms: int,
    until_ms: int,
    reason: str,
) -> Iterator[Event]:
    grant_id = fresh_grant_id(context, ledger)
    yield e.GrantGiven(
        grant=grant_id,
        grantee=f"person:{person}",
        right=right,
        scope=scope,
        origin=origin,
        from_ms=from_ms,
        until_ms=until_ms,
        by=context.person,
        by_post=context.post,
        by_organisation=context.organisation,
        reason=reason,
    )
    yield from ends_at(until_ms, f"grant|{grant_id}")
