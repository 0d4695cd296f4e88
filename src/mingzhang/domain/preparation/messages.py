"""What may be asked while a budget is prepared. Amounts are in fen.

Sources: mission rows A2.1, A2.2, A3.1, F6, G1; Budget Law 预算法 art. 32, 44, 52; domain.md,
calendar. A field named `organisation` or `project` narrows the right that the signer needs.
"""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.preparation.terms import (
    DOCUMENTS_MAX,
    LINES_MAX,
    STAGES,
    UNITS_MAX,
    Content,
    CycleRules,
    Deadline,
    Document,
    EstimateLine,
    Number,
    ProjectId,
    ProjectKind,
    Reason,
    Stage,
    Votes,
)
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Day, Fen, Id, Sha256, Year

VersionId = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}:[1-9][0-9]{0,3}(?!\n)$")]
"""``<request>:<number>``."""
DraftId = Annotated[str, Meta(pattern=r"^[0-9]{4}:[1-9][0-9]{0,2}(?!\n)$")]
"""``<year>:<number>``."""
RequestId = Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}(?!\n)$")]


class OpenCycle(Command, frozen=True, kw_only=True):
    """Call for the budget of a year 布置预算编制, with deadlines and the year's rules."""

    kind = "preparation.cycle.open/1"

    year: Year
    titles: Names
    deadlines: Annotated[tuple[Deadline, ...], Meta(min_length=len(STAGES), max_length=len(STAGES))]
    """One for each stage, in order, rising."""
    required_units: Annotated[tuple[Id, ...], Meta(max_length=UNITS_MAX)]
    """Units that must submit; totals are complete when all of these have."""
    rules: CycleRules


class MoveStage(Command, frozen=True, kw_only=True):
    """Open the next stage of a cycle; 二下 once the budget is adopted."""

    kind = "preparation.cycle.stage/1"

    year: Year
    stage: Stage


class SetCeiling(Command, frozen=True, kw_only=True):
    """Give a department or unit its ceiling 控制数; for the bureau itself, the year's total."""

    kind = "preparation.ceiling.set/1"

    year: Year
    organisation: Id
    ceiling_fen: Fen
    number: Number


class RegisterProject(Command, frozen=True, kw_only=True):
    """Enter a project into the project library 项目库, for the unit that will carry it out."""

    kind = "preparation.project.register/1"

    project: ProjectId
    organisation: Id
    """The implementing unit."""
    titles: Names
    project_kind: ProjectKind
    first_year: Year
    last_year: Year
    documents: Annotated[tuple[Document, ...], Meta(min_length=1, max_length=DOCUMENTS_MAX)]
    confidential: bool
    """A state secret 涉密: nothing of it is published, and the gazette shows the gap."""


class ApproveEstimate(Command, frozen=True, kw_only=True):
    """Approve a project's estimate 概算 by line, or revise it (政府投资条例 第二十三条)."""

    kind = "preparation.estimate.approve/1"

    project: ProjectId
    number: Number
    document_sha256: Sha256
    lines: Annotated[tuple[EstimateLine, ...], Meta(min_length=1, max_length=LINES_MAX)]
    reason: Reason


class SubmitRequest(Command, frozen=True, kw_only=True):
    """Submit a budget request 预算申报, or a new version of one that came back."""

    kind = "preparation.request.submit/1"

    year: Year
    organisation: Id
    """The unit whose budget it is."""
    project: ProjectId | None
    """None for basic expenditure 基本支出."""
    previous: VersionId | None
    """The version that this one replaces; None for the first."""
    reason: Reason
    content: Content


class CorrectRequest(Command, frozen=True, kw_only=True):
    """Correct an approved request before the vote 更正: a version that is reviewed again.

    The approved version stands until the correction is approved; both are shown (F6).
    """

    kind = "preparation.request.correct/1"
    on_keys = ("preparation/request/{request}",)

    request: RequestId
    organisation: Id
    reason: Reason
    content: Content


class CompileDraft(Command, frozen=True, kw_only=True):
    """Compile the approved requests into the one draft for the congress 预算草案."""

    kind = "preparation.draft.compile/1"

    year: Year
    titles: Names


class EnterResolution(Command, frozen=True, kw_only=True):
    """Enter what the congress resolved 人大决议, under its own key; never by contract."""

    kind = "preparation.resolution.enter/1"
    on_keys = ("preparation/draft/{draft}",)

    year: Year
    draft: DraftId
    number: Number
    day: Day
    """Date of the vote."""
    votes: Votes
    document_sha256: Sha256


class IssueAppropriation(Command, frozen=True, kw_only=True):
    """Approve a department's budget 批复, bureau to department within 20 days (art. 52)."""

    kind = "preparation.appropriation.issue/1"
    on_keys = ("preparation/resolution/{year}",)

    year: Year
    organisation: Id
    """The department."""
    number: Number


class HandDownAppropriation(Command, frozen=True, kw_only=True):
    """Approve a unit's budget, department to unit within 15 days (art. 52); funds are voted."""

    kind = "preparation.appropriation.hand_down/1"

    year: Year
    organisation: Id
    """The unit."""
    number: Number


class ReverseAppropriation(Command, frozen=True, kw_only=True):
    """Take back a unit's appropriation that was handed down by mistake; both are shown (F6).

    Refused by funds as far as it has been allotted. It may then be handed down again.
    """

    kind = "preparation.appropriation.reverse/1"

    year: Year
    organisation: Id
    """The unit."""
    number: Number
    reason: Reason
