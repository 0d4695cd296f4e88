"""How limits and patterns change: what counts where, and what stands over it."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds import events
from mingzhang.domain.funds.chart import COUNTED, FIELD, Point
from mingzhang.domain.funds.state import Cell, FiscalYear, Limit, Pattern, Plan, Shapes
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record


def counted(cell: Cell, point: Point) -> int:
    """Return what a cell adds to a pattern's total at a point, in fen."""
    return sum(getattr(cell, FIELD[account]) for account in COUNTED[point])


def limit_set(event: events.LimitSet, ledger: Ledger) -> Mapping[str, Record | None]:
    """Put the limit on its pattern; a new pattern starts uncounted, its shape is noted."""
    limit = Limit(
        point=event.point,
        horizon=event.horizon,
        mode=event.mode,
        amount_fen=event.amount_fen,
        basis=event.basis,
    )
    before = ledger.find(Pattern, event.pattern)
    if before is not None:
        others = _without(before.limits, event)
        return {Pattern.key(event.pattern): replace(before, limits=_sorted((*others, limit)))}
    year = ledger.find(FiscalYear, f"{event.year}")
    pattern = Pattern(
        year=event.year,
        unit=event.unit,
        function=event.function,
        source=event.source,
        project=event.project,
        limits=(limit,),
        complete=year is None,
    )
    shape = (len(event.unit), len(event.function), len(event.source), len(event.project))
    shapes = ledger.find(Shapes, f"{event.year}") or Shapes()
    writes: dict[str, Record | None] = {Pattern.key(event.pattern): pattern}
    if shape not in shapes.shapes:
        known = tuple(sorted((*shapes.shapes, shape)))
        writes[Shapes.key(f"{event.year}")] = replace(shapes, shapes=known)
    return writes


def limit_lifted(event: events.LimitLifted, ledger: Ledger) -> Mapping[str, Record | None]:
    """Take the limit from its pattern."""
    before = ledger.require(Pattern, event.pattern)
    limits = _without(before.limits, event)
    return {Pattern.key(event.pattern): replace(before, limits=limits)}


def limit_required(event: events.LimitRequired, ledger: Ledger) -> Mapping[str, Record | None]:
    """Note the points at which a year's cells must stand under a limit."""
    before = ledger.find(Shapes, f"{event.year}") or Shapes()
    return {Shapes.key(f"{event.year}"): replace(before, required=event.points)}


def pattern_filled(event: events.PatternFilled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Count more cells on a pattern, with all that they hold, have done and plan."""
    pattern = ledger.require(Pattern, event.pattern)
    held, contracted, paid = pattern.held_fen, pattern.contracted_fen, pattern.paid_fen
    plan = pattern.plan_fen
    writes: dict[str, Record | None] = {}
    for cell_id in event.cells:
        cell = ledger.require(Cell, cell_id)
        held += counted(cell, "intention")
        contracted += counted(cell, "contract")
        paid += counted(cell, "payment")
        own = ledger.find(Plan, cell_id)
        if own is not None:
            plan = tuple(a + b for a, b in zip(plan, own.months_fen, strict=True))
        patterns = tuple(sorted((*cell.patterns, event.pattern)))
        writes[Cell.key(cell_id)] = replace(cell, patterns=patterns)
    writes[Pattern.key(event.pattern)] = replace(
        pattern,
        held_fen=held,
        contracted_fen=contracted,
        paid_fen=paid,
        plan_fen=plan,
        filled=event.filled,
        complete=event.complete,
    )
    return writes


def limit_warned(event: events.LimitWarned, ledger: Ledger) -> Mapping[str, Record | None]:
    """Change nothing: the warning itself is what is recorded."""
    return {}


def _without(
    limits: tuple[Limit, ...], event: events.LimitSet | events.LimitLifted
) -> tuple[Limit, ...]:
    same = (event.point, event.horizon, event.mode)
    return tuple(limit for limit in limits if (limit.point, limit.horizon, limit.mode) != same)


def _sorted(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    return tuple(sorted(limits, key=lambda limit: (limit.point, limit.horizon, limit.mode)))
