"""Why funds may refuse, in order of precedence. Codes are permanent; amounts are in fen.

When several reasons apply to one step, the one defined first is given: it is part of the block.
A verb of several steps gives the first refusal of its first step that has one.
"""

from dataclasses import dataclass

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class AmountWrong(Refusal):
    """An amount that moves is at least one fen and at most 2^53 - 1."""

    code = "FND-01"
    amount_fen: int


@dataclass(eq=False)
class CodeMissing(Refusal):
    """A line, cell or pattern without this code could not be controlled."""

    code = "FND-02"
    field: str


@dataclass(eq=False)
class NoLine(Refusal):
    """No such line is open."""

    code = "FND-03"
    line: str


@dataclass(eq=False)
class LineTaken(Refusal):
    """The line is open with other codes; a line never changes."""

    code = "FND-04"
    line: str


@dataclass(eq=False)
class NoAccount(Refusal):
    """The line has no cell for this nature, source, year and vintage. None is not zero."""

    code = "FND-05"
    cell: str


@dataclass(eq=False)
class NoEstimate(Refusal):
    """The line has no approved estimate, so no contract may be signed on it."""

    code = "FND-06"
    line: str


@dataclass(eq=False)
class NoCommitment(Refusal):
    """No contract of that name binds funds."""

    code = "FND-07"
    contract: str


@dataclass(eq=False)
class CommitmentTaken(Refusal):
    """The contract binds funds already; change it by a change order."""

    code = "FND-08"
    contract: str


@dataclass(eq=False)
class NoIntention(Refusal):
    """No intention of that name holds funds."""

    code = "FND-09"
    intention: str


@dataclass(eq=False)
class IntentionTaken(Refusal):
    """An intention of that name exists already."""

    code = "FND-10"
    intention: str


@dataclass(eq=False)
class NoLimit(Refusal):
    """No such limit stands on the pattern."""

    code = "FND-11"
    pattern: str
    point: str
    horizon: str
    mode: str


@dataclass(eq=False)
class SameCell(Refusal):
    """Money cannot move from a cell to itself."""

    code = "FND-12"
    cell: str


@dataclass(eq=False)
class OtherLine(Refusal):
    """The cell belongs to another line than the contract or intention."""

    code = "FND-13"
    cell: str
    line: str


@dataclass(eq=False)
class OtherNature(Refusal):
    """Fund natures never mix."""

    code = "FND-14"
    nature: str
    other: str


@dataclass(eq=False)
class OtherYear(Refusal):
    """Quota of one year does not serve another but by carry-over."""

    code = "FND-15"
    year: int
    other: int


@dataclass(eq=False)
class OtherVintage(Refusal):
    """Money keeps the year in which it was first appropriated, and none is from a later year."""

    code = "FND-16"
    vintage: int
    other: int


@dataclass(eq=False)
class YearNotBegun(Refusal):
    """Quota of a year is used from its first day."""

    code = "FND-17"
    year: int
    now: int


@dataclass(eq=False)
class YearIsClosed(Refusal):
    """The year is closed for this cell."""

    code = "FND-18"
    cell: str


@dataclass(eq=False)
class YearEnded(Refusal):
    """The year has ended: only a command for late postings may still post into it."""

    code = "FND-19"
    year: int
    now: int


@dataclass(eq=False)
class YearNotClosed(Refusal):
    """The cell's year is still open: this is a return within the year."""

    code = "FND-20"
    cell: str


@dataclass(eq=False)
class YearVoted(Refusal):
    """The budget of this nature has been appropriated: interim quota is over."""

    code = "FND-21"
    year: int
    nature: str


@dataclass(eq=False)
class VintageTooOld(Refusal):
    """Money of this vintage can be used no longer; it belongs to the treasury."""

    code = "FND-22"
    vintage: int
    last_year: int


@dataclass(eq=False)
class CellFrozen(Refusal):
    """The cell is frozen by decision, or has a shortfall to make up for."""

    code = "FND-23"
    cell: str
    shortfall_fen: int


@dataclass(eq=False)
class FlagUnchanged(Refusal):
    """The cell's freeze is as asked already."""

    code = "FND-24"
    cell: str
    flagged: bool


@dataclass(eq=False)
class ContractEnded(Refusal):
    """The contract has been settled or cancelled."""

    code = "FND-25"
    contract: str


@dataclass(eq=False)
class PaymentInFlight(Refusal):
    """Payments of the contract are approved or instructed and not settled."""

    code = "FND-26"
    contract: str
    in_flight_fen: int


@dataclass(eq=False)
class OpenWork(Refusal):
    """The cell has open work: its free money cannot lapse."""

    code = "FND-27"
    cell: str
    account: str
    amount_fen: int


@dataclass(eq=False)
class OverEstimate(Refusal):
    """Contracts of the line would exceed its approved estimate."""

    code = "FND-28"
    line: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class OverTotal(Refusal):
    """More is to be covered now than the contract is worth."""

    code = "FND-29"
    contract: str
    asked_fen: int
    total_fen: int


@dataclass(eq=False)
class OverCommitted(Refusal):
    """More is asked than the contract has committed without quota."""

    code = "FND-30"
    contract: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class OverContract(Refusal):
    """More is asked than the contract has left in the cell (all its cells of the year: ``*``)."""

    code = "FND-31"
    contract: str
    cell: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class OverPaid(Refusal):
    """More is to come back than has been paid."""

    code = "FND-32"
    contract: str
    asked_fen: int
    paid_fen: int


@dataclass(eq=False)
class OverIntention(Refusal):
    """More is asked than the intention has left."""

    code = "FND-33"
    intention: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class NotEnough(Refusal):
    """The account of the cell has less than is asked. No account goes below zero."""

    code = "FND-34"
    cell: str
    account: str
    asked_fen: int
    have_fen: int


@dataclass(eq=False)
class NoMandatoryLimit(Refusal):
    """A limit must stand over the cell at this point, and none in force does."""

    code = "FND-35"
    cell: str
    point: str


@dataclass(eq=False)
class OverLimit(Refusal):
    """A limit that stops would be exceeded."""

    code = "FND-36"
    pattern: str
    point: str
    horizon: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class OverQuota(Refusal):
    """The cash plan is more than the quota of the cell."""

    code = "FND-37"
    cell: str
    asked_fen: int
    quota_fen: int


@dataclass(eq=False)
class BoundReached(Refusal):
    """The ledger keeps no more of these: shapes of patterns in a year, cells of a contract."""

    code = "FND-38"
    what: str
    most: int
