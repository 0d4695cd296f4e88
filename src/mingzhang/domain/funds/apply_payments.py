"""How payments change records: cells, the contract or intention they draw on, book M."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds import events
from mingzhang.domain.funds.apply_holds import left_after, total_of, use_intention
from mingzhang.domain.funds.posting import Writes, book, book_money
from mingzhang.domain.funds.state import Cell, Commitment, Estimate, Posting
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record


def payment_approved(event: events.PaymentApproved, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post, and take the amount from the contract or intention."""
    writes = book(event.postings, event.ref, ledger)
    if event.contract is not None:
        amount = total_of(event.postings)
        before = ledger.require(Commitment, event.contract)
        writes[Commitment.key(event.contract)] = replace(
            before,
            left=left_after(before.left, event.postings, -1),
            paid_fen=before.paid_fen + amount,
            in_flight_fen=before.in_flight_fen + amount,
        )
    if event.intention is not None:
        use_intention(event.intention, event.postings, -1, ledger, writes)
    return writes


def payment_settled(event: events.PaymentSettled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post to cells and to the bank's book; the contract has it in flight no longer."""
    writes = book(event.postings, event.ref, ledger)
    amount = total_of(event.postings)
    nature = nature_of(event.postings, ledger)
    if event.postings[0].credit == "advanced":
        book_money(nature, (("advances", "treasury", amount),), ledger, writes)
    else:
        entries = (("transit", "treasury", amount), ("spent", "transit", amount))
        book_money(nature, entries, ledger, writes)
    if event.contract is not None:
        before = ledger.require(Commitment, event.contract)
        writes[Commitment.key(event.contract)] = replace(
            before, in_flight_fen=before.in_flight_fen - amount
        )
    return writes


def payment_cancelled(
    event: events.PaymentCancelled, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Post, and give the amount back to the contract or intention."""
    writes = book(event.postings, event.ref, ledger)
    if event.contract is not None:
        amount = total_of(event.postings)
        before = ledger.require(Commitment, event.contract)
        writes[Commitment.key(event.contract)] = replace(
            before,
            left=left_after(before.left, event.postings, 1),
            paid_fen=before.paid_fen - amount,
            in_flight_fen=before.in_flight_fen - amount,
        )
    if event.intention is not None:
        use_intention(event.intention, event.postings, 1, ledger, writes)
    return writes


def advance_cleared(event: events.AdvanceCleared, ledger: Ledger) -> Mapping[str, Record | None]:
    """The used part is spent, the rest is back in the treasury."""
    writes = book(event.postings, event.ref, ledger)
    entries = tuple(
        ("spent" if posting.credit == "settled" else "treasury", "advances", posting.amount_fen)
        for posting in event.postings
    )
    book_money(nature_of(event.postings, ledger), entries, ledger, writes)
    return writes


def payment_returned(event: events.PaymentReturned, ledger: Ledger) -> Mapping[str, Record | None]:
    """An open contract has the money left again; a closed one is worth that much less."""
    writes = book(event.postings, event.ref, ledger)
    amount = total_of(event.postings)
    entries = (("treasury", "spent", amount),)
    book_money(nature_of(event.postings, ledger), entries, ledger, writes)
    if event.contract is None:
        return writes
    before = ledger.require(Commitment, event.contract)
    paid = before.paid_fen - amount
    if not before.closed:
        left = left_after(before.left, event.postings, 1)
        writes[Commitment.key(event.contract)] = replace(before, left=left, paid_fen=paid)
        return writes
    writes[Commitment.key(event.contract)] = replace(
        before, total_fen=before.total_fen - amount, paid_fen=paid
    )
    estimate = ledger.require(Estimate, before.line)
    writes[Estimate.key(before.line)] = replace(
        estimate,
        uncontracted_fen=estimate.uncontracted_fen + amount,
        covered_fen=estimate.covered_fen - amount,
    )
    return writes


def earlier_returned(event: events.EarlierReturned, ledger: Ledger) -> Mapping[str, Record | None]:
    """Quota of this year; the closed cell notes what came back."""
    writes = book(event.postings, event.ref, ledger)
    amount = total_of(event.postings)
    other = "receivable" if event.from_account == "claimed" else "spent"
    nature = _note_returned(event, amount, ledger, writes)
    book_money(nature, (("treasury", other, amount),), ledger, writes)
    return writes


def returned_to_treasury(
    event: events.ReturnedToTreasury, ledger: Ledger
) -> Mapping[str, Record | None]:
    """Owed to the treasury; the closed cell notes what came back."""
    writes: Writes = {}
    amount = event.amount_fen
    nature = _note_returned(event, amount, ledger, writes)
    entries: tuple[tuple[str, str, int], ...] = (("treasury", "due_to_treasury", amount),)
    if event.from_account == "claimed":
        entries = (("treasury", "receivable", amount), ("spent", "due_to_treasury", amount))
    book_money(nature, entries, ledger, writes)
    return writes


def claimed(event: events.Claimed, ledger: Ledger) -> Mapping[str, Record | None]:
    """A receivable instead of spending."""
    return _with_money(event, "receivable", "spent", ledger)


def claim_paid_back(event: events.ClaimPaidBack, ledger: Ledger) -> Mapping[str, Record | None]:
    """The receivable is money again."""
    return _with_money(event, "treasury", "receivable", ledger)


def claim_written_off(event: events.ClaimWrittenOff, ledger: Ledger) -> Mapping[str, Record | None]:
    """The receivable is spending after all."""
    return _with_money(event, "spent", "receivable", ledger)


def shortfall_filled(event: events.ShortfallFilled, ledger: Ledger) -> Mapping[str, Record | None]:
    """Quota instead of the receivable."""
    return _with_money(event, "treasury", "receivable", ledger)


def return_reversed(event: events.ReturnReversed, ledger: Ledger) -> Mapping[str, Record | None]:
    """What was there is spent again; the rest is a receivable. The contract pays its part."""
    writes = book(event.postings, event.ref, ledger)
    entries = tuple(
        ("receivable" if p.debit == "shortfall" else "spent", "treasury", p.amount_fen)
        for p in event.postings
    )
    book_money(nature_of(event.postings, ledger), entries, ledger, writes)
    of_contract = tuple(p for p in event.postings if p.debit == "encumbered")
    if event.contract is not None and of_contract:
        before = ledger.require(Commitment, event.contract)
        writes[Commitment.key(event.contract)] = replace(
            before,
            left=left_after(before.left, of_contract, -1),
            paid_fen=before.paid_fen + total_of(of_contract),
        )
    return writes


def nature_of(postings: tuple[Posting, ...], ledger: Ledger) -> str:
    """Return the nature of the first posting's cell; verbs see that all are of one line."""
    return ledger.require(Cell, postings[0].cell).nature


def _with_money(event: events.Movement, debit: str, credit: str, ledger: Ledger) -> Writes:
    writes = book(event.postings, event.ref, ledger)
    entries = ((debit, credit, total_of(event.postings)),)
    book_money(nature_of(event.postings, ledger), entries, ledger, writes)
    return writes


def _note_returned(
    event: events.EarlierReturned | events.ReturnedToTreasury,
    amount_fen: int,
    ledger: Ledger,
    writes: Writes,
) -> str:
    cell = ledger.require(Cell, event.from_cell)
    if event.from_account == "claimed":
        after = replace(cell, claims_returned_fen=cell.claims_returned_fen + amount_fen)
    else:
        after = replace(cell, returned_fen=cell.returned_fen + amount_fen)
    writes[Cell.key(event.from_cell)] = after
    return cell.nature
