"""Year end 年终: the due item that closes a year cell by cell, and lapse 结余收回.

For each cell of the year's roster: open work parks it; else intentions are released, what
contracts have left goes with them into the next year, free money is carried over with its
vintage or lapses. Both postings of a carry stand in one event, so none is ever in flight.
"""

from collections.abc import Generator, Iterator

from mingzhang.domain.funds import errors, events, guards
from mingzhang.domain.funds.authority import open_cell
from mingzhang.domain.funds.chart import BLOCKS_CLOSE, FIELD
from mingzhang.domain.funds.holding import release_intention
from mingzhang.domain.funds.payments import policy_of
from mingzhang.domain.funds.state import (
    HOLDS_PAGE,
    ROSTER_PAGE,
    Cell,
    Commitment,
    FiscalYear,
    Holds,
    Intention,
    Posting,
    Roster,
    holds_id,
    roster_id,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled, Unscheduled

CELLS_PER_STEP = 64
"""Cells looked at in one due item."""
HOLDS_PER_STEP = 128
"""Contracts and intentions moved in one due item."""


def close_year(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Close the next cells of an ended year.

    Comes back at once while there are more, and on the next day while cells are parked.
    """
    number = int(item.subject)
    year = ledger.require(FiscalYear, item.subject)
    if year.closed:
        return
    place, hold, holds_left = year.next_cell, year.next_hold, HOLDS_PER_STEP
    for _ in range(CELLS_PER_STEP):
        if place >= year.cells or holds_left <= 0:
            break
        name = _cell_at(ledger, number, place)
        upto = yield from close_cell(ledger, context, name, hold, holds_left)
        if upto is not None:
            holds_left -= upto - hold
            hold = upto
            continue
        place, hold = place + 1, 0
    now = ledger.require(FiscalYear, item.subject)
    due_ms = context.time_ms
    if place >= now.cells:
        if not now.parked:
            yield events.YearClosed(year=number)
            return
        place, hold = 0, 0
        due_ms = calendar.start_of(context.day + 1, context.setting.offset_s)
    yield events.CloseAdvanced(year=number, next_cell=place, next_hold=hold)
    yield from _come_back(due_ms, item.subject)


def close_cell(
    ledger: Ledger, context: Context, name: str, hold: int, most: int
) -> Generator[Event, None, int | None]:
    """Close one cell of an ended year, or park it; moves at most `most` holds from `hold` on.

    Return None when done with the cell, else the place of the next hold.
    """
    cell = ledger.require(Cell, name)
    if cell.closed:
        return None
    keep = cell.year + 1 - cell.vintage <= policy_of(ledger).carry_over_years
    blocking = BLOCKS_CLOSE if keep else (*BLOCKS_CLOSE, "encumbered")
    open_fen = tuple(
        (account, getattr(cell, FIELD[account]))
        for account in blocking
        if getattr(cell, FIELD[account])
    )
    if open_fen:
        yield events.CellParked(cell=name, open_fen=open_fen)
        return None
    last = min(cell.holds, hold + most)
    for place in range(hold, last):
        yield from _move_hold(ledger, context, name, place)
    if last < cell.holds:
        return last
    yield from _close_free(ledger, context, name, keep=keep)
    return None


def lapse(ledger: Ledger, context: Context, *, cell: str, ref: str) -> Iterator[Event]:
    """Give back all free money of a cell whose project is closed 结余收回; nothing, if none.

    Raises `NoAccount`, `YearIsClosed`, `OpenWork` naming the first account that is not empty:
    intended, encumbered, approved, instructed, advanced, shortfall.
    """
    found = guards.cell_of(ledger, cell)
    guards.not_closed(found, cell)
    for account in ("intended", "encumbered", *BLOCKS_CLOSE):
        amount = getattr(found, FIELD[account])
        if amount:
            raise errors.OpenWork(cell=cell, account=account, amount_fen=amount)
    postings = (
        Posting(cell, "unallotted", "lapsed", found.unallotted_fen),
        Posting(cell, "allotted", "lapsed", found.allotted_fen),
        Posting(cell, "frozen", "lapsed", found.frozen_fen),
    )
    moving = tuple(posting for posting in postings if posting.amount_fen)
    if moving:
        yield events.QuotaLapsed(ref=ref, postings=moving)


def close_now(ledger: Ledger, context: Context, *, year: int) -> Iterator[Event]:
    """Ask for the close of an ended year to go on now: after parked work was finished, say.

    Raises `YearNotBegun` while the year runs, `YearEnded` when it is closed or unknown.
    """
    found = ledger.find(FiscalYear, f"{year}")
    if year >= context.year:
        raise errors.YearNotBegun(year=year + 1, now=context.year)
    if found is None or found.closed:
        raise errors.YearEnded(year=year, now=context.year)
    yield from _come_back(context.time_ms, f"{year}")


def _come_back(due_ms: int, year: str) -> Iterator[Event]:
    """Schedule the close once, whoever else asked for the same time (a request, a daily retry)."""
    yield Unscheduled(due_ms=due_ms, handler="funds.close_year", subject=year)
    yield Scheduled(due_ms=due_ms, handler="funds.close_year", subject=year)


def _cell_at(ledger: Ledger, year: int, place: int) -> str:
    page = ledger.require(Roster, roster_id(year, place // ROSTER_PAGE))
    return page.cells[place % ROSTER_PAGE]


def _move_hold(ledger: Ledger, context: Context, name: str, place: int) -> Iterator[Event]:
    """Release the intention, or carry the contract, that stands at a place of a cell's holds."""
    page = ledger.require(Holds, holds_id(name, place // HOLDS_PAGE))
    kind, _, holder = page.entries[place % HOLDS_PAGE].partition("/")
    if kind == "intention":
        if ledger.require(Intention, holder).left_fen:
            yield from release_intention(ledger, intention=holder, ref=f"year-end-{context.year}")
        return
    commitment = ledger.require(Commitment, holder)
    amount = sum(part.amount_fen for part in commitment.left if part.cell == name)
    if not amount:
        return
    target = yield from _successor(ledger, context, name)
    postings = (
        Posting(name, "encumbered", "carried", amount),
        Posting(target, "carried", "encumbered", amount),
    )
    yield events.CommitmentCarried(
        ref=holder, postings=postings, contract=holder, from_cell=name, to_cell=target
    )


def _close_free(ledger: Ledger, context: Context, name: str, *, keep: bool) -> Iterator[Event]:
    cell = ledger.require(Cell, name)
    postings = [Posting(name, "unallotted", "lapsed", cell.unallotted_fen)]
    if not keep:
        postings.append(Posting(name, "allotted", "lapsed", cell.allotted_fen))
        postings.append(Posting(name, "frozen", "lapsed", cell.frozen_fen))
    elif cell.allotted_fen or cell.frozen_fen:
        target = yield from _successor(ledger, context, name)
        postings += (
            Posting(name, "allotted", "carried", cell.allotted_fen),
            Posting(target, "carried", "allotted", cell.allotted_fen),
            Posting(name, "frozen", "carried", cell.frozen_fen),
            Posting(target, "carried", "frozen", cell.frozen_fen),
        )
    moving = tuple(posting for posting in postings if posting.amount_fen)
    closed = events.CellClosed(ref=f"year-end-{cell.year}", cell=name, postings=moving)
    yield from guards.record(ledger, closed)


def _successor(ledger: Ledger, context: Context, name: str) -> Generator[Event, None, str]:
    cell = ledger.require(Cell, name)
    return (
        yield from open_cell(
            ledger,
            context,
            line=cell.line,
            nature=cell.nature,
            source=cell.source,
            year=cell.year + 1,
            vintage=cell.vintage,
        )
    )
