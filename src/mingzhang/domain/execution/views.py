"""Tables that people read about execution. Rows follow records; rules read none of them.

Public are the columns that publication would show of any payment (disclosure publishes the
figures themselves); persons, accounts, lines and payees are read by grant.
"""

from typing import Any

from mingzhang.domain.execution.state import (
    AccountChange,
    Agreement,
    ChangeOrder,
    Milestone,
    NonConformity,
    Payee,
    Payment,
    QuotaDocument,
    Virement,
    confirmed_account,
)
from mingzhang.domain.execution.terms import Signature
from mingzhang.kernel.views import Column, Table


def _text(name: str, *, indexed: bool = False, public: bool = False) -> Column:
    return Column(name=name, indexed=indexed, level="public" if public else "restricted")


def _int(name: str, *, public: bool = False) -> Column:
    return Column(name=name, type="int", level="public" if public else "restricted")


def _json(name: str, *, public: bool = False) -> Column:
    return Column(name=name, type="json", level="public" if public else "restricted")


def _signatures(signatures: tuple[Signature, ...]) -> list[dict[str, Any]]:
    return [
        {"person": s.person, "organisation": s.organisation, "duty": s.duty, "time_ms": s.time_ms}
        for s in signatures
    ]


def _payment(record_id: str, record: Payment) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "line": record.line,
        "nature": record.nature,
        "source": record.source,
        "year": record.year,
        "purpose": record.purpose,
        "amount_fen": record.amount_fen,
        "returned_fen": record.returned_fen,
        "state": record.state,
        "payee": record.payee,
        "account": record.account,
        "wage_fen": record.wage_fen,
        "wage_account": record.wage_account,
        "proof": record.proof,
        "agreement": record.agreement,
        "milestone": record.milestone,
        "intention": record.intention,
        "art54": record.art54,
        "voucher": record.voucher,
        "bank_reference": record.bank_reference,
        "parts": [{"cell": part.cell, "amount_fen": part.amount_fen} for part in record.parts],
        "verdict": record.ruling.verdict,
        "clauses": list(record.ruling.rows),
        "contracts": list(record.ruling.contracts),
        "input_sha256": record.ruling.input_sha256,
        "submitted_by": record.by,
        "case_id": record.case,
        "answer": record.answer,
        "reason": record.reason,
    }


def _agreement(record_id: str, record: Agreement) -> dict[str, Any]:
    return {
        "number": record.number,
        "title": record.title,
        "agreement_kind": record.agreement_kind,
        "unit": record.unit,
        "payee": record.payee,
        "line": record.line,
        "total_fen": record.total_fen,
        "increased_fen": record.increased_fen,
        "years": [{"year": y.year, "amount_fen": y.amount_fen} for y in record.years],
        "state": record.state,
        "signed_day": record.signed_day,
        "signatures": _signatures(record.signatures),
        "document_sha256": record.document_sha256,
        "advance_bp": record.advance_bp,
        "progress_bp": record.progress_bp,
        "wage_bp": record.wage_bp,
        "retention_bp": record.retention_bp,
        "advance_paid_fen": record.advance_paid_fen,
        "advance_recouped_fen": record.advance_recouped_fen,
        "retained_fen": record.retained_fen,
        "engineer": record.engineer,
        "award": record.award.number if record.award else None,
        "clauses": list(record.ruling.rows) if record.ruling else [],
        "account": record.account,
        "case_id": record.case,
    }


def _milestone(record_id: str, record: Milestone) -> dict[str, Any]:
    agreement, _, milestone = record_id.rpartition(":")
    return {
        "agreement": agreement,
        "milestone": milestone,
        "state": record.state,
        "measured_fen": record.measured_fen,
        "invoice": record.invoice,
        "accepted_by": _signatures(record.accepted_by),
        "open_nonconformities": list(record.open),
        "payment": record.payment,
        "reason": record.reason,
    }


def _payee(record_id: str, record: Payee) -> dict[str, Any]:
    return {
        "title": record.title,
        "payee_class": record.payee_class,
        "credit_code": record.credit_code,
        "account": record.account,
        "unit": record.unit,
        "frozen": record.frozen,
        "reason": record.reason,
    }


def _account(record_id: str, record: AccountChange) -> dict[str, Any]:
    unit, _, payee = record_id.partition("|")
    return {
        "unit": unit,
        "payee": payee,
        "account": record.account,
        "asked_by": record.asked_by,
        "reason": record.reason,
        "confirmed": _signatures(record.confirmed),
        "counts": confirmed_account(record),
    }


def _quota(record_id: str, record: QuotaDocument) -> dict[str, Any]:
    return {
        "number": record.number,
        "issuer": record.issuer,
        "unit": record.unit,
        "year": record.year,
        "amount_fen": sum(part.amount_fen for part in record.parts),
        "state": record.state,
        "parts": [
            {"line": p.line, "vintage": p.vintage, "amount_fen": p.amount_fen} for p in record.parts
        ],
        "condition": record.condition.number if record.condition else None,
        "met_by": record.met_by.number if record.met_by else None,
        "document_sha256": record.document.sha256,
    }


def _virement(record_id: str, record: Virement) -> dict[str, Any]:
    return {
        "from_cell": record.from_cell,
        "to_cell": record.to_cell,
        "amount_fen": record.amount_fen,
        "state": record.state,
        "art67_case": record.art67_case,
        "clauses": list(record.ruling.rows),
        "reason": record.reason,
        "submitted_by": record.by,
        "case_id": record.case,
    }


def _change(record_id: str, record: ChangeOrder) -> dict[str, Any]:
    return {
        "agreement": record.agreement,
        "increase_fen": record.increase_fen,
        "state": record.state,
        "clauses": list(record.ruling.rows) if record.ruling else [],
        "reason": record.reason,
        "requested_by": record.requested_by,
        "agreed_by": record.agreed_by.person if record.agreed_by else "",
        "decided_by": record.decided_by,
        "case_id": record.case,
    }


def _nonconformity(record_id: str, record: NonConformity) -> dict[str, Any]:
    return {
        "agreement": record.agreement,
        "milestone": record.milestone,
        "title": record.title,
        "state": record.state,
        "opened_by": record.opened_by,
        "released_by": _signatures(record.released_by),
    }


TABLES = (
    Table(
        name="execution_payments",
        of=Payment,
        columns=(
            _text("unit", indexed=True, public=True),
            _text("line", indexed=True),
            _text("nature", public=True),
            _text("source", public=True),
            Column(name="year", type="int", indexed=True, level="public"),
            _text("purpose", public=True),
            _int("amount_fen", public=True),
            _int("returned_fen", public=True),
            _text("state", indexed=True, public=True),
            _text("payee", indexed=True),
            _text("account"),
            _int("wage_fen"),
            _text("wage_account"),
            _text("proof", indexed=True),
            _text("agreement", indexed=True),
            _text("milestone"),
            _text("intention"),
            _text("art54", public=True),
            _text("voucher", public=True),
            _text("bank_reference"),
            _json("parts"),
            _text("verdict", public=True),
            _json("clauses", public=True),
            _json("contracts", public=True),
            _text("input_sha256", public=True),
            _text("submitted_by"),
            _text("case_id"),
            _text("answer"),
            _text("reason"),
        ),
        row=_payment,
    ),
    Table(
        name="execution_agreements",
        of=Agreement,
        columns=(
            _text("number", public=True),
            _text("title", public=True),
            _text("agreement_kind", public=True),
            _text("unit", indexed=True, public=True),
            _text("payee", indexed=True),
            _text("line", indexed=True),
            _int("total_fen", public=True),
            _int("increased_fen", public=True),
            _json("years", public=True),
            _text("state", public=True),
            _int("signed_day", public=True),
            _json("signatures"),
            _text("document_sha256"),
            _int("advance_bp"),
            _int("progress_bp"),
            _int("wage_bp"),
            _int("retention_bp"),
            _int("advance_paid_fen"),
            _int("advance_recouped_fen"),
            _int("retained_fen"),
            _text("engineer"),
            _text("award", public=True),
            _json("clauses", public=True),
            _text("account"),
            _text("case_id"),
        ),
        row=_agreement,
    ),
    Table(
        name="execution_milestones",
        of=Milestone,
        columns=(
            _text("agreement", indexed=True, public=True),
            _text("milestone", public=True),
            _text("state", public=True),
            _int("measured_fen", public=True),
            _text("invoice"),
            _json("accepted_by"),
            _json("open_nonconformities"),
            _text("payment"),
            _text("reason"),
        ),
        row=_milestone,
    ),
    Table(
        name="execution_payees",
        of=Payee,
        columns=(
            _text("title"),
            _text("payee_class"),
            _text("credit_code"),
            _text("account"),
            _text("unit"),
            Column(name="frozen", type="bool"),
            _text("reason"),
        ),
        row=_payee,
    ),
    Table(
        name="execution_accounts",
        of=AccountChange,
        columns=(
            _text("unit", indexed=True),
            _text("payee", indexed=True),
            _text("account"),
            _text("asked_by"),
            _text("reason"),
            _json("confirmed"),
            _text("counts"),
        ),
        row=_account,
    ),
    Table(
        name="execution_quota_documents",
        of=QuotaDocument,
        columns=(
            _text("number", public=True),
            _text("issuer", public=True),
            _text("unit", indexed=True, public=True),
            Column(name="year", type="int", indexed=True, level="public"),
            _int("amount_fen", public=True),
            _text("state", public=True),
            _json("parts"),
            _text("condition"),
            _text("met_by"),
            _text("document_sha256", public=True),
        ),
        row=_quota,
    ),
    Table(
        name="execution_virements",
        of=Virement,
        columns=(
            _text("from_cell", indexed=True),
            _text("to_cell", indexed=True),
            _int("amount_fen", public=True),
            _text("state", public=True),
            _text("art67_case", public=True),
            _json("clauses", public=True),
            _text("reason"),
            _text("submitted_by"),
            _text("case_id"),
        ),
        row=_virement,
    ),
    Table(
        name="execution_changes",
        of=ChangeOrder,
        columns=(
            _text("agreement", indexed=True, public=True),
            _int("increase_fen", public=True),
            _text("state", public=True),
            _json("clauses", public=True),
            _text("reason"),
            _text("requested_by"),
            _text("agreed_by"),
            _text("decided_by"),
            _text("case_id"),
        ),
        row=_change,
    ),
    Table(
        name="execution_nonconformities",
        of=NonConformity,
        columns=(
            _text("agreement", indexed=True),
            _text("milestone"),
            _text("title"),
            _text("state"),
            _text("opened_by"),
            _json("released_by"),
        ),
        row=_nonconformity,
    ),
)
