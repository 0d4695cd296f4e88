"""What rules of other rooms compose: task grants, locks, working days. Generators yield events."""

from collections.abc import Generator, Iterator

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import (
    GRANT_FOR_CASE,
    GRANTS_PER_HOLDER_MAX,
    Calendar,
    Grant,
    Held,
    Key,
    Organisation,
    Person,
    Post,
    case_grant_value,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import Scheduled, Unscheduled

ENDS = "identity.ends"
"""Handler of due items at which a term is over."""
ORDINALS_MAX = 4_096


def fresh_grant_id(context: Context, ledger: Ledger) -> str:
    """Return the first id of this command that no grant has."""
    for ordinal in range(ORDINALS_MAX):
        record_id = context.record_id(ordinal)
        if ledger.find(Grant, record_id) is None:
            return record_id
    raise ValueError(f"more than {ORDINALS_MAX} grants in one command")


def grant_for_task(
    ledger: Ledger, context: Context, grantee: str, right: str, scope: Scope, reason: str
) -> Generator[Event, None, str]:
    """Give the holder of a task exactly what it needs; it ends by `end_task_grant`.

    `grantee` is ``person:<id>`` or ``post:<id>``. Returns the grant's id, or an empty text when
    the holder has a grant on that case already, or as many grants as one may list.
    """
    if scope.case:
        if ledger.lookup(GRANT_FOR_CASE, case_grant_value(grantee, scope.case)) is not None:
            return ""
    else:
        held = ledger.find(Held, grantee)
        if held is not None and len(held.grants) >= GRANTS_PER_HOLDER_MAX:
            return ""
    grant_id = fresh_grant_id(context, ledger)
    yield e.GrantGiven(
        grant=grant_id,
        grantee=grantee,
        right=right,
        scope=scope,
        origin="task",
        from_ms=context.time_ms,
        reason=reason,
    )
    return grant_id


def end_task_grant(ledger: Ledger, grant_id: str) -> Iterator[Event]:
    """End the grant of a task that is done; one that has ended already is left alone."""
    grant = ledger.find(Grant, grant_id)
    if grant is not None and grant.ended is None:
        yield e.GrantEnded(grant=grant_id, reason="task ended")


def lock_person(ledger: Ledger, person_id: str, reason: str) -> Iterator[Event]:
    """Lock an account, as the rooms that watch over security may; one not active is left alone."""
    person = ledger.find(Person, person_id)
    if person is not None and person.state == "active":
        yield e.PersonLocked(person=person_id, reason=reason)


def ends_at(until_ms: int | None, subject: str) -> Iterator[Event]:
    """Schedule the end of a term, where it has one."""
    if until_ms is not None:
        yield Scheduled(due_ms=until_ms, handler=ENDS, subject=subject)


def no_longer_ends_at(until_ms: int | None, subject: str) -> Iterator[Event]:
    """Take the end of a term off the agenda, where it had one."""
    if until_ms is not None:
        yield Unscheduled(due_ms=until_ms, handler=ENDS, subject=subject)


def working_day_after(ledger: Ledger, day: int, count: int) -> int:
    """Return the `count`-th working day after a day, by the holiday tables on the ledger.

    A year without a table counts its plain Mondays to Fridays: deadlines never wait for a notice.
    """
    year = calendar.civil(day)[0]
    holidays: tuple[int, ...] = ()
    workdays: tuple[int, ...] = ()
    for of_year in range(year, year + 3):
        table = ledger.find(Calendar, str(of_year))
        if table is not None:
            holidays += table.holidays
            workdays += table.workdays
    return calendar.working_day_after(day, count, holidays, workdays)


def posts_with_role(ledger: Ledger, organisation: str, role: str) -> tuple[str, ...]:
    """Return the posts of an organisation that have a role template, sorted."""
    found = ledger.find(Organisation, organisation)
    return tuple(
        post for post in (found.posts if found else ()) if role in ledger.require(Post, post).roles
    )


def active_holders(ledger: Ledger, post_id: str, time_ms: int) -> tuple[str, ...]:
    """Return the persons who hold a post now and can act, sorted."""
    post = ledger.find(Post, post_id)
    return tuple(
        person_id
        for person_id in (post.holders if post else ())
        if _can_act(ledger.require(Person, person_id), post_id, time_ms)
    )


def unfit(ledger: Ledger, person_id: str, time_ms: int) -> str:
    """Return why a person can do nothing now; "" when he can.

    It is the person's state, or ``revoked`` where keys were revoked and none is left that counts.
    """
    person = ledger.require(Person, person_id)
    if person.state != "active":
        return person.state
    keys = [ledger.require(Key, kid) for kid in person.keys]
    revoked = any(key.state == "revoked" for key in keys)
    return "revoked" if revoked and not any(_counts(key, time_ms) for key in keys) else ""


def _counts(key: Key, time_ms: int) -> bool:
    return key.state == "valid" and (key.until_ms is None or time_ms < key.until_ms)


def _can_act(person: Person, post_id: str, time_ms: int) -> bool:
    return person.state == "active" and person.holds(post_id, time_ms)
