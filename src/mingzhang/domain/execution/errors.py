"""Why execution may refuse, in order of precedence. Codes are permanent; amounts are in fen.

First what this room asks itself, then what the contracts of a hook answer. A class of the
second kind is chosen by the row that fired (`refusing.CLAUSES`); which row fires first is the
contract's own order (R03, R09, R10, R08, R11, R12, R06 in the standard one), and what funds
refuses comes last. `AccountUnconfirmed` stands alone. `alarm` is the level at which a refusal
is raised to those who watch; empty: not at all.
"""

from dataclasses import dataclass
from typing import ClassVar

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class Refused(Refusal):
    """What all refusals of this room have."""

    alarm: ClassVar[str] = ""
    """``red``, ``orange``, ``yellow``, ``blue`` or none."""


@dataclass(eq=False)
class NotFound(Refused):
    """`what` (quota, payee, agreement, milestone, change, payment …) does not exist."""

    code = "EXE-01"
    what: str
    id: str


@dataclass(eq=False)
class AlreadyExists(Refused):
    """An id, number or credit code is taken for ever; `id` has it."""

    code = "EXE-02"
    what: str
    id: str


@dataclass(eq=False)
class NotYours(Refused):
    """The organisation acted for is none of those that may do this here (`who`)."""

    code = "EXE-03"
    organisation: str
    who: tuple[str, ...]


@dataclass(eq=False)
class StateWrong(Refused):
    """The record is in another state than the step needs."""

    code = "EXE-04"
    what: str
    id: str
    state: str
    needed: tuple[str, ...]


@dataclass(eq=False)
class OwnSubmission(Refused):
    """Nobody approves, signs for or confirms what he submitted (R02: 不相容岗位相互分离)."""

    code = "EXE-05"
    alarm = "orange"
    person: str
    what: str
    id: str


@dataclass(eq=False)
class SecondPerson(Refused):
    """This side or duty has signed; another person, of the other side or duty, must."""

    code = "EXE-06"
    person: str
    signed: tuple[str, ...]


@dataclass(eq=False)
class NotTheEngineer(Refused):
    """Only the engineer that the agreement names, independent of the contractor, signs as such.

    R07: 建筑法 第三十二条、第三十四条.
    """

    code = "EXE-07"
    alarm = "red"
    person: str
    organisation: str
    engineer: str
    who: tuple[str, ...]


@dataclass(eq=False)
class NotOnDuty(Refused):
    """The signer's post lacks the role of this duty, or other duties are `needed`."""

    code = "EXE-08"
    duty: str
    post: str
    needed: tuple[str, ...]
    who: tuple[str, ...]


@dataclass(eq=False)
class TermsWrong(Refused):
    """Terms do not agree with each other: `field` is wrong because of `reason`."""

    code = "EXE-09"
    field: str
    reason: str
    asked: int
    expected: int


@dataclass(eq=False)
class ConditionNotMet(Refused):
    """The quota waits for another document than the one shown."""

    code = "EXE-10"
    quota: str
    needed: str
    shown: str


@dataclass(eq=False)
class OverMeasure(Refused):
    """Interim quota for the same period exceeds what was spent then (预算法 54)."""

    code = "EXE-11"
    alarm = "yellow"
    cell: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class LineUnknown(Refused):
    """The approved budget has no such line; `lines` of the unit exist this year."""

    code = "EXE-12"
    alarm = "orange"
    line: str
    lines: tuple[str, ...]


@dataclass(eq=False)
class WrongYear(Refused):
    """Spending is charged to the year in which it is made; `cells` of the line in this year."""

    code = "EXE-13"
    alarm = "orange"
    year: int
    now: int
    cells: tuple[str, ...]


@dataclass(eq=False)
class WrongPayeeClass(Refused):
    """The line's economic class is not paid to such a payee; `allowed` classes."""

    code = "EXE-14"
    alarm = "orange"
    payee: str
    payee_class: str
    economic: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class ProofMissing(Refused):
    """A payment names an invoice, or a document where there is none; never neither, never both.

    A supplier's names his invoice, what he reports as done or delivered too.
    """

    code = "EXE-15"
    payee: str


@dataclass(eq=False)
class ItemTwice(Refused):
    """The bank's report names a payment twice."""

    code = "EXE-16"
    payment: str


@dataclass(eq=False)
class OverReturn(Refused):
    """More is said to come back than the payment paid."""

    code = "EXE-17"
    alarm = "yellow"
    payment: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class BoundReached(Refused):
    """The ledger keeps no more of these."""

    code = "EXE-18"
    what: str
    most: int


@dataclass(eq=False)
class NoDesk(Refused):
    """A contract sends this to a level at which the jurisdiction has named nobody to decide."""

    code = "EXE-19"
    alarm = "yellow"
    level: str
    unit: str


@dataclass(eq=False)
class RefusedByContract(Refused):
    """A contract said no (or, where nothing can wait, hold or ask): the clause that fired."""

    code = "EXE-20"
    alarm = "yellow"
    verdict: str
    clause: str
    contract: str
    contract_sha256: str
    input_sha256: str
    who: tuple[str, ...]
    """Posts that can help, each as ``<post>@<organisation>``."""


@dataclass(eq=False)
class Frozen(RefusedByContract):
    """The cell or the payee is frozen. Remedy: have the freeze lifted, or pay from elsewhere."""

    code = "EXE-21"
    alarm = "red"
    payee: str
    cells: tuple[str, ...]
    """Those that are frozen."""


@dataclass(eq=False)
class BeforeTheVote(RefusedByContract):
    """R03: the year's budget is not voted (预算法 54). `lawful` is the earliest source."""

    code = "EXE-22"
    alarm = "orange"
    asked_fen: int
    lawful: str
    """``carry_over``, ``interim`` or ``vote``: what the line may be paid from first."""
    cells: tuple[str, ...]
    """``<cell>=<fen>`` of what is there already."""


@dataclass(eq=False)
class DuplicateInvoice(RefusedByContract):
    """R09: what is to be paid for has been, or is being, paid by `payment`."""

    code = "EXE-23"
    alarm = "red"
    proof: str
    payment: str
    state: str


@dataclass(eq=False)
class AccountChanged(RefusedByContract):
    """R10: not the agreement's account. Two persons of the unit must confirm it first."""

    code = "EXE-24"
    alarm = "red"
    payee: str
    asked: str
    """Last four digits."""
    expected: str
    confirmations: int
    needed: int


@dataclass(eq=False)
class NonConformityOpen(RefusedByContract):
    """R08: a failed test or defect of the milestone is not released."""

    code = "EXE-25"
    alarm = "orange"
    agreement: str
    milestone: str
    open: tuple[str, ...]


@dataclass(eq=False)
class WrongPurpose(RefusedByContract):
    """R11: the line is for another economic class. `lines` of the unit are for this one."""

    code = "EXE-26"
    alarm = "orange"
    purpose: str
    economic: str
    lines: tuple[str, ...]
    """``<cell>=<fen available>``."""


@dataclass(eq=False)
class OverBudget(RefusedByContract):
    """R12: more than the line, or the agreement, has left in the year."""

    code = "EXE-27"
    alarm = "orange"
    asked_fen: int
    left_fen: int
    free_fen: int
    """Quota of the line that nothing binds."""
    short_fen: int
    virement_from: tuple[str, ...]
    """``<cell>=<fen>`` of the same project, nature, year that could give, most first."""


@dataclass(eq=False)
class EarlyPayment(RefusedByContract):
    """R06: the milestone is not accepted."""

    code = "EXE-28"
    alarm = "yellow"
    agreement: str
    milestone: str
    state: str
    waits_for: tuple[str, ...]
    """What is missing: ``report``, ``engineer``, ``manager``, ``quality``."""


@dataclass(eq=False)
class AccountUnconfirmed(Refused):
    """A bounced payment goes to another account only once two persons of the unit confirmed."""

    code = "EXE-29"
    alarm = "red"
    payee: str
    asked: str
    """Last four digits."""
    confirmations: int
    needed: int
    who: tuple[str, ...]


@dataclass(eq=False)
class AdvanceOverdue(Refused):
    """An advance of the same holder is past its last day: nothing new before it is cleared."""

    code = "EXE-30"
    alarm = "orange"
    holder: str
    payment: str
    clear_by: str
    """Its last day, ``2023-06-30``."""


@dataclass(eq=False)
class OverAdvance(Refused):
    """Vouchers and what came back together are more than is left to clear."""

    code = "EXE-31"
    alarm = "yellow"
    payment: str
    asked_fen: int
    left_fen: int


@dataclass(eq=False)
class VoucherTwice(Refused):
    """What clears an advance has been paid by `payment`, or is named twice (`payment` itself)."""

    code = "EXE-32"
    alarm = "red"
    proof: str
    payment: str
