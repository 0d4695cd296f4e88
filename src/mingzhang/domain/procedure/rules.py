"""What procedure allows. Checks stand in the order of `errors`.

Who may act at all is asked before by the gate: a role with ``procedure.case.*``, or the grant of
the task. Here it is asked whether the case is before this person, and that nobody decides on
what he submitted (design section 3; mission row A5.3).
"""

from collections.abc import Iterator

from mingzhang.domain.identity import gate
from mingzhang.domain.identity.state import Person
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.errors import (
    AlreadyDecided,
    NotAddressed,
    NotAssigned,
    NotOpen,
    OtherSubject,
    OwnSubmission,
    Unknown,
)
from mingzhang.domain.procedure.state import Case, Notice, Task
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import Unscheduled

Review = m.ApproveCase | m.RejectCase | m.AskCase | m.ReturnCase


def approve(command: m.ApproveCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Agree; the level is passed once enough persons of enough organisations have.

    Nobody agrees at two levels of a case, whatever posts he holds.
    """
    case, desk = _before_me(command, context, ledger)
    if context.person in case.agreed():
        raise AlreadyDecided(person=context.person)
    yield _decided(command.case, case, context, "approve", desk, command.reason, "")
    if ledger.require(Case, command.case).passed():
        yield from verbs.leave_level(ledger, command.case, "passed")
        yield from verbs.reach(ledger, context, command.case, case.position + 1)


def reject(command: m.RejectCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Refuse for good."""
    case, desk = _before_me(command, context, ledger)
    yield _decided(command.case, case, context, "reject", desk, command.reason, command.clause)
    yield from verbs.rejected(ledger, context, command.case, command.reason, command.clause)


def ask(command: m.AskCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Ask for more."""
    case, desk = _before_me(command, context, ledger)
    verbs.require_rounds(case)
    yield _decided(command.case, case, context, "ask", desk, command.question, command.clause)
    yield from verbs.asked(ledger, context, command.case, command.question, command.clause)


def return_case(command: m.ReturnCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give back to be changed."""
    case, desk = _before_me(command, context, ledger)
    yield _decided(command.case, case, context, "return", desk, command.reason, command.clause)
    yield from verbs.returned(ledger, context, command.case, command.reason, command.clause)


def answer(command: m.AnswerCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Hand in what was asked for; the level begins anew and its clock with it."""
    case = verbs.require_case(ledger, command.case)
    if case.state != "asked":
        raise NotOpen(what="case", id=command.case, state=case.state)
    task = _my_task(case, "answer", context, ledger)
    if task is None and context.person not in case.submitters:
        raise NotAssigned(case=command.case, desks=_holders(case, "answer", ledger))
    yield e.CaseDecided(
        case=command.case,
        decision=e.Decision(
            position=case.position,
            answer="answer",
            at_ms=context.time_ms,
            person=context.person,
            post=context.post,
            organisation=context.organisation,
            reason=command.text,
            documents=command.documents,
        ),
    )
    for open_task in case.tasks:
        if ledger.require(Task, open_task).task_kind == "answer":
            yield from verbs.finish_task(ledger, open_task, "answered")
    deadline_ms = verbs.deadline(ledger, context, case.level.days)
    yield e.CaseAnswered(case=command.case, subject=case.subject, deadline_ms=deadline_ms)
    yield from verbs.schedule_deadline(deadline_ms, command.case)


def withdraw(command: m.WithdrawCase, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Take one's own submission back before the first review."""
    case = verbs.require_case(ledger, command.case)
    if case.state not in ("open", "asked"):
        raise NotOpen(what="case", id=command.case, state=case.state)
    if context.person not in case.submitters:
        raise NotAssigned(case=command.case, desks=case.submitters)
    yield from verbs.withdraw(ledger, context, command.case, command.reason)


def acknowledge(command: m.AcknowledgeNotice, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Confirm a notice that is addressed to the signer or to the organisation acted for."""
    notice = ledger.find(Notice, command.notice)
    if notice is None:
        raise Unknown(what="notice", id=command.notice)
    if notice.acknowledged_by is not None:
        raise NotOpen(what="notice", id=command.notice, state="acknowledged")
    if (
        notice.person != context.person
        if notice.person
        else notice.organisation != context.organisation
    ):
        raise NotAddressed(organisation=notice.organisation)
    if notice.deadline_ms is not None:
        yield Unscheduled(
            due_ms=notice.deadline_ms,
            handler=verbs.NOTICE_DEADLINE,
            subject=command.notice,
        )
    yield e.NoticeAcknowledged(notice=command.notice, by=context.person, at_ms=context.time_ms)


def add_comment(command: m.AddComment, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Comment as the owner, as a desk of the way, or as one who may read the case."""
    case = verbs.require_case(ledger, command.case)
    for person in command.mentions:
        if ledger.find(Person, person) is None:
            raise Unknown(what="person", id=person)
    if not _concerned(case, context, ledger):
        raise NotAddressed(organisation=case.organisation)
    yield e.CommentAdded(
        comment=context.record_id(),
        case=command.case,
        person=context.person,
        post=context.post,
        organisation=context.organisation,
        text=command.text,
        at_ms=context.time_ms,
        mentions=command.mentions,
    )
    for person in dict.fromkeys(command.mentions):
        yield from verbs.notify(
            ledger,
            context,
            "mentioned",
            Case.key(command.case),
            organisation=ledger.require(Person, person).organisation,
            person=person,
        )


def _before_me(command: Review, context: Context, ledger: Ledger) -> tuple[Case, int]:
    """Return the case and the desk for which the signer decides, or raise what is wrong."""
    case = verbs.require_open(ledger, command.case)
    if command.subject != case.subject.key:
        raise OtherSubject(subject=case.subject.key)
    if context.person in case.submitters:
        raise OwnSubmission(person=context.person)
    task = _my_task(case, "review", context, ledger)
    if task is None or task.desk is None:
        raise NotAssigned(case=command.case, desks=_holders(case, "review", ledger))
    return case, task.desk


def _my_task(case: Case, task_kind: e.TaskKind, context: Context, ledger: Ledger) -> Task | None:
    mine = (f"person:{context.person}", f"post:{context.post}")
    for task_id in case.tasks:
        task = ledger.require(Task, task_id)
        if task.task_kind == task_kind and task.holder in mine:
            return task
    return None


def _holders(case: Case, task_kind: e.TaskKind, ledger: Ledger) -> tuple[str, ...]:
    tasks = (ledger.require(Task, task) for task in case.tasks)
    return tuple(
        f"{task.holder}@{task.organisation}" for task in tasks if task.task_kind == task_kind
    )


def _concerned(case: Case, context: Context, ledger: Ledger) -> bool:
    if context.organisation == case.organisation:
        return True
    if any(context.organisation == d.organisation for lv in case.levels for d in lv.desks):
        return True
    return gate.readable(ledger, context, "restricted", case.organisation, "procedure_cases")


def _decided(
    case_id: str,
    case: Case,
    context: Context,
    said: e.Answer,
    desk: int,
    reason: str,
    clause: str,
) -> Event:
    return e.CaseDecided(
        case=case_id,
        decision=e.Decision(
            position=case.position,
            answer=said,
            at_ms=context.time_ms,
            person=context.person,
            post=context.post,
            organisation=context.organisation,
            desk=desk,
            reason=reason,
            clause=clause,
        ),
    )
