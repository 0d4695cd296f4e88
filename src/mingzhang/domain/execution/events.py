"""What has happened in execution. Movements of money are events of funds, beside these."""

from mingzhang.domain.contracts.decision import DecisionNote
from mingzhang.domain.execution.state import Agreement, Breach, Cleared, Payment
from mingzhang.domain.execution.terms import (
    CORRECT_DAYS,
    Account,
    AgreementKind,
    Condition,
    Desk,
    Document,
    InterimPurpose,
    LineUse,
    PayeeClass,
    QuotaPart,
    Signature,
)
from mingzhang.domain.funds.state import CellId, Part
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import Day, Fen, Id, PositiveFen, Sha256, Title, Uuid7, Year


class PolicySet(Event, tag="execution.policy_set", frozen=True, kw_only=True):
    """Genesis states thresholds of procurement, who may be paid from which class, who decides."""

    procurement_from_fen: tuple[tuple[AgreementKind, int], ...]
    payee_classes: tuple[tuple[str, tuple[PayeeClass, ...]], ...]
    desks: tuple[Desk, ...]
    reference: Title
    correct_days: int = CORRECT_DAYS


class CellListed(Event, tag="execution.cell_listed", frozen=True, kw_only=True):
    """A cell of a unit was opened in funds; refusals may propose it."""

    unit: Id
    year: Year
    cell: CellId
    guard: int = 0
    """Version of the payment contracts' binding that guards the line's spending; 0: none yet."""


class PlanNoted(Event, tag="execution.plan_noted", frozen=True, kw_only=True):
    """A cell has a cash plan in funds from now on."""

    cell: CellId


class LineDesignated(Event, tag="execution.line_designated", frozen=True, kw_only=True):
    """What a line is for was stated by a document."""

    line: Id
    use: LineUse
    document: Document


# Quota


class QuotaIssued(Event, tag="execution.quota_issued", frozen=True, kw_only=True):
    """A quota document 指标文 was issued; with a condition it moves nothing yet."""

    document_id: Uuid7
    number: Title
    issuer: Id
    unit: Id
    year: Year
    parts: tuple[QuotaPart, ...]
    document: Document
    by: Id
    condition: Condition | None = None


class QuotaReleased(Event, tag="execution.quota_released", frozen=True, kw_only=True):
    """The condition of a quota document was met; its quota was handed down."""

    document_id: Uuid7
    met_by: Document


class InterimNoted(Event, tag="execution.interim_noted", frozen=True, kw_only=True):
    """Interim quota of a cell was granted for a purpose of art. 54."""

    cell: CellId
    purpose: InterimPurpose
    amount_fen: PositiveFen
    measured_fen: Fen = 0


# Payees


class PayeeRegistered(Event, tag="execution.payee_registered", frozen=True, kw_only=True):
    """Somebody may be paid, to the first account given."""

    payee: Id
    title: Title
    payee_class: PayeeClass
    credit_code: str
    account: Account
    by: Id
    unit: Id


class AccountChangeAsked(Event, tag="execution.account_change_asked", frozen=True, kw_only=True):
    """Another account of a payee was named to a unit; it does not count until confirmed."""

    unit: Id
    payee: Id
    account: Account
    by: Id
    reason: str


class AccountChangeConfirmed(
    Event, tag="execution.account_change_confirmed", frozen=True, kw_only=True
):
    """A person of the unit confirmed the account through a channel of his own."""

    unit: Id
    payee: Id
    signature: Signature
    channel: str


class PayeeFrozen(Event, tag="execution.payee_frozen", frozen=True, kw_only=True):
    """Nothing is paid to a payee until the freeze is lifted."""

    payee: Id
    reason: str


class PayeeUnfrozen(Event, tag="execution.payee_unfrozen", frozen=True, kw_only=True):
    """A payee may be paid again."""

    payee: Id
    reason: str


# Agreements


class AgreementProposed(Event, tag="execution.agreement_proposed", frozen=True, kw_only=True):
    """The terms of an agreement were put before both sides."""

    agreement: Id
    terms: Agreement


class AgreementEndorsed(Event, tag="execution.agreement_endorsed", frozen=True, kw_only=True):
    """One side signed an agreement."""

    agreement: Id
    signature: Signature


class AgreementRouted(Event, tag="execution.agreement_routed", frozen=True, kw_only=True):
    """Both sides signed; the contract of the hook sends it to a level that decides."""

    agreement: Id
    ruling: DecisionNote
    case: Id
    intention: str | None = None


class AgreementSigned(Event, tag="execution.agreement_signed", frozen=True, kw_only=True):
    """An agreement binds; its milestones stand as planned."""

    agreement: Id
    ruling: DecisionNote
    signed_day: Day


class AgreementRejected(Event, tag="execution.agreement_rejected", frozen=True, kw_only=True):
    """The level to which an agreement was sent did not agree."""

    agreement: Id
    case: Id


class SettlementStated(Event, tag="execution.settlement_stated", frozen=True, kw_only=True):
    """A side stated the final sum of an agreement; `signatures` are those that state it alike."""

    agreement: Id
    settled_fen: Fen
    document_sha256: Sha256
    signatures: tuple[Signature, ...]


class AgreementSettled(Event, tag="execution.agreement_settled", frozen=True, kw_only=True):
    """Both sides stated the same final sum: nothing more is paid."""

    agreement: Id


class ChangeRequested(Event, tag="execution.change_requested", frozen=True, kw_only=True):
    """A change order was asked for."""

    change: Uuid7
    agreement: Id
    increase_fen: PositiveFen
    reason: str
    document_sha256: Sha256
    by: Id


class ChangeAgreed(Event, tag="execution.change_agreed", frozen=True, kw_only=True):
    """The supervising engineer agreed to a change order."""

    change: Uuid7
    signature: Signature


class ChangeRouted(Event, tag="execution.change_routed", frozen=True, kw_only=True):
    """A change order goes to a level that decides."""

    change: Uuid7
    ruling: DecisionNote
    case: Id


class ChangeApproved(Event, tag="execution.change_approved", frozen=True, kw_only=True):
    """A change order raised the agreement; in funds it is bound and covered."""

    change: Uuid7
    ruling: DecisionNote
    by: str


class ChangeRejected(Event, tag="execution.change_rejected", frozen=True, kw_only=True):
    """A change order was not agreed to by the level it was sent to."""

    change: Uuid7
    case: Id


# Milestones


class MilestoneReported(Event, tag="execution.milestone_reported", frozen=True, kw_only=True):
    """The payee reports a milestone reached, with evidence and, where there is one, invoice."""

    agreement: Id
    milestone: str
    by: Id
    evidence_sha256: Sha256
    invoice: str = ""


class MilestoneEndorsed(Event, tag="execution.milestone_endorsed", frozen=True, kw_only=True):
    """One of the two who must accept a milestone signed, with what he measured."""

    agreement: Id
    milestone: str
    signature: Signature
    measured_fen: Fen


class MilestoneAccepted(Event, tag="execution.milestone_accepted", frozen=True, kw_only=True):
    """Both signed: the milestone is accepted."""

    agreement: Id
    milestone: str
    measured_fen: Fen


class MilestoneRefused(Event, tag="execution.milestone_refused", frozen=True, kw_only=True):
    """A milestone was not accepted; it may be reported again."""

    agreement: Id
    milestone: str
    by: Id
    reason: str


class MilestonePaid(Event, tag="execution.milestone_paid", frozen=True, kw_only=True):
    """The payment of a milestone was approved; what it recouped and retained is noted."""

    agreement: Id
    milestone: str
    payment: Uuid7
    advanced_fen: Fen = 0
    recouped_fen: Fen = 0
    retained_fen: Fen = 0
    released_fen: Fen = 0
    """Of what was retained, paid by a milestone of the kind ``retention``."""


class MilestoneOffset(Event, tag="execution.milestone_offset", frozen=True, kw_only=True):
    """What an accepted milestone would pay is wholly taken back of the advance 抵扣预付款."""

    agreement: Id
    milestone: str
    recouped_fen: PositiveFen
    retained_fen: Fen = 0


class MilestoneReopened(Event, tag="execution.milestone_reopened", frozen=True, kw_only=True):
    """The payment of a milestone was given up or came back whole: it may be paid again."""

    agreement: Id
    milestone: str
    advanced_fen: Fen = 0
    recouped_fen: Fen = 0
    retained_fen: Fen = 0
    released_fen: Fen = 0


class NonConformityOpened(Event, tag="execution.nonconformity_opened", frozen=True, kw_only=True):
    """A failed test or defect holds a milestone's payment."""

    nonconformity: Uuid7
    agreement: Id
    milestone: str
    title: Title
    evidence_sha256: Sha256
    by: Id


class NonConformityEndorsed(
    Event, tag="execution.nonconformity_endorsed", frozen=True, kw_only=True
):
    """One of the two who must release a non-conformity signed."""

    nonconformity: Uuid7
    signature: Signature
    evidence_sha256: Sha256


class NonConformityReleased(
    Event, tag="execution.nonconformity_released", frozen=True, kw_only=True
):
    """Both signed: it holds the milestone no longer."""

    nonconformity: Uuid7


# Payments


class PaymentRequested(Event, tag="execution.payment_requested", frozen=True, kw_only=True):
    """A payment was asked for and, in the same block, decided: `content.state` says how."""

    payment: Uuid7
    content: Payment


class PaymentAnswered(Event, tag="execution.payment_answered", frozen=True, kw_only=True):
    """The submitter explained what the contract asked about."""

    payment: Uuid7
    answer: str
    document_sha256: Sha256 | None = None


class PaymentRouted(Event, tag="execution.payment_routed", frozen=True, kw_only=True):
    """A payment goes to a level that decides."""

    payment: Uuid7
    ruling: DecisionNote
    case: Id


class PaymentApproved(Event, tag="execution.payment_approved", frozen=True, kw_only=True):
    """A payment that had waited was approved and instructed."""

    payment: Uuid7
    ruling: DecisionNote
    parts: tuple[Part, ...]
    voucher: str


class PaymentRejected(Event, tag="execution.payment_rejected", frozen=True, kw_only=True):
    """The level to which a payment was sent did not agree."""

    payment: Uuid7
    reason: str


class PaymentCancelled(Event, tag="execution.payment_cancelled", frozen=True, kw_only=True):
    """A payment was given up before the bank had it, or after it bounced."""

    payment: Uuid7
    by: Id
    reason: str


class BankReported(Event, tag="execution.bank_reported", frozen=True, kw_only=True):
    """A report of the agent bank has been taken in, after the events of its items."""

    settled: tuple[str, ...]
    """Payments that it has made, in the order of the report; advances are not among them."""


class PaymentSettled(Event, tag="execution.payment_settled", frozen=True, kw_only=True):
    """The agent bank has paid."""

    payment: Uuid7
    bank_reference: str


class PaymentBounced(Event, tag="execution.payment_bounced", frozen=True, kw_only=True):
    """The agent bank could not pay 退票; the payment stands as approved again."""

    payment: Uuid7
    bank_reference: str
    reason: str


class PaymentReinstructed(Event, tag="execution.payment_reinstructed", frozen=True, kw_only=True):
    """A bounced payment was given to the bank again."""

    payment: Uuid7
    account: Account


class PaymentReturned(Event, tag="execution.payment_returned", frozen=True, kw_only=True):
    """Money of a payment came back 退回, in whole or part."""

    payment: Uuid7
    amount_fen: PositiveFen
    reason: str
    late_fen: Fen = 0
    """Of that, to cells whose year is closed."""


# Advances


class AdvancePaid(Event, tag="execution.advance_paid", frozen=True, kw_only=True):
    """The agent bank has paid an advance: its holder has it to clear."""

    payment: Uuid7
    bank_reference: str


class AdvanceCleared(Event, tag="execution.advance_cleared", frozen=True, kw_only=True):
    """An advance was cleared 核销 in whole or part: spent on vouchers, the rest given back."""

    payment: Uuid7
    by: Id
    cleared: tuple[Cleared, ...]
    back_fen: Fen


# Accountability


class BreachRecorded(Event, tag="execution.breach_recorded", frozen=True, kw_only=True):
    """A payment was refused as a breach; its accountability record 问责记录 was made."""

    breach: Uuid7
    content: Breach


class BreachCorrected(Event, tag="execution.breach_corrected", frozen=True, kw_only=True):
    """It was stated, with a document where there is one, how a breach was corrected."""

    breach: Uuid7
    by: Id
    statement: str
    document_sha256: str = ""


class BreachOverdue(Event, tag="execution.breach_overdue", frozen=True, kw_only=True):
    """A breach was not corrected in its time."""

    breach: Uuid7


# Virement


class VirementDecided(Event, tag="execution.virement_decided", frozen=True, kw_only=True):
    """A virement was asked for: applied within the delegated limit, or sent to a level."""

    virement: Uuid7
    from_cell: CellId
    to_cell: CellId
    amount_fen: PositiveFen
    reason: str
    by: Id
    ruling: DecisionNote
    case: str = ""
    art67_case: str = "none"
    """Which case of adjustment the signer declared (预算法 67)."""


class VirementConcluded(Event, tag="execution.virement_concluded", frozen=True, kw_only=True):
    """The level to which a virement was sent has decided."""

    virement: Uuid7
    applied: bool
