"""The few commands of funds itself; most movements come from the lifecycle rooms.

Source: funds-model section 5 (limits, row H1) and section 3 (freezes, year close).
"""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.funds.chart import Horizon, Mode, Point
from mingzhang.domain.funds.state import CellId, PatternId, Prefix
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Fen, Id, PositiveFen, Title, Year


class SetLimit(Command, frozen=True, kw_only=True):
    """Set a limit 额度控制 over all lines of a year whose codes begin so; an empty prefix is all.

    `amount_fen` is for the horizon `year`; `plan_to_date` takes the cash plans so far.
    """

    kind = "funds.limit.set/1"

    year: Year
    unit: Prefix
    function: Prefix
    source: Prefix
    project: Prefix
    point: Point
    horizon: Horizon
    mode: Mode
    amount_fen: Fen
    basis: Title
    """The document that sets it."""


class LiftLimit(Command, frozen=True, kw_only=True):
    """Lift a limit; its pattern goes on counting."""

    kind = "funds.limit.lift/1"

    pattern: PatternId
    point: Point
    horizon: Horizon
    mode: Mode
    basis: Title


class RequireLimits(Command, frozen=True, kw_only=True):
    """Demand that at these points every cell of a year stands under a limit in force.

    No points ends the demand.
    """

    kind = "funds.limit.require/1"

    year: Year
    points: Annotated[tuple[Point, ...], Meta(max_length=3)]
    basis: Title


class FlagCell(Command, frozen=True, kw_only=True):
    """Freeze a cell as a whole 冻结: nothing new is bound or paid from it."""

    kind = "funds.cell.flag/1"

    cell: CellId
    basis: Id


class UnflagCell(Command, frozen=True, kw_only=True):
    """End the freeze of a cell 解冻."""

    kind = "funds.cell.unflag/1"

    cell: CellId
    basis: Id


class FreezeAmount(Command, frozen=True, kw_only=True):
    """Freeze part of what a cell has available 冻结."""

    kind = "funds.amount.freeze/1"

    cell: CellId
    amount_fen: PositiveFen
    basis: Id


class LiftFreeze(Command, frozen=True, kw_only=True):
    """Make frozen money available again 解冻."""

    kind = "funds.amount.lift/1"

    cell: CellId
    amount_fen: PositiveFen
    basis: Id


class CloseYear(Command, frozen=True, kw_only=True):
    """Ask for the close of an ended year to go on now, after parked work was finished."""

    kind = "funds.year.close/1"

    year: Year
