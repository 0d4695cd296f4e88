"""What the ledger holds of cases, tasks, notices and comments."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from mingzhang.domain.procedure.events import Decision, TaskKind
from mingzhang.domain.procedure.routing import Level, Subject
from mingzhang.kernel.records import Record

PAGE_MAX = 64
"""Open tasks on one page of a holder's work."""
CaseState = Literal["open", "asked", "returned", "withdrawn", "approved", "rejected", "closed"]
FOLLOWS_MAX = 40
"""Subscriptions of one person."""
FOLLOWERS_MAX = 200
"""Persons who follow one record."""
CURRENT_CASE = "procedure/current_case"
"""Index: key of a subject to its case, while that is open, asked or returned."""


class Case(Record, frozen=True, kw_only=True):
    """A record on its way through the levels."""

    path = "procedure/case"
    piles_up = True

    subject: Subject
    organisation: str
    submitters: tuple[str, ...]
    submitter_post: str
    levels: tuple[Level, ...]
    opened_ms: int
    state: CaseState = "open"
    position: int = 0
    decisions: tuple[Decision, ...] = ()
    tasks: tuple[str, ...] = ()
    """Open tasks that belong to it."""
    rounds: int = 0
    deadline_ms: int | None = None
    escalated: bool = False
    hidden: bool = False
    previous: str | None = None

    @property
    def level(self) -> Level:
        """The level at which the case stands."""
        return self.levels[self.position]

    def approvals(self) -> Sequence[Decision]:
        """Return what counts at this level: approvals since it began, or was answered anew."""
        found: list[Decision] = []
        for decision in self.decisions:
            if decision.position != self.position or decision.answer == "answer":
                found = []
            elif decision.answer == "approve":
                found.append(decision)
        return found

    def agreed(self) -> tuple[str, ...]:
        """Return who has approved: at this level as it stands, and at those before it."""
        before = (d for d in self.decisions if d.answer == "approve" and d.position < self.position)
        return tuple(each.person for each in (*before, *self.approvals()))

    def passed(self) -> bool:
        """Say whether the level has all its approvals: k persons, from enough organisations."""
        approvals = self.approvals()
        desks = self.level.desks
        persons = dict.fromkeys(each.person for each in approvals)
        organisations = dict.fromkeys(
            desks[each.desk].organisation for each in approvals if each.desk is not None
        )
        return (
            len(persons) >= self.level.approvals and len(organisations) >= self.level.organisations
        )


class Task(Record, frozen=True, kw_only=True):
    """Work of a person or of whoever holds a post."""

    path = "procedure/task"
    piles_up = True

    task_kind: TaskKind
    holder: str
    organisation: str
    subject_key: str
    since_ms: int
    case: str = ""
    desk: int | None = None
    right: str = ""
    grant: str = ""
    reason: str = ""
    deadline_ms: int | None = None
    hidden: bool = False
    page: int = 0
    """Where it stands in its holder's work."""
    outcome: str | None = None
    """None while open."""


class Work(Record, frozen=True, kw_only=True):
    """How much open work a holder has, hidden items among it. Id ``person:…`` or ``post:…``.

    The tasks stand on pages 0 to (count - 1) // `PAGE_MAX`, all full but the last.
    """

    path = "procedure/work"

    count: int
    hidden: int = 0


class WorkPage(Record, frozen=True, kw_only=True):
    """A page of a holder's open tasks. Id ``<holder>.<page>``."""

    path = "procedure/work_page"

    tasks: tuple[str, ...]


class Notice(Record, frozen=True, kw_only=True):
    """Something an organisation, or a person of it, was told."""

    path = "procedure/notice"
    piles_up = True

    notice_kind: str
    about: str
    organisation: str
    person: str = ""
    text: str = ""
    at_ms: int = 0
    must_acknowledge: bool = False
    deadline_ms: int | None = None
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None
    overdue: bool = False


class Comment(Record, frozen=True, kw_only=True):
    """A remark on a case."""

    path = "procedure/comment"
    piles_up = True

    case: str
    person: str
    post: str
    organisation: str
    text: str
    at_ms: int
    mentions: tuple[str, ...] = ()


class Follow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One subscription: a kind of notice or a record's key, from when on, chosen by whom."""

    about: str
    since_ms: int
    by: str


class Subscription(Record, frozen=True, kw_only=True):
    """Of what a person wants to be told. Id: the person."""

    path = "procedure/subscription"

    organisation: str
    follows: tuple[Follow, ...]


class Followers(Record, frozen=True, kw_only=True):
    """How many persons follow a record. Id: its key."""

    path = "procedure/followers"

    count: int


def current_case_values(case: Case, /) -> tuple[str, ...]:
    """Return the index values of a case: its subject, while it is not over."""
    return (case.subject.key,) if case.state in ("open", "asked", "returned") else ()


def page_id(holder: str, page: int) -> str:
    """Return the id of a page of work."""
    return f"{holder}.{page}"
