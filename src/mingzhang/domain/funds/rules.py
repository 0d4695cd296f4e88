"""The rules of funds' own commands: each is one verb."""

from collections.abc import Iterator, Mapping

import msgspec

from mingzhang.domain.funds import authority, events, limits, messages, year_end
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import Title


class GenesisSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section `funds` of the genesis file."""

    carry_over_years: int
    """Years after its vintage in which money may still be used; 0 to 10."""
    reference: Title
    """The rule that says so."""


def genesis(section: Mapping[str, object], context: Context, ledger: Ledger) -> Iterator[Event]:
    """Record what genesis states. Raises `msgspec.ValidationError` for another shape."""
    stated = msgspec.convert(section, GenesisSection)
    yield events.PolicySet(carry_over_years=stated.carry_over_years, reference=stated.reference)


def set_limit(command: messages.SetLimit, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Set a limit."""
    yield from limits.set_limit(
        ledger,
        context,
        year=command.year,
        unit=command.unit,
        function=command.function,
        source=command.source,
        project=command.project,
        point=command.point,
        horizon=command.horizon,
        mode=command.mode,
        amount_fen=command.amount_fen,
        basis=command.basis,
    )


def lift_limit(command: messages.LiftLimit, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Lift a limit."""
    yield from limits.lift_limit(
        ledger,
        pattern=command.pattern,
        point=command.point,
        horizon=command.horizon,
        mode=command.mode,
        basis=command.basis,
    )


def require_limits(
    command: messages.RequireLimits, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Demand limits at points."""
    yield from limits.require_limits(
        ledger, year=command.year, points=command.points, basis=command.basis
    )


def flag_cell(command: messages.FlagCell, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Freeze a cell."""
    yield from authority.flag(ledger, cell=command.cell, ref=command.basis)


def unflag_cell(command: messages.UnflagCell, context: Context, ledger: Ledger) -> Iterator[Event]:
    """End the freeze of a cell."""
    yield from authority.unflag(ledger, cell=command.cell, ref=command.basis)


def freeze_amount(
    command: messages.FreezeAmount, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Freeze an amount."""
    yield from authority.freeze(
        ledger, context, cell=command.cell, amount_fen=command.amount_fen, ref=command.basis
    )


def lift_freeze(command: messages.LiftFreeze, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Lift the freeze of an amount."""
    yield from authority.lift_freeze(
        ledger, context, cell=command.cell, amount_fen=command.amount_fen, ref=command.basis
    )


def close_year(command: messages.CloseYear, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Let the close of a year go on."""
    yield from year_end.close_now(ledger, context, year=command.year)
