"""Verbs of a payment's life: draw, approve, instruct, settle or bounce, return, claim.

The payment's own record (payee, invoice, parts, state) is the caller's: these verbs guard what
cells, contracts and intentions can bear. A payment names its `parts`: amounts of cells of one
line and nature, oldest vintage first. Amounts are in fen.
"""

from collections.abc import Generator, Iterator

from mingzhang.domain.funds import errors, events, guards
from mingzhang.domain.funds.authority import open_cell
from mingzhang.domain.funds.chart import Account, Nature
from mingzhang.domain.funds.holding import taken, within_contract, within_intention
from mingzhang.domain.funds.state import Cell, Commitment, Part, Policy, Posting, cell_id
from mingzhang.kernel.context import Context
from mingzhang.kernel.faults import InvariantBroken
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def draw(
    ledger: Ledger,
    *,
    line: str,
    nature: Nature,
    source: str,
    year: int,
    amount_fen: int,
    contract: str | None = None,
) -> tuple[Part, ...]:
    """Return from which cells of a year an amount is taken, oldest vintage first.

    Under a contract from what it has left there, else from what is available. Raises
    `AmountWrong`, `NoAccount` when the line has no such cell, `NoCommitment`, `OverContract`
    (cell ``*``: all of them together), `NotEnough` naming the youngest cell and the sum of all.
    """
    guards.positive(amount_fen)
    found = cells_by_age(ledger, line, nature, source, year)
    if not found:
        raise errors.NoAccount(cell=cell_id(line, nature, source, year, year))
    commitment = guards.commitment_of(ledger, contract) if contract is not None else None
    bound = {part.cell: part.amount_fen for part in commitment.left} if commitment else {}
    parts: list[Part] = []
    rest = amount_fen
    for name, cell in found:
        free = cell.allotted_fen if commitment is None else bound.get(name, 0)
        share = min(rest, free)
        if share > 0:
            parts.append(Part(name, share))
            rest -= share
    if rest == 0:
        return tuple(parts)
    if contract is not None:
        raise errors.OverContract(
            contract=contract, cell="*", asked_fen=amount_fen, left_fen=amount_fen - rest
        )
    raise errors.NotEnough(
        cell=found[-1][0], account="allotted", asked_fen=amount_fen, have_fen=amount_fen - rest
    )


def cells_by_age(
    ledger: Ledger, line: str, nature: str, source: str, year: int
) -> tuple[tuple[str, Cell], ...]:
    """Return the cells of a line, nature, source and year with their ids, oldest vintage first."""
    found = []
    for vintage in range(year - policy_of(ledger).carry_over_years, year + 1):
        name = cell_id(line, nature, source, year, vintage)
        cell = ledger.find(Cell, name)
        if cell is not None:
            found.append((name, cell))
    return tuple(found)


def policy_of(ledger: Ledger) -> Policy:
    """Return what genesis states of carry-over; a ledger without it is misbuilt (KER-00)."""
    policy = ledger.find(Policy, "carry-over")
    if policy is None:
        raise InvariantBroken("genesis has no section `funds` with carry_over_years")
    return policy


def approve(
    ledger: Ledger,
    context: Context,
    *,
    payment: str,
    parts: tuple[Part, ...],
    contract: str | None = None,
    intention: str | None = None,
    late: bool = False,
) -> Iterator[Event]:
    """Approve a payment 审核: under a contract, on an intention, or on what is available.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `NoIntention`, `OtherLine`, `OtherNature`,
    `OtherYear`, `YearNotBegun`, `YearIsClosed`, `YearEnded`, `CellFrozen`, `ContractEnded`,
    `OverContract`, `OverIntention`, `NotEnough`, `NoMandatoryLimit`, `OverLimit`.
    """
    cells = _cells_of(ledger, parts)
    commitment = guards.commitment_of(ledger, contract) if contract is not None else None
    drawn = guards.intention_of(ledger, intention) if intention is not None else None
    _alike(parts, cells, commitment.line if commitment else cells[0].line)
    for part, cell in zip(parts, cells, strict=True):
        guards.usable(cell, part.cell, context, late=late)
    account: Account = "allotted"
    if commitment is not None and contract is not None:
        account = "encumbered"
        if commitment.closed:
            raise errors.ContractEnded(contract=contract)
        within_contract(commitment, contract, parts)
    elif drawn is not None and intention is not None:
        account = "intended"
        within_intention(drawn, intention, parts)
    postings = taken(parts, cells, account, "approved")
    yield from guards.within_limits(ledger, context, postings, payment)
    yield from guards.record(
        ledger,
        events.PaymentApproved(
            ref=payment,
            postings=postings,
            contract=contract,
            intention=None if contract is not None else intention,
        ),
    )


def instruct(
    ledger: Ledger,
    context: Context,
    *,
    payment: str,
    parts: tuple[Part, ...],
    late: bool = False,
) -> Iterator[Event]:
    """Tell the bank to pay 发支付指令; again after a bounce. The plan to date is tested.

    Raises `AmountWrong`, `NoAccount`, `YearNotBegun`, `YearIsClosed`, `YearEnded`,
    `CellFrozen`, `NotEnough` of `approved`, `OverLimit`.
    """
    cells = _cells_of(ledger, parts)
    for part, cell in zip(parts, cells, strict=True):
        guards.usable(cell, part.cell, context, late=late)
    postings = taken(parts, cells, "approved", "instructed")
    yield from guards.within_plan(ledger, context, cells, payment)
    yield events.PaymentInstructed(ref=payment, postings=postings)


def settle(
    ledger: Ledger,
    *,
    payment: str,
    parts: tuple[Part, ...],
    contract: str | None = None,
    advance: bool = False,
) -> Iterator[Event]:
    """Record that the bank has paid 支付成功. A fact: frozen cells book too.

    With `advance` it is an advance 借款, never under a contract: what that pays ahead is paid.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `OtherLine`, `OtherNature`, `OtherYear`,
    `YearIsClosed`, `OverPaid` when the contract has less in flight, `NotEnough` of `instructed`.
    """
    cells = _cells_of(ledger, parts)
    commitment = guards.commitment_of(ledger, contract) if contract is not None else None
    _alike(parts, cells, commitment.line if commitment else cells[0].line)
    _standing(parts, cells)
    if commitment is not None and contract is not None:
        _in_flight(commitment, contract, parts)
    to: Account = "advanced" if advance and contract is None else "settled"
    postings = taken(parts, cells, "instructed", to)
    yield events.PaymentSettled(ref=payment, postings=postings, contract=contract)


def bounce(ledger: Ledger, *, payment: str, parts: tuple[Part, ...]) -> Iterator[Event]:
    """Record that the bank could not pay 退票. A fact: frozen cells book too.

    Raises `AmountWrong`, `NoAccount`, `YearIsClosed`, `NotEnough` of `instructed`.
    """
    cells = _cells_of(ledger, parts)
    _standing(parts, cells)
    postings = taken(parts, cells, "instructed", "approved")
    yield events.PaymentBounced(ref=payment, postings=postings)


def cancel(
    ledger: Ledger,
    *,
    payment: str,
    parts: tuple[Part, ...],
    contract: str | None = None,
    intention: str | None = None,
) -> Iterator[Event]:
    """Give up an approved payment; the money goes back where it came from.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `NoIntention`, `OtherLine`,
    `YearIsClosed`, `OverPaid` when the contract has less in flight, `OverIntention` when the
    intention never held so much, `NotEnough` of `approved`.
    """
    cells = _cells_of(ledger, parts)
    commitment = guards.commitment_of(ledger, contract) if contract is not None else None
    drawn = guards.intention_of(ledger, intention) if intention is not None else None
    _alike(parts, cells, commitment.line if commitment else cells[0].line)
    _standing(parts, cells)
    back: Account = "allotted"
    if commitment is not None and contract is not None:
        back = "encumbered"
        _in_flight(commitment, contract, parts)
    elif drawn is not None and intention is not None:
        back = "intended"
        used, asked = drawn.total_fen - drawn.left_fen, _sum(parts)
        if asked > used or any(part.cell != drawn.cell for part in parts):
            raise errors.OverIntention(intention=intention, asked_fen=asked, left_fen=used)
    postings = taken(parts, cells, "approved", back)
    yield from guards.record(
        ledger,
        events.PaymentCancelled(
            ref=payment,
            postings=postings,
            contract=contract,
            intention=None if contract is not None else intention,
        ),
    )


def clear_advance(
    ledger: Ledger, *, payment: str, cell: str, used_fen: int, back_fen: int
) -> Iterator[Event]:
    """Clear an advance 核销 in whole or part: `used_fen` was spent, `back_fen` came back.

    Raises `AmountWrong` when both are nothing or one is negative, `NoAccount`, `YearIsClosed`,
    `NotEnough` of `advanced`.
    """
    guards.positive(used_fen + back_fen)
    if min(used_fen, back_fen) < 0:
        raise errors.AmountWrong(amount_fen=min(used_fen, back_fen))
    found = guards.cell_of(ledger, cell)
    guards.not_closed(found, cell)
    guards.has(found, cell, "advanced", used_fen + back_fen)
    postings = (
        Posting(cell, "advanced", "settled", used_fen),
        Posting(cell, "advanced", "allotted", back_fen),
    )
    moving = tuple(posting for posting in postings if posting.amount_fen)
    yield from guards.record(ledger, events.AdvanceCleared(ref=payment, postings=moving))


def take_back(
    ledger: Ledger,
    *,
    payment: str,
    cell: str,
    amount_fen: int,
    contract: str | None = None,
) -> Iterator[Event]:
    """Record money that came back while the cell's year is open 退回.

    It goes to the open contract that paid it, else to what is available. A fact: frozen cells
    book too. That all returns of a payment are at most the payment, the caller sees.

    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `OtherLine`, `YearIsClosed` (then it is
    `take_back_earlier`), `OverPaid`, `NotEnough` of `settled`.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    commitment = guards.commitment_of(ledger, contract) if contract is not None else None
    to: Account = "allotted"
    if commitment is not None and contract is not None:
        _alike((Part(cell, amount_fen),), (found,), commitment.line)
        to = "allotted" if commitment.closed else "encumbered"
    guards.not_closed(found, cell)
    if commitment is not None and contract is not None:
        paid = commitment.paid_fen - commitment.in_flight_fen
        if amount_fen > paid:
            raise errors.OverPaid(contract=contract, asked_fen=amount_fen, paid_fen=paid)
    guards.has(found, cell, "settled", amount_fen)
    postings = (Posting(cell, "settled", to, amount_fen),)
    yield from guards.record(
        ledger, events.PaymentReturned(ref=payment, postings=postings, contract=contract)
    )


def take_back_earlier(
    ledger: Ledger,
    context: Context,
    *,
    payment: str,
    cell: str,
    amount_fen: int,
    to_quota: bool,
    of_claim: bool = False,
) -> Generator[Event, None, str | None]:
    """Record money of a closed year that came back; return the cell that has it, or None.

    It goes to quota of this year with its old vintage, or to the treasury, as the
    jurisdiction's rule says.

    Raises `AmountWrong`, `NoAccount`, `YearNotClosed`, `VintageTooOld` (quota only),
    `NotEnough` when more comes back than was paid (or claimed) and has not come back.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    if not found.closed:
        raise errors.YearNotClosed(cell=cell)
    last_year = found.vintage + policy_of(ledger).carry_over_years
    if to_quota and context.year > last_year:
        raise errors.VintageTooOld(vintage=found.vintage, last_year=last_year)
    account: Account = "claimed" if of_claim else "settled"
    have = found.claimed_fen - found.claims_returned_fen
    if not of_claim:
        have = found.settled_fen - found.returned_fen
    if amount_fen > have:
        raise errors.NotEnough(cell=cell, account=account, asked_fen=amount_fen, have_fen=have)
    if not to_quota:
        yield events.ReturnedToTreasury(
            ref=payment, from_cell=cell, from_account=account, amount_fen=amount_fen
        )
        return None
    target = yield from open_cell(
        ledger,
        context,
        line=found.line,
        nature=found.nature,
        source=found.source,
        year=context.year,
        vintage=found.vintage,
    )
    postings = (Posting(target, "prior", "allotted", amount_fen),)
    returned = events.EarlierReturned(
        ref=payment, postings=postings, from_cell=cell, from_account=account
    )
    yield from guards.record(ledger, returned)
    return target


def claim(ledger: Ledger, *, payment: str, cell: str, amount_fen: int) -> Iterator[Event]:
    """Claim a wrong payment back 追索.

    Raises `AmountWrong`, `NoAccount`, `YearIsClosed`, `NotEnough` of `settled`.
    """
    posting = _fact(ledger, cell, "settled", "claimed", amount_fen)
    yield events.Claimed(ref=payment, postings=(posting,))


def claim_paid(ledger: Ledger, *, payment: str, cell: str, amount_fen: int) -> Iterator[Event]:
    """Record that a claim was paid while the cell's year is open: available again.

    Raises `AmountWrong`, `NoAccount`, `YearIsClosed` (then it is `take_back_earlier` with
    `of_claim`), `NotEnough` of `claimed`.
    """
    posting = _fact(ledger, cell, "claimed", "allotted", amount_fen)
    yield from guards.record(ledger, events.ClaimPaidBack(ref=payment, postings=(posting,)))


def write_off_claim(ledger: Ledger, *, payment: str, cell: str, amount_fen: int) -> Iterator[Event]:
    """Give a claim up 核销: it is spending after all. Never by contract: the caller sees to it.

    Refusals as `claim`, of `claimed`.
    """
    posting = _fact(ledger, cell, "claimed", "settled", amount_fen)
    yield events.ClaimWrittenOff(ref=payment, postings=(posting,))


def reverse_return(
    ledger: Ledger,
    *,
    payment: str,
    cell: str,
    amount_fen: int,
    contract: str | None = None,
) -> Iterator[Event]:
    """Take back a return that was booked by mistake; for want of money it is never refused.

    First from what the contract has left in the cell (it has paid again), then from what is
    available, the rest stands as `shortfall` and freezes the cell until it is filled.
    Raises `AmountWrong`, `NoAccount`, `NoCommitment`, `YearIsClosed`.
    """
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    left = 0
    if contract is not None:
        commitment = guards.commitment_of(ledger, contract)
        left = sum(part.amount_fen for part in commitment.left if part.cell == cell)
    guards.not_closed(found, cell)
    from_contract = min(amount_fen, left)
    from_free = min(amount_fen - from_contract, found.allotted_fen)
    short = amount_fen - from_contract - from_free
    postings = (
        Posting(cell, "encumbered", "settled", from_contract),
        Posting(cell, "allotted", "settled", from_free),
        Posting(cell, "shortfall", "settled", short),
    )
    moving = tuple(posting for posting in postings if posting.amount_fen)
    yield events.ReturnReversed(ref=payment, postings=moving, contract=contract)


def _cells_of(ledger: Ledger, parts: tuple[Part, ...]) -> tuple[Cell, ...]:
    if not parts:
        raise errors.AmountWrong(amount_fen=0)
    for part in parts:
        guards.positive(part.amount_fen)
    return tuple([guards.cell_of(ledger, part.cell) for part in parts])


def _alike(parts: tuple[Part, ...], cells: tuple[Cell, ...], line: str) -> None:
    first = cells[0]
    for part, cell in zip(parts, cells, strict=True):
        if cell.line != line:
            raise errors.OtherLine(cell=part.cell, line=line)
        if cell.nature != first.nature:
            raise errors.OtherNature(nature=cell.nature, other=first.nature)
        if cell.year != first.year:
            raise errors.OtherYear(year=cell.year, other=first.year)


def _standing(parts: tuple[Part, ...], cells: tuple[Cell, ...]) -> None:
    for part, cell in zip(parts, cells, strict=True):
        guards.not_closed(cell, part.cell)


def _in_flight(commitment: Commitment, contract: str, parts: tuple[Part, ...]) -> None:
    """Raise `OverPaid` when a contract has less in flight than the parts sum to."""
    asked = _sum(parts)
    if asked > commitment.in_flight_fen:
        raise errors.OverPaid(contract=contract, asked_fen=asked, paid_fen=commitment.in_flight_fen)


def _sum(parts: tuple[Part, ...]) -> int:
    return sum(part.amount_fen for part in parts)


def _fact(ledger: Ledger, cell: str, debit: Account, credit: Account, amount_fen: int) -> Posting:
    guards.positive(amount_fen)
    found = guards.cell_of(ledger, cell)
    guards.not_closed(found, cell)
    guards.has(found, cell, debit, amount_fen)
    return Posting(cell, debit, credit, amount_fen)
