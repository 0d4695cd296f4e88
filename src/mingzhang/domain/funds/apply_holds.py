"""How intentions and contracts change records: their own, the estimate's, the cells'."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds import events
from mingzhang.domain.funds.posting import Writes, book
from mingzhang.domain.funds.state import (
    HOLDS_PAGE,
    Cell,
    Commitment,
    Estimate,
    Holds,
    Intention,
    Part,
    Posting,
    holds_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record


def total_of(postings: tuple[Posting, ...]) -> int:
    """Return the sum of postings in fen."""
    return sum(posting.amount_fen for posting in postings)


def left_after(
    left: tuple[Part, ...], postings: tuple[Posting, ...], sign: int
) -> tuple[Part, ...]:
    """Return what a contract has left by cell, each posting added (1) or taken (-1)."""
    amounts = {part.cell: part.amount_fen for part in left}
    for posting in postings:
        amounts[posting.cell] = amounts.get(posting.cell, 0) + sign * posting.amount_fen
    return tuple(Part(cell, amounts[cell]) for cell in sorted(amounts))


def enter_hold(cell_id: str, entry: str, ledger: Ledger, writes: Writes) -> None:
    """List a contract or intention among those that hold money in a cell."""
    found = writes.get(Cell.key(cell_id))
    cell = found if isinstance(found, Cell) else ledger.require(Cell, cell_id)
    page_id = holds_id(cell_id, cell.holds // HOLDS_PAGE)
    page = ledger.find(Holds, page_id) or Holds(entries=())
    writes[Holds.key(page_id)] = Holds(entries=(*page.entries, entry))
    writes[Cell.key(cell_id)] = replace(cell, holds=cell.holds + 1)


def use_intention(
    intention_id: str, postings: tuple[Posting, ...], sign: int, ledger: Ledger, writes: Writes
) -> None:
    """Give back to an intention (1) or take from it (-1) what the postings move."""
    intention = ledger.require(Intention, intention_id)
    writes[Intention.key(intention_id)] = replace(
        intention, left_fen=intention.left_fen + sign * total_of(postings)
    )


def intended(event: events.Intended, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post, write the intention, list it under its cell."""
    writes = book(event.postings, event.ref, ledger)
    (posting,) = event.postings
    writes[Intention.key(event.intention)] = Intention(
        cell=posting.cell,
        total_fen=posting.amount_fen,
        left_fen=posting.amount_fen,
        unit=ledger.require(Cell, posting.cell).unit,
    )
    enter_hold(posting.cell, f"intention/{event.intention}", ledger, writes)
    return writes


def intention_released(
    event: events.IntentionReleased, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Post, and take it from the intention."""
    writes = book(event.postings, event.ref, ledger)
    use_intention(event.intention, event.postings, -1, ledger, writes)
    return writes


def contract_signed(event: events.ContractSigned, ledger: Ledger) -> Mapping[str, Record | None]:
    """Bind the total in the estimate, encumber what is covered now."""
    writes = book(event.postings, event.ref, ledger)
    covered = total_of(event.postings)
    estimate = ledger.require(Estimate, event.line)
    writes[Estimate.key(event.line)] = replace(
        estimate,
        uncontracted_fen=estimate.uncontracted_fen - event.total_fen,
        committed_fen=estimate.committed_fen + event.total_fen - covered,
        covered_fen=estimate.covered_fen + covered,
    )
    writes[Commitment.key(event.contract)] = Commitment(
        line=event.line,
        total_fen=event.total_fen,
        committed_fen=event.total_fen - covered,
        left=left_after((), event.postings, 1),
        unit=estimate.unit,
    )
    for cell in sorted(dict.fromkeys(posting.cell for posting in event.postings)):
        enter_hold(cell, f"contract/{event.contract}", ledger, writes)
    if event.intention is not None:
        use_intention(event.intention, event.postings, -1, ledger, writes)
    return writes


def contract_covered(event: events.ContractCovered, ledger: Ledger) -> Mapping[str, Record | None]:
    """Encumber quota for what was only committed."""
    return _cover(event, 1, ledger)


def contract_uncovered(
    event: events.ContractUncovered, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Free quota; the contract stays committed for it."""
    return _cover(event, -1, ledger)


def _cover(
    event: events.ContractCovered | events.ContractUncovered, sign: int, ledger: Ledger
) -> Writes:
    writes = book(event.postings, event.ref, ledger)
    amount = sign * total_of(event.postings)
    before = ledger.require(Commitment, event.contract)
    estimate = ledger.require(Estimate, before.line)
    writes[Estimate.key(before.line)] = replace(
        estimate,
        committed_fen=estimate.committed_fen - amount,
        covered_fen=estimate.covered_fen + amount,
    )
    writes[Commitment.key(event.contract)] = replace(
        before,
        committed_fen=before.committed_fen - amount,
        left=left_after(before.left, event.postings, sign),
    )
    known = tuple(part.cell for part in before.left)
    for posting in event.postings:
        if posting.cell not in known:
            enter_hold(posting.cell, f"contract/{event.contract}", ledger, writes)
    return writes


def contract_changed(event: events.ContractChanged, ledger: Ledger) -> Mapping[str, Record | None]:
    """Bind more or less of the estimate, without quota."""
    before = ledger.require(Commitment, event.contract)
    estimate = ledger.require(Estimate, before.line)
    return {
        Estimate.key(before.line): replace(
            estimate,
            uncontracted_fen=estimate.uncontracted_fen - event.change_fen,
            committed_fen=estimate.committed_fen + event.change_fen,
        ),
        Commitment.key(event.contract): replace(
            before,
            total_fen=before.total_fen + event.change_fen,
            committed_fen=before.committed_fen + event.change_fen,
        ),
    }


def contract_closed(event: events.ContractClosed, ledger: Ledger) -> Mapping[str, Record | None]:
    """Free what the contract had left, in cells and in the estimate."""
    writes = book(event.postings, event.ref, ledger)
    freed = total_of(event.postings)
    before = ledger.require(Commitment, event.contract)
    estimate = ledger.require(Estimate, before.line)
    writes[Estimate.key(before.line)] = replace(
        estimate,
        uncontracted_fen=estimate.uncontracted_fen + freed + before.committed_fen,
        committed_fen=estimate.committed_fen - before.committed_fen,
        covered_fen=estimate.covered_fen - freed,
    )
    writes[Commitment.key(event.contract)] = replace(
        before,
        total_fen=before.total_fen - freed - before.committed_fen,
        committed_fen=0,
        left=left_after(before.left, event.postings, -1),
        closed=True,
    )
    return writes


def commitment_carried(
    event: events.CommitmentCarried, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Move what the contract has left from one cell to the next year's."""
    writes = book(event.postings, event.ref, ledger)
    before = ledger.require(Commitment, event.contract)
    amounts = {part.cell: part.amount_fen for part in before.left}
    if event.to_cell not in amounts:
        enter_hold(event.to_cell, f"contract/{event.contract}", ledger, writes)
    amounts[event.to_cell] = amounts.get(event.to_cell, 0) + amounts.pop(event.from_cell)
    writes[Commitment.key(event.contract)] = replace(
        before, left=tuple(Part(cell, amounts[cell]) for cell in sorted(amounts))
    )
    return writes
