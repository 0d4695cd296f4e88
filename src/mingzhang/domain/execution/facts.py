"""What a payment's contracts are asked about, read from state only (design section 6).

`facts_of` reads each record once: the line's cells, or under an agreement those where it has
money left; the payee; the agreement and milestone. Amounts are in fen.
"""

import msgspec

from mingzhang.domain.execution.errors import LineUnknown, NotFound
from mingzhang.domain.execution.proposals import lines_of_unit
from mingzhang.domain.execution.state import (
    INVOICE,
    AccountChange,
    Agreement,
    Interim,
    LineCells,
    Milestone,
    Payee,
    account_id,
    confirmed_account,
    line_cells_id,
    milestone_key,
)
from mingzhang.domain.execution.terms import Article54
from mingzhang.domain.funds.authority import quota_of
from mingzhang.domain.funds.chart import Nature
from mingzhang.domain.funds.state import (
    Cell,
    Commitment,
    FiscalYear,
    Intention,
    Line,
    Part,
    Plan,
    cell_id,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that somebody, or an agreement by itself, wants made."""

    line: str
    nature: Nature
    source: str
    year: int
    amount_fen: int
    purpose: str
    payee: str
    account: str
    proof: str
    by: str = ""
    agreement: str | None = None
    milestone: str | None = None
    intention: str | None = None
    art54: Article54 = "none"
    wage_fen: int = 0
    wage_account: str | None = None
    recouped_fen: int = 0
    retained_fen: int = 0
    clear_by: int | None = None
    """Of an advance, which is held by its payee."""


class Facts(msgspec.Struct, frozen=True):
    """What was read for a wish, and the inputs for its contracts."""

    wish: Wish
    line: Line
    cells: tuple[tuple[str, Cell], ...]
    parts: tuple[Part, ...]
    """From where it would be taken, oldest vintage first; short where there is not enough."""
    left_fen: int
    """Of the agreement in these cells, of the intention, or of free quota."""
    free_fen: int
    """Quota of the cells that nothing binds."""
    payee: Payee
    expected_account: str
    agreement: Agreement | None
    milestone: Milestone | None
    guard: int
    """Version of the payment contracts' binding that guards the line; 0: the present one."""
    inputs: dict[str, int | bool | str]


def line_of(ledger: Ledger, context: Context, line_id: str, unit: str) -> Line:
    """Return a budget line. Raises `LineUnknown` with the unit's lines of this year."""
    line = ledger.find(Line, line_id)
    if line is None:
        raise LineUnknown(line=line_id, lines=lines_of_unit(ledger, unit, context.year))
    return line


def cells_of(
    ledger: Ledger, line: str, nature: str, source: str, year: int
) -> tuple[tuple[str, Cell], ...]:
    """Return the cells of a line, nature, source and year, oldest vintage first."""
    listed = ledger.find(LineCells, line_cells_id(line, nature, source, year))
    names = [cell_id(line, nature, source, year, v) for v in (listed.vintages if listed else ())]
    return tuple((name, ledger.require(Cell, name)) for name in names)


def facts_of(ledger: Ledger, context: Context, wish: Wish, line: Line, payment: str) -> Facts:
    """Read what a wish is judged by; `payment` is its id, which may use its own proof.

    Raises `NotFound` of payee, agreement, milestone or intention.
    """
    payee = ledger.find(Payee, wish.payee)
    if payee is None:
        raise NotFound(what="payee", id=wish.payee)
    agreement, milestone = _agreed(ledger, wish)
    name = line_cells_id(wish.line, wish.nature, wish.source, wish.year)
    listed = ledger.find(LineCells, name) or LineCells(vintages=())
    cells, held = _holdings(ledger, wish, listed)
    parts, left = _parts(held, wish.amount_fen)
    voted = ledger.find(FiscalYear, f"{wish.year}")
    year_voted = voted is not None and wish.nature in voted.voted
    expected = payee.account if agreement is None else agreement.account
    matches = wish.account == expected
    confirmed = False
    if not matches:
        change = ledger.find(AccountChange, account_id(line.unit, wish.payee))
        confirmed = confirmed_account(change) == wish.account
    used = dict(cells)
    names = [part.cell for part in parts] if left >= wish.amount_fen else list(used)
    drawn = [used[each] for each in names]
    free = sum(cell.allotted_fen for _, cell in cells)
    inputs: dict[str, int | bool | str] = {
        "amount_fen": wish.amount_fen,
        "available_fen": left if wish.agreement is None else free,
        "under_contract": wish.agreement is not None,
        "contract_left_fen": left if wish.agreement is not None else 0,
        "plan_to_date_left_fen": _plan_left(ledger, context, wish, cells, listed),
        "year_voted": year_voted,
        "carry_over": bool(drawn) and all(cell.vintage < cell.year for cell in drawn),
        "art54_class": wish.art54 if year_voted else _granted(ledger, wish, names),
        "invoice_used": ledger.lookup(INVOICE, wish.proof) not in (None, payment),
        "account_matches": matches,
        "confirmed_by_two": confirmed,
        "economic_class_matches": wish.purpose == line.economic,
        "milestone_required": agreement is not None and needs_acceptance(agreement),
        "milestone_accepted": milestone is not None and milestone.state == "accepted",
        "open_nonconformity": milestone is not None and bool(milestone.open),
        "payee_frozen": payee.frozen,
        "cell_frozen": any(cell.flagged or cell.shortfall_fen for cell in drawn),
    }
    return Facts(
        wish,
        line,
        cells,
        parts,
        left,
        free,
        payee,
        expected,
        agreement,
        milestone,
        listed.guard,
        inputs,
    )


def needs_acceptance(agreement: Agreement) -> bool:
    """Say whether an agreement pays against accepted milestones only."""
    return any(term.trigger == "acceptance" for term in agreement.milestones)


def _agreed(ledger: Ledger, wish: Wish) -> tuple[Agreement | None, Milestone | None]:
    """Return the agreement in force and the milestone that a wish names, where it names them."""
    if wish.agreement is None:
        return None, None
    agreement = ledger.find(Agreement, wish.agreement)
    if agreement is None or agreement.state != "signed":
        raise NotFound(what="agreement", id=wish.agreement)
    if wish.milestone is None:
        return agreement, None
    name = milestone_key(wish.agreement, wish.milestone)
    milestone = ledger.find(Milestone, name)
    if milestone is None:
        raise NotFound(what="milestone", id=name)
    return agreement, milestone


def _holdings(
    ledger: Ledger, wish: Wish, listed: LineCells
) -> tuple[tuple[tuple[str, Cell], ...], tuple[tuple[str, int], ...]]:
    """Return the cells in question, and how much of each the wish may take."""
    if wish.agreement is not None:
        commitment = ledger.require(Commitment, wish.agreement)
        prefix = f"{line_cells_id(wish.line, wish.nature, wish.source, wish.year)}:"
        left = sorted(p for p in ((p.cell, p.amount_fen) for p in commitment.left))
        held = tuple(pair for pair in left if pair[0].startswith(prefix))
        if held:
            return tuple((name, ledger.require(Cell, name)) for name, _ in held), held
        return _listed_cells(ledger, wish, listed), ()
    if wish.intention is not None:
        intention = ledger.find(Intention, wish.intention)
        if intention is None:
            raise NotFound(what="intention", id=wish.intention)
        cell = ledger.require(Cell, intention.cell)
        return ((intention.cell, cell),), ((intention.cell, intention.left_fen),)
    cells = _listed_cells(ledger, wish, listed)
    return cells, tuple((name, cell.allotted_fen) for name, cell in cells)


def _listed_cells(ledger: Ledger, wish: Wish, listed: LineCells) -> tuple[tuple[str, Cell], ...]:
    base = line_cells_id(wish.line, wish.nature, wish.source, wish.year)
    names = [f"{base}:{vintage:04d}" for vintage in listed.vintages]
    return tuple((name, ledger.require(Cell, name)) for name in names)


def _parts(held: tuple[tuple[str, int], ...], amount_fen: int) -> tuple[tuple[Part, ...], int]:
    """Return what is taken from where, in the order given, and how much there is in all."""
    parts = []
    rest = amount_fen
    for name, have in held:
        share = min(rest, have)
        if share > 0:
            parts.append(Part(name, share))
            rest -= share
    return tuple(parts), sum(have for _, have in held)


def _granted(ledger: Ledger, wish: Wish, cells: list[str]) -> str:
    """Return the class of art. 54 that counts: one for which interim quota was granted."""
    if wish.art54 in ("none", "carry_over"):
        return wish.art54
    for name in cells:
        interim = ledger.find(Interim, name)
        if interim is not None and getattr(interim, f"{wish.art54}_fen"):
            return wish.art54
    return "none"


def _plan_left(
    ledger: Ledger,
    context: Context,
    wish: Wish,
    cells: tuple[tuple[str, Cell], ...],
    listed: LineCells,
) -> int:
    """Return what the cash plan to date leaves; a cell without plan may spend its quota."""
    month = calendar.civil(context.day)[1] if context.year == wish.year else 12
    left = 0
    for name, cell in cells:
        allowed = quota_of(cell)
        if cell.vintage in listed.planned:
            allowed = sum(ledger.require(Plan, name).months_fen[:month])
        left += allowed - paid_of(cell)
    return max(0, left)


def paid_of(cell: Cell) -> int:
    """Return what of a cell is approved, instructed or done."""
    return (
        cell.approved_fen
        + cell.instructed_fen
        + cell.advanced_fen
        + cell.settled_fen
        + cell.claimed_fen
    )
