"""Tables that people read about cases, tasks (the workbench), notices and comments."""

from typing import Any

import msgspec

from mingzhang.domain.procedure.state import Case, Comment, Notice, Subscription, Task
from mingzhang.kernel.views import Table, restricted


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


def _subscription(record_id: str, record: Subscription) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "follows": msgspec.to_builtins(record.follows),
    }


CASES = Table(
    name="procedure_cases",
    of=Case,
    columns=(
        restricted("organisation", indexed=True),
        restricted("room", indexed=True),
        restricted("subject_kind", indexed=True),
        restricted("subject_id", indexed=True),
        restricted("subject_key", indexed=True),
        restricted("subject_version", "int"),
        restricted("state", indexed=True),
        restricted("position", "int"),
        restricted("level"),
        restricted("desks", "json"),
        restricted("levels", "json"),
        restricted("submitters", "json"),
        restricted("decisions", "json"),
        restricted("opened_ms", "int"),
        restricted("deadline_ms", "int"),
        restricted("escalated", "bool"),
        restricted("hidden", "bool"),
        restricted("previous"),
    ),
    row=_case,
)
TASKS = Table(
    name="procedure_tasks",
    of=Task,
    columns=(
        restricted("organisation", indexed=True),
        restricted("holder", indexed=True),
        restricted("task_kind", indexed=True),
        restricted("case_id", indexed=True),
        restricted("subject_key", indexed=True),
        restricted("right"),
        restricted("reason"),
        restricted("since_ms", "int"),
        restricted("deadline_ms", "int"),
        restricted("hidden", "bool"),
        restricted("is_open", "bool", indexed=True),
        restricted("outcome"),
    ),
    row=_task,
)
NOTICES = Table(
    name="procedure_notices",
    of=Notice,
    columns=(
        restricted("organisation", indexed=True),
        restricted("person", indexed=True),
        restricted("notice_kind", indexed=True),
        restricted("about", indexed=True),
        restricted("text"),
        restricted("at_ms", "int"),
        restricted("must_acknowledge", "bool"),
        restricted("deadline_ms", "int"),
        restricted("acknowledged_by"),
        restricted("acknowledged_ms", "int"),
        restricted("overdue", "bool", indexed=True),
    ),
    row=_notice,
)
COMMENTS = Table(
    name="procedure_comments",
    of=Comment,
    columns=(
        restricted("case_id", indexed=True),
        restricted("organisation", indexed=True),
        restricted("person", indexed=True),
        restricted("post"),
        restricted("text"),
        restricted("at_ms", "int"),
        restricted("mentions", "json"),
    ),
    row=_comment,
)
SUBSCRIPTIONS = Table(
    name="procedure_subscriptions",
    of=Subscription,
    columns=(restricted("organisation", indexed=True), restricted("follows", "json")),
    row=_subscription,
)
TABLES = (CASES, TASKS, NOTICES, COMMENTS, SUBSCRIPTIONS)
