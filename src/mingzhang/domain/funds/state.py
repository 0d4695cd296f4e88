"""The records of funds, their keys and what each figure means. Amounts are in fen.

Book B stands in cells, book C in estimates and commitments, book M in money (funds-model
section 1). Other rooms read these records and change them only through the verbs.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from mingzhang.domain.funds.chart import Account, Horizon, Mode, Nature, Point
from mingzhang.kernel.records import Record
from mingzhang.kernel.values import Code, Fen, Id, Sha256, SignedFen, Title, Year

EMPTY_CHAIN = "0" * 64
"""Where every hash chain of funds begins."""
ROSTER_PAGE = 256
"""Cells on a page of a year's roster."""
HOLDS_PAGE = 64
"""Contracts and intentions on a page of a cell's holds."""
SHAPES_MAX = 16
"""Shapes of patterns in a year. A cell counts on at most one pattern of each shape."""
LIMITS_PER_PATTERN_MAX = 12
"""Three points, two horizons, two modes."""
CELLS_PER_CONTRACT_MAX = 64
"""Cells that hold money of one contract."""
MONTHS = 12
CARRY_OVER_YEARS_MAX = 10
"""Bound of what genesis may state; the rule itself is `Policy`."""

CellId = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9._:-]{0,95}:[a-z_]{1,20}:[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
        r":[0-9]{4}:[0-9]{4}(?!\n)$"
    ),
]
"""``line:nature:source:year:vintage``."""
Prefix = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,96}(?!\n)$")]
"""The beginning of a code; the empty one begins every code (written ``*`` for people)."""
PatternId = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9a-f]{32}(?!\n)$")]
Count = Annotated[int, Meta(ge=0)]


class Part(msgspec.Struct, frozen=True, array_like=True):
    """An amount of one cell. A payment that mixes vintages has one for each."""

    cell: CellId
    amount_fen: Fen


class Posting(msgspec.Struct, frozen=True, array_like=True):
    """One entry of book B, balanced within its cell. Written as a list of four."""

    cell: CellId
    debit: Account
    credit: Account
    amount_fen: Fen


class Line(Record, frozen=True, kw_only=True):
    """Unit × project × function × economic class; the id is opaque. Never changes."""

    path = "funds/line"

    unit: Id
    """The organisation whose budget it is."""
    unit_code: str
    """Its code in the budget, whose prefixes are the units above it; the id where it has none."""
    project: Id
    function: Code
    economic: Code
    title: Title


class Cell(Record, frozen=True, kw_only=True):
    """All balances of book B of one cell 额度单元; id ``line:nature:source:year:vintage``.

    Debit accounts (authority and shortfall) and credit accounts are both stored as people read
    them: positive. Σ authority + shortfall = Σ credit accounts, always.
    """

    path = "funds/cell"

    line: Id
    nature: Nature
    source: Code
    year: Year
    vintage: Year
    """Year in which the money was first appropriated 资金年份."""
    patterns: tuple[PatternId, ...] = ()
    """The patterns on which the cell counts, in order of their ids."""

    voted_fen: SignedFen = 0
    interim_fen: SignedFen = 0
    carried_fen: SignedFen = 0
    """Carried in minus carried out."""
    moved_fen: SignedFen = 0
    """Vired in minus vired out."""
    lapsed_fen: SignedFen = 0
    """Never above zero."""
    prior_fen: SignedFen = 0
    shortfall_fen: SignedFen = 0

    unallotted_fen: SignedFen = 0
    allotted_fen: SignedFen = 0
    """Available 可用."""
    frozen_fen: SignedFen = 0
    intended_fen: SignedFen = 0
    encumbered_fen: SignedFen = 0
    """Held by contracts and not yet asked for payment: Σ of their `left` here."""
    approved_fen: SignedFen = 0
    instructed_fen: SignedFen = 0
    advanced_fen: SignedFen = 0
    settled_fen: SignedFen = 0
    """Paid 已支付."""
    claimed_fen: SignedFen = 0

    returned_fen: SignedFen = 0
    """What came back of `settled` after the cell was closed; not an account."""
    claims_returned_fen: SignedFen = 0
    """What came back of `claimed` after the cell was closed; not an account."""
    count: Count = 0
    """Postings so far."""
    chain: Sha256 = EMPTY_CHAIN
    """chain' = SHA-256(chain ‖ ``debit/credit/amount/ref``), of every posting in order."""
    holds: Count = 0
    """Contracts and intentions that ever held money here; they stand in `Holds`."""
    flagged: bool = False
    """Frozen by decision. With a shortfall a cell is frozen by itself."""
    closed: bool = False
    """The year is closed for this cell: nothing is posted here any more."""
    unit: str = ""
    """The unit of the line: the record is its own."""


class Holds(Record, frozen=True, kw_only=True):
    """A page of what holds money in a cell; id ``<cell>:<page>``, for year end."""

    path = "funds/holds"

    entries: tuple[str, ...]
    """``contract/<id>`` or ``intention/<id>``, at most `HOLDS_PAGE`."""


class Estimate(Record, frozen=True, kw_only=True):
    """Book C of a project line: its approved estimate 概算 over all years; id = line."""

    path = "funds/estimate"

    estimate_fen: Fen
    uncontracted_fen: Fen = 0
    committed_fen: Fen = 0
    """Bound by contracts, without quota of any year."""
    covered_fen: Fen = 0
    """Bound by contracts, with quota: encumbered or paid."""
    unit: str = ""
    """The unit of the line: the record is its own."""


class Commitment(Record, frozen=True, kw_only=True):
    """What a contract binds of one line 合同承诺; id = the contract, or the contract's part.

    total = committed + Σ left + paid, none negative.
    """

    path = "funds/commitment"

    line: Id
    total_fen: Fen
    committed_fen: Fen = 0
    """Signed and not covered by quota of any year."""
    left: tuple[Part, ...] = ()
    """Encumbered and not asked for payment, by cell."""
    paid_fen: Fen = 0
    """Approved, instructed or settled, less what came back."""
    in_flight_fen: Fen = 0
    """Of `paid_fen`, what is approved or instructed and not yet settled."""
    closed: bool = False
    """Settled for good or cancelled: nothing more may be covered or paid."""
    unit: str = ""
    """The unit of the line: the record is its own."""


class Intention(Record, frozen=True, kw_only=True):
    """Money set aside on request 申请预占, before there is a contract or payment."""

    path = "funds/intention"

    cell: CellId
    total_fen: Fen
    left_fen: Fen
    """Not yet used by a contract or payment, nor released."""
    unit: str = ""
    """The unit of the line: the record is its own."""


class Money(Record, frozen=True, kw_only=True):
    """Book M: what the bank holds and owes, per nature; debit positive, Σ = 0. Id = nature."""

    path = "funds/money"

    treasury_fen: SignedFen = 0
    transit_fen: SignedFen = 0
    spent_fen: SignedFen = 0
    advances_fen: SignedFen = 0
    receivable_fen: SignedFen = 0
    due_to_treasury_fen: SignedFen = 0


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The most that a pattern's total may reach at a point."""

    point: Point
    horizon: Horizon
    mode: Mode
    amount_fen: Fen = 0
    """For `year`. A `plan_to_date` limit takes the sum of the plan's months so far."""
    basis: str = ""
    """The document that sets it."""


class Pattern(Record, frozen=True, kw_only=True):
    """Totals of all cells whose codes begin so, in one year (funds-model section 5)."""

    path = "funds/pattern"

    year: Year
    unit: Prefix = ""
    function: Prefix = ""
    source: Prefix = ""
    project: Prefix = ""
    limits: tuple[Limit, ...] = ()
    held_fen: SignedFen = 0
    """T1: held and done."""
    contracted_fen: SignedFen = 0
    """T2: T1 less `intended`."""
    paid_fen: SignedFen = 0
    """T3: approved, instructed and done."""
    plan_fen: tuple[SignedFen, ...] = (0,) * MONTHS
    """Σ of the cells' cash plans, January first."""
    filled: Count = 0
    """Cells of the year's roster that have been looked at."""
    complete: bool = False
    """Its limits act from the block in which every cell is counted."""


class Shapes(Record, frozen=True, kw_only=True):
    """Which lengths of prefix the patterns of a year use; id = year."""

    path = "funds/shapes"

    shapes: tuple[tuple[int, int, int, int], ...] = ()
    """Lengths of the prefixes of unit, function, source, project."""
    required: tuple[Point, ...] = ()
    """Points at which a cell without a limit in force is refused."""


class Plan(Record, frozen=True, kw_only=True):
    """Cash plan 用款计划 of a cell by month; id = cell. Not an account."""

    path = "funds/plan"

    months_fen: tuple[Fen, ...]
    """Twelve, January first."""
    unit: str = ""
    """The unit of the line: the record is its own."""


class FiscalYear(Record, frozen=True, kw_only=True):
    """A budget year: its cells and how far its close has come; id = four digits."""

    path = "funds/year"

    cells: Count = 0
    """Length of the roster."""
    voted: tuple[Nature, ...] = ()
    """Natures for which the year's budget has been appropriated."""
    closing: bool = False
    closed: bool = False
    next_cell: Count = 0
    """The close goes on at this place of the roster …"""
    next_hold: Count = 0
    """… and at this entry of that cell's holds."""
    parked: Count = 0
    """Cells that could not be closed yet; each has a `ParkedCell`."""


class Roster(Record, frozen=True, kw_only=True):
    """A page of the cells of a year in order of opening; id ``<year>:<page>``."""

    path = "funds/roster"

    cells: tuple[CellId, ...]


class ParkedCell(Record, frozen=True, kw_only=True):
    """A cell that the close of its year found with open work; id = cell."""

    path = "funds/parked"

    open_fen: tuple[tuple[str, int], ...]
    """Account and amount of what is in the way."""


class UnitHead(Record, frozen=True, kw_only=True):
    """Count and hash chain of a unit's cells, so that leaving one out shows; id = unit."""

    path = "funds/unit"

    count: Count
    chain: Sha256
    """chain' = SHA-256(chain ‖ cell id), in order of opening."""


class Policy(Record, frozen=True, kw_only=True):
    """What law sets and genesis states for this ledger; id ``carry-over``."""

    path = "funds/policy"

    carry_over_years: Annotated[int, Meta(ge=0, le=CARRY_OVER_YEARS_MAX)]
    """Years after its vintage in which money may still be used (in China two)."""
    reference: Title
    """The rule's source."""


def cell_id(line: str, nature: str, source: str, year: int, vintage: int) -> str:
    """Return the id of a cell."""
    return f"{line}:{nature}:{source}:{year:04d}:{vintage:04d}"


def roster_id(year: int, page: int) -> str:
    """Return the id of a page of a year's roster."""
    return f"{year:04d}:{page:05d}"


def holds_id(cell: str, page: int) -> str:
    """Return the id of a page of a cell's holds."""
    return f"{cell}:{page:05d}"
