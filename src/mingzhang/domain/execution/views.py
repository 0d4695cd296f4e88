"""Tables that people read about execution. Rows follow records; rules read none of them.

Public are the columns that publication would show of any payment (disclosure publishes the
figures themselves); persons, accounts, lines and payees are read by grant. What belongs to a
confidential project 涉密 is read by grant alone.
"""

from collections.abc import Mapping
from typing import Any

from mingzhang.domain.execution.state import (
    AccountChange,
    Agreement,
    Breach,
    ChangeOrder,
    LineDesignation,
    Milestone,
    NonConformity,
    Payee,
    Payment,
    QuotaDocument,
    Virement,
    confirmed_account,
)
from mingzhang.domain.execution.terms import Signature
from mingzhang.domain.funds.state import Cell, Line
from mingzhang.domain.preparation.state import is_confidential
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.views import Table, public, restricted


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
        "clear_by": record.clear_by,
        "uncleared_fen": record.uncleared_fen() if record.state == "advanced" else 0,
        "cleared": [{"proof": c.proof, "amount_fen": c.amount_fen} for c in record.cleared],
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
        "unit": record.unit,
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
        "unit": record.unit,
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
        "unit": record.unit,
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
        "unit": record.unit,
        "agreement": record.agreement,
        "milestone": record.milestone,
        "title": record.title,
        "state": record.state,
        "opened_by": record.opened_by,
        "released_by": _signatures(record.released_by),
    }


def _line_is_secret(ledger: Ledger, line: str) -> bool:
    found = ledger.find(Line, line) if line else None
    return found is not None and is_confidential(ledger, found.project)


def _on_a_secret_line(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    return _line_is_secret(ledger, row["line"])


def _of_a_secret_agreement(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    return _line_is_secret(ledger, ledger.require(Agreement, row["agreement"]).line)


def _has_a_secret_part(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    return any(_line_is_secret(ledger, part["line"]) for part in row["parts"])


def _moves_secret_money(ledger: Ledger, row: Mapping[str, Any]) -> bool:
    cells = (ledger.require(Cell, row[name]) for name in ("from_cell", "to_cell"))
    return any(_line_is_secret(ledger, cell.line) for cell in cells)


def _use(record_id: str, record: LineDesignation) -> dict[str, Any]:
    return {"line": record_id, "use": record.use, "number": record.document.number}


def _breach(record_id: str, record: Breach) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "line": record.line,
        "year": record.year,
        "amount_fen": record.amount_fen,
        "state": record.state,
        "person": record.person,
        "post": record.post,
        "entered_for": record.organisation,
        "kid": record.kid,
        "time_ms": record.time_ms,
        "height": record.height,
        "command": record.command,
        "command_kind": record.command_kind,
        "code": record.code,
        "alarm": record.alarm,
        "clause": record.clause,
        "contract": record.contract,
        "contract_version": record.contract_version,
        "contract_sha256": record.contract_sha256,
        "facts": record.facts,
        "adjustment": record.adjustment,
        "owner": record.person,
        "correct_by_ms": record.correct_by_ms,
        "managers": list(record.managers),
        "corrected_by": record.corrected_by,
        "statement": record.statement,
        "document_sha256": record.document_sha256,
    }


TABLES = (
    Table(
        name="execution_payments",
        of=Payment,
        columns=(
            public("unit", indexed=True),
            restricted("line", indexed=True),
            public("nature"),
            public("source"),
            public("year", "int", indexed=True),
            public("purpose"),
            public("amount_fen", "int"),
            public("returned_fen", "int"),
            public("clear_by", "int"),
            public("uncleared_fen", "int"),
            restricted("cleared", "json"),
            public("state", indexed=True),
            restricted("payee", indexed=True),
            restricted("account"),
            restricted("wage_fen", "int"),
            restricted("wage_account"),
            restricted("proof", indexed=True),
            restricted("agreement", indexed=True),
            restricted("milestone"),
            restricted("intention"),
            public("art54"),
            public("voucher"),
            restricted("bank_reference"),
            restricted("parts", "json"),
            public("verdict"),
            public("clauses", "json"),
            public("contracts", "json"),
            public("input_sha256"),
            restricted("submitted_by"),
            restricted("case_id"),
            restricted("answer"),
            restricted("reason"),
        ),
        row=_payment,
        withheld=_on_a_secret_line,
    ),
    Table(
        name="execution_agreements",
        of=Agreement,
        columns=(
            public("number"),
            public("title"),
            public("agreement_kind"),
            public("unit", indexed=True),
            restricted("payee", indexed=True),
            restricted("line", indexed=True),
            public("total_fen", "int"),
            public("increased_fen", "int"),
            public("years", "json"),
            public("state"),
            public("signed_day", "int"),
            restricted("signatures", "json"),
            restricted("document_sha256"),
            restricted("advance_bp", "int"),
            restricted("progress_bp", "int"),
            restricted("wage_bp", "int"),
            restricted("retention_bp", "int"),
            restricted("advance_paid_fen", "int"),
            restricted("advance_recouped_fen", "int"),
            restricted("retained_fen", "int"),
            restricted("engineer"),
            public("award"),
            public("clauses", "json"),
            restricted("account"),
            restricted("case_id"),
        ),
        row=_agreement,
        withheld=_on_a_secret_line,
    ),
    Table(
        name="execution_milestones",
        of=Milestone,
        columns=(
            restricted("unit", indexed=True),
            public("agreement", indexed=True),
            public("milestone"),
            public("state"),
            public("measured_fen", "int"),
            restricted("invoice"),
            restricted("accepted_by", "json"),
            restricted("open_nonconformities", "json"),
            restricted("payment"),
            restricted("reason"),
        ),
        row=_milestone,
        withheld=_of_a_secret_agreement,
    ),
    Table(
        name="execution_payees",
        of=Payee,
        columns=(
            restricted("title"),
            restricted("payee_class"),
            restricted("credit_code"),
            restricted("account"),
            restricted("unit"),
            restricted("frozen", "bool"),
            restricted("reason"),
        ),
        row=_payee,
    ),
    Table(
        name="execution_accounts",
        of=AccountChange,
        columns=(
            restricted("unit", indexed=True),
            restricted("payee", indexed=True),
            restricted("account"),
            restricted("asked_by"),
            restricted("reason"),
            restricted("confirmed", "json"),
            restricted("counts"),
        ),
        row=_account,
    ),
    Table(
        name="execution_quota_documents",
        of=QuotaDocument,
        columns=(
            public("number"),
            public("issuer"),
            public("unit", indexed=True),
            public("year", "int", indexed=True),
            public("amount_fen", "int"),
            public("state"),
            restricted("parts", "json"),
            restricted("condition"),
            restricted("met_by"),
            public("document_sha256"),
        ),
        row=_quota,
        withheld=_has_a_secret_part,
    ),
    Table(
        name="execution_virements",
        of=Virement,
        columns=(
            restricted("unit", indexed=True),
            restricted("from_cell", indexed=True),
            restricted("to_cell", indexed=True),
            public("amount_fen", "int"),
            public("state"),
            public("art67_case"),
            public("clauses", "json"),
            restricted("reason"),
            restricted("submitted_by"),
            restricted("case_id"),
        ),
        row=_virement,
        withheld=_moves_secret_money,
    ),
    Table(
        name="execution_changes",
        of=ChangeOrder,
        columns=(
            restricted("unit", indexed=True),
            public("agreement", indexed=True),
            public("increase_fen", "int"),
            public("state"),
            public("clauses", "json"),
            restricted("reason"),
            restricted("requested_by"),
            restricted("agreed_by"),
            restricted("decided_by"),
            restricted("case_id"),
        ),
        row=_change,
        withheld=_of_a_secret_agreement,
    ),
    Table(
        name="execution_nonconformities",
        of=NonConformity,
        columns=(
            restricted("unit", indexed=True),
            restricted("agreement", indexed=True),
            restricted("milestone"),
            restricted("title"),
            restricted("state"),
            restricted("opened_by"),
            restricted("released_by", "json"),
        ),
        row=_nonconformity,
    ),
    Table(
        name="execution_line_uses",
        of=LineDesignation,
        columns=(public("line"), public("use"), public("number")),
        row=_use,
        withheld=_on_a_secret_line,
    ),
    Table(
        name="execution_breaches",
        of=Breach,
        columns=(
            restricted("unit", indexed=True),
            restricted("line", indexed=True),
            restricted("year", "int"),
            restricted("amount_fen", "int"),
            restricted("state", indexed=True),
            restricted("person"),
            restricted("post"),
            restricted("entered_for", indexed=True),
            restricted("kid"),
            restricted("time_ms", "int"),
            restricted("height", "int"),
            restricted("command"),
            restricted("command_kind"),
            restricted("code", indexed=True),
            restricted("alarm"),
            restricted("clause"),
            restricted("contract"),
            restricted("contract_version", "int"),
            restricted("contract_sha256"),
            restricted("facts", "json"),
            restricted("adjustment"),
            restricted("owner", indexed=True),
            restricted("correct_by_ms", "int"),
            restricted("managers", "json"),
            restricted("corrected_by"),
            restricted("statement"),
            restricted("document_sha256"),
        ),
        row=_breach,
        withheld=_on_a_secret_line,
    ),
)
