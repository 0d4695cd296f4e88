"""What units, payees, engineers, agent banks and finance may ask of execution.

A field named `organisation` or `line` narrows the right that the signer needs to that object.
Sources: mission rows A2.3, A2.4, B1.1, B1.3, B1.5, F6, G3, G4, H1; domain.md.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mingzhang.domain.execution.terms import (
    BANK_ITEMS_MAX,
    CELLS_PER_DOCUMENT_MAX,
    MILESTONES_MAX,
    VOUCHERS_MAX,
    YEARS_MAX,
    Account,
    AgreementKind,
    Article54,
    Award,
    Condition,
    CreditCode,
    Document,
    InterimPurpose,
    InvoiceNumber,
    LineUse,
    MilestoneId,
    MilestoneTerm,
    PayeeClass,
    QuotaPart,
    Reason,
    Voucher,
    YearPart,
)
from mingzhang.domain.funds.chart import Nature
from mingzhang.domain.funds.state import CellId
from mingzhang.kernel.records import Command
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

# Quota


class IssueQuota(Command, frozen=True, kw_only=True):
    """Hand quota 指标 down to a unit's lines by a numbered document, at once or on a condition."""

    kind = "execution.quota.issue/1"

    organisation: Id
    """The unit that receives."""
    year: Year
    document: Document
    parts: Annotated[tuple[QuotaPart, ...], Meta(min_length=1, max_length=CELLS_PER_DOCUMENT_MAX)]
    condition: Condition | None = None


class ReleaseQuota(Command, frozen=True, kw_only=True):
    """Show the document that a conditional quota waits for; the quota is handed down."""

    kind = "execution.quota.release/1"
    on_keys = ("execution/quota_document/{quota}",)

    quota: Uuid7
    met_by: Document


class GrantInterim(Command, frozen=True, kw_only=True):
    """Grant interim quota 预拨指标 before the vote, for a purpose of Budget Law art. 54."""

    kind = "execution.interim.grant/1"

    line: Id
    nature: Nature
    source: Code
    year: Year
    amount_fen: PositiveFen
    purpose: InterimPurpose
    document: Document
    measured_fen: Fen = 0
    """For `same_period`: what the line spent in the same period of last year."""


class SetPlan(Command, frozen=True, kw_only=True):
    """Set a line's cash plan 用款计划 of a year by month, within its quota."""

    kind = "execution.plan.set/1"

    line: Id
    nature: Nature
    source: Code
    year: Year
    vintage: Year
    months_fen: Annotated[tuple[Fen, ...], Meta(min_length=12, max_length=12)]


class DesignateLine(Command, frozen=True, kw_only=True):
    """State by a document what a line is for: project, basic expenditure, contingency."""

    kind = "execution.line.designate/1"

    line: Id
    use: LineUse
    document: Document


class OpenIntention(Command, frozen=True, kw_only=True):
    """Set money of a line aside before there is an agreement 申请预占."""

    kind = "execution.intention.open/1"

    line: Id
    nature: Nature
    source: Code
    year: Year
    amount_fen: PositiveFen
    reason: Reason


class CancelIntention(Command, frozen=True, kw_only=True):
    """Give back what an intention holds, in part where an amount is given."""

    kind = "execution.intention.cancel/1"

    intention: Uuid7
    amount_fen: PositiveFen | None = None
    reason: Reason


# Payees


class RegisterPayee(Command, frozen=True, kw_only=True):
    """Enter who may be paid, with the first account."""

    kind = "execution.payee.register/1"

    payee: Id
    title: Title
    payee_class: PayeeClass
    credit_code: CreditCode
    account: Account


class ChangePayeeAccount(Command, frozen=True, kw_only=True):
    """Name another account to a paying unit, as a letter would; it does not count yet."""

    kind = "execution.payee.change/1"

    payee: Id
    unit: Id
    account: Account
    reason: Reason


class ConfirmPayeeAccount(Command, frozen=True, kw_only=True):
    """Confirm, for one's unit, a changed account through a channel of one's own choice."""

    kind = "execution.payee.confirm/1"

    payee: Id
    account: Account
    channel: Literal["telephone", "visit", "registered_letter"]


class FreezePayee(Command, frozen=True, kw_only=True):
    """Stop every payment to a payee."""

    kind = "execution.payee.freeze/1"

    payee: Id
    reason: Reason


class UnfreezePayee(Command, frozen=True, kw_only=True):
    """Lift the freeze of a payee."""

    kind = "execution.payee.unfreeze/1"

    payee: Id
    reason: Reason


# Agreements


class ProposeAgreement(Command, frozen=True, kw_only=True):
    """Put the terms of an agreement before both sides."""

    kind = "execution.agreement.propose/1"

    agreement: Id
    number: Title
    title: Title
    agreement_kind: AgreementKind
    payee: Id
    line: Id
    nature: Nature
    source: Code
    total_fen: PositiveFen
    years: Annotated[tuple[YearPart, ...], Meta(min_length=1, max_length=YEARS_MAX)]
    milestones: Annotated[tuple[MilestoneTerm, ...], Meta(max_length=MILESTONES_MAX)] = ()
    document_sha256: Sha256
    advance_bp: BasisPoints = 0
    progress_bp: BasisPoints = 0
    wage_bp: BasisPoints = 0
    wage_account: Account | None = None
    retention_bp: BasisPoints = 0
    retains_before_completion: bool = False
    performance_bond_fen: Fen = 0
    engineer: Id | None = None
    is_engineer: bool = False
    independence_sha256: Sha256 | None = None
    award: Award | None = None


class SignAgreement(Command, frozen=True, kw_only=True):
    """Sign a proposed agreement for one's side; with both signatures it binds."""

    kind = "execution.agreement.sign/1"
    on_keys = ("execution/agreement/{agreement}",)

    agreement: Id
    intention: Uuid7 | None = None
    """Where this signature is the last one: the intention that held the money."""


class CoverAgreement(Command, frozen=True, kw_only=True):
    """Give an agreement quota for what it has only committed 落实; oldest money first."""

    kind = "execution.agreement.cover/1"

    agreement: Id
    year: Year
    amount_fen: PositiveFen


class SettleAgreement(Command, frozen=True, kw_only=True):
    """State for one's side the final sum 竣工结算; stated alike by both, nothing more is paid."""

    kind = "execution.agreement.settle/1"
    on_keys = ("execution/agreement/{agreement}",)

    agreement: Id
    settled_fen: Fen
    document_sha256: Sha256
    """The settlement document."""


class RequestChange(Command, frozen=True, kw_only=True):
    """Ask for a change order 变更 that raises an agreement's total."""

    kind = "execution.change.request/1"

    agreement: Id
    increase_fen: PositiveFen
    reason: Reason
    document_sha256: Sha256


class AgreeChange(Command, frozen=True, kw_only=True):
    """Agree to a change order as the supervising engineer."""

    kind = "execution.change.agree/1"
    on_keys = ("execution/change/{change}",)

    change: Uuid7


class ApproveChange(Command, frozen=True, kw_only=True):
    """Approve a change order: it is bound, and covered from this year's quota."""

    kind = "execution.change.approve/1"
    on_keys = ("execution/change/{change}",)

    change: Uuid7


# Milestones


class ReportMilestone(Command, frozen=True, kw_only=True):
    """Report a milestone reached, as the payee."""

    kind = "execution.milestone.report/1"

    agreement: Id
    milestone: MilestoneId
    evidence_sha256: Sha256
    invoice: InvoiceNumber | None = None


class AcceptMilestone(Command, frozen=True, kw_only=True):
    """Accept a reported milestone; with the second signature the agreement pays by itself."""

    kind = "execution.milestone.accept/1"
    on_keys = ("execution/milestone/{agreement}:{milestone}",)

    agreement: Id
    milestone: MilestoneId
    duty: Literal["engineer", "manager", "quality"]
    """In which duty one signs: supervising engineer, the unit's project manager, its quality
    officer."""
    measured_fen: Fen = 0
    """What was measured; 0 where the agreement states the base."""


class RefuseMilestone(Command, frozen=True, kw_only=True):
    """Refuse a reported milestone; it may be reported again."""

    kind = "execution.milestone.refuse/1"
    on_keys = ("execution/milestone/{agreement}:{milestone}",)

    agreement: Id
    milestone: MilestoneId
    duty: Literal["engineer", "manager", "quality"]
    reason: Reason


class OpenNonConformity(Command, frozen=True, kw_only=True):
    """Record a failed test or a defect 不合格项: the milestone is not paid while it is open."""

    kind = "execution.nonconformity.open/1"

    agreement: Id
    milestone: MilestoneId
    title: Title
    evidence_sha256: Sha256


class ReleaseNonConformity(Command, frozen=True, kw_only=True):
    """Release a non-conformity: the engineer and the unit's quality officer, both."""

    kind = "execution.nonconformity.release/1"

    nonconformity: Uuid7
    duty: Literal["engineer", "manager", "quality"]
    evidence_sha256: Sha256


# Payments


class RequestPayment(Command, frozen=True, kw_only=True):
    """Ask for a payment. Contracts decide in the same block; approved, it goes to the bank."""

    kind = "execution.payment.request/1"

    line: Id
    nature: Nature
    source: Code
    year: Year
    amount_fen: PositiveFen
    purpose: Code
    """Economic class of what is paid for."""
    payee: Id
    account: Account
    invoice: InvoiceNumber | None = None
    document_sha256: Sha256 | None = None
    """Where there is no invoice: the document that the payment rests on. Each pays once."""
    agreement: Id | None = None
    milestone: MilestoneId | None = None
    intention: Uuid7 | None = None
    art54: Article54 = "none"


class AnswerPayment(Command, frozen=True, kw_only=True):
    """Explain what the contract asked about; the payment is decided again."""

    kind = "execution.payment.answer/1"
    on_keys = ("execution/payment/{payment}",)

    payment: Uuid7
    answer: Reason
    document_sha256: Sha256 | None = None


class CancelPayment(Command, frozen=True, kw_only=True):
    """Give up a payment that the bank does not have."""

    kind = "execution.payment.cancel/1"
    on_keys = ("execution/payment/{payment}",)

    payment: Uuid7
    reason: Reason


class ReinstructPayment(Command, frozen=True, kw_only=True):
    """Give a bounced payment to the bank again, to a confirmed account."""

    kind = "execution.payment.reinstruct/1"
    on_keys = ("execution/payment/{payment}",)

    payment: Uuid7
    account: Account


class ReturnPayment(Command, frozen=True, kw_only=True):
    """Record money of a settled payment that came back 退回."""

    kind = "execution.payment.return/1"

    payment: Uuid7
    amount_fen: PositiveFen
    reason: Reason
    to_quota: bool = True
    """Of an earlier year: to this year's quota with its old vintage, else to the treasury."""


class RequestAdvance(Command, frozen=True, kw_only=True):
    """Ask for an advance 备用金、借款 on a line; decided, and paid, as any payment is."""

    kind = "execution.advance.request/1"

    line: Id
    nature: Nature
    source: Code
    year: Year
    amount_fen: PositiveFen
    purpose: Code
    """Economic class of what it will be spent on."""
    holder: Id
    """The person, or the unit for its petty cash, as a payee: who has to clear it."""
    account: Account
    document_sha256: Sha256
    """The application 借款单. Each pays once."""
    clear_by: Day
    """Last day for clearing it, within the budget year."""
    art54: Article54 = "none"


class ClearAdvance(Command, frozen=True, kw_only=True):
    """Clear an advance 核销 in whole or part: by vouchers, and by what was given back."""

    kind = "execution.advance.clear/1"
    on_keys = ("execution/payment/{payment}",)

    payment: Uuid7
    vouchers: Annotated[tuple[Voucher, ...], Meta(max_length=VOUCHERS_MAX)] = ()
    back_fen: Fen = 0
    """What came back to the treasury's account."""


class BankItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one instruction."""

    payment: Uuid7
    outcome: Literal["settled", "bounced"]
    reference: Annotated[str, Meta(min_length=1, max_length=64)]
    reason: Annotated[str, Meta(max_length=200)] = ""


class ReportBank(Command, frozen=True, kw_only=True):
    """Report, as agent bank, what became of instructions."""

    kind = "execution.bank.settle/1"

    items: Annotated[tuple[BankItem, ...], Meta(min_length=1, max_length=BANK_ITEMS_MAX)]


class CorrectBreach(Command, frozen=True, kw_only=True):
    """State how a payment that was refused as a breach has been corrected 整改."""

    kind = "execution.breach.correct/1"
    on_keys = ("execution/breach/{breach}",)

    breach: Uuid7
    statement: Reason
    document_sha256: Sha256 | None = None


# Virement


class RequestVirement(Command, frozen=True, kw_only=True):
    """Move quota between two cells 调剂: applied within the delegated limit, else sent on."""

    kind = "execution.virement.request/1"

    from_cell: CellId
    to_cell: CellId
    amount_fen: PositiveFen
    reason: Reason
    art67_case: Literal["none", "total", "stabilisation_fund", "priority_cut", "debt"] = "none"
