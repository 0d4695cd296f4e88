"""Verbs that hold money: intentions 申请预占, contracts 签约, cover 落实, change, settlement 结算.

Every movement is tested against each limit whose total it raises (`guards.within_limits`).
Generators of events, as in `authority`; amounts are in fen.
"""

from collections.abc import Iterator

from mingzhang.domain.funds import errors, events, guards
from mingzhang.domain.funds.chart import Account
from mingzhang.domain.funds.state import (
    CELLS_PER_CONTRACT_MAX,
    Cell,
    Commitment,
    Estimate,
    Intention,
    Part,
    Posting,
)
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def intend(
    ledger: Ledger,
    context: Context,
    *,
    intention: str,
    cell: str,
    amount_fen: int,
    late: bool = False,
) -> Iterator[Event]:
    """Set money aside on request.

    Raises `AmountWrong`, `NoAccount`, `IntentionTaken`,
    `YearNotBegun`, `YearIsClosed`, `YearEnded`, `CellFrozen`, `NotEnough`,
    `NoMandatoryLimit`, `OverLimit`.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    if ledger.find(Intention, intention) is not None:
        raise errors.IntentionTaken(intention=intention)
    guards.usable(found, cell, context, late=late)
    guards.has(found, cell, "allotted", amount_fen)
    postings = (Posting(cell, "allotted", "intended", amount_fen),)
    yield from guards.within_limits(ledger, context, postings, intention)
    yield from guards.record(
        ledger, events.Intended(ref=intention, intention=intention, postings=postings)
    )


def release_intention(
    ledger: Ledger, *, intention: str, amount_fen: int | None = None, ref: str
) -> Iterator[Event]:
    """Cancel an intention, in part where an amount is given; with nothing left, nothing happens.

    Raises `AmountWrong`, `NoIntention`, `OverIntention`.
    """
    if amount_fen is not None:
        guards.positive(amount_fen)
    found = guards.intention_of(ledger, intention)
    amount = found.left_fen if amount_fen is None else amount_fen
    if amount > found.left_fen:
        raise errors.OverIntention(intention=intention, asked_fen=amount, left_fen=found.left_fen)
    if amount == 0:
        return
    posting = Posting(found.cell, "intended", "allotted", amount)
    yield from guards.record(
        ledger, events.IntentionReleased(ref=ref, intention=intention, postings=(posting,))
    )


def sign(
    ledger: Ledger,
    context: Context,
    *,
    contract: str,
    line: str,
    total_fen: int,
    now: tuple[Part, ...] = (),
    intention: str | None = None,
    late: bool = False,
) -> Iterator[Event]:
    """Sign a contract on a line: bind its total, encumber `now` of this year's cells.

    With an intention the money is taken from it, not from what is available. Raises
    `AmountWrong`, `NoLine`, `NoAccount`, `NoEstimate`, `CommitmentTaken`, `NoIntention`,
    `OtherLine`, `YearNotBegun`, `YearIsClosed`, `YearEnded`, `CellFrozen`, `OverEstimate`,
    `OverTotal`, `OverIntention`, `NotEnough`, `NoMandatoryLimit`, `OverLimit`, `BoundReached`.
    """
    guards.positive(total_fen)
    for part in now:
        guards.positive(part.amount_fen)
    guards.line_of(ledger, line)
    cells = tuple(guards.cell_of(ledger, part.cell) for part in now)
    estimate = ledger.find(Estimate, line)
    if estimate is None:
        raise errors.NoEstimate(line=line)
    if ledger.find(Commitment, contract) is not None:
        raise errors.CommitmentTaken(contract=contract)
    drawn = guards.intention_of(ledger, intention) if intention is not None else None
    _of_line(line, now, cells)
    _usable(context, now, cells, late=late)
    covered = sum(part.amount_fen for part in now)
    if total_fen > estimate.uncontracted_fen:
        raise errors.OverEstimate(
            line=line, asked_fen=total_fen, left_fen=estimate.uncontracted_fen
        )
    if covered > total_fen:
        raise errors.OverTotal(contract=contract, asked_fen=covered, total_fen=total_fen)
    account: Account = "allotted" if drawn is None else "intended"
    if drawn is not None and intention is not None:
        within_intention(drawn, intention, now)
    postings = taken(now, cells, account, "encumbered")
    warnings = guards.within_limits(ledger, context, postings, contract)
    _few(len(now))
    yield from warnings
    signed = events.ContractSigned(
        ref=contract,
        contract=contract,
        line=line,
        total_fen=total_fen,
        postings=postings,
        intention=intention,
    )
    yield from guards.record(ledger, signed)


def cover(
    ledger: Ledger,
    context: Context,
    *,
    contract: str,
    cell: str,
    amount_fen: int,
    ref: str,
    late: bool = False,
) -> Iterator[Event]:
    """Give a contract quota of a cell for what it has only committed 落实.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `OtherLine`, `YearNotBegun`,
    `YearIsClosed`, `YearEnded`, `CellFrozen`, `ContractEnded`, `OverCommitted`, `NotEnough`,
    `NoMandatoryLimit`, `OverLimit`, `BoundReached`.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    before = guards.commitment_of(ledger, contract)
    _of_line(before.line, (Part(cell, amount_fen),), (found,))
    guards.usable(found, cell, context, late=late)
    _running(before, contract)
    if amount_fen > before.committed_fen:
        raise errors.OverCommitted(
            contract=contract, asked_fen=amount_fen, left_fen=before.committed_fen
        )
    guards.has(found, cell, "allotted", amount_fen)
    postings = (Posting(cell, "allotted", "encumbered", amount_fen),)
    warnings = guards.within_limits(ledger, context, postings, contract)
    if all(part.cell != cell for part in before.left):
        _few(len(before.left) + 1)
    yield from warnings
    yield from guards.record(
        ledger, events.ContractCovered(ref=ref, contract=contract, postings=postings)
    )


def uncover(
    ledger: Ledger, *, contract: str, cell: str, amount_fen: int, ref: str
) -> Iterator[Event]:
    """Take quota from a contract that stays bound for it: before its vintage ends, say.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `YearIsClosed`, `OverContract`.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    before = guards.commitment_of(ledger, contract)
    guards.not_closed(found, cell)
    within_contract(before, contract, (Part(cell, amount_fen),))
    postings = (Posting(cell, "encumbered", "allotted", amount_fen),)
    yield from guards.record(
        ledger, events.ContractUncovered(ref=ref, contract=contract, postings=postings)
    )


def change(ledger: Ledger, *, contract: str, change_fen: int, ref: str) -> Iterator[Event]:
    """Raise or lower what a contract binds by a change order 变更; quota follows by `cover`.

    Raises `AmountWrong` for zero, `NoCommitment`, `ContractEnded`, `OverEstimate`,
    `OverCommitted` when it is lowered by more than is committed without quota.
    """
    guards.positive(change_fen if change_fen > 0 else -change_fen)
    before = guards.commitment_of(ledger, contract)
    _running(before, contract)
    estimate = ledger.require(Estimate, before.line)
    if change_fen > estimate.uncontracted_fen:
        raise errors.OverEstimate(
            line=before.line, asked_fen=change_fen, left_fen=estimate.uncontracted_fen
        )
    if -change_fen > before.committed_fen:
        raise errors.OverCommitted(
            contract=contract, asked_fen=-change_fen, left_fen=before.committed_fen
        )
    yield events.ContractChanged(ref=ref, contract=contract, change_fen=change_fen)


def close_contract(ledger: Ledger, *, contract: str, ref: str) -> Iterator[Event]:
    """Settle a contract below its total 结算核减, or cancel it: the rest is free again.

    Raises `NoCommitment`, `ContractEnded`, `PaymentInFlight`.
    """
    before = guards.commitment_of(ledger, contract)
    _running(before, contract)
    if before.in_flight_fen:
        raise errors.PaymentInFlight(contract=contract, in_flight_fen=before.in_flight_fen)
    postings = tuple(
        Posting(part.cell, "encumbered", "allotted", part.amount_fen)
        for part in before.left
        if part.amount_fen
    )
    yield from guards.record(
        ledger, events.ContractClosed(ref=ref, contract=contract, postings=postings)
    )


def within_intention(intention: Intention, name: str, parts: tuple[Part, ...]) -> None:
    """Refuse to take more than an intention has left, or from another cell than its own."""
    asked = sum(part.amount_fen for part in parts)
    for part in parts:
        if part.cell != intention.cell:
            raise errors.OverIntention(intention=name, asked_fen=asked, left_fen=0)
    if asked > intention.left_fen:
        raise errors.OverIntention(intention=name, asked_fen=asked, left_fen=intention.left_fen)


def within_contract(commitment: Commitment, name: str, parts: tuple[Part, ...]) -> None:
    """Refuse to take more than a contract has left in each of the cells."""
    left = {part.cell: part.amount_fen for part in commitment.left}
    for part in parts:
        have = left.get(part.cell, 0)
        if part.amount_fen > have:
            raise errors.OverContract(
                contract=name, cell=part.cell, asked_fen=part.amount_fen, left_fen=have
            )
        left[part.cell] = have - part.amount_fen


def taken(
    parts: tuple[Part, ...], cells: tuple[Cell, ...], debit: Account, credit: Account
) -> tuple[Posting, ...]:
    """Return one posting for each cell, in the order of the parts. Raises `NotEnough`.

    Two parts of one cell are judged together.
    """
    asked: dict[str, int] = {}
    for part in parts:
        asked[part.cell] = asked.get(part.cell, 0) + part.amount_fen
    for part, cell in zip(parts, cells, strict=True):
        guards.has(cell, part.cell, debit, asked[part.cell])
    return tuple([Posting(cell, debit, credit, amount) for cell, amount in asked.items()])


def _of_line(line: str, parts: tuple[Part, ...], cells: tuple[Cell, ...]) -> None:
    for part, cell in zip(parts, cells, strict=True):
        if cell.line != line:
            raise errors.OtherLine(cell=part.cell, line=line)


def _usable(
    context: Context, parts: tuple[Part, ...], cells: tuple[Cell, ...], *, late: bool
) -> None:
    for part, cell in zip(parts, cells, strict=True):
        guards.usable(cell, part.cell, context, late=late)


def _running(commitment: Commitment, contract: str) -> None:
    if commitment.closed:
        raise errors.ContractEnded(contract=contract)


def _few(cells: int) -> None:
    if cells > CELLS_PER_CONTRACT_MAX:
        raise errors.BoundReached(what="cells of a contract", most=CELLS_PER_CONTRACT_MAX)
