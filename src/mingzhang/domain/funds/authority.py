"""Verbs of authority: lines and cells, estimates, appropriations, quota, virement, freezes.

Each is a generator of events that other rooms compose with ``yield from``. `late` is given by
commands made for posting into a year that ended and is not closed (design section 3, Time).
`ref` names the document or decision. Amounts are in fen.
"""

import hashlib
from collections.abc import Generator, Iterator

from mingzhang.domain.funds import errors, events, guards
from mingzhang.domain.funds.chart import NATURES, Nature
from mingzhang.domain.funds.state import (
    MONTHS,
    Cell,
    Estimate,
    FiscalYear,
    Line,
    Pattern,
    Posting,
    Shapes,
    cell_id,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import Scheduled


def open_line(
    ledger: Ledger,
    *,
    line: str,
    unit: str,
    project: str,
    function: str,
    economic: str,
    title: str,
    unit_code: str = "",
) -> Iterator[Event]:
    """Open a line; one that stands with the same codes already is no error.

    `unit_code` is the unit's code in the budget (its prefixes are the units above it), else the
    unit's id. Raises `CodeMissing`, `LineTaken`.
    """
    wanted = Line(
        unit=unit,
        unit_code=unit_code or unit,
        project=project,
        function=function,
        economic=economic,
        title=title,
    )
    for name in ("unit", "project", "function", "economic"):
        if not getattr(wanted, name):
            raise errors.CodeMissing(field=name)
    found = ledger.find(Line, line)
    if found is not None:
        if found != wanted:
            raise errors.LineTaken(line=line)
        return
    yield events.LineOpened(
        line=line,
        unit=unit,
        unit_code=wanted.unit_code,
        project=project,
        function=function,
        economic=economic,
        title=title,
    )


def open_cell(
    ledger: Ledger,
    context: Context,
    *,
    line: str,
    nature: Nature,
    source: str,
    year: int,
    vintage: int | None = None,
) -> Generator[Event, None, str]:
    """Open a cell of a line, and the year's close with its first cell; return the cell's id.

    A cell that stands already is no error. `vintage` is the year unless money is carried.
    Raises `CodeMissing`, `NoLine`, `OtherVintage`, `YearEnded` where the year is closed.
    """
    vintage = year if vintage is None else vintage
    if not source:
        raise errors.CodeMissing(field="source")
    if nature not in NATURES:
        raise errors.CodeMissing(field="nature")
    opened = cell_id(line, nature, source, year, vintage)
    found = guards.line_of(ledger, line)
    if ledger.find(Cell, opened) is not None:
        return opened
    if vintage > year:
        raise errors.OtherVintage(vintage=vintage, other=year)
    fiscal = ledger.find(FiscalYear, f"{year}")
    if fiscal is not None and fiscal.closed:
        raise errors.YearEnded(year=year, now=context.year)
    yield events.CellOpened(
        cell=opened,
        line=line,
        unit=found.unit,
        nature=nature,
        source=source,
        year=year,
        vintage=vintage,
        patterns=patterns_of(ledger, found, source, year),
    )
    if fiscal is None:
        first_day_after = calendar.day_number(year + 1, 1, 1)
        yield Scheduled(
            due_ms=calendar.start_of(first_day_after, context.setting.offset_s),
            handler="funds.close_year",
            subject=f"{year}",
        )
    return opened


def patterns_of(ledger: Ledger, line: Line, source: str, year: int) -> tuple[str, ...]:
    """Return the ids of the patterns that count a line's cells of a source and year, sorted.

    One look-up for each shape of prefix in use that year, at most `state.SHAPES_MAX`.
    """
    shapes = ledger.find(Shapes, f"{year}")
    codes = (line.unit_code, line.function, source, line.project)
    found = []
    for shape in shapes.shapes if shapes else ():
        prefixes = tuple(code[:length] for code, length in zip(codes, shape, strict=True))
        if tuple(map(len, prefixes)) != shape:
            continue
        pattern = pattern_id(year, *prefixes)
        if ledger.find(Pattern, pattern) is not None:
            found.append(pattern)
    return tuple(sorted(found))


def pattern_id(year: int, unit: str, function: str, source: str, project: str) -> str:
    """Return the id of the pattern of these prefixes in a year."""
    text = f"{year}|{unit}|{function}|{source}|{project}"
    return f"{year:04d}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def estimate(ledger: Ledger, *, line: str, estimate_fen: int, ref: str) -> Iterator[Event]:
    """Approve a line's estimate 概算批复 at a total, or revise it to one.

    Raises `AmountWrong`, `NoLine`, `OverEstimate` when contracts bind more than the new total.
    """
    guards.positive(estimate_fen)
    guards.line_of(ledger, line)
    before = ledger.find(Estimate, line)
    bound = before.committed_fen + before.covered_fen if before else 0
    if estimate_fen < bound:
        raise errors.OverEstimate(line=line, asked_fen=bound, left_fen=estimate_fen)
    yield events.EstimateApproved(ref=ref, line=line, estimate_fen=estimate_fen)


def grant_interim(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str
) -> Iterator[Event]:
    """Grant interim quota 预拨 before the vote.

    Whether its purpose is one of art. 54, the caller has judged. Raises `AmountWrong`,
    `NoAccount`, `YearIsClosed`, `YearEnded`, `YearVoted`.
    """
    found = _open(ledger, context, cell, amount_fen, late=False)
    year = ledger.require(FiscalYear, f"{found.year}")
    if found.nature in year.voted:
        raise errors.YearVoted(year=found.year, nature=found.nature)
    posting = Posting(cell, "interim", "allotted", amount_fen)
    yield from guards.record(ledger, events.InterimGranted(ref=ref, postings=(posting,)))


def appropriate(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str, late: bool = False
) -> Iterator[Event]:
    """Hand down what was voted for a cell 批复; zero is a vote too.

    Interim quota is absorbed; what it exceeds the vote by goes back, and is refused when more
    is bound than was voted (`NotEnough` of `allotted`). Raises also `AmountWrong`, `NoAccount`,
    `YearIsClosed`, `YearEnded`.
    """
    if amount_fen:
        guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    guards.not_ended(found, cell, context, late=late)
    interim = found.interim_fen
    back = max(0, interim - amount_fen)
    guards.has(found, cell, "allotted", back)
    kept = interim - back
    postings = (
        Posting(cell, "allotted", "interim", back),
        Posting(cell, "voted", "interim", kept),
        Posting(cell, "voted", "unallotted", amount_fen - kept),
    )
    moving = tuple(posting for posting in postings if posting.amount_fen)
    yield from guards.record(ledger, events.Appropriated(ref=ref, cell=cell, postings=moving))


def allot(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str, late: bool = False
) -> Iterator[Event]:
    """Hand appropriation down as quota 下达. The document's condition is the caller's.

    Raises `AmountWrong`, `NoAccount`, `YearIsClosed`, `YearEnded`, `NotEnough`.
    """
    found = _open(ledger, context, cell, amount_fen, late=late)
    guards.has(found, cell, "unallotted", amount_fen)
    posting = Posting(cell, "unallotted", "allotted", amount_fen)
    yield from guards.record(ledger, events.Allotted(ref=ref, postings=(posting,)))


def cut(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str, late: bool = False
) -> Iterator[Event]:
    """Take quota back 追减、收回指标. Refusals as `allot`."""
    found = _open(ledger, context, cell, amount_fen, late=late)
    guards.has(found, cell, "allotted", amount_fen)
    posting = Posting(cell, "allotted", "unallotted", amount_fen)
    yield events.AllotmentCut(ref=ref, postings=(posting,))


def supplement(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str, late: bool = False
) -> Iterator[Event]:
    """Raise the appropriation 追加. That the standing committee decided, the caller has judged.

    Raises `AmountWrong`, `NoAccount`, `YearIsClosed`, `YearEnded`.
    """
    _open(ledger, context, cell, amount_fen, late=late)
    posting = Posting(cell, "voted", "unallotted", amount_fen)
    yield events.Supplemented(ref=ref, postings=(posting,))


def reduce(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str, late: bool = False
) -> Iterator[Event]:
    """Lower the appropriation by what is not yet handed down 调减. Refusals as `allot`.

    `NotEnough` is asked of `unallotted` and then of `voted`.
    """
    found = _open(ledger, context, cell, amount_fen, late=late)
    guards.has(found, cell, "unallotted", amount_fen)
    guards.has(found, cell, "voted", amount_fen)
    posting = Posting(cell, "unallotted", "voted", amount_fen)
    yield events.Reduced(ref=ref, postings=(posting,))


def vire(
    ledger: Ledger,
    context: Context,
    *,
    from_cell: str,
    to_cell: str,
    amount_fen: int,
    ref: str,
    late: bool = False,
) -> Iterator[Event]:
    """Move available quota to another cell of the same nature, year and vintage 调剂.

    The delegated limit is the caller's. Raises `AmountWrong`, `NoAccount`, `SameCell`,
    `OtherNature`, `OtherYear`, `OtherVintage`, `YearIsClosed`, `YearEnded`, `CellFrozen`,
    `NotEnough`.
    """
    guards.positive(amount_fen)
    source, target = guards.cell_of(ledger, from_cell), guards.cell_of(ledger, to_cell)
    if from_cell == to_cell:
        raise errors.SameCell(cell=from_cell)
    if source.nature != target.nature:
        raise errors.OtherNature(nature=source.nature, other=target.nature)
    if source.year != target.year:
        raise errors.OtherYear(year=source.year, other=target.year)
    if source.vintage != target.vintage:
        raise errors.OtherVintage(vintage=source.vintage, other=target.vintage)
    guards.not_ended(source, from_cell, context, late=late)
    guards.not_ended(target, to_cell, context, late=late)
    guards.not_frozen(source, from_cell)
    guards.not_frozen(target, to_cell)
    guards.has(source, from_cell, "allotted", amount_fen)
    postings = (
        Posting(from_cell, "allotted", "moved", amount_fen),
        Posting(to_cell, "moved", "allotted", amount_fen),
    )
    yield from guards.record(ledger, events.Vired(ref=ref, postings=postings))


def freeze(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str
) -> Iterator[Event]:
    """Freeze part of what is available 冻结, also in a year that ended. Refusals as `allot`."""
    found = _open(ledger, context, cell, amount_fen, late=True)
    guards.has(found, cell, "allotted", amount_fen)
    posting = Posting(cell, "allotted", "frozen", amount_fen)
    yield events.AmountFrozen(ref=ref, postings=(posting,))


def lift_freeze(
    ledger: Ledger, context: Context, *, cell: str, amount_fen: int, ref: str
) -> Iterator[Event]:
    """Make frozen money available again 解冻. Refusals as `freeze`."""
    found = _open(ledger, context, cell, amount_fen, late=True)
    guards.has(found, cell, "frozen", amount_fen)
    posting = Posting(cell, "frozen", "allotted", amount_fen)
    yield from guards.record(ledger, events.FreezeLifted(ref=ref, postings=(posting,)))


def flag(ledger: Ledger, *, cell: str, ref: str) -> Iterator[Event]:
    """Freeze a cell as a whole; facts of the bank's still book.

    Raises `NoAccount`, `YearIsClosed`, `FlagUnchanged`.
    """
    _flaggable(ledger, cell, flagged=True)
    yield events.CellFlagged(ref=ref, cell=cell)


def unflag(ledger: Ledger, *, cell: str, ref: str) -> Iterator[Event]:
    """End the freeze of a cell. Refusals as `flag`."""
    _flaggable(ledger, cell, flagged=False)
    yield events.CellUnflagged(ref=ref, cell=cell)


def plan(
    ledger: Ledger,
    context: Context,
    *,
    cell: str,
    months_fen: tuple[int, ...],
    ref: str,
) -> Iterator[Event]:
    """Set a cell's cash plan 用款计划: twelve amounts, within the quota handed down.

    Raises `AmountWrong` for a negative month or another number of months, `NoAccount`,
    `YearIsClosed`, `YearEnded`, `OverQuota`.
    """
    for amount in months_fen:
        if amount:
            guards.positive(amount)
    if len(months_fen) != MONTHS:
        raise errors.AmountWrong(amount_fen=sum(months_fen))
    found = guards.cell_of(ledger, cell)
    guards.not_ended(found, cell, context, late=False)
    quota = quota_of(found)
    if sum(months_fen) > quota:
        raise errors.OverQuota(cell=cell, asked_fen=sum(months_fen), quota_fen=quota)
    yield events.Planned(ref=ref, cell=cell, months_fen=months_fen)


def quota_of(cell: Cell) -> int:
    """Return the quota 指标 of a cell in fen: authority less what is not handed down."""
    return (
        cell.voted_fen
        + cell.interim_fen
        + cell.carried_fen
        + cell.moved_fen
        + cell.lapsed_fen
        + cell.prior_fen
        - cell.unallotted_fen
    )


def _open(ledger: Ledger, context: Context, cell: str, amount_fen: int, *, late: bool) -> Cell:
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    guards.not_ended(found, cell, context, late=late)
    return found


def _flaggable(ledger: Ledger, cell: str, *, flagged: bool) -> None:
    found = guards.cell_of(ledger, cell)
    guards.not_closed(found, cell)
    if found.flagged == flagged:
        raise errors.FlagUnchanged(cell=cell, flagged=flagged)
