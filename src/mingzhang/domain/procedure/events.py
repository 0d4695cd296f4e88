"""What happened to cases, tasks, notices and comments. Field order is wire order.

The events of a case carry its subject, so that the room it belongs to can follow them.
"""

from typing import Literal

import msgspec

from mingzhang.domain.procedure.routing import Level, Subject
from mingzhang.kernel.records import Event

Answer = Literal["approve", "reject", "ask", "answer", "return", "pass"]
"""``pass`` is a contract's own approval of a level."""
TaskKind = Literal["review", "answer", "revise", "act"]
"""``act`` is work of a lifecycle room, such as accepting a milestone."""


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who said what about a case, when and why. Empty `person`: a contract, by its clause."""

    position: int
    answer: Answer
    at_ms: int
    person: str = ""
    post: str = ""
    organisation: str = ""
    desk: int | None = None
    """Which desk of the level it counts for."""
    reason: str = ""
    clause: str = ""
    documents: tuple[str, ...] = ()
    """SHA-256 of documents that were handed in."""


class CaseOpened(Event, tag="procedure.case_opened", frozen=True, kw_only=True):
    """A record has been submitted to its levels."""

    case: str
    subject: Subject
    organisation: str
    submitters: tuple[str, ...]
    submitter_post: str
    levels: tuple[Level, ...]
    opened_ms: int
    hidden: bool = False
    previous: str | None = None
    """The case that this one follows after a return."""


class LevelReached(Event, tag="procedure.level_reached", frozen=True, kw_only=True):
    """The case stands at a level; `deadline_ms` is when it escalates."""

    case: str
    subject: Subject
    position: int
    level: str
    deadline_ms: int | None = None


class CaseDecided(Event, tag="procedure.case_decided", frozen=True, kw_only=True):
    """One decision is on record; whether it moves the case, an event after it says."""

    case: str
    decision: Decision


class CaseApproved(Event, tag="procedure.case_approved", frozen=True, kw_only=True):
    """Every level has been passed."""

    case: str
    subject: Subject


class CaseRejected(Event, tag="procedure.case_rejected", frozen=True, kw_only=True):
    """The subject is refused for good."""

    case: str
    subject: Subject
    reason: str
    clause: str = ""


class CaseAsked(Event, tag="procedure.case_asked", frozen=True, kw_only=True):
    """More is asked for; the deadline of the level stands still."""

    case: str
    subject: Subject
    question: str
    clause: str = ""


class CaseAnswered(Event, tag="procedure.case_answered", frozen=True, kw_only=True):
    """What was asked for has come; the level begins anew."""

    case: str
    subject: Subject
    deadline_ms: int | None = None


class CaseReturned(Event, tag="procedure.case_returned", frozen=True, kw_only=True):
    """The subject goes back to its submitter to be changed."""

    case: str
    subject: Subject
    reason: str
    clause: str = ""


class CaseWithdrawn(Event, tag="procedure.case_withdrawn", frozen=True, kw_only=True):
    """The submitter has taken the subject back before the first review."""

    case: str
    subject: Subject
    reason: str


class CaseClosed(Event, tag="procedure.case_closed", frozen=True, kw_only=True):
    """The room has ended the case: ``superseded`` by a new one, or in words."""

    case: str
    subject: Subject
    reason: str


class CaseEscalated(Event, tag="procedure.case_escalated", frozen=True, kw_only=True):
    """The deadline has passed; the organisations above may decide too."""

    case: str
    subject: Subject
    position: int
    organisations: tuple[str, ...]


class TaskAssigned(Event, tag="procedure.task_assigned", frozen=True, kw_only=True):
    """A person or post has work to do."""

    task: str
    task_kind: TaskKind
    holder: str
    """``person:<id>`` or ``post:<id>``."""
    organisation: str
    subject_key: str
    since_ms: int
    case: str = ""
    desk: int | None = None
    right: str = ""
    """The right that the task gives and takes with it."""
    grant: str = ""
    reason: str = ""
    deadline_ms: int | None = None
    hidden: bool = False


class TaskFinished(Event, tag="procedure.task_finished", frozen=True, kw_only=True):
    """The work is done or no longer needed."""

    task: str
    outcome: str


class TaskHandedOver(Event, tag="procedure.task_handed_over", frozen=True, kw_only=True):
    """Another one has the work now."""

    task: str
    holder: str
    by: str
    reason: str


class WorkHandedOver(Event, tag="procedure.work_handed_over", frozen=True, kw_only=True):
    """A part of all the open work of a person has gone to another one, hidden items counted."""

    person: str
    to: str
    tasks: tuple[str, ...]
    hidden: int
    by: str
    reason: str


class NoticeSent(Event, tag="procedure.notice_sent", frozen=True, kw_only=True):
    """An organisation, or a person of it, has been told."""

    notice: str
    notice_kind: str
    about: str
    """Key of the record that it is about."""
    organisation: str
    person: str = ""
    text: str = ""
    at_ms: int = 0
    must_acknowledge: bool = False
    deadline_ms: int | None = None


class NoticeAcknowledged(Event, tag="procedure.notice_acknowledged", frozen=True, kw_only=True):
    """The receiver has confirmed having read the notice."""

    notice: str
    by: str
    at_ms: int


class NoticeOverdue(Event, tag="procedure.notice_overdue", frozen=True, kw_only=True):
    """Nobody has confirmed in time; the organisation above is told."""

    notice: str


class CommentAdded(Event, tag="procedure.comment_added", frozen=True, kw_only=True):
    """Somebody has said something about a case."""

    comment: str
    case: str
    person: str
    post: str
    organisation: str
    text: str
    at_ms: int
    mentions: tuple[str, ...] = ()


class SubscriptionSet(Event, tag="procedure.subscription_set", frozen=True, kw_only=True):
    """A person will be told of a kind of notice, or of what happens to a record."""

    person: str
    organisation: str
    """The person's own."""
    about: str
    by: str
    since_ms: int


class SubscriptionEnded(Event, tag="procedure.subscription_ended", frozen=True, kw_only=True):
    """A person is told of these no more: by choice, or because he left or was suspended."""

    person: str
    about: tuple[str, ...]
    by: str
