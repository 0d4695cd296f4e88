"""Verbs of limits 额度控制, and the due item that fills a new pattern (funds-model section 5).

A pattern is a prefix of each code (``""`` is every code), so what a unit spends counts on every
unit above it. Amounts are in fen.
"""

from collections.abc import Generator, Iterator

from mingzhang.domain.funds import errors, events
from mingzhang.domain.funds.authority import pattern_id
from mingzhang.domain.funds.chart import Horizon, Mode, Point
from mingzhang.domain.funds.state import (
    ROSTER_PAGE,
    SHAPES_MAX,
    Cell,
    FiscalYear,
    Line,
    Pattern,
    Roster,
    Shapes,
    roster_id,
)
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled

FILL_STEP = 64
"""Cells of the roster looked at in one due item; a divisor of `state.ROSTER_PAGE`."""


def set_limit(
    ledger: Ledger,
    context: Context,
    *,
    year: int,
    unit: str = "",
    function: str = "",
    source: str = "",
    project: str = "",
    point: Point,
    horizon: Horizon,
    mode: Mode,
    amount_fen: int = 0,
    basis: str,
) -> Generator[Event, None, str]:
    """Set a limit, or set it anew; return the pattern's id.

    A `year` limit allows `amount_fen`; a `plan_to_date` limit what the plans allow so far, and
    takes no amount. A new pattern acts from the block in which all cells are counted. Raises
    `AmountWrong`, `BoundReached` when the year has `state.SHAPES_MAX` other shapes.
    """
    if amount_fen < 0 or (horizon == "plan_to_date" and amount_fen):
        raise errors.AmountWrong(amount_fen=amount_fen)
    pattern = pattern_id(year, unit, function, source, project)
    is_new = ledger.find(Pattern, pattern) is None
    shape = (len(unit), len(function), len(source), len(project))
    shapes = ledger.find(Shapes, f"{year}")
    known = shapes.shapes if shapes else ()
    if shape not in known and len(known) >= SHAPES_MAX:
        raise errors.BoundReached(what="shapes of patterns", most=SHAPES_MAX)
    yield events.LimitSet(
        pattern=pattern,
        year=year,
        unit=unit,
        function=function,
        source=source,
        project=project,
        point=point,
        horizon=horizon,
        mode=mode,
        amount_fen=amount_fen,
        basis=basis,
    )
    if is_new and not ledger.require(Pattern, pattern).complete:
        yield Scheduled(due_ms=context.time_ms, handler="funds.fill_pattern", subject=pattern)
    return pattern


def lift_limit(
    ledger: Ledger, *, pattern: str, point: Point, horizon: Horizon, mode: Mode, basis: str
) -> Iterator[Event]:
    """Lift a limit. Raises `NoLimit`."""
    found = ledger.find(Pattern, pattern)
    standing = found.limits if found else ()
    wanted = (point, horizon, mode)
    if all((limit.point, limit.horizon, limit.mode) != wanted for limit in standing):
        raise errors.NoLimit(pattern=pattern, point=point, horizon=horizon, mode=mode)
    yield events.LimitLifted(pattern=pattern, point=point, horizon=horizon, mode=mode, basis=basis)


def require_limits(
    ledger: Ledger, *, year: int, points: tuple[Point, ...], basis: str
) -> Iterator[Event]:
    """Demand that at these points each cell of a year stands under a limit in force."""
    yield events.LimitRequired(year=year, points=tuple(sorted(dict.fromkeys(points))), basis=basis)


def fill_pattern(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Count the next cells of the year on a new pattern; come back while there are more."""
    pattern = ledger.require(Pattern, item.subject)
    if pattern.complete:
        return
    year = ledger.require(FiscalYear, f"{pattern.year}")
    page = ledger.require(Roster, roster_id(pattern.year, pattern.filled // ROSTER_PAGE))
    start = pattern.filled % ROSTER_PAGE
    names = page.cells[start : start + FILL_STEP]
    filled = pattern.filled + len(names)
    yield events.PatternFilled(
        pattern=item.subject,
        cells=tuple(name for name in names if _counts(ledger, name, item.subject, pattern)),
        filled=filled,
        complete=filled >= year.cells,
    )
    if filled < year.cells:
        yield Scheduled(due_ms=context.time_ms, handler=item.handler, subject=item.subject)


def _counts(ledger: Ledger, name: str, pattern: str, wanted: Pattern) -> bool:
    cell = ledger.require(Cell, name)
    if pattern in cell.patterns:
        return False
    line = ledger.require(Line, cell.line)
    return (
        line.unit_code.startswith(wanted.unit)
        and line.function.startswith(wanted.function)
        and cell.source.startswith(wanted.source)
        and line.project.startswith(wanted.project)
    )
