"""What every verb asks first, and what follows every movement. See `errors` for precedence."""

from collections.abc import Iterator

from mingzhang.domain.funds import errors, events
from mingzhang.domain.funds.chart import FIELD, NO_RISE, POINTS, RISE, Point
from mingzhang.domain.funds.events import Movement
from mingzhang.domain.funds.state import (
    Cell,
    Commitment,
    Intention,
    Limit,
    Line,
    Pattern,
    Posting,
    Shapes,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import FEN_MAX


def positive(amount_fen: int) -> None:
    """Refuse an amount that cannot move."""
    if not 0 < amount_fen <= FEN_MAX:
        raise errors.AmountWrong(amount_fen=amount_fen)


def line_of(ledger: Ledger, line_id: str) -> Line:
    """Return an open line. Raises `NoLine`."""
    line = ledger.find(Line, line_id)
    if line is None:
        raise errors.NoLine(line=line_id)
    return line


def cell_of(ledger: Ledger, cell: str) -> Cell:
    """Return a cell. Raises `NoAccount`."""
    found = ledger.find(Cell, cell)
    if found is None:
        raise errors.NoAccount(cell=cell)
    return found


def commitment_of(ledger: Ledger, contract: str) -> Commitment:
    """Return what a contract binds. Raises `NoCommitment`."""
    found = ledger.find(Commitment, contract)
    if found is None:
        raise errors.NoCommitment(contract=contract)
    return found


def intention_of(ledger: Ledger, intention: str) -> Intention:
    """Return an intention. Raises `NoIntention`."""
    found = ledger.find(Intention, intention)
    if found is None:
        raise errors.NoIntention(intention=intention)
    return found


def not_closed(cell: Cell, cell_id: str) -> None:
    """Refuse any posting to a cell whose year is closed."""
    if cell.closed:
        raise errors.YearIsClosed(cell=cell_id)


def not_ended(cell: Cell, cell_id: str, context: Context, *, late: bool) -> None:
    """Refuse a posting to a closed cell, and one to an ended year unless it is a late posting."""
    if cell.closed:
        raise errors.YearIsClosed(cell=cell_id)
    if not late and cell.year < context.year:
        raise errors.YearEnded(year=cell.year, now=context.year)


def usable(cell: Cell, cell_id: str, context: Context, *, late: bool) -> None:
    """Refuse to bind or spend money outside its year, or from a frozen cell."""
    if cell.year != context.year:
        if cell.year > context.year:
            raise errors.YearNotBegun(year=cell.year, now=context.year)
        not_ended(cell, cell_id, context, late=late)
    not_closed(cell, cell_id)
    not_frozen(cell, cell_id)


def not_frozen(cell: Cell, cell_id: str) -> None:
    """Refuse a cell that is frozen by decision or has a shortfall."""
    if cell.flagged or cell.shortfall_fen:
        raise errors.CellFrozen(cell=cell_id, shortfall_fen=cell.shortfall_fen)


def has(cell: Cell, cell_id: str, account: str, amount_fen: int) -> None:
    """Refuse to take from an account more than it has."""
    have = getattr(cell, FIELD[account])
    if have < amount_fen:
        raise errors.NotEnough(cell=cell_id, account=account, asked_fen=amount_fen, have_fen=have)


def record(ledger: Ledger, event: Movement) -> Iterator[Event]:
    """Yield a movement; where it made quota available, a shortfall of that cell is filled."""
    yield event
    for posting in event.postings:
        if posting.credit == "allotted":
            yield from fill_shortfall(ledger, posting.cell, event.ref)


def fill_shortfall(ledger: Ledger, cell: str, ref: str) -> Iterator[Event]:
    """Fill a cell's shortfall from what is available, as far as that goes."""
    found = ledger.require(Cell, cell)
    amount = min(found.shortfall_fen, found.allotted_fen)
    if amount > 0:
        posting = Posting(cell, "allotted", "shortfall", amount)
        yield events.ShortfallFilled(ref=ref, postings=(posting,))


def within_limits(
    ledger: Ledger, context: Context, postings: tuple[Posting, ...], ref: str
) -> tuple[events.LimitWarned, ...]:
    """Test postings against every limit whose total they raise; return the warnings.

    Raises `NoMandatoryLimit` and `OverLimit`: cells in order of the postings, patterns of a cell
    in order of id, limits in order of point, horizon, mode. All postings together count.
    """
    rises: dict[str, list[int]] = {}
    for posting in postings:
        rise = RISE[posting.debit, posting.credit]
        if rise == NO_RISE:
            continue
        cell = ledger.require(Cell, posting.cell)
        _under_mandatory_limits(ledger, cell, posting.cell, rise)
        for pattern in cell.patterns:
            so_far = rises.setdefault(pattern, [0, 0, 0])
            for n in range(3):
                so_far[n] += rise[n] * posting.amount_fen
    warnings: list[events.LimitWarned] = []
    for pattern, rise_fen in rises.items():
        warnings += tested(ledger.require(Pattern, pattern), pattern, rise_fen, context, ref)
    return tuple(warnings)


def tested(
    pattern: Pattern, pattern_id: str, rise_fen: list[int], context: Context, ref: str
) -> Iterator[events.LimitWarned]:
    """Yield a warning for each limit that warns and would be exceeded. Raises `OverLimit`."""
    if not pattern.complete:
        return
    totals = (pattern.held_fen, pattern.contracted_fen, pattern.paid_fen)
    for limit in pattern.limits:
        n = POINTS.index(limit.point)
        if rise_fen[n] <= 0:
            continue
        left = ceiling_of(pattern, limit, context) - totals[n]
        if rise_fen[n] <= left:
            continue
        if limit.mode == "stop":
            raise errors.OverLimit(
                pattern=pattern_id,
                point=limit.point,
                horizon=limit.horizon,
                asked_fen=rise_fen[n],
                left_fen=left,
            )
        yield events.LimitWarned(
            ref=ref,
            pattern=pattern_id,
            point=limit.point,
            horizon=limit.horizon,
            asked_fen=rise_fen[n],
            left_fen=left,
        )


def ceiling_of(pattern: Pattern, limit: Limit, context: Context) -> int:
    """Return what a limit allows today: its amount, or the plan's months up to this one."""
    if limit.horizon == "year":
        return limit.amount_fen
    year, month, _ = calendar.civil(context.day)
    if year != pattern.year:
        month = 12 if year > pattern.year else 0
    return sum(pattern.plan_fen[:month])


def within_plan(
    ledger: Ledger, context: Context, cells: tuple[Cell, ...], ref: str
) -> tuple[events.LimitWarned, ...]:
    """Test payment totals, as they stand, against the plan to date: at instruction.

    Raises `OverLimit` where a limit that stops is exceeded already; returns the warnings.
    """
    warnings: list[events.LimitWarned] = []
    for pattern_id in dict.fromkeys([name for cell in cells for name in cell.patterns]):
        pattern = ledger.require(Pattern, pattern_id)
        for limit in pattern.limits if pattern.complete else ():
            if limit.point != "payment" or limit.horizon != "plan_to_date":
                continue
            left = ceiling_of(pattern, limit, context) - pattern.paid_fen
            if left >= 0:
                continue
            if limit.mode == "stop":
                raise errors.OverLimit(
                    pattern=pattern_id,
                    point="payment",
                    horizon="plan_to_date",
                    asked_fen=0,
                    left_fen=left,
                )
            warnings.append(
                events.LimitWarned(
                    ref=ref,
                    pattern=pattern_id,
                    point="payment",
                    horizon="plan_to_date",
                    asked_fen=0,
                    left_fen=left,
                )
            )
    return tuple(warnings)


def _under_mandatory_limits(
    ledger: Ledger, cell: Cell, cell_id: str, rise: tuple[int, int, int]
) -> None:
    shapes = ledger.find(Shapes, f"{cell.year}")
    if shapes is None or not shapes.required:
        return
    for point in shapes.required:
        if rise[POINTS.index(point)] > 0 and not _is_limited(ledger, cell, point):
            raise errors.NoMandatoryLimit(cell=cell_id, point=point)


def _is_limited(ledger: Ledger, cell: Cell, point: Point) -> bool:
    for pattern_id in cell.patterns:
        pattern = ledger.require(Pattern, pattern_id)
        if pattern.complete and any(limit.point == point for limit in pattern.limits):
            return True
    return False
