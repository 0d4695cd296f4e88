"""The engine: postings to cells, with their count, chain and the totals of patterns.

`book` is the only writer of balances. It refuses nothing: verbs guard, invariants are checked.
"""

import hashlib
from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.funds.chart import FIELD, NO_RISE, ON_DEBIT, RISE
from mingzhang.domain.funds.events import Movement
from mingzhang.domain.funds.state import Cell, Money, Pattern, Posting
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = dict[str, Record | None]


def moved(event: Movement, ledger: Ledger) -> Mapping[str, Record | None]:
    """Post an event that changes nothing but cells and patterns."""
    return book(event.postings, event.ref, ledger)


def book(postings: tuple[Posting, ...], ref: str, ledger: Ledger) -> Writes:
    """Return the cells and patterns that the postings change."""
    writes: Writes = {}
    for posting in postings:
        key = f"funds/cell/{posting.cell}"
        found = writes.get(key)
        cell = found if isinstance(found, Cell) else ledger.require(Cell, posting.cell)
        writes[key] = posted(cell, posting, ref)
        rise = RISE[posting.debit, posting.credit]
        if rise != NO_RISE:
            count_on(cell.patterns, rise, posting.amount_fen, ledger, writes)
    return writes


def posted(cell: Cell, posting: Posting, ref: str) -> Cell:
    """Return a cell after one posting."""
    debit, credit, amount = posting.debit, posting.credit, posting.amount_fen
    debit_field, credit_field = FIELD[debit], FIELD[credit]
    entry = f"{debit}/{credit}/{amount}/{ref}".encode()
    return replace(
        cell,
        count=cell.count + 1,
        chain=hashlib.sha256(bytes.fromhex(cell.chain) + entry).hexdigest(),
        **{
            debit_field: getattr(cell, debit_field) + ON_DEBIT[debit] * amount,
            credit_field: getattr(cell, credit_field) - ON_DEBIT[credit] * amount,
        },
    )


def count_on(
    patterns: tuple[str, ...],
    rise: tuple[int, int, int],
    amount_fen: int,
    ledger: Ledger,
    writes: Writes,
) -> None:
    """Raise the totals of patterns, each by `rise` times the amount."""
    for pattern_id in patterns:
        key = f"funds/pattern/{pattern_id}"
        found = writes.get(key)
        pattern = found if isinstance(found, Pattern) else ledger.require(Pattern, pattern_id)
        writes[key] = replace(
            pattern,
            held_fen=pattern.held_fen + rise[0] * amount_fen,
            contracted_fen=pattern.contracted_fen + rise[1] * amount_fen,
            paid_fen=pattern.paid_fen + rise[2] * amount_fen,
        )


def book_money(
    nature: str, entries: tuple[tuple[str, str, int], ...], ledger: Ledger, writes: Writes
) -> None:
    """Post entries of (debit, credit, fen) to book M of one nature."""
    change: dict[str, int] = {}
    for debit, credit, amount in entries:
        change[debit] = change.get(debit, 0) + amount
        change[credit] = change.get(credit, 0) - amount
    money = ledger.find(Money, nature) or Money()
    writes[Money.key(nature)] = replace(
        money,
        **{f"{name}_fen": getattr(money, f"{name}_fen") + fen for name, fen in change.items()},
    )
