"""Truths over the whole ledger, recomputed from all records (funds-model section 4).

Run by tests, `audit` and on snapshots. Each yields a sentence for every breach it finds.
"""

from collections.abc import Iterator

from mingzhang.domain.funds.apply_limits import counted
from mingzhang.domain.funds.chart import AUTHORITY, CREDIT, FIELD, NATURES
from mingzhang.domain.funds.state import (
    EMPTY_CHAIN,
    HOLDS_PAGE,
    MONTHS,
    ROSTER_PAGE,
    Cell,
    Commitment,
    Estimate,
    FiscalYear,
    Holds,
    Intention,
    Line,
    Money,
    ParkedCell,
    Pattern,
    Plan,
    Roster,
    UnitHead,
    holds_id,
    roster_id,
)
from mingzhang.kernel.records import Records


def books_balance(records: Records) -> Iterator[str]:
    """Books B, C and M sum to zero; per nature nothing was vired or carried into being."""
    cells = [cell for _, cell in records.of(Cell)]
    debit = sum(getattr(c, FIELD[name]) for c in cells for name in (*AUTHORITY, "shortfall"))
    credit = sum(getattr(c, FIELD[name]) for c in cells for name in CREDIT)
    if debit != credit:
        yield f"book B: debits {debit}, credits {credit}"
    for nature in NATURES:
        for account in ("moved_fen", "carried_fen"):
            total = sum(getattr(c, account) for c in cells if c.nature == nature)
            if total:
                yield f"{nature}: {account} of all cells is {total}, not 0"
    of_estimates = sum(
        e.estimate_fen - e.uncontracted_fen - e.committed_fen - e.covered_fen
        for _, e in records.of(Estimate)
    )
    if of_estimates:
        yield f"book C: {of_estimates}, not 0"
    of_money = sum(
        record.treasury_fen
        + record.transit_fen
        + record.spent_fen
        + record.advances_fen
        + record.receivable_fen
        + record.due_to_treasury_fen
        for _, record in records.of(Money)
    )
    if of_money:
        yield f"book M: {of_money}, not 0"


def advances_agree(records: Records) -> Iterator[str]:
    """Advances are the same in cells and in the bank's book, per nature."""
    advanced: dict[str, int] = {}
    for _, cell in records.of(Cell):
        advanced[cell.nature] = advanced.get(cell.nature, 0) + cell.advanced_fen
    booked = {name: money.advances_fen for name, money in records.of(Money)}
    for nature in NATURES:
        if advanced.get(nature, 0) != booked.get(nature, 0):
            yield (
                f"{nature}: advances {advanced.get(nature, 0)} in cells, "
                f"{booked.get(nature, 0)} in the bank's book"
            )


def holds_agree(records: Records) -> Iterator[str]:
    """`encumbered` of a cell is Σ `left` of contracts there, `intended` is Σ of intentions."""
    held: dict[tuple[str, str], int] = {}
    for _, commitment in records.of(Commitment):
        for part in commitment.left:
            at = (part.cell, "encumbered_fen")
            held[at] = held.get(at, 0) + part.amount_fen
    for _, intention in records.of(Intention):
        at = (intention.cell, "intended_fen")
        held[at] = held.get(at, 0) + intention.left_fen
    for name, cell in records.of(Cell):
        for account in ("encumbered_fen", "intended_fen"):
            stated, found = getattr(cell, account), held.get((name, account), 0)
            if stated != found:
                yield f"{name}: {account} {stated}, its holders have {found}"


def holds_are_listed(records: Records) -> Iterator[str]:
    """Contracts and intentions stand in their cells' holds, whose pages are as long as stated."""
    pages = dict(records.of(Holds))
    entries = dict.fromkeys(
        f"{name.rpartition(':')[0]} {entry}"
        for name, page in pages.items()
        for entry in page.entries
    )
    holding = [
        (f"contract/{name}", part.cell)
        for name, commitment in records.of(Commitment)
        for part in commitment.left
    ]
    holding += [(f"intention/{name}", one.cell) for name, one in records.of(Intention)]
    for entry, cell_name in holding:
        if f"{cell_name} {entry}" not in entries:
            yield f"{entry}: not among the holds of {cell_name}"
    empty = Holds(entries=())
    for name, cell in records.of(Cell):
        count = sum(
            len(pages.get(holds_id(name, page), empty).entries)
            for page in range(cell.holds // HOLDS_PAGE + 1)
        )
        if cell.holds != count:
            yield f"{name}: {cell.holds} holds, its pages have {count}"


def contracts_agree(records: Records) -> Iterator[str]:
    """Σ of a line's contracts is what its estimate says is bound, at most the estimate."""
    bound: dict[str, tuple[int, int]] = {}
    for _, record in records.of(Commitment):
        committed, covered = bound.get(record.line, (0, 0))
        bound[record.line] = (
            committed + record.committed_fen,
            covered + record.total_fen - record.committed_fen,
        )
    estimates = dict(records.of(Estimate))
    for line in sorted(dict.fromkeys((*bound, *estimates))):
        committed, covered = bound.get(line, (0, 0))
        estimate = estimates.get(line) or Estimate(estimate_fen=0)
        if (estimate.committed_fen, estimate.covered_fen) != (committed, covered):
            yield f"{line}: contracts have {committed} committed and {covered} covered"
        if committed + covered > estimate.estimate_fen:
            yield f"{line}: contracts {committed + covered} over {estimate.estimate_fen}"


def patterns_agree(records: Records) -> Iterator[str]:
    """Each pattern's totals and plan are those of the cells that count on it.

    A complete one counts exactly the cells of its year whose codes begin so.
    """
    lines = dict(records.of(Line))
    plans = dict(records.of(Plan))
    cells = dict(records.of(Cell))
    for name, pattern in records.of(Pattern):
        counting = {n: cell for n, cell in cells.items() if name in cell.patterns}
        found = tuple(
            sum(counted(cell, point) for cell in counting.values())
            for point in ("intention", "contract", "payment")
        )
        if found != (pattern.held_fen, pattern.contracted_fen, pattern.paid_fen):
            yield f"pattern {name}: its cells sum to {found}"
        plan = [0] * MONTHS
        for cell_name in counting:
            own = plans.get(cell_name)
            if own is not None:
                plan = [a + b for a, b in zip(plan, own.months_fen, strict=True)]
        if tuple(plan) != pattern.plan_fen:
            yield f"pattern {name}: its cells plan {plan}"
        for cell_name, cell in cells.items() if pattern.complete else ():
            line = lines[cell.line]
            matches = (
                cell.year == pattern.year
                and line.unit_code.startswith(pattern.unit)
                and line.function.startswith(pattern.function)
                and cell.source.startswith(pattern.source)
                and line.project.startswith(pattern.project)
            )
            if matches != (cell_name in counting):
                yield f"pattern {name}: {cell_name} is counted wrongly"


def lists_agree(records: Records) -> Iterator[str]:
    """Rosters list every cell once, unit heads count their cells, years their parked cells."""
    cells = dict(records.of(Cell))
    rosters = dict(records.of(Roster))
    units = dict(records.of(UnitHead))
    lines = dict(records.of(Line))
    empty = Roster(cells=())
    parked = [cells[name].year for name, _ in records.of(ParkedCell)]
    for year_name, year in records.of(FiscalYear):
        number = int(year_name)
        listed = [
            name
            for page in range(year.cells // ROSTER_PAGE + 1)
            for name in rosters.get(roster_id(number, page), empty).cells
        ]
        if sorted(listed) != sorted(n for n, cell in cells.items() if cell.year == number):
            yield f"year {number}: its roster is not its cells"
        if len(listed) != year.cells:
            yield f"year {number}: {year.cells} cells, its roster has {len(listed)}"
        if year.parked != parked.count(number):
            yield f"year {number}: {year.parked} parked, found {parked.count(number)}"
        if year.closed and not all(cells[name].closed for name in listed):
            yield f"year {number}: closed with an open cell"
    counts: dict[str, int] = {}
    for cell in cells.values():
        unit = lines[cell.line].unit
        counts[unit] = counts.get(unit, 0) + 1
    for unit in sorted(dict.fromkeys((*counts, *units))):
        head = units.get(unit) or UnitHead(count=0, chain=EMPTY_CHAIN)
        if head.count != counts.get(unit, 0):
            yield f"unit {unit}: {head.count} cells, found {counts.get(unit, 0)}"
