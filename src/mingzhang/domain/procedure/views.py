"""Tables that people read about cases, tasks (the workbench), notices and comments."""

from typing import Any

import msgspec

from mingzhang.domain.procedure.state import Case, Comment, Notice, Task
from mingzhang.kernel.views import Column, Table


def _case(record_id: str, record: Case) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "room": record.subject.room,
        "subject_kind": record.subject.kind,
        "subject_id": record.subject.id,
        "subject_key": record.subject.key,
        "subject_version": record.subject.version,
        "state": record.state,
        "position": record.position,
        "level": record.level.name,
        "desks": [f"{desk.role}@{desk.organisation}" for desk in record.level.desks],
        "levels": msgspec.to_builtins(record.levels),
        "submitters": list(record.submitters),
        "decisions": msgspec.to_builtins(record.decisions),
        "opened_ms": record.opened_ms,
        "deadline_ms": record.deadline_ms,
        "escalated": record.escalated,
        "hidden": record.hidden,
        "previous": record.previous,
    }


def _task(record_id: str, record: Task) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "holder": record.holder,
        "task_kind": record.task_kind,
        "case_id": record.case,
        "subject_key": record.subject_key,
        "right": record.right,
        "reason": record.reason,
        "since_ms": record.since_ms,
        "deadline_ms": record.deadline_ms,
        "hidden": record.hidden,
        "is_open": record.outcome is None,
        "outcome": record.outcome,
    }


def _notice(record_id: str, record: Notice) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "person": record.person,
        "notice_kind": record.notice_kind,
        "about": record.about,
        "text": record.text,
        "at_ms": record.at_ms,
        "must_acknowledge": record.must_acknowledge,
        "deadline_ms": record.deadline_ms,
        "acknowledged_by": record.acknowledged_by,
        "acknowledged_ms": record.acknowledged_ms,
        "overdue": record.overdue,
    }


def _comment(record_id: str, record: Comment) -> dict[str, Any]:
    return {
        "case_id": record.case,
        "organisation": record.organisation,
        "person": record.person,
        "post": record.post,
        "text": record.text,
        "at_ms": record.at_ms,
        "mentions": list(record.mentions),
    }


CASES = Table(
    name="procedure_cases",
    of=Case,
    columns=(
        Column(name="organisation", indexed=True),
        Column(name="room", indexed=True),
        Column(name="subject_kind", indexed=True),
        Column(name="subject_id", indexed=True),
        Column(name="subject_key", indexed=True),
        Column(name="subject_version", type="int"),
        Column(name="state", indexed=True),
        Column(name="position", type="int"),
        Column(name="level"),
        Column(name="desks", type="json"),
        Column(name="levels", type="json"),
        Column(name="submitters", type="json"),
        Column(name="decisions", type="json"),
        Column(name="opened_ms", type="int"),
        Column(name="deadline_ms", type="int"),
        Column(name="escalated", type="bool"),
        Column(name="hidden", type="bool"),
        Column(name="previous"),
    ),
    row=_case,
)
TASKS = Table(
    name="procedure_tasks",
    of=Task,
    columns=(
        Column(name="organisation", indexed=True),
        Column(name="holder", indexed=True),
        Column(name="task_kind", indexed=True),
        Column(name="case_id", indexed=True),
        Column(name="subject_key", indexed=True),
        Column(name="right"),
        Column(name="reason"),
        Column(name="since_ms", type="int"),
        Column(name="deadline_ms", type="int"),
        Column(name="hidden", type="bool"),
        Column(name="is_open", type="bool", indexed=True),
        Column(name="outcome"),
    ),
    row=_task,
)
NOTICES = Table(
    name="procedure_notices",
    of=Notice,
    columns=(
        Column(name="organisation", indexed=True),
        Column(name="person", indexed=True),
        Column(name="notice_kind", indexed=True),
        Column(name="about", indexed=True),
        Column(name="text"),
        Column(name="at_ms", type="int"),
        Column(name="must_acknowledge", type="bool"),
        Column(name="deadline_ms", type="int"),
        Column(name="acknowledged_by"),
        Column(name="acknowledged_ms", type="int"),
        Column(name="overdue", type="bool", indexed=True),
    ),
    row=_notice,
)
COMMENTS = Table(
    name="procedure_comments",
    of=Comment,
    columns=(
        Column(name="case_id", indexed=True),
        Column(name="organisation", indexed=True),
        Column(name="person", indexed=True),
        Column(name="post"),
        Column(name="text"),
        Column(name="at_ms", type="int"),
        Column(name="mentions", type="json"),
    ),
    row=_comment,
)
TABLES = (CASES, TASKS, NOTICES, COMMENTS)
