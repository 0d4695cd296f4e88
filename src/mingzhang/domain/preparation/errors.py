"""Why preparation may refuse, in order of precedence. Codes are permanent; amounts are in fen.

`alarm` is the colour of the alert that a refusal raises (红橙黄蓝), "" for none. When several
reasons apply, the one defined first is given: it is part of the block.
"""

from dataclasses import dataclass
from typing import ClassVar

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class CycleExists(Refusal):
    """The year's cycle is open already."""

    code = "PRP-01"
    alarm: ClassVar[str] = ""
    year: int


@dataclass(eq=False)
class NoCycle(Refusal):
    """No cycle has been opened for the year."""

    code = "PRP-02"
    alarm: ClassVar[str] = ""
    year: int


@dataclass(eq=False)
class NoRequest(Refusal):
    """No such request."""

    code = "PRP-03"
    alarm: ClassVar[str] = ""
    request: str


@dataclass(eq=False)
class DeadlinesUnordered(Refusal):
    """Each stage has one deadline, in order, each after the one before and after today."""

    code = "PRP-04"
    alarm: ClassVar[str] = ""
    stage: str


@dataclass(eq=False)
class RulesIncomplete(Refusal):
    """The cycle's rules lack a desk for a level, or name something twice or not at all."""

    code = "PRP-05"
    alarm: ClassVar[str] = ""
    field: str


@dataclass(eq=False)
class StageOutOfOrder(Refusal):
    """From `stage` the cycle goes on to `next` only."""

    code = "PRP-06"
    alarm: ClassVar[str] = ""
    year: int
    stage: str
    next: str


@dataclass(eq=False)
class StageNotOpen(Refusal):
    """In this stage of the cycle, or once it is closed, this may not be done."""

    code = "PRP-07"
    alarm: ClassVar[str] = "blue"
    year: int
    stage: str
    closed: bool


@dataclass(eq=False)
class NoOrganisation(Refusal):
    """No such organisation is registered."""

    code = "PRP-08"
    alarm: ClassVar[str] = ""
    organisation: str


@dataclass(eq=False)
class NoDepartment(Refusal):
    """Above the organisation stands no department that could review it."""

    code = "PRP-09"
    alarm: ClassVar[str] = ""
    organisation: str


@dataclass(eq=False)
class OtherOrganisation(Refusal):
    """This step belongs to `expected`: an organisation, or a kind of organisation."""

    code = "PRP-10"
    alarm: ClassVar[str] = "yellow"
    organisation: str
    expected: str


@dataclass(eq=False)
class TooMany(Refusal):
    """A department or bureau has no room for another one in this cycle."""

    code = "PRP-11"
    alarm: ClassVar[str] = ""
    organisation: str
    limit: int


@dataclass(eq=False)
class NoCeiling(Refusal):
    """Within ceilings only: neither unit nor department has been given one."""

    code = "PRP-12"
    alarm: ClassVar[str] = "blue"
    year: int
    organisation: str


@dataclass(eq=False)
class CeilingsDisagree(Refusal):
    """A ceiling above it is too small, or those below it add up to more."""

    code = "PRP-13"
    alarm: ClassVar[str] = "yellow"
    organisation: str
    asked_fen: int
    limit_fen: int


@dataclass(eq=False)
class ProjectExists(Refusal):
    """The project library has a project of that name."""

    code = "PRP-14"
    alarm: ClassVar[str] = ""
    project: str


@dataclass(eq=False)
class NoProject(Refusal):
    """The project library has no such project."""

    code = "PRP-15"
    alarm: ClassVar[str] = ""
    project: str


@dataclass(eq=False)
class OtherUnit(Refusal):
    """The project is carried out by `unit`."""

    code = "PRP-16"
    alarm: ClassVar[str] = "yellow"
    project: str
    unit: str


@dataclass(eq=False)
class LineTwice(Refusal):
    """A line stands once in a request or estimate."""

    code = "PRP-17"
    alarm: ClassVar[str] = ""
    line: str


@dataclass(eq=False)
class LineDiffers(Refusal):
    """The line is open with other codes, or belongs to another unit or project."""

    code = "PRP-18"
    alarm: ClassVar[str] = "yellow"
    line: str


@dataclass(eq=False)
class YearWrong(Refusal):
    """Amounts are for the cycle's year or later, within the project's years, each year once."""

    code = "PRP-19"
    alarm: ClassVar[str] = ""
    line: str
    year: int


@dataclass(eq=False)
class AmountTooLarge(Refusal):
    """A sum is beyond what the ledger holds."""

    code = "PRP-20"
    alarm: ClassVar[str] = ""
    asked_fen: int
    limit_fen: int


@dataclass(eq=False)
class IndicatorUnknown(Refusal):
    """The cycle's framework of indicators has no such kind."""

    code = "PRP-21"
    alarm: ClassVar[str] = ""
    indicator: str


@dataclass(eq=False)
class OtherPredecessor(Refusal):
    """A new version names the version that it replaces: `current`, or none for the first."""

    code = "PRP-22"
    alarm: ClassVar[str] = ""
    previous: str | None
    current: str | None


@dataclass(eq=False)
class UnderReview(Refusal):
    """In this state a request takes no new version; withdraw it, or wait for the reviewer."""

    code = "PRP-23"
    alarm: ClassVar[str] = ""
    request: str
    state: str


@dataclass(eq=False)
class RefusedByContract(Refusal):
    """The contracts of the hook reject or hold the request; `clause` names the row.

    `failures` lists all that is wrong, each as ``<clause> <field> <found> <required>``; of
    documents, indicators and lines, `found` names those that are missing or incomplete.
    """

    code = "PRP-24"
    alarm: ClassVar[str] = "blue"
    clause: str
    row: str
    """``<contract name>/<node>/<row>``."""
    contract: str
    """Hash of the contract."""
    input_sha256: str
    verdict: str
    field: str
    who: tuple[str, ...]
    """Roles that can help, first the signer's own."""
    failures: tuple[str, ...]
    advice: str
    """What the row itself says to do, in both languages; empty where it says nothing."""


@dataclass(eq=False)
class OverEstimate(RefusedByContract):
    """What is asked over all years exceeds the approved estimate (政府投资条例 第二十三条).

    Cut `excess_fen`, or have the estimate approved anew.
    """

    code = "PRP-25"
    alarm: ClassVar[str] = "orange"
    asked_fen: int
    limit_fen: int
    excess_fen: int


@dataclass(eq=False)
class OverCeiling(RefusedByContract):
    """What is asked for the year exceeds what the ceiling leaves; cut `excess_fen`."""

    code = "PRP-26"
    alarm: ClassVar[str] = "yellow"
    asked_fen: int
    limit_fen: int
    excess_fen: int


@dataclass(eq=False)
class NothingApproved(Refusal):
    """Nothing has been approved, so there is nothing to compile or hand down."""

    code = "PRP-27"
    alarm: ClassVar[str] = ""
    year: int
    organisation: str


@dataclass(eq=False)
class NoDraft(Refusal):
    """No such draft, or a later one has replaced it: `current`."""

    code = "PRP-28"
    alarm: ClassVar[str] = ""
    draft: str
    current: str | None


@dataclass(eq=False)
class DraftChanged(Refusal):
    """Approved requests have changed since the draft was compiled: compile it again."""

    code = "PRP-29"
    alarm: ClassVar[str] = "yellow"
    draft: str


@dataclass(eq=False)
class AlreadyResolved(Refusal):
    """The congress has resolved on this year's budget; changes are adjustments (art. 67)."""

    code = "PRP-30"
    alarm: ClassVar[str] = "orange"
    year: int
    number: str


@dataclass(eq=False)
class VotesWrong(Refusal):
    """More votes than deputies, or a date after today."""

    code = "PRP-31"
    alarm: ClassVar[str] = ""
    field: str


@dataclass(eq=False)
class NotResolved(Refusal):
    """The congress has not adopted this year's budget (预算法 第十三条)."""

    code = "PRP-32"
    alarm: ClassVar[str] = "orange"
    year: int


@dataclass(eq=False)
class AlreadyIssued(Refusal):
    """Department or unit has its approval of this year, by document `number`."""

    code = "PRP-33"
    alarm: ClassVar[str] = ""
    organisation: str
    number: str


@dataclass(eq=False)
class NotIssued(Refusal):
    """The approval on which this one rests has not been given, or was reversed."""

    code = "PRP-34"
    alarm: ClassVar[str] = ""
    organisation: str
    year: int
