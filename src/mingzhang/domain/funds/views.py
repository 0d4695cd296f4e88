"""Tables that people read about funds. Rows follow records; rules read none of them."""

from typing import Any

from mingzhang.domain.funds.authority import quota_of
from mingzhang.domain.funds.chart import ACCOUNTS, AUTHORITY, FIELD
from mingzhang.domain.funds.state import (
    Cell,
    Commitment,
    Estimate,
    FiscalYear,
    Intention,
    Line,
    Money,
    ParkedCell,
    Pattern,
    Plan,
    Shapes,
)
from mingzhang.kernel.views import Table, public, restricted


def _line(record_id: str, record: Line) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "unit_code": record.unit_code,
        "project": record.project,
        "function": record.function,
        "economic": record.economic,
        "title": record.title,
    }


def _cell(record_id: str, record: Cell) -> dict[str, Any]:
    balances = {FIELD[account]: getattr(record, FIELD[account]) for account in ACCOUNTS}
    return {
        "unit": record.unit,
        "line": record.line,
        "nature": record.nature,
        "source": record.source,
        "year": record.year,
        "vintage": record.vintage,
        "available_fen": record.allotted_fen,
        "authority_fen": sum(getattr(record, FIELD[account]) for account in AUTHORITY),
        "quota_fen": quota_of(record),
        **balances,
        "returned_fen": record.returned_fen,
        "claims_returned_fen": record.claims_returned_fen,
        "postings": record.count,
        "chain": record.chain,
        "patterns": list(record.patterns),
        "frozen": record.flagged or record.shortfall_fen > 0,
        "closed": record.closed,
    }


def _estimate(record_id: str, record: Estimate) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "estimate_fen": record.estimate_fen,
        "uncontracted_fen": record.uncontracted_fen,
        "committed_fen": record.committed_fen,
        "covered_fen": record.covered_fen,
    }


def _commitment(record_id: str, record: Commitment) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "line": record.line,
        "total_fen": record.total_fen,
        "committed_fen": record.committed_fen,
        "covered_fen": record.total_fen - record.committed_fen,
        "left_fen": sum(part.amount_fen for part in record.left),
        "left_by_cell": [[part.cell, part.amount_fen] for part in record.left],
        "paid_fen": record.paid_fen,
        "in_flight_fen": record.in_flight_fen,
        "closed": record.closed,
    }


def _intention(record_id: str, record: Intention) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "cell": record.cell,
        "total_fen": record.total_fen,
        "left_fen": record.left_fen,
    }


def _money(record_id: str, record: Money) -> dict[str, Any]:
    return {
        "treasury_fen": record.treasury_fen,
        "transit_fen": record.transit_fen,
        "spent_fen": record.spent_fen,
        "advances_fen": record.advances_fen,
        "receivable_fen": record.receivable_fen,
        "due_to_treasury_fen": record.due_to_treasury_fen,
    }


def _pattern(record_id: str, record: Pattern) -> dict[str, Any]:
    return {
        "year": record.year,
        "unit": record.unit or "*",
        "function": record.function or "*",
        "source": record.source or "*",
        "project": record.project or "*",
        "complete": record.complete,
        "held_fen": record.held_fen,
        "contracted_fen": record.contracted_fen,
        "paid_fen": record.paid_fen,
        "plan_fen": list(record.plan_fen),
        "limits": [
            {
                "point": limit.point,
                "horizon": limit.horizon,
                "mode": limit.mode,
                "amount_fen": limit.amount_fen,
                "basis": limit.basis,
            }
            for limit in record.limits
        ],
    }


def _demand(record_id: str, record: Shapes) -> dict[str, Any]:
    return {"required": list(record.required)}


def _plan(record_id: str, record: Plan) -> dict[str, Any]:
    return {
        "unit": record.unit,
        "months_fen": list(record.months_fen),
        "total_fen": sum(record.months_fen),
    }


def _year(record_id: str, record: FiscalYear) -> dict[str, Any]:
    return {
        "cells": record.cells,
        "voted": list(record.voted),
        "closing": record.closing,
        "closed": record.closed,
        "parked": record.parked,
    }


def _parked(record_id: str, record: ParkedCell) -> dict[str, Any]:
    return {"open_fen": dict(record.open_fen)}


TABLES = (
    Table(
        name="funds_lines",
        of=Line,
        columns=(
            restricted("unit", indexed=True),
            restricted("unit_code", indexed=True),
            restricted("project", indexed=True),
            restricted("function", indexed=True),
            restricted("economic"),
            restricted("title"),
        ),
        row=_line,
    ),
    Table(
        name="funds_cells",
        of=Cell,
        columns=(
            restricted("unit", indexed=True),
            restricted("line", indexed=True),
            restricted("nature"),
            restricted("source"),
            restricted("year", "int", indexed=True),
            restricted("vintage", "int"),
            restricted("available_fen", "int"),
            restricted("authority_fen", "int"),
            restricted("quota_fen", "int"),
            *(restricted(FIELD[account], "int") for account in ACCOUNTS),
            restricted("returned_fen", "int"),
            restricted("claims_returned_fen", "int"),
            restricted("postings", "int"),
            restricted("chain"),
            restricted("patterns", "json"),
            restricted("frozen", "bool"),
            restricted("closed", "bool"),
        ),
        row=_cell,
    ),
    Table(
        name="funds_estimates",
        of=Estimate,
        columns=(
            restricted("unit", indexed=True),
            restricted("estimate_fen", "int"),
            restricted("uncontracted_fen", "int"),
            restricted("committed_fen", "int"),
            restricted("covered_fen", "int"),
        ),
        row=_estimate,
    ),
    Table(
        name="funds_commitments",
        of=Commitment,
        columns=(
            restricted("unit", indexed=True),
            restricted("line", indexed=True),
            restricted("total_fen", "int"),
            restricted("committed_fen", "int"),
            restricted("covered_fen", "int"),
            restricted("left_fen", "int"),
            restricted("left_by_cell", "json"),
            restricted("paid_fen", "int"),
            restricted("in_flight_fen", "int"),
            restricted("closed", "bool"),
        ),
        row=_commitment,
    ),
    Table(
        name="funds_intentions",
        of=Intention,
        columns=(
            restricted("unit", indexed=True),
            restricted("cell", indexed=True),
            restricted("total_fen", "int"),
            restricted("left_fen", "int"),
        ),
        row=_intention,
    ),
    Table(
        name="funds_money",
        of=Money,
        columns=tuple(
            restricted(f"{account}_fen", "int")
            for account in (
                "treasury",
                "transit",
                "spent",
                "advances",
                "receivable",
                "due_to_treasury",
            )
        ),
        row=_money,
    ),
    Table(
        name="funds_patterns",
        of=Pattern,
        columns=(
            restricted("year", "int", indexed=True),
            restricted("unit", indexed=True),
            restricted("function"),
            restricted("source"),
            restricted("project"),
            restricted("complete", "bool"),
            restricted("held_fen", "int"),
            restricted("contracted_fen", "int"),
            restricted("paid_fen", "int"),
            restricted("plan_fen", "json"),
            restricted("limits", "json"),
        ),
        row=_pattern,
    ),
    Table(
        name="funds_demands",
        of=Shapes,
        columns=(public("required", "json"),),
        row=_demand,
    ),
    Table(
        name="funds_plans",
        of=Plan,
        columns=(
            restricted("unit", indexed=True),
            restricted("months_fen", "json"),
            restricted("total_fen", "int"),
        ),
        row=_plan,
    ),
    Table(
        name="funds_years",
        of=FiscalYear,
        columns=(
            restricted("cells", "int"),
            restricted("voted", "json"),
            restricted("closing", "bool"),
            restricted("closed", "bool"),
            restricted("parked", "int"),
        ),
        row=_year,
    ),
    Table(
        name="funds_parked_cells",
        of=ParkedCell,
        columns=(restricted("open_fen", "json"),),
        row=_parked,
    ),
)
