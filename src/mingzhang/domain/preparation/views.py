"""Tables that people read about preparation. Rows follow records; rules read none of them."""

from typing import Any

import msgspec

from mingzhang.domain.preparation.state import (
    Appropriation,
    Balance,
    Ceiling,
    Cycle,
    Draft,
    EstimateVersion,
    Issue,
    Overdue,
    Project,
    Request,
    RequestVersion,
    Resolution,
    Total,
)
from mingzhang.kernel.views import Table, public, restricted


def _plain(value: object) -> Any:  # noqa: ANN401 - plain JSON values
    return msgspec.json.decode(msgspec.json.encode(value))


def _cycle(record_id: str, record: Cycle) -> dict[str, Any]:
    return {
        "year": int(record_id),
        "bureau": record.bureau,
        "title_zh": record.titles.zh,
        "title_en": record.titles.en,
        "stage": record.stage,
        "closed": record.closed,
        "deadlines": _plain(record.deadlines),
        "rules": _plain(record.rules),
        "drafts": record.drafts,
    }


def _ceiling(record_id: str, record: Ceiling) -> dict[str, Any]:
    year, _, organisation = record_id.partition(":")
    return {
        "year": int(year),
        "organisation": organisation,
        "department": record.department,
        "ceiling_fen": record.ceiling_fen,
        "number": record.number,
        "times": record.times,
    }


def _project(record_id: str, record: Project) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "title_zh": record.titles.zh,
        "title_en": record.titles.en,
        "project_kind": record.project_kind,
        "first_year": record.first_year,
        "last_year": record.last_year,
        "documents": _plain(record.documents),
        "confidential": record.confidential,
        "estimate_fen": record.estimate_fen,
        "estimates": record.estimates,
        "voted": _plain(record.voted),
    }


def _estimate(record_id: str, record: EstimateVersion) -> dict[str, Any]:
    project, _, version = record_id.rpartition(":")
    return {
        "unit": record.unit,
        "project": project,
        "version": int(version),
        "number": record.number,
        "total_fen": record.total_fen,
        "lines": _plain(record.lines),
        "author": _plain(record.author),
        "reason": record.reason,
    }


def _request(record_id: str, record: Request) -> dict[str, Any]:
    return {
        "year": record.year,
        "unit": record.unit,
        "department": record.department,
        "project": record.project,
        "state": record.state,
        "level": record.level,
        "version": record.version,
        "approved_version": record.approved_version,
        "case_id": record.case,
        "total_fen": record.total_fen,
        "year_fen": record.year_fen,
        "approved_fen": record.approved_fen,
        "since_ms": record.since_ms,
    }


def _version(record_id: str, record: RequestVersion) -> dict[str, Any]:
    content = record.content
    return {
        "request": record.request,
        "version": int(record_id.rpartition(":")[2]),
        "previous": record.previous,
        "corrects": record.corrects,
        "title_zh": content.titles.zh,
        "title_en": content.titles.en,
        "request_lines": _plain(content.lines),
        "documents": _plain(content.documents),
        "goals": _plain(content.goals),
        "total_fen": content.total_fen(),
        "content_sha256": record.content_sha256,
        "author": _plain(record.author),
        "reason": record.reason,
        "ruling": _plain(record.ruling),
        "at_ms": record.at_ms,
        "stage": record.stage,
        "case_id": record.case,
    }


def _total(record_id: str, record: Total) -> dict[str, Any]:
    year, _, department = record_id.partition(":")
    return {
        "year": int(year),
        "department": department,
        "asked_fen": record.asked_fen,
        "approved_fen": record.approved_fen,
        "ceiling_fen": record.ceiling_fen,
        "over_fen": record.over_fen,
        "requests": record.requests,
        "live": record.live,
        "approved": record.approved,
        "complete": record.complete,
        "shares": _plain(record.shares),
    }


def _balance(record_id: str, record: Balance) -> dict[str, Any]:
    year, _, department = record_id.partition(":")
    return {
        "year": int(year),
        "department": department,
        "asked_fen": record.asked_fen,
        "ceiling_fen": record.ceiling_fen,
        "shares": _plain(record.shares),
    }


def _draft(record_id: str, record: Draft) -> dict[str, Any]:
    return {
        "year": int(record_id[:4]),
        "title_zh": record.titles.zh,
        "title_en": record.titles.en,
        "departments": [
            {"department": d.department, "requests": d.requests, "amount_fen": d.open_fen}
            for d in record.departments
        ],
        "requests": record.requests,
        "left_out": record.left_out,
        "total_fen": sum(d.open_fen for d in record.departments),
        "confidential_fen": sum(d.confidential_fen for d in record.departments),
        "sha256": record.sha256,
        "previous": record.previous,
    }


def _resolution(record_id: str, record: Resolution) -> dict[str, Any]:
    return {
        "year": int(record_id),
        "draft": record.draft,
        "draft_sha256": record.draft_sha256,
        "number": record.number,
        "day": record.day,
        "in_favour": record.votes.in_favour,
        "against": record.votes.against,
        "abstained": record.votes.abstained,
        "deputies": record.votes.deputies,
        "adopted": record.adopted,
        "total_fen": record.open_fen,
        "confidential_fen": record.confidential_fen,
        "document_sha256": record.document_sha256,
    }


def _issue(record_id: str, record: Issue) -> dict[str, Any]:
    year, _, department = record_id.partition(":")
    return {
        "year": int(year),
        "department": department,
        "number": record.number,
        "total_fen": record.total_fen,
        "requests": record.requests,
        "day": record.day,
    }


def _appropriation(record_id: str, record: Appropriation) -> dict[str, Any]:
    return {
        "year": record.year,
        "unit": record.unit,
        "department": record.department,
        "number": record.number,
        "lines": _plain(record.lines),
        "total_fen": record.total_fen,
        "day": record.day,
        "previous": record.previous,
        "reversed": bool(record.reversal_number),
        "reversal_number": record.reversal_number,
        "reversal_reason": record.reversal_reason,
    }


def _overdue(record_id: str, record: Overdue) -> dict[str, Any]:
    step, year, organisation = record_id.split(":", 2)
    return {
        "step": step,
        "year": int(year),
        "organisation": organisation,
        "responsible": record.responsible,
        "due_day": record.due_day,
    }


TABLES = (
    Table(
        name="preparation_cycles",
        of=Cycle,
        columns=(
            public("year", "int", indexed=True),
            public("bureau"),
            public("title_zh"),
            public("title_en"),
            public("stage"),
            public("closed", "bool"),
            public("deadlines", "json"),
            public("rules", "json"),
            public("drafts", "int"),
        ),
        row=_cycle,
    ),
    Table(
        name="preparation_ceilings",
        of=Ceiling,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("organisation", indexed=True),
            restricted("department"),
            restricted("ceiling_fen", "int"),
            restricted("number"),
            restricted("times", "int"),
        ),
        row=_ceiling,
    ),
    Table(
        name="preparation_projects",
        of=Project,
        columns=(
            restricted("unit", indexed=True),
            restricted("title_zh"),
            restricted("title_en"),
            restricted("project_kind"),
            restricted("first_year", "int"),
            restricted("last_year", "int"),
            restricted("documents", "json"),
            restricted("confidential", "bool"),
            restricted("estimate_fen", "int"),
            restricted("estimates", "int"),
            restricted("voted", "json"),
        ),
        row=_project,
    ),
    Table(
        name="preparation_estimates",
        of=EstimateVersion,
        columns=(
            restricted("unit", indexed=True),
            restricted("project", indexed=True),
            restricted("version", "int"),
            restricted("number"),
            restricted("total_fen", "int"),
            restricted("lines", "json"),
            restricted("author", "json"),
            restricted("reason"),
        ),
        row=_estimate,
    ),
    Table(
        name="preparation_requests",
        of=Request,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("unit", indexed=True),
            restricted("department", indexed=True),
            restricted("project", indexed=True),
            restricted("state", indexed=True),
            restricted("level"),
            restricted("version", "int"),
            restricted("approved_version", "int"),
            restricted("case_id"),
            restricted("total_fen", "int"),
            restricted("year_fen", "int"),
            restricted("approved_fen", "int"),
            restricted("since_ms", "int"),
        ),
        row=_request,
    ),
    Table(
        name="preparation_request_versions",
        of=RequestVersion,
        columns=(
            restricted("request", indexed=True),
            restricted("version", "int"),
            restricted("previous", "int"),
            restricted("corrects", "bool"),
            restricted("title_zh"),
            restricted("title_en"),
            restricted("request_lines", "json"),
            restricted("documents", "json"),
            restricted("goals", "json"),
            restricted("total_fen", "int"),
            restricted("content_sha256"),
            restricted("author", "json"),
            restricted("reason"),
            restricted("ruling", "json"),
            restricted("at_ms", "int"),
            restricted("stage"),
            restricted("case_id"),
        ),
        row=_version,
    ),
    Table(
        name="preparation_totals",
        of=Total,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("department", indexed=True),
            restricted("asked_fen", "int"),
            restricted("approved_fen", "int"),
            restricted("ceiling_fen", "int"),
            restricted("over_fen", "int"),
            restricted("requests", "int"),
            restricted("live", "int"),
            restricted("approved", "int"),
            restricted("complete", "bool"),
            restricted("shares", "json"),
        ),
        row=_total,
    ),
    Table(
        name="preparation_balances",
        of=Balance,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("department"),
            restricted("asked_fen", "int"),
            restricted("ceiling_fen", "int"),
            restricted("shares", "json"),
        ),
        row=_balance,
    ),
    Table(
        name="preparation_drafts",
        of=Draft,
        columns=(
            public("year", "int", indexed=True),
            public("title_zh"),
            public("title_en"),
            public("departments", "json"),
            public("requests", "int"),
            public("left_out", "int"),
            public("total_fen", "int"),
            restricted("confidential_fen", "int"),
            public("sha256"),
            public("previous"),
        ),
        row=_draft,
    ),
    Table(
        name="preparation_resolutions",
        of=Resolution,
        columns=(
            public("year", "int", indexed=True),
            public("draft"),
            public("draft_sha256"),
            public("number"),
            public("day", "int"),
            public("in_favour", "int"),
            public("against", "int"),
            public("abstained", "int"),
            public("deputies", "int"),
            public("adopted", "bool"),
            public("total_fen", "int"),
            restricted("confidential_fen", "int"),
            public("document_sha256"),
        ),
        row=_resolution,
    ),
    Table(
        name="preparation_issues",
        of=Issue,
        columns=(
            public("year", "int", indexed=True),
            public("department", indexed=True),
            public("number"),
            restricted("total_fen", "int"),
            restricted("requests", "int"),
            public("day", "int"),
        ),
        row=_issue,
    ),
    Table(
        name="preparation_appropriations",
        of=Appropriation,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("unit", indexed=True),
            restricted("department", indexed=True),
            restricted("number"),
            restricted("lines", "json"),
            restricted("total_fen", "int"),
            restricted("day", "int"),
            restricted("previous"),
            restricted("reversed", "bool"),
            restricted("reversal_number"),
            restricted("reversal_reason"),
        ),
        row=_appropriation,
    ),
    Table(
        name="preparation_overdue",
        of=Overdue,
        columns=(
            public("step"),
            public("year", "int", indexed=True),
            public("organisation", indexed=True),
            public("responsible"),
            public("due_day", "int"),
        ),
        row=_overdue,
    ),
)
