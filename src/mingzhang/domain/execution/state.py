"""The records of execution. Amounts are in fen; balances stand in funds, never here."""

from typing import Literal

import msgspec

from mingzhang.domain.contracts.decision import DecisionNote
from mingzhang.domain.execution.terms import (
    CORRECT_DAYS,
    Account,
    AgreementKind,
    Article54,
    Award,
    Condition,
    Desk,
    Document,
    LineUse,
    MilestoneTerm,
    PayeeClass,
    PaymentState,
    QuotaPart,
    Signature,
    YearPart,
    is_credit_code,
    is_identity_number,
)
from mingzhang.domain.funds.chart import Nature
from mingzhang.domain.funds.state import Part
from mingzhang.kernel.records import Record
from mingzhang.kernel.values import (
    BasisPoints,
    Code,
    Day,
    Fen,
    Id,
    PositiveFen,
    Sha256,
    Title,
    Uuid7,
    Year,
)

INVOICE = "execution/invoice"
"""Unique index: what a payment was made for (`Payment.proof`) to the payment."""
CREDIT_CODE = "execution/credit_code"
"""Unique index: a payee's unified social credit code to the payee."""
QUOTA_NUMBER = "execution/quota_number"
"""Unique index: a quota document's issuer and number to its id."""
CELLS_PAGE = 256
"""Cells of a unit and year that proposals look at; later ones are counted, not listed."""


class Policy(Record, frozen=True, kw_only=True):
    """What the jurisdiction sets for execution; id ``now``. Dated data with its source."""

    path = "execution/policy"

    procurement_from_fen: tuple[tuple[AgreementKind, int], ...]
    """From this total on, a kind of agreement needs an award."""
    payee_classes: tuple[tuple[str, tuple[PayeeClass, ...]], ...]
    """Prefix of an economic class, and who may be paid from it; the longest prefix counts."""
    desks: tuple[Desk, ...]
    reference: Title
    correct_days: int = CORRECT_DAYS
    """Working days to correct what was refused as a breach."""


class QuotaDocument(Record, frozen=True, kw_only=True):
    """A numbered quota document 指标文. A conditional one moves nothing until released."""

    path = "execution/quota_document"

    number: Title
    issuer: Id
    unit: Id
    """The organisation whose lines receive."""
    year: Year
    parts: tuple[QuotaPart, ...]
    document: Document
    state: Literal["conditional", "released"]
    by: Id
    condition: Condition | None = None
    met_by: Document | None = None


class Interim(Record, frozen=True, kw_only=True):
    """For what interim quota 预拨指标 of a cell was granted (art. 54); id = cell."""

    path = "execution/interim"

    same_period_fen: Fen = 0
    measured_fen: Fen = 0
    """Spent in the same period of last year: the most that `same_period_fen` may reach."""
    legal_duty_fen: Fen = 0
    disaster_fen: Fen = 0


class UnitCells(Record, frozen=True, kw_only=True):
    """Cells of a unit in a year, in order of opening, for proposals; id ``<unit>:<year>``."""

    path = "execution/unit_cells"

    cells: tuple[str, ...]


class LineDesignation(Record, frozen=True, kw_only=True):
    """What a line is for, beyond its codes; id = line. Without one it is project expenditure."""

    path = "execution/line_use"

    use: LineUse
    document: Document


class LineCells(Record, frozen=True, kw_only=True):
    """Vintages of the cells of a line, nature, source and year; id without the vintage.

    One present record instead of a proof, at each payment, that older cells are absent.
    """

    path = "execution/line_cells"

    vintages: tuple[Year, ...]
    """Oldest first."""
    planned: tuple[Year, ...] = ()
    """Those with a cash plan."""
    guard: int = 0
    """Version of the payment contracts' binding in force when the line was approved: it judges
    the line's payments, in later years those from what it carried over too. 0 before genesis bound
    any: the present one."""


class Payee(Record, frozen=True, kw_only=True):
    """Who may be paid; id = the organisation or person. The account is the first one given."""

    path = "execution/payee"

    title: Title
    payee_class: PayeeClass
    credit_code: str
    account: Account
    by: Id
    unit: Id
    """The unit that registered it."""
    frozen: bool = False
    reason: str = ""


class AccountChange(Record, frozen=True, kw_only=True):
    """A payee's account as a paying unit has confirmed it, or is asked to; id ``<unit>|<payee>``.

    `account` counts once two persons of the unit confirmed it.
    """

    path = "execution/account"

    account: Account
    asked_by: Id
    reason: str
    confirmed: tuple[Signature, ...] = ()
    before: Account | None = None
    """An earlier account that two persons had confirmed; it counts until the new one does."""


class Agreement(Record, frozen=True, kw_only=True):
    """A contract 合同 with a payee, over one or several budget years; id given by the unit.

    (In code, *contract* alone is a smart contract.) What it binds and has left stands in
    `funds.Commitment` under the same id.
    """

    path = "execution/agreement"

    number: Title
    title: Title
    agreement_kind: AgreementKind
    unit: Id
    payee: Id
    account: Account
    line: Id
    nature: Nature
    source: Code
    total_fen: PositiveFen
    years: tuple[YearPart, ...]
    milestones: tuple[MilestoneTerm, ...]
    document_sha256: Sha256
    proposed_by: Id
    state: Literal["proposed", "routed", "signed", "rejected", "settled"] = "proposed"
    advance_bp: BasisPoints = 0
    progress_bp: BasisPoints = 0
    wage_bp: BasisPoints = 0
    wage_account: Account | None = None
    retention_bp: BasisPoints = 0
    retains_before_completion: bool = False
    performance_bond_fen: Fen = 0
    engineer: Id | None = None
    """The supervising engineer's organisation, where one accepts the work."""
    is_engineer: bool = False
    """This is the supervising engineer's own contract."""
    independence_sha256: Sha256 | None = None
    """The engineer's declaration that he is independent of the contractor (建筑法 34)."""
    award: Award | None = None
    signatures: tuple[Signature, ...] = ()
    signed_day: Day | None = None
    ruling: DecisionNote | None = None
    case: str = ""
    intention: str | None = None
    """While it waits for a level: the intention that holds this year's money."""
    advance_paid_fen: Fen = 0
    advance_recouped_fen: Fen = 0
    retained_fen: Fen = 0
    """Held back from progress payments and not yet paid."""
    increased_fen: Fen = 0
    """By change orders so far."""
    settled_fen: Fen | None = None
    """The final sum that was stated last; it counts once both sides state it alike."""
    settlement_sha256: str = ""
    settled_by: tuple[Signature, ...] = ()


class Milestone(Record, frozen=True, kw_only=True):
    """How far a milestone of an agreement has come; id ``<agreement>:<milestone>``."""

    path = "execution/milestone"

    state: Literal["planned", "reported", "refused", "accepted", "paid"] = "planned"
    measured_fen: Fen = 0
    invoice: str = ""
    reported_by: str = ""
    evidence_sha256: str = ""
    accepted_by: tuple[Signature, ...] = ()
    reason: str = ""
    """Of the refusal."""
    open: tuple[str, ...] = ()
    """Non-conformities that are not released."""
    payment: str = ""
    offset: bool = False
    """Paid by what it takes back of the advance alone; there is no payment."""
    unit: str = ""
    """Whose it is: the agreement's unit, or the cells'."""


class NonConformity(Record, frozen=True, kw_only=True):
    """A failed test or defect 不合格项 that holds a milestone's payment (质量管理条例 29, 37)."""

    path = "execution/nonconformity"

    agreement: Id
    milestone: str
    title: Title
    evidence_sha256: Sha256
    opened_by: Id
    state: Literal["open", "released"] = "open"
    released_by: tuple[Signature, ...] = ()
    unit: str = ""
    """Whose it is: the agreement's unit, or the cells'."""


class ChangeOrder(Record, frozen=True, kw_only=True):
    """A change order 合同变更 that raises an agreement's total."""

    path = "execution/change"

    agreement: Id
    increase_fen: PositiveFen
    reason: str
    document_sha256: Sha256
    requested_by: Id
    state: Literal["requested", "routed", "approved", "rejected"] = "requested"
    agreed_by: Signature | None = None
    """The engineer."""
    decided_by: str = ""
    ruling: DecisionNote | None = None
    case: str = ""
    unit: str = ""
    """Whose it is: the agreement's unit, or the cells'."""


class Cleared(msgspec.Struct, frozen=True, array_like=True):
    """A voucher that turned a part of an advance into spending. Written as a list of two."""

    proof: str
    """As `Payment.proof`: ``INV|seller|number`` or ``DOC|sha256``, once on the whole ledger."""
    amount_fen: int


class Payment(Record, frozen=True, kw_only=True):
    """A payment 支付: who gets what from where, decided by which clause."""

    path = "execution/payment"
    piles_up = True

    unit: Id
    line: Id
    nature: Nature
    source: Code
    year: Year
    amount_fen: PositiveFen
    purpose: Code
    """Economic class of what is paid for."""
    payee: Id
    account: Account
    proof: str
    """What it pays for, once on the whole ledger: ``INV|seller|number``, ``DOC|sha256`` or
    ``MST|agreement:milestone``."""
    state: PaymentState
    ruling: DecisionNote
    by: str = ""
    """Who submitted it; empty where a contract pays by itself."""
    parts: tuple[Part, ...] = ()
    """By cell, oldest vintage first; set when approved."""
    voucher: str = ""
    """Number of the electronic payment voucher 支付凭证号; set when approved."""
    agreement: Id | None = None
    milestone: str | None = None
    intention: str | None = None
    art54: Article54 = "none"
    wage_fen: Fen = 0
    """Of the amount, what goes to the wage account 农民工工资专户."""
    wage_account: Account | None = None
    recouped_fen: Fen = 0
    """Of the advance, what this payment is less by."""
    retained_fen: Fen = 0
    """Held back by this payment."""
    case: str = ""
    task: str = ""
    """The submitter's, while it is asked about."""
    answer: str = ""
    reason: str = ""
    """Why it bounced, was cancelled, rejected or returned."""
    bank_reference: str = ""
    returned_fen: Fen = 0
    returned_late_fen: Fen = 0
    """Of that, what came back after the year of its cell was closed."""
    clear_by: Day | None = None
    """Of an advance 备用金、借款: its last day; the payee holds it. None for any other payment."""
    cleared: tuple[Cleared, ...] = ()
    """What an advance was spent on."""

    def uncleared_fen(self) -> int:
        """Return what of an advance is neither spent by vouchers nor given back."""
        return self.amount_fen - self.returned_fen - sum(each.amount_fen for each in self.cleared)


class Advances(Record, frozen=True, kw_only=True):
    """Advances that a holder has to clear, oldest first, each with its last day; id = payee."""

    path = "execution/advances"

    open: tuple[tuple[Uuid7, Day], ...]


class Breach(Record, frozen=True, kw_only=True):
    """An accountability record 问责记录: a payment refused as a breach, and its correction.

    Who asked, when, where entered, by which rule it was refused, what lifts it, who must, until
    when (rows A3.4, A4.3, B1.5).
    """

    path = "execution/breach"
    piles_up = True

    unit: Id
    """Whose money it was about."""
    organisation: Id
    """For which the command was entered, by `person` at `post` with the key `kid`."""
    post: Id
    person: Id
    kid: str
    command: str
    """Evidence: id of the refused command, its kind, the height and block time of its receipt."""
    command_kind: str
    height: int
    time_ms: int
    line: Id
    year: Year
    amount_fen: Fen
    code: str
    """The refusal, its level of alarm and its facts, as in the receipt."""
    alarm: str
    facts: dict[str, int | bool | str | tuple[str, ...] | None]
    adjustment: str
    """Kind of the command that lifts the obstacle; `facts` say with what."""
    clause: str = ""
    """Row, name, version and hash of the contract that decided; empty where the room's own rule."""
    contract: str = ""
    contract_version: int = 0
    contract_sha256: str = ""
    managers: tuple[str, ...] = ()
    """Organisations that were told."""
    correct_by_ms: int | None = None
    """The end of the last day for the correction, which `person` owes."""
    task: str = ""
    state: Literal["open", "overdue", "corrected"] = "open"
    corrected_by: str = ""
    statement: str = ""
    document_sha256: str = ""


class Virement(Record, frozen=True, kw_only=True):
    """Quota moved between two cells of one nature, year and vintage 调剂."""

    path = "execution/virement"

    from_cell: str
    to_cell: str
    amount_fen: PositiveFen
    reason: str
    by: Id
    state: Literal["routed", "applied", "rejected"]
    ruling: DecisionNote
    case: str = ""
    art67_case: str = "none"
    unit: str = ""
    """Whose it is: the agreement's unit, or the cells'."""


class MovedOut(Record, frozen=True, kw_only=True):
    """What virements have taken out of a cell so far; id = cell."""

    path = "execution/moved_out"

    out_fen: Fen


def milestone_key(agreement: str, milestone: str) -> str:
    """Return the id of a milestone's record."""
    return f"{agreement}:{milestone}"


def unit_cells_id(unit: str, year: int) -> str:
    """Return the id of a unit's list of cells in a year."""
    return f"{unit}:{year:04d}"


def line_cells_id(line: str, nature: str, source: str, year: int) -> str:
    """Return the id of the list of cells of a line, nature, source and year."""
    return f"{line}:{nature}:{source}:{year:04d}"


def account_id(unit: str, payee: str) -> str:
    """Return the id of a payee's account as a unit has confirmed it."""
    return f"{unit}|{payee}"


def confirmed_account(change: AccountChange | None) -> str | None:
    """Return the account that two persons of the unit have confirmed, or None."""
    if change is None:
        return None
    return change.account if len(change.confirmed) >= CONFIRMATIONS else change.before


CONFIRMATIONS = 2
"""Persons who must confirm a changed account, each through a channel of his own."""

PAYS_ONCE: tuple[PaymentState, ...] = (
    "asked",
    "routed",
    "approved",
    "instructed",
    "advanced",
    "settled",
)
"""States in which a payment uses up its proofs; a rejected, cancelled or wholly returned one
frees them."""


def invoice_proof(credit_code: str, invoice: str) -> str:
    """Return what an invoice of a seller proves; zeros before its number make no other."""
    return f"INV|{credit_code}|{invoice.lstrip('0')}"


def proofs_used(payment: Payment) -> tuple[str, ...]:
    """Return the values under which the index `INVOICE` finds a payment."""
    if payment.state not in PAYS_ONCE:
        return ()
    if not payment.cleared:
        return (payment.proof,)
    return (payment.proof, *(each.proof for each in payment.cleared))


def credit_codes(payee: Payee) -> tuple[str, ...]:
    """Return the values under which the index `CREDIT_CODE` finds a payee."""
    return (payee.credit_code,)


def is_public(payee: Payee) -> bool:
    """Say whether a payee may be named in public: not by its class alone, which somebody typed."""
    code = payee.credit_code
    known = is_credit_code(code) and not is_identity_number(code)
    return known and payee.payee_class != "person"


def quota_numbers(document: QuotaDocument) -> tuple[str, ...]:
    """Return the values under which the index `QUOTA_NUMBER` finds a document."""
    return (f"{document.issuer}|{document.number}",)
