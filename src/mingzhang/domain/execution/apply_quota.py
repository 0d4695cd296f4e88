"""How events of quota, payees and virement change records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.execution import events
from mingzhang.domain.execution.state import (
    CELLS_PAGE,
    AccountChange,
    Interim,
    LineCells,
    LineDesignation,
    MovedOut,
    Payee,
    Policy,
    QuotaDocument,
    UnitCells,
    Virement,
    account_id,
    confirmed_account,
    unit_cells_id,
)
from mingzhang.domain.funds.state import Cell
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def policy_set(event: events.PolicySet, ledger: Ledger) -> Writes:
    """Keep what genesis states."""
    policy = Policy(
        procurement_from_fen=event.procurement_from_fen,
        payee_classes=event.payee_classes,
        desks=event.desks,
        reference=event.reference,
        correct_days=event.correct_days,
    )
    return {Policy.key("now"): policy}


def cell_listed(event: events.CellListed, ledger: Ledger) -> Writes:
    """Add the cell to those of its line, and to its unit's list as far as that goes."""
    name, _, vintage = event.cell.rpartition(":")
    of_line = ledger.find(LineCells, name) or LineCells(vintages=(), guard=event.guard)
    vintages = tuple(sorted((*of_line.vintages, int(vintage))))
    writes: dict[str, Record | None] = {LineCells.key(name): replace(of_line, vintages=vintages)}
    list_id = unit_cells_id(event.unit, event.year)
    before = ledger.find(UnitCells, list_id) or UnitCells(cells=())
    if len(before.cells) < CELLS_PAGE:
        writes[UnitCells.key(list_id)] = UnitCells(cells=(*before.cells, event.cell))
    return writes


def plan_noted(event: events.PlanNoted, ledger: Ledger) -> Writes:
    """Note that the cell has a plan."""
    name, _, vintage = event.cell.rpartition(":")
    of_line = ledger.require(LineCells, name)
    planned = tuple(sorted(dict.fromkeys((*of_line.planned, int(vintage)))))
    return {LineCells.key(name): replace(of_line, planned=planned)}


def line_designated(event: events.LineDesignated, ledger: Ledger) -> Writes:
    """Keep what the line is for."""
    return {
        LineDesignation.key(event.line): LineDesignation(use=event.use, document=event.document)
    }


def quota_issued(event: events.QuotaIssued, ledger: Ledger) -> Writes:
    """Keep the document; it waits where it has a condition."""
    document = QuotaDocument(
        number=event.number,
        issuer=event.issuer,
        unit=event.unit,
        year=event.year,
        parts=event.parts,
        document=event.document,
        state="released" if event.condition is None else "conditional",
        by=event.by,
        condition=event.condition,
    )
    return {QuotaDocument.key(event.document_id): document}


def quota_released(event: events.QuotaReleased, ledger: Ledger) -> Writes:
    """The document waits no longer."""
    before = ledger.require(QuotaDocument, event.document_id)
    released = replace(before, state="released", met_by=event.met_by)
    return {QuotaDocument.key(event.document_id): released}


def interim_noted(event: events.InterimNoted, ledger: Ledger) -> Writes:
    """Add the grant to its purpose."""
    before = ledger.find(Interim, event.cell) or Interim()
    field = f"{event.purpose}_fen"
    after = replace(before, **{field: getattr(before, field) + event.amount_fen})
    if event.purpose == "same_period":
        after = replace(after, measured_fen=event.measured_fen)
    return {Interim.key(event.cell): after}


def payee_registered(event: events.PayeeRegistered, ledger: Ledger) -> Writes:
    """Write the payee."""
    payee = Payee(
        title=event.title,
        payee_class=event.payee_class,
        credit_code=event.credit_code,
        account=event.account,
        by=event.by,
        unit=event.unit,
    )
    return {Payee.key(event.payee): payee}


def account_change_asked(event: events.AccountChangeAsked, ledger: Ledger) -> Writes:
    """Keep what was asked; what two persons confirmed before counts until this is."""
    name = account_id(event.unit, event.payee)
    change = AccountChange(
        account=event.account,
        asked_by=event.by,
        reason=event.reason,
        before=confirmed_account(ledger.find(AccountChange, name)),
    )
    return {AccountChange.key(name): change}


def account_change_confirmed(event: events.AccountChangeConfirmed, ledger: Ledger) -> Writes:
    """Add the confirmation."""
    name = account_id(event.unit, event.payee)
    before = ledger.require(AccountChange, name)
    after = replace(before, confirmed=(*before.confirmed, event.signature))
    return {AccountChange.key(name): after}


def payee_frozen(event: events.PayeeFrozen, ledger: Ledger) -> Writes:
    """Nothing is paid to the payee."""
    before = ledger.require(Payee, event.payee)
    return {Payee.key(event.payee): replace(before, frozen=True, reason=event.reason)}


def payee_unfrozen(event: events.PayeeUnfrozen, ledger: Ledger) -> Writes:
    """The payee may be paid."""
    before = ledger.require(Payee, event.payee)
    return {Payee.key(event.payee): replace(before, frozen=False, reason=event.reason)}


def virement_decided(event: events.VirementDecided, ledger: Ledger) -> Writes:
    """Keep the virement; one that is applied adds to what was moved out of its cell."""
    virement = Virement(
        from_cell=event.from_cell,
        to_cell=event.to_cell,
        amount_fen=event.amount_fen,
        reason=event.reason,
        by=event.by,
        state="routed" if event.case else "applied",
        ruling=event.ruling,
        case=event.case,
        art67_case=event.art67_case,
        unit=ledger.require(Cell, event.from_cell).unit,
    )
    writes: dict[str, Record | None] = {Virement.key(event.virement): virement}
    if not event.case:
        writes |= _moved_out(event.from_cell, event.amount_fen, ledger)
    return writes


def virement_concluded(event: events.VirementConcluded, ledger: Ledger) -> Writes:
    """Applied or rejected."""
    before = ledger.require(Virement, event.virement)
    state = "applied" if event.applied else "rejected"
    writes: dict[str, Record | None] = {Virement.key(event.virement): replace(before, state=state)}
    if event.applied:
        writes |= _moved_out(before.from_cell, before.amount_fen, ledger)
    return writes


def _moved_out(cell: str, amount_fen: int, ledger: Ledger) -> dict[str, Record | None]:
    before = ledger.find(MovedOut, cell)
    out = (before.out_fen if before else 0) + amount_fen
    return {MovedOut.key(cell): MovedOut(out_fen=out)}
