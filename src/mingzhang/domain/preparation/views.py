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
from mingzhang.kernel.views import Column, ColumnType, Table


def _public(name: str, column_type: ColumnType = "text", *, indexed: bool = False) -> Column:
    return Column(name=name, type=column_type, indexed=indexed, level="public")


def _kept(name: str, column_type: ColumnType = "text", *, indexed: bool = False) -> Column:
    return Column(name=name, type=column_type, indexed=indexed)


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
        "departments": _plain(record.departments),
        "requests": record.requests,
        "left_out": record.left_out,
        "total_fen": record.total_fen,
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
        "total_fen": record.total_fen,
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
            _public("year", "int", indexed=True),
            _public("bureau"),
            _public("title_zh"),
            _public("title_en"),
            _public("stage"),
            _public("closed", "bool"),
            _public("deadlines", "json"),
            _public("rules", "json"),
            _public("drafts", "int"),
        ),
        row=_cycle,
    ),
    Table(
        name="preparation_ceilings",
        of=Ceiling,
        columns=(
            _kept("year", "int", indexed=True),
            _kept("organisation", indexed=True),
            _kept("department"),
            _kept("ceiling_fen", "int"),
            _kept("number"),
            _kept("times", "int"),
        ),
        row=_ceiling,
    ),
    Table(
        name="preparation_projects",
        of=Project,
        columns=(
            _kept("unit", indexed=True),
            _kept("title_zh"),
            _kept("title_en"),
            _kept("project_kind"),
            _kept("first_year", "int"),
            _kept("last_year", "int"),
            _kept("documents", "json"),
            _kept("confidential", "bool"),
            _kept("estimate_fen", "int"),
            _kept("estimates", "int"),
            _kept("voted", "json"),
        ),
        row=_project,
    ),
    Table(
        name="preparation_estimates",
        of=EstimateVersion,
        columns=(
            _kept("project", indexed=True),
            _kept("version", "int"),
            _kept("number"),
            _kept("total_fen", "int"),
            _kept("lines", "json"),
            _kept("author", "json"),
            _kept("reason"),
        ),
        row=_estimate,
    ),
    Table(
        name="preparation_requests",
        of=Request,
        columns=(
            _kept("year", "int", indexed=True),
            _kept("unit", indexed=True),
            _kept("department", indexed=True),
            _kept("project", indexed=True),
            _kept("state", indexed=True),
            _kept("level"),
            _kept("version", "int"),
            _kept("approved_version", "int"),
            _kept("case_id"),
            _kept("total_fen", "int"),
            _kept("year_fen", "int"),
            _kept("approved_fen", "int"),
            _kept("since_ms", "int"),
        ),
        row=_request,
    ),
    Table(
        name="preparation_request_versions",
        of=RequestVersion,
        columns=(
            _kept("request", indexed=True),
            _kept("version", "int"),
            _kept("previous", "int"),
            _kept("corrects", "bool"),
            _kept("title_zh"),
            _kept("title_en"),
            _kept("request_lines", "json"),
            _kept("documents", "json"),
            _kept("goals", "json"),
            _kept("total_fen", "int"),
            _kept("content_sha256"),
            _kept("author", "json"),
            _kept("reason"),
            _kept("ruling", "json"),
            _kept("at_ms", "int"),
            _kept("stage"),
            _kept("case_id"),
        ),
        row=_version,
    ),
    Table(
        name="preparation_totals",
        of=Total,
        columns=(
            _kept("year", "int", indexed=True),
            _kept("department", indexed=True),
            _kept("asked_fen", "int"),
            _kept("approved_fen", "int"),
            _kept("ceiling_fen", "int"),
            _kept("over_fen", "int"),
            _kept("requests", "int"),
            _kept("live", "int"),
            _kept("approved", "int"),
            _kept("complete", "bool"),
            _kept("shares", "json"),
        ),
        row=_total,
    ),
    Table(
        name="preparation_balances",
        of=Balance,
        columns=(
            _kept("year", "int", indexed=True),
            _kept("department"),
            _kept("asked_fen", "int"),
            _kept("ceiling_fen", "int"),
            _kept("shares", "json"),
        ),
        row=_balance,
    ),
    Table(
        name="preparation_drafts",
        of=Draft,
        columns=(
            _public("year", "int", indexed=True),
            _public("title_zh"),
            _public("title_en"),
            _public("departments", "json"),
            _public("requests", "int"),
            _public("left_out", "int"),
            _public("total_fen", "int"),
            _public("sha256"),
            _public("previous"),
        ),
        row=_draft,
    ),
    Table(
        name="preparation_resolutions",
        of=Resolution,
        columns=(
            _public("year", "int", indexed=True),
            _public("draft"),
            _public("draft_sha256"),
            _public("number"),
            _public("day", "int"),
            _public("in_favour", "int"),
            _public("against", "int"),
            _public("abstained", "int"),
            _public("deputies", "int"),
            _public("adopted", "bool"),
            _public("total_fen", "int"),
            _public("document_sha256"),
        ),
        row=_resolution,
    ),
    Table(
        name="preparation_issues",
        of=Issue,
        columns=(
            _public("year", "int", indexed=True),
            _public("department", indexed=True),
            _public("number"),
            _kept("total_fen", "int"),
            _kept("requests", "int"),
            _public("day", "int"),
        ),
        row=_issue,
    ),
    Table(
        name="preparation_appropriations",
        of=Appropriation,
        columns=(
            _kept("year", "int", indexed=True),
            _kept("unit", indexed=True),
            _kept("department", indexed=True),
            _kept("number"),
            _kept("lines", "json"),
            _kept("total_fen", "int"),
            _kept("day", "int"),
            _kept("previous"),
            _kept("reversed", "bool"),
            _kept("reversal_number"),
            _kept("reversal_reason"),
        ),
        row=_appropriation,
    ),
    Table(
        name="preparation_overdue",
        of=Overdue,
        columns=(
            _public("step"),
            _public("year", "int", indexed=True),
            _public("organisation", indexed=True),
            _public("responsible"),
            _public("due_day", "int"),
        ),
        row=_overdue,
    ),
)
