"""Open work never stays behind: hand-over of tasks, and no leaver with work (row H14)."""

from collections.abc import Iterator

from mingzhang.domain.identity import gate
from mingzhang.domain.identity.events import GrantsMoved, PersonClosed, PostReleased
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import GRANT_FOR_CASE, Person, Post, Terms, case_grant_value
from mingzhang.domain.identity.verbs import active_holders
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.errors import (
    NotOpen,
    OwnSubmission,
    PersonHasOpenWork,
    PostHasOpenWork,
    ReceiverUnfit,
    Unknown,
)
from mingzhang.domain.procedure.state import PAGE_MAX, Case, Task, Work, WorkPage, page_id
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

PAGES_MAX = 400
"""Pages of work that one command hands over: 25,600 tasks."""
RIGHT_OF_ALL = "procedure.work.hand_over"
"""The right of those who hand over the work of others."""


def hand_over_task(command: m.HandOverTask, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give a task to a colleague: by its holder, or by who may hand over others' work."""
    task = ledger.find(Task, command.task)
    if task is None:
        raise Unknown(what="task", id=command.task)
    receiver = require_person(ledger, command.to)
    if task.outcome is not None:
        raise NotOpen(what="task", id=command.task, state=task.outcome)
    if context.person not in verbs.holders_of(ledger, context, task.holder):
        gate.may(ledger, context, RIGHT_OF_ALL, Scope(organisation=task.organisation))
    _require_fit(ledger, command.task, task, command.to, receiver)
    yield e.TaskHandedOver(
        task=command.task,
        holder=f"person:{command.to}",
        by=context.person,
        reason=command.reason,
    )
    if task.grant:
        yield GrantsMoved(grants=(task.grant,), grantee=f"person:{command.to}")


def hand_over_work(command: m.HandOverWork, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give all open work of a person to a colleague, page by page, hidden items counted."""
    person = require_person(ledger, command.person)
    receiver = require_person(ledger, command.to)
    if command.person == command.to:
        raise ReceiverUnfit(person=command.to, task="", reason="same_person")
    gate.may(ledger, context, RIGHT_OF_ALL, Scope(organisation=person.organisation))
    for holder in holders_alone(ledger, context, command.person):
        work = ledger.find(Work, holder) or Work(count=0)
        pages = (work.count + PAGE_MAX - 1) // PAGE_MAX
        for number in range(min(pages, PAGES_MAX) - 1, -1, -1):
            tasks = ledger.require(WorkPage, page_id(holder, number)).tasks
            yield from _page(ledger, context, command, receiver, tasks)


def _page(
    ledger: Ledger,
    context: Context,
    command: m.HandOverWork,
    receiver: Person,
    tasks: tuple[str, ...],
) -> Iterator[Event]:
    """Hand one page over."""
    hidden = 0
    grants: list[str] = []
    for task_id in tasks:
        task = ledger.require(Task, task_id)
        _require_fit(ledger, task_id, task, command.to, receiver)
        hidden += task.hidden
        if task.grant:
            grants.append(task.grant)
    yield e.WorkHandedOver(
        person=command.person,
        to=command.to,
        tasks=tasks,
        hidden=hidden,
        by=context.person,
        reason=command.reason,
    )
    if grants:
        yield GrantsMoved(grants=tuple(grants), grantee=f"person:{command.to}")


def holders_alone(ledger: Ledger, context: Context, person_id: str) -> tuple[str, ...]:
    """Return under which names a person alone has work: himself, and posts that he alone holds."""
    posts = (held.post for held in ledger.require(Person, person_id).posts)
    return (
        f"person:{person_id}",
        *(
            f"post:{post}"
            for post in posts
            if not [
                other
                for other in active_holders(ledger, post, context.time_ms)
                if other != person_id
            ]
        ),
    )


def person_closed(event: PersonClosed, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Refuse while the leaver has open work, also by posts that nobody holds after him."""
    count = hidden = 0
    holders = [f"person:{event.person}"]
    holders += [
        f"post:{post}" for post in event.posts if not active_holders(ledger, post, context.time_ms)
    ]
    for holder in holders:
        work = ledger.find(Work, holder)
        if work is not None:
            count += work.count
            hidden += work.hidden
    if count:
        raise PersonHasOpenWork(person=event.person, count=count, hidden=hidden)
    yield from verbs.end_subscriptions(ledger, context, event.person)


def post_released(event: PostReleased, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Refuse to leave a post empty that has open work; at the end of a term, tell the owner."""
    work = ledger.find(Work, f"post:{event.post}")
    if (
        work is None
        or active_holders(ledger, event.post, context.time_ms)
        or ledger.require(Person, event.person).state == "closed"
    ):
        return
    if not context.automatic:
        raise PostHasOpenWork(post=event.post, count=work.count)
    yield from verbs.notify(
        ledger,
        context,
        "work_without_holder",
        Post.key(event.post),
        organisation=ledger.require(Post, event.post).organisation,
        acknowledge_days=ledger.require(Terms, "now").acknowledge_days,
    )


def require_person(ledger: Ledger, person_id: str) -> Person:
    """Return a person. Raises `Unknown`."""
    person = ledger.find(Person, person_id)
    if person is None:
        raise Unknown(what="person", id=person_id)
    return person


def _require_fit(ledger: Ledger, task_id: str, task: Task, to: str, receiver: Person) -> None:
    """Raise unless a person may have a task: `OwnSubmission`, then `ReceiverUnfit`."""
    case = ledger.find(Case, task.case) if task.case else None
    if case is not None and task.task_kind == "review" and to in case.submitters:
        raise OwnSubmission(person=to)
    if receiver.state != "active":
        raise ReceiverUnfit(person=to, task=task_id, reason="not_active")
    if receiver.organisation != task.organisation and not any(
        ledger.require(Post, held.post).organisation == task.organisation for held in receiver.posts
    ):
        raise ReceiverUnfit(person=to, task=task_id, reason="other_organisation")
    if (
        f"person:{to}" == task.holder
        or ledger.lookup(GRANT_FOR_CASE, case_grant_value(f"person:{to}", task.case)) is not None
    ):
        raise ReceiverUnfit(person=to, task=task_id, reason="has_it_already")
