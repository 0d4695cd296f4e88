"""How each event of procedure changes its records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure.routing import NOTICE_KINDS
from mingzhang.domain.procedure.state import (
    PAGE_MAX,
    Case,
    CaseState,
    Comment,
    Follow,
    Followers,
    Notice,
    Subscription,
    Task,
    Work,
    WorkPage,
    page_id,
)
from mingzhang.kernel.faults import InvariantBroken
from mingzhang.kernel.ledger import Ledger, R
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def case_opened(event: e.CaseOpened, ledger: Ledger) -> Writes:
    """Enter the case before its first level."""
    return {
        Case.key(event.case): Case(
            subject=event.subject,
            organisation=event.organisation,
            submitters=event.submitters,
            submitter_post=event.submitter_post,
            levels=event.levels,
            opened_ms=event.opened_ms,
            hidden=event.hidden,
            previous=event.previous,
        )
    }


def level_reached(event: e.LevelReached, ledger: Ledger) -> Writes:
    """Put the case at the level."""
    case = ledger.require(Case, event.case)
    return {
        Case.key(event.case): replace(
            case, position=event.position, deadline_ms=event.deadline_ms, escalated=False
        )
    }


def case_decided(event: e.CaseDecided, ledger: Ledger) -> Writes:
    """Note the decision."""
    case = ledger.require(Case, event.case)
    return {Case.key(event.case): replace(case, decisions=(*case.decisions, event.decision))}


def case_approved(event: e.CaseApproved, ledger: Ledger) -> Writes:
    """End the case."""
    return _ended(event.case, ledger, "approved")


def case_rejected(event: e.CaseRejected, ledger: Ledger) -> Writes:
    """End the case."""
    return _ended(event.case, ledger, "rejected")


def case_asked(event: e.CaseAsked, ledger: Ledger) -> Writes:
    """Let the case wait for an answer, its clock standing still."""
    case = ledger.require(Case, event.case)
    return {
        Case.key(event.case): replace(case, state="asked", rounds=case.rounds + 1, deadline_ms=None)
    }


def case_answered(event: e.CaseAnswered, ledger: Ledger) -> Writes:
    """Let the level begin anew."""
    case = ledger.require(Case, event.case)
    return {Case.key(event.case): replace(case, state="open", deadline_ms=event.deadline_ms)}


def case_returned(event: e.CaseReturned, ledger: Ledger) -> Writes:
    """Let the case wait for a new version."""
    return _ended(event.case, ledger, "returned")


def case_withdrawn(event: e.CaseWithdrawn, ledger: Ledger) -> Writes:
    """End the case."""
    return _ended(event.case, ledger, "withdrawn")


def case_closed(event: e.CaseClosed, ledger: Ledger) -> Writes:
    """End the case."""
    return _ended(event.case, ledger, "closed")


def case_escalated(event: e.CaseEscalated, ledger: Ledger) -> Writes:
    """Note that the deadline has passed."""
    case = ledger.require(Case, event.case)
    return {Case.key(event.case): replace(case, escalated=True, deadline_ms=None)}


def _ended(case_id: str, ledger: Ledger, state: CaseState) -> Writes:
    case = ledger.require(Case, case_id)
    return {Case.key(case_id): replace(case, state=state, deadline_ms=None)}


def task_assigned(event: e.TaskAssigned, ledger: Ledger) -> Writes:
    """Enter the task, in its holder's work and with its case."""
    page = _Pages(ledger)
    task = Task(
        task_kind=event.task_kind,
        holder=event.holder,
        organisation=event.organisation,
        subject_key=event.subject_key,
        since_ms=event.since_ms,
        case=event.case,
        desk=event.desk,
        right=event.right,
        grant=event.grant,
        reason=event.reason,
        deadline_ms=event.deadline_ms,
        hidden=event.hidden,
    )
    page.add(event.task, task)
    if event.case:
        case = ledger.require(Case, event.case)
        page.writes[Case.key(event.case)] = replace(case, tasks=(*case.tasks, event.task))
    return page.writes


def task_finished(event: e.TaskFinished, ledger: Ledger) -> Writes:
    """Take the task out of its holder's work and off its case."""
    pages = _Pages(ledger)
    task = ledger.require(Task, event.task)
    pages.remove(event.task, task)
    pages.writes[Task.key(event.task)] = replace(task, outcome=event.outcome)
    if task.case:
        case = ledger.require(Case, task.case)
        others = tuple(other for other in case.tasks if other != event.task)
        pages.writes[Case.key(task.case)] = replace(case, tasks=others)
    return pages.writes


def task_handed_over(event: e.TaskHandedOver, ledger: Ledger) -> Writes:
    """Move the task to the other one's work."""
    pages = _Pages(ledger)
    pages.move(event.task, event.holder)
    return pages.writes


def work_handed_over(event: e.WorkHandedOver, ledger: Ledger) -> Writes:
    """Move these tasks to the other one's work."""
    pages = _Pages(ledger)
    for task in event.tasks:
        pages.move(task, f"person:{event.to}")
    return pages.writes


def notice_sent(event: e.NoticeSent, ledger: Ledger) -> Writes:
    """Enter the notice."""
    return {
        Notice.key(event.notice): Notice(
            notice_kind=event.notice_kind,
            about=event.about,
            organisation=event.organisation,
            person=event.person,
            text=event.text,
            at_ms=event.at_ms,
            must_acknowledge=event.must_acknowledge,
            deadline_ms=event.deadline_ms,
        )
    }


def notice_acknowledged(event: e.NoticeAcknowledged, ledger: Ledger) -> Writes:
    """Note who has read it."""
    notice = ledger.require(Notice, event.notice)
    return {
        Notice.key(event.notice): replace(
            notice, acknowledged_by=event.by, acknowledged_ms=event.at_ms
        )
    }


def notice_overdue(event: e.NoticeOverdue, ledger: Ledger) -> Writes:
    """Note that nobody has read it in time."""
    notice = ledger.require(Notice, event.notice)
    return {Notice.key(event.notice): replace(notice, overdue=True)}


def comment_added(event: e.CommentAdded, ledger: Ledger) -> Writes:
    """Enter the comment."""
    return {
        Comment.key(event.comment): Comment(
            case=event.case,
            person=event.person,
            post=event.post,
            organisation=event.organisation,
            text=event.text,
            at_ms=event.at_ms,
            mentions=event.mentions,
        )
    }


def subscription_set(event: e.SubscriptionSet, ledger: Ledger) -> Writes:
    """Enter the choice with the person's, and count a record's follower."""
    found = ledger.find(Subscription, event.person)
    chosen = Follow(about=event.about, since_ms=event.since_ms, by=event.by)
    follows = (*(found.follows if found else ()), chosen)
    subscription = Subscription(organisation=event.organisation, follows=follows)
    return {
        Subscription.key(event.person): subscription,
        **_followers(ledger, (event.about,), 1),
    }


def subscription_ended(event: e.SubscriptionEnded, ledger: Ledger) -> Writes:
    """Take the choices out."""
    found = ledger.require(Subscription, event.person)
    rest = tuple(each for each in found.follows if each.about not in event.about)
    return {
        Subscription.key(event.person): replace(found, follows=rest) if rest else None,
        **_followers(ledger, event.about, -1),
    }


def _followers(ledger: Ledger, about: tuple[str, ...], more: int) -> Writes:
    writes: dict[str, Record | None] = {}
    for key in about:
        if key not in NOTICE_KINDS:
            found = ledger.find(Followers, key)
            count = (found.count if found else 0) + more
            writes[Followers.key(key)] = Followers(count=count) if count else None
    return writes


class _Pages:
    """Holders' work while one event changes it: what is written so far, over the ledger.

    Pages stay full but for the last one: a task that leaves is replaced by the last task.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.writes: dict[str, Record | None] = {}

    def _get(self, record_type: type[R], record_id: str) -> R | None:
        key = record_type.key(record_id)
        if key not in self.writes:
            return self._ledger.find(record_type, record_id)
        found = self.writes[key]
        return found if isinstance(found, record_type) else None

    def add(self, task_id: str, task: Task) -> None:
        """Put an open task at the end of its holder's work."""
        work = self._get(Work, task.holder) or Work(count=0)
        number = work.count // PAGE_MAX
        page = self._get(WorkPage, page_id(task.holder, number)) or WorkPage(tasks=())
        self.writes[WorkPage.key(page_id(task.holder, number))] = WorkPage(
            tasks=(*page.tasks, task_id)
        )
        self.writes[Work.key(task.holder)] = Work(
            count=work.count + 1, hidden=work.hidden + task.hidden
        )
        self.writes[Task.key(task_id)] = replace(task, page=number)

    def remove(self, task_id: str, task: Task) -> None:
        """Take a task out of its holder's work; the last one takes its place."""
        holder = task.holder
        work = self._need(Work, holder)
        last_number = (work.count - 1) // PAGE_MAX
        last_page = self._need(WorkPage, page_id(holder, last_number)).tasks
        last_id = last_page[-1]
        if last_id != task_id:
            page = self._need(WorkPage, page_id(holder, task.page)).tasks
            filled = tuple(last_id if each == task_id else each for each in page)
            self.writes[WorkPage.key(page_id(holder, task.page))] = WorkPage(tasks=filled)
            if last_number != task.page:
                moved = replace(self._need(Task, last_id), page=task.page)
                self.writes[Task.key(last_id)] = moved
        rest = self._need(WorkPage, page_id(holder, last_number)).tasks[:-1]
        self.writes[WorkPage.key(page_id(holder, last_number))] = (
            WorkPage(tasks=rest) if rest else None
        )
        self.writes[Work.key(holder)] = (
            Work(count=work.count - 1, hidden=work.hidden - task.hidden) if work.count > 1 else None
        )

    def move(self, task_id: str, holder: str) -> None:
        """Give a task to another holder."""
        task = self._need(Task, task_id)
        self.remove(task_id, task)
        self.add(task_id, replace(task, holder=holder))

    def _need(self, record_type: type[R], record_id: str) -> R:
        found = self._get(record_type, record_id)
        if found is None:
            raise InvariantBroken(f"no {record_type.key(record_id)}")
        return found
