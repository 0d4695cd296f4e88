"""How events of authority change records: lines, cells, estimates, appropriations, plans."""

import hashlib
from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds import events
from mingzhang.domain.funds.posting import book
from mingzhang.domain.funds.state import (
    EMPTY_CHAIN,
    MONTHS,
    ROSTER_PAGE,
    Cell,
    Estimate,
    FiscalYear,
    Line,
    Pattern,
    Plan,
    Policy,
    Roster,
    UnitHead,
    roster_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record


def policy_set(event: events.PolicySet, ledger: Ledger) -> Mapping[str, Record | None]:
    """Keep what genesis states."""
    policy = Policy(carry_over_years=event.carry_over_years, reference=event.reference)
    return {Policy.key("carry-over"): policy}


def line_opened(event: events.LineOpened, ledger: Ledger) -> Mapping[str, Record | None]:
    """Write the line."""
    line = Line(
        unit=event.unit,
        unit_code=event.unit_code,
        project=event.project,
        function=event.function,
        economic=event.economic,
        title=event.title,
    )
    return {Line.key(event.line): line}


def cell_opened(event: events.CellOpened, ledger: Ledger) -> Mapping[str, Record | None]:
    """Write an empty cell, and list it in its year's roster and under its unit."""
    cell = Cell(
        line=event.line,
        nature=event.nature,
        source=event.source,
        year=event.year,
        vintage=event.vintage,
        patterns=event.patterns,
        unit=event.unit,
    )
    year = ledger.find(FiscalYear, f"{event.year}") or FiscalYear()
    page_id = roster_id(event.year, year.cells // ROSTER_PAGE)
    page = ledger.find(Roster, page_id) or Roster(cells=())
    unit = ledger.find(UnitHead, event.unit) or UnitHead(count=0, chain=EMPTY_CHAIN)
    entry = bytes.fromhex(unit.chain) + event.cell.encode()
    return {
        Cell.key(event.cell): cell,
        Roster.key(page_id): Roster(cells=(*page.cells, event.cell)),
        FiscalYear.key(f"{event.year}"): replace(year, cells=year.cells + 1),
        UnitHead.key(event.unit): UnitHead(
            count=unit.count + 1, chain=hashlib.sha256(entry).hexdigest()
        ),
    }


def estimate_approved(
    event: events.EstimateApproved, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Raise or lower the estimate; what is bound stays bound."""
    unit = ledger.require(Line, event.line).unit
    before = ledger.find(Estimate, event.line) or Estimate(estimate_fen=0, unit=unit)
    change = event.estimate_fen - before.estimate_fen
    after = replace(
        before,
        estimate_fen=event.estimate_fen,
        uncontracted_fen=before.uncontracted_fen + change,
    )
    return {Estimate.key(event.line): after}


def appropriated(event: events.Appropriated, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post, and note that the year's budget of this nature has been voted."""
    cell = ledger.require(Cell, event.cell)
    year = ledger.require(FiscalYear, f"{cell.year}")
    writes = book(event.postings, event.ref, ledger)
    if cell.nature not in year.voted:
        voted = tuple(sorted((*year.voted, cell.nature)))
        writes[FiscalYear.key(f"{cell.year}")] = replace(year, voted=voted)
    return writes


def cell_flagged(
    event: events.CellFlagged | events.CellUnflagged, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Set or end the freeze of a cell."""
    cell = ledger.require(Cell, event.cell)
    return {Cell.key(event.cell): replace(cell, flagged=type(event) is events.CellFlagged)}


def planned(event: events.Planned, ledger: Ledger) -> Mapping[str, Record | None]:
    """Write the plan; patterns of the cell take the difference to the plan before it."""
    before = ledger.find(Plan, event.cell)
    old = before.months_fen if before else (0,) * MONTHS
    cell = ledger.require(Cell, event.cell)
    plan_now = Plan(months_fen=event.months_fen, unit=cell.unit)
    writes: dict[str, Record | None] = {Plan.key(event.cell): plan_now}
    for pattern_id in cell.patterns:
        pattern = ledger.require(Pattern, pattern_id)
        plan = tuple(
            total + new - was
            for total, new, was in zip(pattern.plan_fen, event.months_fen, old, strict=True)
        )
        writes[Pattern.key(pattern_id)] = replace(pattern, plan_fen=plan)
    return writes
