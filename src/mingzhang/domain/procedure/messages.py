"""What a person may ask of procedure.

Sources: mission rows A2.2 (levels, asking, clauses), H14 (hand-over), H17; design section 3.
"""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.procedure.routing import Followable, RecordKey
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Id, Sha256, Text, Title, Uuid7

Reason = Annotated[str, Meta(min_length=1, max_length=2_000)]
Documents = Annotated[tuple[Sha256, ...], Meta(max_length=32)]
ON_CASE_AND_SUBJECT = ("procedure/case/{case}", "{subject}")


class ApproveCase(Command, frozen=True, kw_only=True):
    """Agree, at the level at which the case stands, to the version that was seen."""

    kind = "procedure.case.approve/1"
    on_keys = ON_CASE_AND_SUBJECT

    case: Uuid7
    subject: RecordKey
    """Key of the record that the case is about: what the signer has looked at."""
    reason: Text = ""


class RejectCase(Command, frozen=True, kw_only=True):
    """Refuse the subject for good."""

    kind = "procedure.case.reject/1"
    on_keys = ON_CASE_AND_SUBJECT

    case: Uuid7
    subject: RecordKey
    reason: Reason
    clause: Annotated[str, Meta(max_length=96)] = ""
    """The rule that it fails, where one is cited."""


class AskCase(Command, frozen=True, kw_only=True):
    """Ask the submitter for more before deciding."""

    kind = "procedure.case.ask/1"
    on_keys = ON_CASE_AND_SUBJECT

    case: Uuid7
    subject: RecordKey
    question: Reason
    clause: Annotated[str, Meta(max_length=96)] = ""


class AnswerCase(Command, frozen=True, kw_only=True):
    """Hand in what was asked for."""

    kind = "procedure.case.answer/1"
    on_keys = ("procedure/case/{case}",)

    case: Uuid7
    text: Reason
    documents: Documents = ()


class ReturnCase(Command, frozen=True, kw_only=True):
    """Give the subject back to its submitter to be changed 退回."""

    kind = "procedure.case.return/1"
    on_keys = ON_CASE_AND_SUBJECT

    case: Uuid7
    subject: RecordKey
    reason: Reason
    clause: Annotated[str, Meta(max_length=96)] = ""


class WithdrawCase(Command, frozen=True, kw_only=True):
    """Take back what one has submitted, before the first review 撤回."""

    kind = "procedure.case.withdraw/1"
    on_keys = ("procedure/case/{case}",)

    case: Uuid7
    reason: Reason


class AcknowledgeNotice(Command, frozen=True, kw_only=True):
    """Confirm having read a notice."""

    kind = "procedure.notice.acknowledge/1"

    notice: Uuid7


class AddComment(Command, frozen=True, kw_only=True):
    """Say something about a case; who is mentioned gets a notice."""

    kind = "procedure.comment.add/1"

    case: Uuid7
    text: Reason
    mentions: Annotated[tuple[Id, ...], Meta(max_length=16)] = ()


class HandOverTask(Command, frozen=True, kw_only=True):
    """Give one task to a colleague, with the right that it needs."""

    kind = "procedure.task.hand_over/1"

    task: Uuid7
    to: Id
    reason: Title


class HandOverWork(Command, frozen=True, kw_only=True):
    """Give all open work of a person to a colleague, hidden items included (H14)."""

    kind = "procedure.work.hand_over/1"

    person: Id
    to: Id
    reason: Title


class SetSubscription(Command, frozen=True, kw_only=True):
    """Choose to be told: of a kind of notice, or of what happens to a record 关注.

    For oneself, or for a person whose work one may hand over. It gives no right to read.
    """

    kind = "procedure.subscription.set/1"

    about: Followable
    person: Id | None = None
    """None: the signer."""


class EndSubscription(Command, frozen=True, kw_only=True):
    """Be told of it no more."""

    kind = "procedure.subscription.end/1"

    about: Followable
    person: Id | None = None
