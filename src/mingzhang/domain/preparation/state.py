"""The records of preparation and their keys. Amounts are in fen.

Versions of requests, drafts and estimates are records of their own and never change; heads say
which one counts.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.preparation.events import (
    AppropriatedLine,
    Author,
    DraftDepartment,
    Proposed,
)
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
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record
from mingzhang.kernel.values import Day, Fen, Id, Sha256, TimeMs, Year

REQUEST_OF = "preparation/request_of"
"""Index: year, unit and project to the one request for them."""
ROSTER_PAGE = 128
"""Requests on a page of a department's roster."""
Count = Annotated[int, Meta(ge=0)]


class Cycle(Record, frozen=True, kw_only=True):
    """A year's budget cycle 预算编制周期; id = year."""

    path = "preparation/cycle"

    bureau: Id
    government: str
    titles: Names
    stage: Stage
    deadlines: tuple[Deadline, ...]
    rules: CycleRules
    closed: bool = False
    """The stage's deadline has passed."""
    drafts: Count = 0
    """Drafts compiled so far; the last one counts."""


class Ceiling(Record, frozen=True, kw_only=True):
    """A ceiling 控制数 as last given; id ``<year>:<organisation>``."""

    path = "preparation/ceiling"

    ceiling_fen: Fen
    department: str
    number: str
    author: Author
    times: Count = 1
    """How often it has been set; the journal holds each."""


class Project(Record, frozen=True, kw_only=True):
    """A project of the project library 项目库."""

    path = "preparation/project"

    unit: Id
    titles: Names
    project_kind: ProjectKind
    first_year: Year
    last_year: Year
    documents: tuple[Document, ...]
    author: Author
    confidential: bool = False
    estimate_fen: Fen | None = None
    """The approved estimate in force; None where none was approved."""
    estimates: Count = 0
    voted: tuple[tuple[int, int], ...] = ()
    """Budget year and what was voted for it, rising."""


class EstimateVersion(Record, frozen=True, kw_only=True):
    """An approved estimate 概算 by line; id ``<project>:<version>``."""

    path = "preparation/estimate"

    number: str
    document_sha256: Sha256
    lines: tuple[EstimateLine, ...]
    total_fen: Fen
    author: Author
    reason: str
    unit: str = ""
    """The project's unit, which reads it, whoever approved it."""


class Request(Record, frozen=True, kw_only=True):
    """A budget request 预算申报: where it stands, and which versions count."""

    path = "preparation/request"

    year: Year
    unit: Id
    department: Id
    project: str
    state: RequestState
    version: Annotated[int, Meta(ge=1)]
    """The version before the reviewers, or last before them."""
    case: str
    total_fen: Fen
    year_fen: Fen
    content_sha256: Sha256
    since_ms: TimeMs
    stage: Stage
    """The stage in which the version was submitted."""
    ruling: Ruling
    """By which rule it stands where it stands."""
    level: str = ""
    """The level before which it is; empty when before none."""
    approved_version: Count = 0
    """The version that was approved last in its stage; 0 for none."""
    approved_fen: Fen = 0
    """Its amount for the year."""
    approved_sha256: str = ""
    approved_stage: str = ""
    """The stage in which it was submitted; what 一上 approved does not stand in the draft."""
    binding: int = 0
    """Version of the hook's binding under which the case began."""

    @property
    def drafted(self) -> bool:
        """Whether a version of it stands in the draft."""
        return self.approved_stage == "second_up"

    @property
    def drafted_fen(self) -> int:
        """What it counts in the draft."""
        return self.approved_fen if self.drafted else 0

    @property
    def live_fen(self) -> int:
        """What it counts in the totals of what is asked."""
        return self.drafted_fen if self.state in ("withdrawn", "rejected") else self.year_fen


class RequestVersion(Record, frozen=True, kw_only=True):
    """One version of a request as submitted; id ``<request>:<version>``."""

    path = "preparation/version"

    request: str
    previous: int | None
    content: Content
    content_sha256: Sha256
    author: Author
    reason: str
    ruling: Ruling
    at_ms: TimeMs
    stage: Stage
    case: str = ""
    corrects: bool = False


class RosterPage(Record, frozen=True, kw_only=True):
    """Requests of a department in order of first submission; id ``<year>:<page>:<department>``."""

    path = "preparation/roster"

    requests: tuple[str, ...]


class Share(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A unit within its department's total, or a department within the bureau's."""

    organisation: Id
    required: bool = False
    live: int = 0
    """Requests that count in `asked_fen`."""
    approved: int = 0
    asked_fen: int = 0
    approved_fen: int = 0
    ceiling_fen: int | None = None
    proposed_fen: int | None = None
    complete: bool = False
    """A unit: it has submitted; a department: all its required units have."""


class Total(Record, frozen=True, kw_only=True):
    """What a department asks for, id ``<year>:<department>``; the whole bureau, id = year.

    Kept by each event, so that totals stand there without anybody's action (row A2.1).
    """

    path = "preparation/total"

    shares: tuple[Share, ...] = ()
    requests: Count = 0
    """Requests ever submitted: they stand on the roster."""
    live: Count = 0
    approved: Count = 0
    asked_fen: Fen = 0
    approved_fen: Fen = 0
    ceiling_fen: Fen | None = None
    over_fen: Fen = 0
    """By how much a proposal in force would cut."""

    def share(self, organisation: str) -> Share:
        """Return an organisation's share; an empty one where it has none yet."""
        for share in self.shares:
            if share.organisation == organisation:
                return share
        return Share(organisation=organisation)

    @property
    def complete(self) -> bool:
        """Say whether every required unit has submitted."""
        return all(share.complete or not share.required for share in self.shares)


class Draft(Record, frozen=True, kw_only=True):
    """A draft budget 预算草案; id ``<year>:<number>``."""

    path = "preparation/draft"

    titles: Names
    departments: tuple[DraftDepartment, ...]
    requests: int
    left_out: int
    total_fen: Fen
    sha256: Sha256
    author: Author
    previous: str | None = None


class Resolution(Record, frozen=True, kw_only=True):
    """What the congress resolved last on a year's budget; id = year."""

    path = "preparation/resolution"

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

    @property
    def open_fen(self) -> int:
        """Return what the public may be shown of the total."""
        return self.total_fen - self.confidential_fen


class Issue(Record, frozen=True, kw_only=True):
    """The bureau's approval of a department's budget; id ``<year>:<department>``."""

    path = "preparation/issue"

    number: str
    total_fen: Fen
    requests: int
    day: Day
    author: Author


class Appropriation(Record, frozen=True, kw_only=True):
    """A unit's budget as handed down 批复; its id is opaque."""

    path = "preparation/appropriation"

    year: Year
    unit: Id
    department: Id
    number: str
    lines: tuple[AppropriatedLine, ...]
    total_fen: Fen
    day: Day
    author: Author
    previous: str | None = None
    reversal_number: str = ""
    """Document by which it was taken back; empty while it stands."""
    reversal_reason: str = ""
    reversed_by: Author | None = None
    projects: tuple[tuple[str, int], ...] = ()


class UnitBudget(Record, frozen=True, kw_only=True):
    """Which appropriation of a unit counts; id ``<year>:<unit>``."""

    path = "preparation/unit_budget"

    appropriation: str
    times: Count
    standing: bool
    """False when the last one was reversed."""


class Overdue(Record, frozen=True, kw_only=True):
    """A deadline of art. 52 that passed; id ``<step>:<year>:<organisation>``."""

    path = "preparation/overdue"

    responsible: Id
    due_day: Day
    step: Step


class Balance(Record, frozen=True, kw_only=True):
    """The first balancing proposal in force; id as of the `Total` it would balance."""

    path = "preparation/balance"

    asked_fen: Fen
    ceiling_fen: Fen
    shares: tuple[Proposed, ...]


def request_values(request: Request) -> tuple[str, ...]:
    """Return the index value of a request."""
    return (request_value(request.year, request.unit, request.project),)


def request_value(year: int, unit: str, project: str) -> str:
    """Return the value under which the index `REQUEST_OF` finds a request."""
    return f"{year}|{unit}|{project}"


def total_id(year: int, department: str = "") -> str:
    """Return the id of a department's total, or of the bureau's."""
    return f"{year}:{department}" if department else f"{year}"


def version_id(request: str, version: int) -> str:
    """Return the id of a version of a request."""
    return f"{request}:{version}"


def roster_id(year: int, page: int, department: str) -> str:
    """Return the id of a page of a department's roster."""
    return f"{year}:{page:04d}:{department}"


def is_confidential(ledger: Ledger, project: str) -> bool:
    """Say whether a project is a state secret; basic expenditure and unknown names are not."""
    found = ledger.find(Project, project) if project else None
    return found is not None and found.confidential


def requests_of(ledger: Ledger, year: int, department: str) -> tuple[str, ...]:
    """Return the ids of a department's requests in order of first submission."""
    total = ledger.find(Total, total_id(year, department))
    found: list[str] = []
    pages = -(-total.requests // ROSTER_PAGE) if total else 0
    for page in range(pages):
        found += ledger.require(RosterPage, roster_id(year, page, department)).requests
    return tuple(found)
