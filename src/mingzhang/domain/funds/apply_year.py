"""How the end of a year changes records: closed cells, parked cells, the place reached."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds import events
from mingzhang.domain.funds.posting import book
from mingzhang.domain.funds.state import Cell, FiscalYear, ParkedCell
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record


def cell_closed(event: events.CellClosed, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post to the cell and its successor; the cell takes no more postings."""
    writes = book(event.postings, event.ref, ledger)
    key = Cell.key(event.cell)
    found = writes.get(key)
    cell = found if isinstance(found, Cell) else ledger.require(Cell, event.cell)
    writes[key] = replace(cell, closed=True)
    if ledger.find(ParkedCell, event.cell) is not None:
        year = ledger.require(FiscalYear, f"{cell.year}")
        writes[ParkedCell.key(event.cell)] = None
        writes[FiscalYear.key(f"{cell.year}")] = replace(year, parked=year.parked - 1)
    return writes


def cell_parked(event: events.CellParked, ledger: Ledger) -> Mapping[str, Record | None]:
    """List the cell with what is open; listed before, the amounts are renewed."""
    writes: dict[str, Record | None] = {
        ParkedCell.key(event.cell): ParkedCell(open_fen=event.open_fen)
    }
    if ledger.find(ParkedCell, event.cell) is None:
        year_id = f"{ledger.require(Cell, event.cell).year}"
        year = ledger.require(FiscalYear, year_id)
        writes[FiscalYear.key(year_id)] = replace(year, parked=year.parked + 1)
    return writes


def close_advanced(event: events.CloseAdvanced, ledger: Ledger) -> Mapping[str, Record | None]:
    """Note where the close of the year goes on."""
    year = ledger.require(FiscalYear, f"{event.year}")
    after = replace(year, closing=True, next_cell=event.next_cell, next_hold=event.next_hold)
    return {FiscalYear.key(f"{event.year}"): after}


def year_closed(event: events.YearClosed, ledger: Ledger) -> Mapping[str, Record | None]:
    """End the year."""
    year = ledger.require(FiscalYear, f"{event.year}")
    after = replace(year, closing=False, closed=True, next_cell=year.cells, next_hold=0)
    return {FiscalYear.key(f"{event.year}"): after}
