"""Tables of what is public, and of what waits. Rows follow records; rules read none of them."""

from typing import Any

import msgspec

from mingzhang.domain.disclosure.state import Figure, Gap, Gazette, Process, Queue
from mingzhang.kernel.views import Table, public


def _figure(record_id: str, record: Figure) -> dict[str, Any]:
    content = record.content
    return {
        "figure_kind": content.figure_kind,
        "level": content.level,
        "organisation": content.organisation,
        "year": content.year,
        "title_zh": content.title_zh,
        "title_en": content.title_en,
        "amount_fen": content.amount_fen,
        "status": record.status,
        "gazette": record.gazette,
        "number": record.number,
        "published_ms": record.published_ms,
        "height": record.height,
        "source_kind": content.source_kind,
        "source": content.source,
        "sources": list(content.sources),
        "parts": [msgspec.to_builtins(part) for part in content.parts],
        "steps": [msgspec.to_builtins(step) for step in content.steps],
        "last_year_fen": content.last_year_fen,
        "previous_fen": content.previous_fen,
        "document_number": content.number,
        "day": content.day,
        "payee": msgspec.to_builtins(content.payee),
        "contract": record.rule.contract,
        "clause": record.rule.row,
        "basis_zh": list(record.rule.basis_zh),
        "basis_en": list(record.rule.basis_en),
        "corrects": record.corrects,
        "corrected_by": record.corrected_by,
        "reason": record.reason,
    }


def _process(record_id: str, record: Process) -> dict[str, Any]:
    return {
        "year": record.year,
        "unit": record.unit,
        "department": record.department,
        "state": record.state,
        "level": record.level,
        "turn": list(record.turn),
        "since_ms": record.since_ms,
        "version": record.version,
        "clause": record.clause,
        "contract": record.contract,
    }


def _gazette(record_id: str, record: Gazette) -> dict[str, Any]:
    organisation, _, month = record_id.rpartition(":")
    return {
        "organisation": organisation,
        "month": month,
        "count": record.count,
        "withheld": record.withheld,
        "chain": record.chain,
    }


def _gap(record_id: str, record: Gap) -> dict[str, Any]:
    return {
        "gazette": record.gazette,
        "number": record.number,
        "figure_kind": record.figure_kind,
        "at_ms": record.at_ms,
        "ground_zh": record.ground_zh,
        "ground_en": record.ground_en,
        "clause": record.rule.row if record.rule else "",
    }


def _queue(record_id: str, record: Queue) -> dict[str, Any]:
    day, _, page = record_id.partition(":")
    return {
        "day": int(day),
        "page": int(page),
        "entries": [msgspec.to_builtins(entry) for entry in record.entries],
    }


TABLES = (
    Table(
        name="disclosure_queue",
        of=Queue,
        columns=(
            public("day", "int", indexed=True),
            public("page", "int"),
            public("entries", "json"),
        ),
        row=_queue,
    ),
    Table(
        name="disclosure_figures",
        of=Figure,
        columns=(
            public("figure_kind", indexed=True),
            public("level"),
            public("organisation", indexed=True),
            public("year", "int", indexed=True),
            public("title_zh"),
            public("title_en"),
            public("amount_fen", "int"),
            public("status"),
            public("gazette", indexed=True),
            public("number", "int"),
            public("published_ms", "int"),
            public("height", "int"),
            public("source_kind"),
            public("source", indexed=True),
            public("sources", "json"),
            public("parts", "json"),
            public("steps", "json"),
            public("last_year_fen", "int"),
            public("previous_fen", "int"),
            public("document_number"),
            public("day", "int"),
            public("payee", "json"),
            public("contract"),
            public("clause"),
            public("basis_zh", "json"),
            public("basis_en", "json"),
            public("corrects"),
            public("corrected_by"),
            public("reason"),
        ),
        row=_figure,
    ),
    Table(
        name="disclosure_processes",
        of=Process,
        columns=(
            public("year", "int", indexed=True),
            public("unit", indexed=True),
            public("department"),
            public("state", indexed=True),
            public("level"),
            public("turn", "json"),
            public("since_ms", "int"),
            public("version", "int"),
            public("clause"),
            public("contract"),
        ),
        row=_process,
    ),
    Table(
        name="disclosure_gazettes",
        of=Gazette,
        columns=(
            public("organisation", indexed=True),
            public("month", indexed=True),
            public("count", "int"),
            public("withheld", "int"),
            public("chain"),
        ),
        row=_gazette,
    ),
    Table(
        name="disclosure_gaps",
        of=Gap,
        columns=(
            public("gazette", indexed=True),
            public("number", "int"),
            public("figure_kind"),
            public("at_ms", "int"),
            public("ground_zh"),
            public("ground_en"),
            public("clause"),
        ),
        row=_gap,
    ),
)
