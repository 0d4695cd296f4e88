"""What has happened to funds. Each movement states its postings, so the journal can be audited.

`PAIRS` says which change of account each event may make; a check refuses any other
(`invariants.moves_as_named`). Source: funds-model section 3, row by row. Amounts are in fen.
"""

from mingzhang.domain.funds.chart import Account, Horizon, Mode, Nature, Point
from mingzhang.domain.funds.state import CellId, PatternId, Posting, Prefix
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import Code, Fen, Id, SignedFen, Title, Year

# Authority


class PolicySet(Event, tag="funds.policy_set", frozen=True, kw_only=True):
    """Genesis states for how long money may be carried over, and by which rule."""

    carry_over_years: int
    reference: Title


class LineOpened(Event, tag="funds.line_opened", frozen=True, kw_only=True):
    """A line exists."""

    line: Id
    unit: Id
    unit_code: str
    project: Id
    function: Code
    economic: Code
    title: Title


class CellOpened(Event, tag="funds.cell_opened", frozen=True, kw_only=True):
    """A line has a cell for a nature, source, year and vintage; it counts on `patterns`."""

    cell: CellId
    line: Id
    unit: Id
    nature: Nature
    source: Code
    year: Year
    vintage: Year
    patterns: tuple[PatternId, ...] = ()


class EstimateApproved(Event, tag="funds.estimate_approved", frozen=True, kw_only=True):
    """The line's approved estimate over all years is now this much. Dr estimate Cr uncontracted."""

    ref: Id
    line: Id
    estimate_fen: Fen


class Movement(Event, frozen=True, kw_only=True):
    """An event that posts to cells; `ref` is the document, contract or payment it belongs to."""

    ref: Id
    postings: tuple[Posting, ...]


class InterimGranted(Movement, tag="funds.interim_granted", frozen=True, kw_only=True):
    """Interim quota 预拨指标 may be spent before the vote (Budget Law art. 54)."""


class Appropriated(Movement, tag="funds.appropriated", frozen=True, kw_only=True):
    """The budget voted for a cell was handed down 批复; interim quota is absorbed."""

    cell: CellId


class Allotted(Movement, tag="funds.allotted", frozen=True, kw_only=True):
    """Appropriation was handed down as quota 指标下达."""


class AllotmentCut(Movement, tag="funds.allotment_cut", frozen=True, kw_only=True):
    """Quota was taken back 追减、收回指标."""


class Supplemented(Movement, tag="funds.supplemented", frozen=True, kw_only=True):
    """The appropriation rose by decision 追加、预算调整."""


class Reduced(Movement, tag="funds.reduced", frozen=True, kw_only=True):
    """The appropriation fell by decision 预算调整."""


class Vired(Movement, tag="funds.vired", frozen=True, kw_only=True):
    """Quota moved from one cell to another 调剂: two postings of one amount."""


class AmountFrozen(Movement, tag="funds.amount_frozen", frozen=True, kw_only=True):
    """Part of what is available was frozen 冻结."""


class FreezeLifted(Movement, tag="funds.freeze_lifted", frozen=True, kw_only=True):
    """Frozen money is available again 解冻."""


class CellFlagged(Event, tag="funds.cell_flagged", frozen=True, kw_only=True):
    """A cell was frozen as a whole: nothing new is bound or paid from it."""

    ref: Id
    cell: CellId


class CellUnflagged(Event, tag="funds.cell_unflagged", frozen=True, kw_only=True):
    """The freeze of a cell ended."""

    ref: Id
    cell: CellId


class Planned(Event, tag="funds.planned", frozen=True, kw_only=True):
    """The cash plan 用款计划 of a cell by month, January first."""

    ref: Id
    cell: CellId
    months_fen: tuple[Fen, ...]


# Intentions and contracts


class Intended(Movement, tag="funds.intended", frozen=True, kw_only=True):
    """Money was set aside on request 申请预占."""

    intention: Id


class IntentionReleased(Movement, tag="funds.intention_released", frozen=True, kw_only=True):
    """An intention was cancelled, in whole or part."""

    intention: Id


class ContractSigned(Movement, tag="funds.contract_signed", frozen=True, kw_only=True):
    """A contract binds `total_fen` of a line; the postings are what cells cover now.

    Dr uncontracted Cr committed total; Dr committed Cr covered what the postings sum to.
    """

    contract: Id
    line: Id
    total_fen: Fen
    intention: Id | None = None
    """The intention that the postings used, where there was one."""


class ContractCovered(Movement, tag="funds.contract_covered", frozen=True, kw_only=True):
    """Quota of a cell now covers part of a contract 落实. Dr committed Cr covered."""

    contract: Id


class ContractUncovered(Movement, tag="funds.contract_uncovered", frozen=True, kw_only=True):
    """Quota no longer covers part of a contract, which stays bound. Dr covered Cr committed."""

    contract: Id


class ContractChanged(Event, tag="funds.contract_changed", frozen=True, kw_only=True):
    """A change order 变更 raised or lowered what a contract binds. Dr uncontracted Cr committed."""

    ref: Id
    contract: Id
    change_fen: SignedFen


class ContractClosed(Movement, tag="funds.contract_closed", frozen=True, kw_only=True):
    """A contract was settled 结算 or cancelled: what it had left is free again.

    Dr covered Cr uncontracted what the postings sum to; Dr committed Cr uncontracted the rest.
    """

    contract: Id


# Payments


class PaymentApproved(Movement, tag="funds.payment_approved", frozen=True, kw_only=True):
    """A payment was approved 审核 under a contract, on an intention, or on free quota."""

    contract: Id | None = None
    intention: Id | None = None


class PaymentInstructed(Movement, tag="funds.payment_instructed", frozen=True, kw_only=True):
    """The bank was told to pay 发支付指令."""


class PaymentSettled(Movement, tag="funds.payment_settled", frozen=True, kw_only=True):
    """The bank has paid 支付成功. Dr transit Cr treasury, Dr spent Cr transit.

    An advance 借款 is recognised by its postings: Dr advances Cr treasury.
    """

    contract: Id | None = None


class PaymentBounced(Movement, tag="funds.payment_bounced", frozen=True, kw_only=True):
    """The bank could not pay 退票: the payment stands as approved again."""


class PaymentCancelled(Movement, tag="funds.payment_cancelled", frozen=True, kw_only=True):
    """An approved payment will not be made; the money goes back to where it came from."""

    contract: Id | None = None
    intention: Id | None = None


class AdvanceCleared(Movement, tag="funds.advance_cleared", frozen=True, kw_only=True):
    """An advance was cleared 核销: the used part is paid, the rest came back.

    Dr spent Cr advances used; Dr treasury Cr advances rest.
    """


class PaymentReturned(Movement, tag="funds.payment_returned", frozen=True, kw_only=True):
    """Money of a payment came back in its year 退回. Dr treasury Cr spent."""

    contract: Id | None = None


class EarlierReturned(Movement, tag="funds.earlier_returned", frozen=True, kw_only=True):
    """Money of a closed year came back and is quota of this year with its old vintage.

    `from_account` says whether a payment came back (`settled`: Dr treasury Cr spent) or a claim
    was paid (`claimed`: Dr treasury Cr receivable).
    """

    from_cell: CellId
    from_account: Account


class ReturnedToTreasury(Event, tag="funds.returned_to_treasury", frozen=True, kw_only=True):
    """Money of a closed year came back and belongs to the treasury.

    Dr treasury Cr due_to_treasury; where a claim was paid (`claimed`), Dr treasury Cr receivable
    and Dr spent Cr due_to_treasury.
    """

    ref: Id
    from_cell: CellId
    from_account: Account
    amount_fen: Fen


class Claimed(Movement, tag="funds.claimed", frozen=True, kw_only=True):
    """A wrong payment is claimed back 追索. Dr receivable Cr spent."""


class ClaimPaidBack(Movement, tag="funds.claim_paid_back", frozen=True, kw_only=True):
    """A claim was paid in the year of its payment. Dr treasury Cr receivable."""


class ClaimWrittenOff(Movement, tag="funds.claim_written_off", frozen=True, kw_only=True):
    """A claim was given up 核销. Dr spent Cr receivable."""


class ReturnReversed(Movement, tag="funds.return_reversed", frozen=True, kw_only=True):
    """A return booked by mistake was taken back, from what is there; the rest is a shortfall.

    Dr spent Cr treasury what was there; Dr receivable Cr treasury the shortfall.
    """

    contract: Id | None = None


class ShortfallFilled(Movement, tag="funds.shortfall_filled", frozen=True, kw_only=True):
    """Quota that became available made up for a shortfall 待弥补. Dr treasury Cr receivable."""


# Year end


class CommitmentCarried(Movement, tag="funds.commitment_carried", frozen=True, kw_only=True):
    """What a contract had left in a cell went with it into the next year 结转."""

    contract: Id
    from_cell: CellId
    to_cell: CellId


class CellClosed(Movement, tag="funds.cell_closed", frozen=True, kw_only=True):
    """The year is closed for a cell: free money was carried over 结转, or lapsed 收回."""

    cell: CellId


class QuotaLapsed(Movement, tag="funds.quota_lapsed", frozen=True, kw_only=True):
    """Free money of a closed project went back 结余收回."""


class CellParked(Event, tag="funds.cell_parked", frozen=True, kw_only=True):
    """The year cannot be closed for a cell: these accounts are not empty."""

    cell: CellId
    open_fen: tuple[tuple[str, int], ...]


class CloseAdvanced(Event, tag="funds.close_advanced", frozen=True, kw_only=True):
    """The close of a year has come to this place of its roster."""

    year: Year
    next_cell: int
    next_hold: int = 0


class YearClosed(Event, tag="funds.year_closed", frozen=True, kw_only=True):
    """Every cell of the year is closed."""

    year: Year


# Limits


class LimitSet(Event, tag="funds.limit_set", frozen=True, kw_only=True):
    """A limit stands over all cells whose codes begin so."""

    pattern: PatternId
    year: Year
    unit: Prefix = ""
    function: Prefix = ""
    source: Prefix = ""
    project: Prefix = ""
    point: Point
    horizon: Horizon
    mode: Mode
    amount_fen: Fen = 0
    basis: str


class LimitLifted(Event, tag="funds.limit_lifted", frozen=True, kw_only=True):
    """A limit no longer stands. Its pattern goes on counting."""

    pattern: PatternId
    point: Point
    horizon: Horizon
    mode: Mode
    basis: str


class LimitRequired(Event, tag="funds.limit_required", frozen=True, kw_only=True):
    """At these points of a year, a cell that no limit in force counts is refused."""

    year: Year
    points: tuple[Point, ...]
    basis: str


class PatternFilled(Event, tag="funds.pattern_filled", frozen=True, kw_only=True):
    """These cells, of those up to place `filled` of the roster, count on the pattern now."""

    pattern: PatternId
    cells: tuple[CellId, ...]
    filled: int
    complete: bool = False


class LimitWarned(Event, tag="funds.limit_warned", frozen=True, kw_only=True):
    """A movement went beyond a limit that only warns."""

    ref: Id
    pattern: PatternId
    point: Point
    horizon: Horizon
    asked_fen: Fen
    left_fen: SignedFen


_RETURNED: tuple[tuple[Account, Account], ...] = (
    ("settled", "encumbered"),
    ("settled", "allotted"),
)
PAIRS: dict[type[Movement], tuple[tuple[Account, Account], ...]] = {
    InterimGranted: (("interim", "allotted"),),
    Appropriated: (("allotted", "interim"), ("voted", "interim"), ("voted", "unallotted")),
    Allotted: (("unallotted", "allotted"),),
    AllotmentCut: (("allotted", "unallotted"),),
    Supplemented: (("voted", "unallotted"),),
    Reduced: (("unallotted", "voted"),),
    Vired: (("allotted", "moved"), ("moved", "allotted")),
    AmountFrozen: (("allotted", "frozen"),),
    FreezeLifted: (("frozen", "allotted"),),
    Intended: (("allotted", "intended"),),
    IntentionReleased: (("intended", "allotted"),),
    ContractSigned: (("intended", "encumbered"), ("allotted", "encumbered")),
    ContractCovered: (("allotted", "encumbered"),),
    ContractUncovered: (("encumbered", "allotted"),),
    ContractClosed: (("encumbered", "allotted"),),
    PaymentApproved: (
        ("encumbered", "approved"),
        ("intended", "approved"),
        ("allotted", "approved"),
    ),
    PaymentInstructed: (("approved", "instructed"),),
    PaymentSettled: (("instructed", "settled"), ("instructed", "advanced")),
    PaymentBounced: (("instructed", "approved"),),
    PaymentCancelled: (
        ("approved", "encumbered"),
        ("approved", "intended"),
        ("approved", "allotted"),
    ),
    AdvanceCleared: (("advanced", "settled"), ("advanced", "allotted")),
    PaymentReturned: _RETURNED,
    EarlierReturned: (("prior", "allotted"),),
    Claimed: (("settled", "claimed"),),
    ClaimPaidBack: (("claimed", "allotted"),),
    ClaimWrittenOff: (("claimed", "settled"),),
    ReturnReversed: (
        ("encumbered", "settled"),
        ("allotted", "settled"),
        ("shortfall", "settled"),
    ),
    ShortfallFilled: (("allotted", "shortfall"),),
    CommitmentCarried: (("encumbered", "carried"), ("carried", "encumbered")),
    CellClosed: (
        ("unallotted", "lapsed"),
        ("allotted", "carried"),
        ("frozen", "carried"),
        ("carried", "allotted"),
        ("carried", "frozen"),
        ("allotted", "lapsed"),
        ("frozen", "lapsed"),
    ),
    QuotaLapsed: (("unallotted", "lapsed"), ("allotted", "lapsed"), ("frozen", "lapsed")),
}
"""The changes of account that each movement may make, as (debit, credit)."""
