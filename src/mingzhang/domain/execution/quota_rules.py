"""Rules of quota documents 指标文, interim quota, cash plans, designations and intentions."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mingzhang.domain.contracts.decision import binding_version
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.facts import cells_of, line_of
from mingzhang.domain.execution.paying import HOOK
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.state import QUOTA_NUMBER, Interim, LineCells, QuotaDocument
from mingzhang.domain.execution.terms import (
    CORRECT_DAYS,
    AgreementKind,
    Desk,
    PayeeClass,
    QuotaPart,
)
from mingzhang.domain.funds import authority, holding
from mingzhang.domain.funds.events import CellOpened, Planned
from mingzhang.domain.funds.state import Cell, FiscalYear, Intention, Line, cell_id
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import PositiveFen, Title


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section of the genesis file."""

    procurement_from_fen: dict[AgreementKind, PositiveFen]
    payee_classes: dict[str, tuple[PayeeClass, ...]]
    desks: tuple[Desk, ...]
    reference: Title
    correct_days: Annotated[int, Meta(ge=1, le=250)] = CORRECT_DAYS


def genesis(section: Any, context: Context, ledger: Ledger) -> Iterator[Event]:  # noqa: ANN401
    """State what the jurisdiction sets: see `Section`."""
    stated = msgspec.convert(section, Section)
    yield events.PolicySet(
        procurement_from_fen=tuple(sorted(stated.procurement_from_fen.items())),
        payee_classes=tuple(sorted(stated.payee_classes.items())),
        desks=stated.desks,
        reference=stated.reference,
        correct_days=stated.correct_days,
    )


def list_cell(event: CellOpened, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Follow the opening of a cell in funds: refusals may propose it.

    The payment contracts in force now guard its spending, or those that guarded what it carries
    over from the year before.
    """
    guard = binding_version(ledger, HOOK)
    name, _, vintage = event.cell.rpartition(":")
    if int(vintage) < event.year:
        before = f"{name.rpartition(':')[0]}:{event.year - 1:04d}"
        carried = ledger.find(LineCells, before)
        guard = carried.guard if carried else guard
    yield events.CellListed(unit=event.unit, year=event.year, cell=event.cell, guard=guard)


def note_plan(event: Planned, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Follow a cash plan in funds: payments look for it from now on."""
    name, _, vintage = event.cell.rpartition(":")
    if int(vintage) not in ledger.require(LineCells, name).planned:
        yield events.PlanNoted(cell=event.cell)


def issue_quota(command: messages.IssueQuota, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Record the document; without a condition hand its amounts down at once.

    Raises `AlreadyExists` for a number used by the issuer, `LineUnknown`, `NotYours` for a line
    of another unit, and what `authority.allot` refuses, also for a condition still to be met.
    """
    number = f"{context.organisation}|{command.document.number}"
    taken = ledger.lookup(QUOTA_NUMBER, number)
    if taken is not None:
        raise errors.AlreadyExists(what="quota", id=taken)
    for part in command.parts:
        line = line_of(ledger, context, part.line, command.organisation)
        if line.unit != command.organisation:
            raise errors.NotYours(organisation=command.organisation, who=(line.unit,))
    quota = context.record_id()
    yield events.QuotaIssued(
        document_id=quota,
        number=command.document.number,
        issuer=context.organisation,
        unit=command.organisation,
        year=command.year,
        parts=command.parts,
        document=command.document,
        by=context.person,
        condition=command.condition,
    )
    if command.condition is None:
        yield from _hand_down(ledger, context, command.parts, command.year, quota)


def release_quota(
    command: messages.ReleaseQuota, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Hand a conditional quota down when the document it waits for is shown.

    Raises `NotFound`, `StateWrong`, `ConditionNotMet`, and what `authority.allot` refuses.
    """
    quota = ledger.find(QuotaDocument, command.quota)
    if quota is None:
        raise errors.NotFound(what="quota", id=command.quota)
    condition = quota.condition
    if quota.state != "conditional" or condition is None:
        raise errors.StateWrong(
            what="quota", id=command.quota, state=quota.state, needed=("conditional",)
        )
    shown = command.met_by
    if shown.number != condition.number or condition.sha256 not in (None, shown.sha256):
        raise errors.ConditionNotMet(
            quota=command.quota,
            needed=f"{condition.number} {condition.sha256 or ''}".rstrip(),
            shown=f"{shown.number} {shown.sha256}",
        )
    yield events.QuotaReleased(document_id=command.quota, met_by=shown)
    yield from _hand_down(ledger, context, quota.parts, quota.year, command.quota)


def _hand_down(
    ledger: Ledger, context: Context, parts: tuple[QuotaPart, ...], year: int, ref: str
) -> Iterator[Event]:
    for part in parts:
        cell = cell_id(part.line, part.nature, part.source, year, part.vintage)
        yield from authority.allot(ledger, context, cell=cell, amount_fen=part.amount_fen, ref=ref)


def grant_interim(
    command: messages.GrantInterim, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Grant interim quota for a purpose of art. 54; the cell is opened where it does not stand.

    Quota for the same period of last year is at most what was measured, and where the ledger has
    last year, never more than the line spent in all of it. Raises `LineUnknown`, `OverMeasure`,
    and what `authority.grant_interim` refuses, `YearVoted` among them.
    """
    line_of(ledger, context, command.line, context.organisation)
    cell = yield from authority.open_cell(
        ledger,
        context,
        line=command.line,
        nature=command.nature,
        source=command.source,
        year=command.year,
    )
    measured_fen = command.measured_fen
    if command.purpose == "same_period":
        spent = _spent_last_year(ledger, command)
        measured_fen = measured_fen if spent is None else min(measured_fen, spent)
        before = ledger.find(Interim, cell) or Interim()
        left = measured_fen - before.same_period_fen
        if command.amount_fen > left:
            raise errors.OverMeasure(cell=cell, asked_fen=command.amount_fen, left_fen=left)
    yield from authority.grant_interim(
        ledger, context, cell=cell, amount_fen=command.amount_fen, ref=context.record_id()
    )
    yield events.InterimNoted(
        cell=cell,
        purpose=command.purpose,
        amount_fen=command.amount_fen,
        measured_fen=measured_fen,
    )


def _spent_last_year(ledger: Ledger, command: messages.GrantInterim) -> int | None:
    """Return what the line paid in the year before; None where the ledger has not that year."""
    year = command.year - 1
    if ledger.find(FiscalYear, f"{year:04d}") is None:
        return None
    cells = cells_of(ledger, command.line, command.nature, command.source, year)
    return sum(cell.settled_fen for _, cell in cells)


def set_plan(command: messages.SetPlan, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Set the cash plan of a cell of one's own.

    Raises `LineUnknown`, `NotYours`, and what `authority.plan` refuses.
    """
    line = line_of(ledger, context, command.line, context.organisation)
    _own(line, context, ledger, command.right())
    cell = cell_id(command.line, command.nature, command.source, command.year, command.vintage)
    yield from authority.plan(
        ledger, context, cell=cell, months_fen=command.months_fen, ref=context.record_id()
    )


def designate_line(
    command: messages.DesignateLine, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """State what a line is for. Raises `LineUnknown`."""
    line_of(ledger, context, command.line, context.organisation)
    yield events.LineDesignated(line=command.line, use=command.use, document=command.document)


def open_intention(
    command: messages.OpenIntention, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Set money aside in the oldest cell that has so much free, else the youngest one answers.

    Raises `LineUnknown`, `NotYours`, `WrongYear`, and what `holding.intend` refuses.
    """
    line = line_of(ledger, context, command.line, context.organisation)
    _own(line, context, ledger, command.right())
    this_year(ledger, context, command.line, command.nature, command.source, command.year)
    cells = cells_of(ledger, command.line, command.nature, command.source, command.year)
    free = [name for name, cell in cells if cell.allotted_fen >= command.amount_fen]
    youngest = cell_id(command.line, command.nature, command.source, command.year, command.year)
    yield from holding.intend(
        ledger,
        context,
        intention=context.record_id(),
        cell=free[0] if free else youngest,
        amount_fen=command.amount_fen,
    )


def cancel_intention(
    command: messages.CancelIntention, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Give back what an intention of one's unit holds, in whole or part.

    Raises `NotFound`, `NotYours`, and what `holding.release_intention` refuses.
    """
    intention = ledger.find(Intention, command.intention)
    if intention is None:
        raise errors.NotFound(what="intention", id=command.intention)
    line = ledger.require(Line, ledger.require(Cell, intention.cell).line)
    _own(line, context, ledger, command.right())
    yield from holding.release_intention(
        ledger,
        intention=command.intention,
        amount_fen=command.amount_fen,
        ref=context.record_id(),
    )


def this_year(
    ledger: Ledger, context: Context, line: str, nature: str, source: str, year: int
) -> None:
    """Refuse to charge another year than the one in which it is done. Raises `WrongYear`."""
    if year != context.year:
        cells = cells_of(ledger, line, nature, source, context.year)
        raise errors.WrongYear(
            year=year,
            now=context.year,
            cells=tuple(f"{name}={cell.allotted_fen}" for name, cell in cells),
        )


def _own(line: Line, context: Context, ledger: Ledger, right: str) -> None:
    if line.unit != context.organisation:
        raise errors.NotYours(
            organisation=context.organisation, who=posts_that_may(ledger, line.unit, right)
        )
