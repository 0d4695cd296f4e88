"""What has happened in preparation. Field order is wire order; amounts are in fen."""

import msgspec

from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.preparation.terms import (
    Content,
    CycleRules,
    Deadline,
    Document,
    EstimateLine,
    ProjectKind,
    RequestState,
    Ruling,
    Stage,
    Step,
    Votes,
)
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import Day, Fen, Id, Sha256, TimeMs, Year


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it: person, organisation, post."""

    person: str
    organisation: str
    post: str


class Proposed(msgspec.Struct, frozen=True, array_like=True):
    """A share of a balancing proposal. Written as a list of two."""

    organisation: Id
    proposed_fen: Fen


class AppropriatedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was voted for one line, nature and source, from which version of which request."""

    request: str
    version: int
    line: Id
    cell: str
    amount_fen: Fen


class DraftDepartment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A department's part of the draft."""

    department: Id
    requests: int
    amount_fen: Fen
    confidential_fen: Fen = 0
    """Of it, for projects that are state secrets 涉密; the public is shown the rest."""

    @property
    def open_fen(self) -> int:
        """Return what the public may be shown of it."""
        return self.amount_fen - self.confidential_fen


class CycleOpened(Event, tag="preparation.cycle_opened", frozen=True, kw_only=True):
    """Units were called upon to prepare a year's budget."""

    year: Year
    bureau: Id
    government: str
    """The government above the bureau; empty where there is none."""
    titles: Names
    deadlines: tuple[Deadline, ...]
    required_units: tuple[tuple[Id, Id], ...]
    """Unit and its department."""
    rules: CycleRules


class StageOpened(Event, tag="preparation.stage_opened", frozen=True, kw_only=True):
    """The cycle is in a stage."""

    year: Year
    stage: Stage
    reason: str = ""


class StageClosed(Event, tag="preparation.stage_closed", frozen=True, kw_only=True):
    """The stage's last day has passed: nothing new may be submitted in it."""

    year: Year
    stage: Stage


class CeilingSet(Event, tag="preparation.ceiling_set", frozen=True, kw_only=True):
    """A ceiling was given, or changed from `previous_fen`."""

    year: Year
    organisation: Id
    department: str
    """The department above, for a unit; empty for a department and for the bureau."""
    ceiling_fen: Fen
    number: str
    author: Author
    previous_fen: int | None = None


class BalanceProposed(Event, tag="preparation.balance_proposed", frozen=True, kw_only=True):
    """What is asked exceeds the ceiling by so much; proportional shares would keep to it."""

    year: Year
    organisation: Id
    asked_fen: Fen
    ceiling_fen: Fen
    shares: tuple[Proposed, ...]


class BalanceReached(Event, tag="preparation.balance_reached", frozen=True, kw_only=True):
    """What is asked no longer exceeds the ceiling; the proposal is withdrawn."""

    year: Year
    organisation: Id


class ProjectRegistered(Event, tag="preparation.project_registered", frozen=True, kw_only=True):
    """A project stands in the project library."""

    project: Id
    unit: Id
    titles: Names
    project_kind: ProjectKind
    first_year: Year
    last_year: Year
    documents: tuple[Document, ...]
    author: Author
    confidential: bool = False


class EstimateSet(Event, tag="preparation.estimate_set", frozen=True, kw_only=True):
    """A project's estimate was approved, the `version`-th time."""

    project: Id
    version: int
    number: str
    document_sha256: Sha256
    lines: tuple[EstimateLine, ...]
    total_fen: Fen
    author: Author
    reason: str


class RequestSubmitted(Event, tag="preparation.request_submitted", frozen=True, kw_only=True):
    """A version of a request was submitted and is before its reviewers."""

    request: str
    version: int
    year: Year
    unit: Id
    department: Id
    project: str
    """Empty for basic expenditure."""
    content: Content
    content_sha256: Sha256
    total_fen: Fen
    year_fen: Fen
    author: Author
    reason: str
    ruling: Ruling
    at_ms: TimeMs
    stage: Stage
    case: str = ""
    """The case of `procedure`; empty where the contracts approved without one."""
    level: str = ""
    """The level before which it comes first."""
    previous: int | None = None
    """The version that this one replaces."""
    corrects: bool = False
    """True for a correction of an approved version 更正."""


class RequestMoved(Event, tag="preparation.request_moved", frozen=True, kw_only=True):
    """A request stands otherwise before its reviewers: another level, asked, returned …"""

    request: str
    version: int
    state: RequestState
    level: str
    at_ms: TimeMs
    reason: str = ""
    ruling: Ruling | None = None


class RequestApproved(Event, tag="preparation.request_approved", frozen=True, kw_only=True):
    """A version of a request passed every level and stands in the draft."""

    request: str
    version: int
    year: Year
    unit: Id
    department: Id
    project: str
    year_fen: Fen
    ruling: Ruling
    at_ms: TimeMs


class DraftCompiled(Event, tag="preparation.draft_compiled", frozen=True, kw_only=True):
    """The draft budget is one document: its hash is over every approved request in order."""

    draft: str
    year: Year
    titles: Names
    departments: tuple[DraftDepartment, ...]
    requests: int
    left_out: int
    """Requests that are not approved and so not in it."""
    total_fen: Fen
    sha256: Sha256
    author: Author
    previous: str | None = None


class ResolutionEntered(Event, tag="preparation.resolution_entered", frozen=True, kw_only=True):
    """The congress has voted on a draft."""

    year: Year
    draft: str
    draft_sha256: Sha256
    number: str
    day: Day
    votes: Votes
    adopted: bool
    total_fen: Fen
    document_sha256: Sha256
    author: Author
    confidential_fen: Fen = 0
    """Of the total, for projects that are state secrets."""


class AppropriationIssued(Event, tag="preparation.appropriation_issued", frozen=True, kw_only=True):
    """The bureau approved a department's budget as voted."""

    year: Year
    department: Id
    number: str
    total_fen: Fen
    requests: int
    day: Day
    author: Author


class AppropriationHandedDown(
    Event, tag="preparation.appropriation_handed_down", frozen=True, kw_only=True
):
    """The department approved a unit's budget; each line was voted in funds."""

    appropriation: str
    year: Year
    unit: Id
    department: Id
    number: str
    lines: tuple[AppropriatedLine, ...]
    total_fen: Fen
    day: Day
    author: Author
    projects: tuple[tuple[str, int], ...] = ()
    """What each project of the unit was voted for the year."""
    previous: str | None = None
    """The reversed one that this one replaces."""


class AppropriationReversed(
    Event, tag="preparation.appropriation_reversed", frozen=True, kw_only=True
):
    """An appropriation handed down by mistake was taken back whole."""

    appropriation: str
    year: Year
    unit: Id
    number: str
    reason: str
    total_fen: Fen
    day: Day
    author: Author
    projects: tuple[tuple[str, int], ...] = ()


class DeadlineMissed(Event, tag="preparation.deadline_missed", frozen=True, kw_only=True):
    """A department or unit did not get its approval in time (预算法 第五十二条)."""

    year: Year
    step: Step
    organisation: Id
    responsible: Id
    due_day: Day
