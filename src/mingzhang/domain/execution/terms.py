"""Values that commands, events and records of execution share."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mingzhang.domain.funds.chart import Nature
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

CELLS_PER_DOCUMENT_MAX = 256
MILESTONES_MAX = 64
YEARS_MAX = 10
"""Budget years of one agreement."""
BANK_ITEMS_MAX = 100
"""Results that an agent bank reports in one command."""
OPEN_NONCONFORMITIES_MAX = 16
CORRECT_DAYS = 10
"""Working days for a correction, where genesis does not say; no law gives a number."""
VOUCHERS_MAX = 256
"""Vouchers that clear one advance."""
ADVANCES_MAX = 16
"""Advances that one holder may have to clear."""

Account = Annotated[str, Meta(pattern=r"^[0-9]{12}:[0-9]{6,32}(?!\n)$")]
"""A bank account: the bank's twelve-digit CNAPS code 联行号, a colon, the account number."""
CreditCode = Annotated[str, Meta(pattern=r"^[0-9A-Z]{8,24}(?!\n)$")]
"""Unified social credit code 统一社会信用代码: the seller in an invoice's key."""
CREDIT_CODE_LENGTH = 18
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a credit code: no I, O, S, V, Z, which look like others (GB 32100-2015)."""
InvoiceNumber = Annotated[str, Meta(pattern=r"^[0-9A-Z]{1,24}(?!\n)$")]
"""An invoice's number as printed; zeros before it tell no two invoices apart."""
MilestoneId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,30}(?!\n)$")]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]
DocumentNumber = Title
"""A document's number as printed, such as ``D府办复〔2022〕19号``."""

PayeeClass = Literal["supplier", "unit", "person", "government"]
"""Who is paid: a company, a budget unit (its own running cost), a natural person (staff,
beneficiaries), another government body."""
Article54 = Literal["none", "carry_over", "same_period", "legal_duty", "disaster"]
"""Class of spending before the vote (预算法 第五十四条)."""
InterimPurpose = Literal["same_period", "legal_duty", "disaster"]
"""What interim quota may be granted for; carried-over money needs none."""
AgreementKind = Literal["works", "equipment", "services"]
MilestoneKind = Literal["advance", "progress", "delivery", "retention"]
"""预付款, 进度款, 交付（货物、服务）, 质量保证金."""
Trigger = Literal["signing", "date", "acceptance"]
"""When a milestone pays: when the agreement is signed, on a day, once it is accepted."""
LineUse = Literal["project", "basic", "contingency"]
"""Project expenditure, basic expenditure 基本支出, the contingency 基本预备费 of an estimate."""

PaymentState = Literal[
    "asked",
    "routed",
    "rejected",
    "approved",
    "instructed",
    "settled",
    "returned",
    "cancelled",
    "advanced",
]
"""domain.md: requested → asked | routed | rejected → approved → instructed → settled → returned.

An advance 借款 is ``advanced`` from the bank's report until nothing of it is left to clear. A
bounced 退票 payment stands as ``approved`` with the bank's reason.
"""
LevelName = Literal["unit", "department", "bureau", "government", "standing_committee"]
"""Where a contract may send something: 单位, 主管部门, 财政部门, 本级政府, 人大常委会."""


class Desk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who decides at a level: posts with a role, within working days."""

    level: LevelName
    role: Annotated[str, Meta(min_length=1, max_length=48)]
    days: Annotated[int, Meta(ge=0, le=250)]
    """Working days to decide in; 0 sets no deadline."""
    organisation: Id | None = None
    """For the bureau, the government and the standing committee."""


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document by its number and the hash of its bytes."""

    number: DocumentNumber
    sha256: Sha256


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document that must exist before quota acts; its hash, where it exists already."""

    number: DocumentNumber
    sha256: Sha256 | None = None


class QuotaPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount handed down to a cell."""

    line: Id
    nature: Nature
    source: Code
    vintage: Year
    amount_fen: PositiveFen


class Voucher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What part of an advance was spent on: one invoice or, without one, a document."""

    amount_fen: PositiveFen
    seller: CreditCode | None = None
    invoice: InvoiceNumber | None = None
    document_sha256: Sha256 | None = None


class YearPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agreement plans to bind in a budget year."""

    year: Year
    amount_fen: PositiveFen


class Award(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The result of a tender or procurement 中标、成交通知."""

    number: DocumentNumber
    sha256: Sha256
    amount_fen: PositiveFen
    day: Day


class MilestoneTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When and what an agreement pays."""

    id: MilestoneId
    title: Title
    kind: MilestoneKind
    trigger: Trigger
    base_fen: Fen = 0
    """What the share is taken of; 0 where it is measured at acceptance."""
    share_bp: BasisPoints = 10_000
    """Of the base, in basis points: at most 10,000."""
    recoup_fen: Fen = 0
    """Of the advance, what this milestone takes back."""
    day: Day | None = None
    """For the trigger ``date``."""


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """Who signed, when, for whom. Written as a list of four."""

    person: Id
    organisation: Id
    duty: str
    """``unit``, ``payee``, ``engineer``, ``manager``, ``quality``."""
    time_ms: int


def check_character(body: str) -> str:
    """Return the eighteenth character of a credit code whose first seventeen are given.

    GB 32100-2015, 4.5: the sum of each character's place in the alphabet times 3^i mod 31.
    """
    sum_, weight = 0, 1
    for character in body:
        sum_ += CREDIT_ALPHABET.index(character) * weight
        weight = weight * 3 % 31
    return CREDIT_ALPHABET[-sum_ % 31]


def is_credit_code(code: str) -> bool:
    """Say whether a code is one that was given to somebody: 18 characters, the last a check."""
    known = all(character in CREDIT_ALPHABET for character in code)
    return known and len(code) == CREDIT_CODE_LENGTH and check_character(code[:-1]) == code[-1]


def is_identity_number(code: str) -> bool:
    """Say whether a code has the form of a citizen's number 公民身份号码 (GB 11643-1999).

    District, date of birth, order, check: one in 31 passes for a credit code by its check alone.
    """
    born = code[6:14]
    return (
        len(code) == CREDIT_CODE_LENGTH
        and all(character in "0123456789" for character in code[:-1])
        and "1900" <= born[:4] < "2100"
        and "01" <= born[4:6] <= "12"
        and "01" <= born[6:] <= "31"
    )
