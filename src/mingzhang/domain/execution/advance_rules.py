"""Rules of advances 备用金、借款: ask for one, clear it by vouchers and by what is given back.

An advance is a payment to who holds it; what the bank pays stands as *advanced*, not as *paid*,
until vouchers turn it into spending. It ends when nothing is left to clear.
"""

from collections.abc import Iterable, Iterator

from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.facts import Wish, line_of
from mingzhang.domain.execution.paying import pay
from mingzhang.domain.execution.payment_rules import of_unit, payment_in
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.quota_rules import this_year
from mingzhang.domain.execution.state import INVOICE, Cleared, Payment, invoice_proof
from mingzhang.domain.execution.terms import VOUCHERS_MAX, Voucher
from mingzhang.domain.funds import payments as money
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def request_advance(
    command: messages.RequestAdvance, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Ask for an advance, by the line's unit.

    In order: `LineUnknown`, `NotYours`, `WrongYear`, `TermsWrong` (a last day that is past, or
    in another year), and what `pay` refuses.
    """
    line = line_of(ledger, context, command.line, context.organisation)
    if context.organisation != line.unit:
        raise errors.NotYours(
            organisation=context.organisation,
            who=posts_that_may(ledger, line.unit, command.right()),
        )
    this_year(ledger, context, command.line, command.nature, command.source, command.year)
    if command.clear_by < context.day or calendar.civil(command.clear_by)[0] != context.year:
        raise errors.TermsWrong(
            field="clear_by",
            reason="not a day to come of this budget year",
            asked=command.clear_by,
            expected=context.day,
        )
    wish = Wish(
        line=command.line,
        nature=command.nature,
        source=command.source,
        year=command.year,
        amount_fen=command.amount_fen,
        purpose=command.purpose,
        payee=command.holder,
        account=command.account,
        proof=f"DOC|{command.document_sha256}",
        by=context.person,
        art54=command.art54,
        clear_by=command.clear_by,
    )
    yield from pay(ledger, context, wish, line, context.record_id())


def clear_advance(
    command: messages.ClearAdvance, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Clear an advance that the bank has paid, by another person than who asked for it.

    Raises `NotFound`, `StateWrong`, `NotYours`, `OwnSubmission`, `OverAdvance`, `BoundReached`,
    for the first voucher in order `ProofMissing` and `VoucherTwice`, and what
    `payments.clear_advance` of funds refuses (`AmountWrong` where nothing is cleared).
    """
    payment = payment_in(ledger, command.payment, "advanced")
    of_unit(ledger, context, payment, command.right())
    if context.person == payment.by:
        raise errors.OwnSubmission(person=context.person, what="advance", id=command.payment)
    used_fen = sum(voucher.amount_fen for voucher in command.vouchers)
    left = payment.uncleared_fen()
    if used_fen + command.back_fen > left:
        raise errors.OverAdvance(
            payment=command.payment, asked_fen=used_fen + command.back_fen, left_fen=left
        )
    if len(payment.cleared) + len(command.vouchers) > VOUCHERS_MAX:
        raise errors.BoundReached(what="vouchers", most=VOUCHERS_MAX)
    cleared = _proven(ledger, command.payment, payment, command.vouchers)
    for cell, used, back in _shares(payment, used_fen, command.back_fen):
        yield from money.clear_advance(
            ledger, payment=command.payment, cell=cell, used_fen=used, back_fen=back
        )
    yield events.AdvanceCleared(
        payment=command.payment, by=context.person, cleared=cleared, back_fen=command.back_fen
    )


def _proven(
    ledger: Ledger, name: str, payment: Payment, vouchers: tuple[Voucher, ...]
) -> tuple[Cleared, ...]:
    """Return what vouchers prove; each pays once on the whole ledger."""
    found: dict[str, Cleared] = {}
    for voucher in vouchers:
        seller, invoice = voucher.seller, voucher.invoice
        invoiced = seller is not None and invoice is not None
        if invoiced == (voucher.document_sha256 is not None):
            raise errors.ProofMissing(payee=payment.payee)
        proof = f"DOC|{voucher.document_sha256}"
        if seller is not None and invoice is not None:
            proof = invoice_proof(seller, invoice)
        used_by = name if proof in found else ledger.lookup(INVOICE, proof)
        if used_by is not None:
            raise errors.VoucherTwice(proof=proof, payment=used_by)
        found[proof] = Cleared(proof, voucher.amount_fen)
    return tuple(found.values())


def _shares(payment: Payment, used_fen: int, back_fen: int) -> tuple[tuple[str, int, int], ...]:
    """Return (cell, used, given back): spending of the oldest first, returns to the youngest.

    Where nothing is cleared it is nothing of the first cell, which funds refuses.
    """
    left = [part.amount_fen for part in payment.parts]
    oldest = range(len(left))
    youngest = oldest[::-1]
    _take(left, oldest, sum(each.amount_fen for each in payment.cleared))
    _take(left, youngest, payment.returned_fen)
    used = _take(left, oldest, used_fen)
    back = _take(left, youngest, back_fen)
    shares = [(part.cell, used[at], back[at]) for at, part in enumerate(payment.parts)]
    return tuple([share for share in shares if share[1] or share[2]] or shares[:1])


def _take(left: list[int], order: Iterable[int], amount_fen: int) -> list[int]:
    """Take an amount from what is left in an order; return how much from each."""
    taken = [0] * len(left)
    for at in order:
        taken[at] = min(amount_fen, left[at])
        left[at] -= taken[at]
        amount_fen -= taken[at]
    return taken
