"""What lifecycle rooms compose: cases in levels, tasks, notices. All are generators of events.

A room opens a case for a record of its own and follows the case's events by `reacts`. Reactions
do not react: a room that passes a level inside a reaction reads the outcome from the verb.
"""

from collections.abc import Generator, Iterator

from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import Organisation, Person
from mingzhang.domain.identity.verbs import (
    active_holders,
    end_task_grant,
    grant_for_task,
    posts_with_role,
    working_day_after,
)
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure.errors import (
    AlreadyReviewed,
    CaseStillOpen,
    LevelImpossible,
    NotOpen,
    RoutedNowhere,
    TooManyRounds,
    Unknown,
)
from mingzhang.domain.procedure.routing import (
    LEVELS_MAX,
    ROUNDS_MAX,
    Desk,
    Level,
    NoticeKind,
    Subject,
)
from mingzhang.domain.procedure.state import CURRENT_CASE, Case, Notice, Subscription, Task
from mingzhang.kernel.calendar import start_of
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event, Record
from mingzhang.kernel.schedule import Scheduled, Unscheduled

DEADLINE = "procedure.deadline"
"""Handler of due items at which a level escalates."""
NOTICE_DEADLINE = "procedure.notice_deadline"
"""Handler of due items at which a notice should have been acknowledged."""
ORDINALS_MAX = 4_096


def open_case(
    ledger: Ledger,
    context: Context,
    subject: Subject,
    levels: tuple[Level, ...],
    *,
    organisation: str = "",
    submitters: tuple[str, ...] = (),
    submitter_post: str = "",
    hidden: bool = False,
) -> Generator[Event, None, str]:
    """Submit a record to its levels; return the case's id.

    Levels with a `clause` pass by themselves; the case may so be approved when this returns
    (read ``ledger.require(Case, id).state``). The organisation, submitter and post are those of
    the signer unless given. A returned case on the same record is closed as superseded. Raises
    `CaseStillOpen`, `LevelImpossible`, `RoutedNowhere`.
    """
    previous = ledger.lookup(CURRENT_CASE, subject.key)
    if previous is not None:
        if ledger.require(Case, previous).state != "returned":
            raise CaseStillOpen(case=previous)
        yield from close(ledger, context, previous, "superseded")
    _require_possible(ledger, levels)
    case_id = _fresh_id(Case, context, ledger)
    yield e.CaseOpened(
        case=case_id,
        subject=subject,
        organisation=organisation or context.organisation,
        submitters=submitters or (context.person,),
        submitter_post=submitter_post or context.post,
        levels=levels,
        opened_ms=context.time_ms,
        hidden=hidden,
        previous=previous,
    )
    yield from reach(ledger, context, case_id, 0)
    return case_id


def pass_level(
    ledger: Ledger, context: Context, case_id: str, clause: str, reason: str = ""
) -> Generator[Event, None, bool]:
    """Pass the level at which an open case stands, by a contract's clause.

    Returns whether the case is approved. Raises `Unknown`, `NotOpen`.
    """
    case = require_open(ledger, case_id)
    yield e.CaseDecided(case=case_id, decision=_by_contract(case, context, "pass", clause, reason))
    yield from leave_level(ledger, case_id, "passed")
    return (yield from reach(ledger, context, case_id, case.position + 1))


def ask(
    ledger: Ledger, context: Context, case_id: str, question: str, clause: str = ""
) -> Iterator[Event]:
    """Ask the submitter for more, by a contract's clause. Raises `TooManyRounds`."""
    case = require_open(ledger, case_id)
    require_rounds(case)
    yield e.CaseDecided(case=case_id, decision=_by_contract(case, context, "ask", clause, question))
    yield from asked(ledger, context, case_id, question, clause)


def reject(
    ledger: Ledger, context: Context, case_id: str, reason: str, clause: str
) -> Iterator[Event]:
    """Refuse the subject for good, by a contract's clause."""
    case = require_open(ledger, case_id)
    yield e.CaseDecided(
        case=case_id, decision=_by_contract(case, context, "reject", clause, reason)
    )
    yield from rejected(ledger, context, case_id, reason, clause)


def return_for_change(
    ledger: Ledger, context: Context, case_id: str, reason: str, clause: str
) -> Iterator[Event]:
    """Give the subject back to be changed, by a contract's clause."""
    case = require_open(ledger, case_id)
    yield e.CaseDecided(
        case=case_id, decision=_by_contract(case, context, "return", clause, reason)
    )
    yield from returned(ledger, context, case_id, reason, clause)


def withdraw(ledger: Ledger, context: Context, case_id: str, reason: str) -> Iterator[Event]:
    """Take the subject back before anybody has reviewed it. Raises `AlreadyReviewed`."""
    case = require_case(ledger, case_id)
    if case.state not in ("open", "asked"):
        raise NotOpen(what="case", id=case_id, state=case.state)
    if any(decision.person for decision in case.decisions):
        raise AlreadyReviewed(case=case_id)
    yield from _end_tasks(ledger, case_id, "withdrawn")
    yield e.CaseWithdrawn(case=case_id, subject=case.subject, reason=reason)


def close(ledger: Ledger, context: Context, case_id: str, reason: str) -> Iterator[Event]:
    """End a case whose subject is no longer to be decided; one that is over is left alone."""
    case = require_case(ledger, case_id)
    if case.state in ("open", "asked", "returned"):
        yield from _end_tasks(ledger, case_id, reason)
        yield e.CaseClosed(case=case_id, subject=case.subject, reason=reason)


def notify(
    ledger: Ledger,
    context: Context,
    notice_kind: NoticeKind,
    about: str,
    *,
    organisation: str,
    person: str = "",
    text: str = "",
    acknowledge_days: int = 0,
) -> Generator[Event, None, str]:
    """Tell an organisation, or one person of it; return the notice's id.

    `about` is the key of a record. With `acknowledge_days` the receiver must acknowledge within
    so many working days, else the organisation above is told.
    """
    notice_id = _fresh_id(Notice, context, ledger)
    deadline_ms = deadline(ledger, context, acknowledge_days)
    yield e.NoticeSent(
        notice=notice_id,
        notice_kind=notice_kind,
        about=about,
        organisation=organisation,
        person=person,
        text=text,
        at_ms=context.time_ms,
        must_acknowledge=acknowledge_days > 0,
        deadline_ms=deadline_ms,
    )
    if deadline_ms is not None:
        yield Scheduled(due_ms=deadline_ms, handler=NOTICE_DEADLINE, subject=notice_id)
    return notice_id


def end_subscriptions(ledger: Ledger, context: Context, person: str) -> Iterator[Event]:
    """End all that a person follows, whose rights end in this block."""
    found = ledger.find(Subscription, person)
    if found is not None:
        about = tuple(each.about for each in found.follows)
        yield e.SubscriptionEnded(person=person, about=about, by=context.person)


def assign_task(
    ledger: Ledger,
    context: Context,
    holder: str,
    task_kind: e.TaskKind,
    subject_key: str,
    *,
    organisation: str,
    case: str = "",
    desk: int | None = None,
    right: str = "",
    scope: Scope | None = None,
    reason: str = "",
    deadline_ms: int | None = None,
    hidden: bool = False,
) -> Generator[Event, None, str]:
    """Give a holder (``person:…`` or ``post:…``) work, and the right it needs; return its id.

    The right, a pattern, holds on `scope` (by default the case) and ends with the task.
    """
    task_id = _fresh_id(Task, context, ledger)
    grant = ""
    if right:
        narrowed = scope or Scope(case=case, organisation="")
        grant = yield from grant_for_task(ledger, context, holder, right, narrowed, task_id)
    yield e.TaskAssigned(
        task=task_id,
        task_kind=task_kind,
        holder=holder,
        organisation=organisation,
        subject_key=subject_key,
        since_ms=context.time_ms,
        case=case,
        desk=desk,
        right=right,
        grant=grant,
        reason=reason,
        deadline_ms=deadline_ms,
        hidden=hidden,
    )
    return task_id


def finish_task(ledger: Ledger, task_id: str, outcome: str) -> Iterator[Event]:
    """End a task and the right that it gave; one that is done is left alone. Raises `Unknown`."""
    task = ledger.find(Task, task_id)
    if task is None:
        raise Unknown(what="task", id=task_id)
    if task.outcome is None:
        yield e.TaskFinished(task=task_id, outcome=outcome)
        if task.grant:
            yield from end_task_grant(ledger, task.grant)


def deadline(ledger: Ledger, context: Context, working_days: int) -> int | None:
    """Return the end of the n-th working day from now in block time, or None for 0."""
    if working_days == 0:
        return None
    last = working_day_after(ledger, context.day, working_days)
    return start_of(last + 1, context.setting.offset_s)


def require_case(ledger: Ledger, case_id: str) -> Case:
    """Return a case or raise `Unknown`."""
    case = ledger.find(Case, case_id)
    if case is None:
        raise Unknown(what="case", id=case_id)
    return case


def require_open(ledger: Ledger, case_id: str) -> Case:
    """Return a case that is before its reviewers. Raises `Unknown`, `NotOpen`."""
    case = require_case(ledger, case_id)
    if case.state != "open":
        raise NotOpen(what="case", id=case_id, state=case.state)
    return case


def require_rounds(case: Case) -> None:
    """Raise `TooManyRounds` for a case that has been asked as often as may be."""
    if case.rounds >= ROUNDS_MAX:
        raise TooManyRounds(limit=ROUNDS_MAX)


def reach(
    ledger: Ledger, context: Context, case_id: str, position: int
) -> Generator[Event, None, bool]:
    """Move a case to a level, past those that a clause has passed; return whether approved."""
    case = ledger.require(Case, case_id)
    for at in range(position, len(case.levels)):
        level = case.levels[at]
        deadline_ms = None if level.clause else deadline(ledger, context, level.days)
        yield e.LevelReached(
            case=case_id,
            subject=case.subject,
            position=at,
            level=level.name,
            deadline_ms=deadline_ms,
        )
        if at:
            passed_level = case.levels[at - 1].name
            yield from _tell_owner(ledger, context, case, "level_passed", passed_level)
        if not level.clause:
            yield from _call_desks(ledger, context, case_id, deadline_ms)
            return False
        passed = e.Decision(position=at, answer="pass", at_ms=context.time_ms, clause=level.clause)
        yield e.CaseDecided(case=case_id, decision=passed)
    yield e.CaseApproved(case=case_id, subject=case.subject)
    yield from _tell_owner(ledger, context, case, "case_approved", "")
    return True


def leave_level(ledger: Ledger, case_id: str, outcome: str) -> Iterator[Event]:
    """End the tasks of a level and its deadline."""
    yield from _end_tasks(ledger, case_id, outcome)


def asked(
    ledger: Ledger, context: Context, case_id: str, question: str, clause: str
) -> Iterator[Event]:
    """Yield what follows a question: the clock stands still, the submitter has to answer."""
    case = ledger.require(Case, case_id)
    yield from _no_deadline(case_id, case)
    yield e.CaseAsked(case=case_id, subject=case.subject, question=question, clause=clause)
    yield from _task_of_submitter(ledger, context, case_id, "answer", question)
    yield from _tell_owner(ledger, context, case, "case_asked", question)


def rejected(
    ledger: Ledger, context: Context, case_id: str, reason: str, clause: str
) -> Iterator[Event]:
    """Yield what follows a rejection."""
    case = ledger.require(Case, case_id)
    yield from _end_tasks(ledger, case_id, "rejected")
    yield e.CaseRejected(case=case_id, subject=case.subject, reason=reason, clause=clause)
    yield from _tell_owner(ledger, context, case, "case_rejected", reason)


def returned(
    ledger: Ledger, context: Context, case_id: str, reason: str, clause: str
) -> Iterator[Event]:
    """Yield what follows a return: the submitter has to make a new version."""
    case = ledger.require(Case, case_id)
    yield from _end_tasks(ledger, case_id, "returned")
    yield e.CaseReturned(case=case_id, subject=case.subject, reason=reason, clause=clause)
    yield from _task_of_submitter(ledger, context, case_id, "revise", reason)
    yield from _tell_owner(ledger, context, case, "case_returned", reason)


def call_posts(
    ledger: Ledger,
    context: Context,
    case_id: str,
    desk: int,
    at: Desk,
    deadline_ms: int | None,
) -> Generator[Event, None, int]:
    """Give a review to the posts of a desk that have not got it; return how many posts it has."""
    posts = posts_with_role(ledger, at.organisation, at.role)
    for post in posts:
        case = ledger.require(Case, case_id)
        holder = f"post:{post}"
        if all(ledger.require(Task, task).holder != holder for task in case.tasks):
            yield from assign_task(
                ledger,
                context,
                holder,
                "review",
                case.subject.key,
                organisation=at.organisation,
                case=case_id,
                desk=desk,
                right="procedure.case.*",
                reason=case.level.name,
                deadline_ms=deadline_ms,
                hidden=case.hidden,
            )
    return len(posts)


def _call_desks(
    ledger: Ledger, context: Context, case_id: str, deadline_ms: int | None
) -> Iterator[Event]:
    level = ledger.require(Case, case_id).level
    for number, desk in enumerate(level.desks):
        posts = yield from call_posts(ledger, context, case_id, number, desk, deadline_ms)
        if not posts:
            raise RoutedNowhere(organisation=desk.organisation, role=desk.role)
    yield from schedule_deadline(deadline_ms, case_id)


def schedule_deadline(deadline_ms: int | None, case_id: str) -> Iterator[Event]:
    """Let the level escalate at its deadline, where it has one."""
    if deadline_ms is not None:
        yield Scheduled(due_ms=deadline_ms, handler=DEADLINE, subject=case_id)


def _no_deadline(case_id: str, case: Case) -> Iterator[Event]:
    if case.deadline_ms is not None:
        yield Unscheduled(due_ms=case.deadline_ms, handler=DEADLINE, subject=case_id)


def _end_tasks(ledger: Ledger, case_id: str, outcome: str) -> Iterator[Event]:
    case = ledger.require(Case, case_id)
    yield from _no_deadline(case_id, case)
    for task in case.tasks:
        yield from finish_task(ledger, task, outcome)


def _task_of_submitter(
    ledger: Ledger, context: Context, case_id: str, task_kind: e.TaskKind, reason: str
) -> Iterator[Event]:
    """Give the first submitter who can act the work; nobody left: whoever holds the post."""
    case = ledger.require(Case, case_id)
    holder = f"post:{case.submitter_post}"
    for person_id in reversed(case.submitters):
        person = ledger.find(Person, person_id)
        if person is not None and person.state == "active":
            holder = f"person:{person_id}"
    yield from assign_task(
        ledger,
        context,
        holder,
        task_kind,
        case.subject.key,
        organisation=case.organisation,
        case=case_id,
        right="procedure.case.answer" if task_kind == "answer" else "",
        reason=reason,
        hidden=case.hidden,
    )


def _tell_owner(
    ledger: Ledger, context: Context, case: Case, notice_kind: NoticeKind, text: str
) -> Iterator[Event]:
    yield from notify(
        ledger,
        context,
        notice_kind,
        case.subject.key,
        organisation=case.organisation,
        text=text,
    )


def _by_contract(
    case: Case, context: Context, answer: e.Answer, clause: str, reason: str
) -> e.Decision:
    return e.Decision(
        position=case.position,
        answer=answer,
        at_ms=context.time_ms,
        reason=reason,
        clause=clause,
    )


def _require_possible(ledger: Ledger, levels: tuple[Level, ...]) -> None:
    if not 0 < len(levels) <= LEVELS_MAX:
        raise LevelImpossible(level="")
    for level in levels:
        if not level.possible():
            raise LevelImpossible(level=level.name)
        for desk in level.desks:
            if ledger.find(Organisation, desk.organisation) is None:
                raise RoutedNowhere(organisation=desk.organisation, role=desk.role)


def _fresh_id(record_type: type[Record], context: Context, ledger: Ledger) -> str:
    """Return the first id of this command that no record of the type has."""
    for ordinal in range(ORDINALS_MAX):
        record_id = context.record_id(ordinal)
        if ledger.find(record_type, record_id) is None:
            return record_id
    raise ValueError(f"more than {ORDINALS_MAX} new records of a kind in one command")


def holders_of(ledger: Ledger, context: Context, holder: str) -> tuple[str, ...]:
    """Return the persons who have the work of a holder now."""
    sort, _, name = holder.partition(":")
    return (name,) if sort == "person" else active_holders(ledger, name, context.time_ms)
