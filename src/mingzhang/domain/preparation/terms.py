"""Values that commands, events and records of preparation share. Amounts are in fen."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mingzhang.domain.funds.chart import Nature
from mingzhang.domain.identity.patterns import Names
from mingzhang.kernel.values import (
    BasisPoints,
    Code,
    Day,
    Fen,
    Id,
    PositiveFen,
    Sha256,
    Title,
    Year,
)

LINES_MAX = 200
"""Line items of one request."""
YEARS_MAX = 10
"""Budget years of one line item."""
DOCUMENTS_MAX = 32
INDICATORS_MAX = 64
KINDS_MAX = 64
UNITS_MAX = 512
"""Units of one department, and departments of one bureau, in a cycle."""
LEVELS_MAX = 4

Stage = Literal["first_up", "first_down", "second_up", "congress", "second_down"]
"""一上, 一下, 二上, 人大, 二下 (domain.md, calendar)."""
STAGES: tuple[Stage, ...] = ("first_up", "first_down", "second_up", "congress", "second_down")
LevelName = Literal["unit", "department", "bureau", "government"]
"""Levels of review: 单位, 主管部门, 财政部门, 本级政府. The hook's contract routes between them."""
LEVELS: tuple[LevelName, ...] = ("unit", "department", "bureau", "government")
ProjectKind = Literal["new", "continuing"]
"""新增项目, 延续项目 (绩效目标申报表)."""
RequestState = Literal["submitted", "asked", "returned", "withdrawn", "approved", "rejected"]
"""domain.md: submitted → (withdrawn | returned → submitted | asked ⇄ submitted) → approved |
rejected; a version that a later one replaces is superseded."""
Step = Literal["department", "unit"]
"""Who receives an appropriation: a department from the bureau, a unit from its department."""

ProjectId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._:-]{0,79}(?!\n)$")]
"""As `Id`, shorter: ids of estimates begin with it."""
OpenCode = Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,31})?(?!\n)$")]
"""A code of a classification table, or empty: what is empty, the contract refuses by its clause."""
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]
Number = Annotated[str, Meta(min_length=1, max_length=100)]
"""A document's number as printed, such as ``D府办复〔2022〕19号``."""
DecimalText = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,6})?(?!\n)$")]
"""A target as people write it: ``5338.5``. Nothing computes with it in this room."""
Operator = Literal["ge", "gt", "eq", "le", "lt", "qualitative"]
Direction = Literal["higher", "lower", "exact", "qualitative"]
"""指标方向: what is better."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a command; an unknown member is refused."""


class Document(Part, frozen=True, kw_only=True):
    """A basis document: what it is, its title and number, and the hash of its bytes."""

    document_kind: Code
    title: Title
    sha256: Sha256


class YearAmount(Part, frozen=True, kw_only=True):
    """What is asked for one budget year."""

    year: Year
    amount_fen: PositiveFen


class LineItem(Part, frozen=True, kw_only=True):
    """A line item: unit × project × function × economic class, by nature and source."""

    line: Id
    titles: Names
    function: OpenCode
    """功能分类科目."""
    economic: OpenCode
    """部门预算支出经济分类科目."""
    government_economic: OpenCode
    """政府预算支出经济分类科目."""
    nature: Nature | Literal[""]
    source: OpenCode
    amounts: Annotated[tuple[YearAmount, ...], Meta(min_length=1, max_length=YEARS_MAX)]

    def classified(self) -> bool:
        """Say whether every classification that a line needs is stated."""
        return bool(
            self.function
            and self.economic
            and self.government_economic
            and self.nature
            and self.source
        )

    def total_fen(self) -> int:
        """Return the amount over all years."""
        return sum(each.amount_fen for each in self.amounts)

    def of_year_fen(self, year: int) -> int:
        """Return the amount of one year."""
        return sum(each.amount_fen for each in self.amounts if each.year == year)


class Indicator(Part, frozen=True, kw_only=True):
    """A performance indicator of the third level 三级指标 and its target."""

    indicator_kind: Code
    """Level-2 code of the cycle's framework, such as ``o1`` 数量指标."""
    name: Title
    operator: Operator
    target: DecimalText | None
    """None for a qualitative one, whose target is `target_text`."""
    target_text: Annotated[str, Meta(max_length=400)]
    unit: Annotated[str, Meta(max_length=20)]
    """Unit of measurement 计量单位."""
    direction: Direction
    weight_bp: BasisPoints
    """Of 100 points: ten points are 1,000."""
    evidence: Title
    """Source of evidence 佐证资料."""


class GoalForm(Part, frozen=True, kw_only=True):
    """Performance goal form 绩效目标申报表; its weights sum to 90 points at declaration."""

    overall_goal: Reason
    """长期（实施期）目标."""
    year_goal: Reason
    """年度目标."""
    other_funds_fen: Fen
    """Of the year's funds what is not asked for here: own money, business income."""
    indicators: Annotated[tuple[Indicator, ...], Meta(max_length=INDICATORS_MAX)]

    def weight_bp(self) -> int:
        """Return the sum of the indicators' weights."""
        return sum(each.weight_bp for each in self.indicators)


class Content(Part, frozen=True, kw_only=True):
    """What a version of a request says."""

    titles: Names
    lines: Annotated[tuple[LineItem, ...], Meta(max_length=LINES_MAX)]
    documents: Annotated[tuple[Document, ...], Meta(max_length=DOCUMENTS_MAX)]
    goals: GoalForm | None

    def total_fen(self) -> int:
        """Return what is asked over all years."""
        return sum(item.total_fen() for item in self.lines)

    def of_year_fen(self, year: int) -> int:
        """Return what is asked for one year."""
        return sum(item.of_year_fen(year) for item in self.lines)


class Deadline(Part, frozen=True, kw_only=True):
    """The last day of a stage."""

    stage: Stage
    day: Day


class GoalKind(Part, frozen=True, kw_only=True):
    """A level-2 kind of indicator and the level-1 group that it belongs to."""

    code: Code
    group: Code
    titles: Names


class Desk(Part, frozen=True, kw_only=True):
    """Who reviews at a level: posts with a role template, within working days."""

    level: LevelName
    role: Annotated[str, Meta(min_length=1, max_length=48)]
    days: Annotated[int, Meta(ge=0, le=250)]
    """Working days to decide in; 0 sets no deadline."""


class ForbiddenPurpose(Part, frozen=True, kw_only=True):
    """What no budget may be asked for: lines of these classes, by which law."""

    function: Annotated[str, Meta(pattern=r"^[0-9]{0,9}(?!\n)$")] = ""
    """Prefix of the function 功能分类; empty: of any."""
    economic: Annotated[str, Meta(pattern=r"^[0-9]{0,9}(?!\n)$")] = ""
    """Prefix of the economic class of the department 部门经济分类; empty: of any."""
    basis: Title

    def covers(self, function: str, economic: str) -> bool:
        """Say whether a line of these classes is for this purpose."""
        return function.startswith(self.function) and economic.startswith(self.economic)


class CycleRules(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What law and policy set for one budget year, each with its source."""

    goal_weight_bp: BasisPoints
    """What a goal form's weights must sum to; 9,000 (财预〔2021〕101号: 90 points)."""
    goal_kinds: Annotated[tuple[GoalKind, ...], Meta(max_length=KINDS_MAX)]
    required_groups: Annotated[tuple[Code, ...], Meta(max_length=KINDS_MAX)]
    """Level-1 groups of which a project's form must have an indicator."""
    project_documents: Annotated[tuple[Code, ...], Meta(max_length=DOCUMENTS_MAX)]
    """Kinds of document that a project's request must bring."""
    desks: Annotated[tuple[Desk, ...], Meta(min_length=1, max_length=LEVELS_MAX)]
    department_days: Annotated[int, Meta(ge=0, le=365)]
    """From the resolution to the approval of departments; 20 (预算法 第五十二条)."""
    unit_days: Annotated[int, Meta(ge=0, le=365)]
    """From there to the approval of units; 15 (预算法 第五十二条)."""
    sources: Annotated[tuple[Title, ...], Meta(min_length=1, max_length=16)]
    forbidden: Annotated[tuple[ForbiddenPurpose, ...], Meta(max_length=KINDS_MAX)] = ()
    """Purposes that the law forbids; the contract says what becomes of a request with one."""


class EstimateLine(Part, frozen=True, kw_only=True):
    """A line of the approved estimate 概算分项."""

    line: Id
    titles: Names
    function: Code
    economic: Code
    amount_fen: PositiveFen


class Votes(Part, frozen=True, kw_only=True):
    """The vote of the congress; a majority of all deputies adopts (预算法, 组织法)."""

    deputies: Annotated[int, Meta(ge=1, le=10_000)]
    in_favour: Annotated[int, Meta(ge=0, le=10_000)]
    against: Annotated[int, Meta(ge=0, le=10_000)]
    abstained: Annotated[int, Meta(ge=0, le=10_000)]


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the contracts of a hook decided: the note that a citizen re-checks."""

    verdict: str
    clause: str
    """Row that counts, such as ``R01``."""
    contract: str
    """Hash of the document in which that row stands."""
    rows: tuple[str, ...]
    """``<contract name>/<node>/<row>`` of all rows that fired."""
    input_sha256: Sha256
    binding: int = 0
    """Version of the hook's binding under which the case began."""
