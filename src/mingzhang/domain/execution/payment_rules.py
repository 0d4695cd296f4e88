"""Rules of payments: request, answer, cancel, the bank's report, again after a bounce, return."""

from collections.abc import Iterator

from msgspec.structs import replace

from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.facts import Wish, line_of
from mingzhang.domain.execution.milestone_rules import signed_agreement, wish_of
from mingzhang.domain.execution.payee_rules import confirmers, invoices, payee_of
from mingzhang.domain.execution.paying import decide_again, pay, settles, term_of
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.quota_rules import this_year
from mingzhang.domain.execution.state import (
    CONFIRMATIONS,
    AccountChange,
    Agreement,
    Milestone,
    Payment,
    account_id,
    confirmed_account,
    invoice_proof,
    milestone_key,
)
from mingzhang.domain.execution.terms import PaymentState
from mingzhang.domain.funds import payments as money
from mingzhang.domain.funds.state import Cell, Part
from mingzhang.domain.procedure import verbs as procedure
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def request_payment(
    command: messages.RequestPayment, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Ask for a payment, by the line's unit or by the payee of an agreement.

    A supplier is paid against his invoice: a document of any hash would pay the same sale again.

    In order: `LineUnknown`, `NotYours`, `WrongYear`, `NotFound`, `ProofMissing`, `TermsWrong`
    (another line, payee or amount than the agreement's), `WrongPayeeClass`, the refusal of a
    contract, what funds refuses.
    """
    line = line_of(ledger, context, command.line, context.organisation)
    of_payee = command.agreement is not None and context.organisation == command.payee
    if context.organisation != line.unit and not of_payee:
        raise errors.NotYours(
            organisation=context.organisation,
            who=posts_that_may(ledger, line.unit, command.right()),
        )
    this_year(ledger, context, command.line, command.nature, command.source, command.year)
    payee = payee_of(ledger, command.payee)
    no_invoice = command.invoice is None
    if no_invoice == (command.document_sha256 is None) or (no_invoice and invoices(payee)):
        raise errors.ProofMissing(payee=command.payee)
    wish = Wish(
        line=command.line,
        nature=command.nature,
        source=command.source,
        year=command.year,
        amount_fen=command.amount_fen,
        purpose=command.purpose,
        payee=command.payee,
        account=command.account,
        proof=invoice_proof(payee.credit_code, command.invoice)
        if command.invoice is not None
        else f"DOC|{command.document_sha256}",
        by=context.person,
        agreement=command.agreement,
        milestone=command.milestone,
        intention=command.intention,
        art54=command.art54,
    )
    if command.agreement is not None:
        wish = _under_agreement(ledger, context, wish, command.agreement)
    yield from pay(ledger, context, wish, line, context.record_id())


def _under_agreement(ledger: Ledger, context: Context, wish: Wish, name: str) -> Wish:
    """Return the wish with what its agreement's terms add: wages, recoupment, retention."""
    agreement = signed_agreement(ledger, name)
    for field in ("line", "nature", "source", "payee"):
        if getattr(wish, field) != getattr(agreement, field):
            raise errors.TermsWrong(field=field, reason="not the agreement's", asked=0, expected=0)
    if wish.milestone is None:
        return wish
    term_of(agreement, wish.milestone)
    milestone = ledger.require(Milestone, milestone_key(name, wish.milestone))
    if milestone.state != "accepted":
        return wish
    due = wish_of(ledger, context, name, term_of(agreement, wish.milestone))
    if wish.amount_fen != due.amount_fen:
        raise errors.TermsWrong(
            field="amount_fen",
            reason="an accepted milestone pays what its terms say",
            asked=wish.amount_fen,
            expected=due.amount_fen,
        )
    return replace(
        wish,
        wage_fen=due.wage_fen,
        wage_account=due.wage_account,
        recouped_fen=due.recouped_fen,
        retained_fen=due.retained_fen,
    )


def answer_payment(
    command: messages.AnswerPayment, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Explain an asked payment: decided again at once, it goes to a level if still doubtful.

    Raises `NotFound`, `NotYours`, `StateWrong`, and what `decide_again` refuses.
    """
    payment = payment_in(ledger, command.payment, "asked")
    if context.person != payment.by and context.organisation != payment.unit:
        raise errors.NotYours(organisation=context.organisation, who=(payment.unit,))
    yield events.PaymentAnswered(
        payment=command.payment,
        answer=command.answer,
        document_sha256=command.document_sha256,
    )
    if payment.task:
        yield from procedure.finish_task(ledger, payment.task, "answered")
    answered = ledger.require(Payment, command.payment)
    yield from decide_again(ledger, context, command.payment, answered, sent=False)


def cancel_payment(
    command: messages.CancelPayment, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Give up a payment that the bank does not have: asked, sent on, or bounced.

    What it held goes back to where it came from; a milestone may be paid again. Raises
    `NotFound`, `StateWrong`, `NotYours`, and what `payments.cancel` of funds refuses.
    """
    payment = payment_in(ledger, command.payment, "asked", "routed", "approved")
    of_unit(ledger, context, payment, command.right())
    yield events.PaymentCancelled(payment=command.payment, by=context.person, reason=command.reason)
    if payment.task:
        yield from procedure.finish_task(ledger, payment.task, "cancelled")
    if payment.state == "routed":
        yield from procedure.close(ledger, context, payment.case, "cancelled")
    if payment.state == "approved":
        yield from money.cancel(
            ledger,
            payment=command.payment,
            parts=payment.parts,
            contract=payment.agreement,
            intention=payment.intention,
        )
        yield from _reopen(ledger, payment)


def report_bank(command: messages.ReportBank, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Record what the agent bank did with instructions, all or nothing.

    Raises `ItemTwice`, then for the first item in order `NotFound`, `StateWrong` and what
    `payments.settle` and `payments.bounce` refuse.
    """
    seen: dict[str, None] = {}
    for item in command.items:
        if item.payment in seen:
            raise errors.ItemTwice(payment=item.payment)
        seen[item.payment] = None
    settled: list[str] = []
    for item in command.items:
        payment = payment_in(ledger, item.payment, "instructed")
        if item.outcome == "settled":
            advance = payment.clear_by is not None
            yield from money.settle(
                ledger,
                payment=item.payment,
                parts=payment.parts,
                contract=payment.agreement,
                advance=advance,
            )
            if advance:
                yield events.AdvancePaid(payment=item.payment, bank_reference=item.reference)
            else:
                yield events.PaymentSettled(payment=item.payment, bank_reference=item.reference)
                settled.append(item.payment)
        else:
            yield from money.bounce(ledger, payment=item.payment, parts=payment.parts)
            yield events.PaymentBounced(
                payment=item.payment, bank_reference=item.reference, reason=item.reason
            )
    yield events.BankReported(settled=tuple(settled))


def reinstruct_payment(
    command: messages.ReinstructPayment, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Give a bounced payment to the bank again: to its account, or to one confirmed by two.

    Raises `NotFound`, `StateWrong`, `NotYours`, `AccountUnconfirmed`, and what
    `payments.instruct` of funds refuses.
    """
    payment = payment_in(ledger, command.payment, "approved")
    of_unit(ledger, context, payment, command.right())
    if command.account != payment.account:
        change = ledger.find(AccountChange, account_id(payment.unit, payment.payee))
        if confirmed_account(change) != command.account:
            asked = change is not None and change.account == command.account
            raise errors.AccountUnconfirmed(
                payee=payment.payee,
                asked=f"…{command.account[-4:]}",
                confirmations=len(change.confirmed) if asked and change is not None else 0,
                needed=CONFIRMATIONS,
                who=confirmers(ledger, payment.unit),
            )
    yield events.PaymentReinstructed(payment=command.payment, account=command.account)
    yield from money.instruct(ledger, context, payment=command.payment, parts=payment.parts)


def return_payment(
    command: messages.ReturnPayment, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Record money of a settled payment that came back, to the youngest vintage first.

    In its year to the agreement or the line; of a closed year to this year's quota with the old
    vintage, or to the treasury. Raises `NotFound`, `StateWrong`, `NotYours`, `OverReturn`, and
    what `payments.take_back` and `payments.take_back_earlier` refuse.
    """
    payment = payment_in(ledger, command.payment, "settled")
    left = payment.amount_fen - payment.returned_fen
    if command.amount_fen > left:
        raise errors.OverReturn(
            payment=command.payment, asked_fen=command.amount_fen, left_fen=left
        )
    shares = _shares(payment, command.amount_fen)
    closed = [part for part in shares if ledger.require(Cell, part.cell).closed]
    yield events.PaymentReturned(
        payment=command.payment,
        amount_fen=command.amount_fen,
        reason=command.reason,
        late_fen=sum(part.amount_fen for part in closed),
    )
    for part in shares:
        if part in closed:
            yield from money.take_back_earlier(
                ledger,
                context,
                payment=command.payment,
                cell=part.cell,
                amount_fen=part.amount_fen,
                to_quota=command.to_quota,
            )
        else:
            yield from money.take_back(
                ledger,
                payment=command.payment,
                cell=part.cell,
                amount_fen=part.amount_fen,
                contract=payment.agreement,
            )
    if command.amount_fen == left:
        yield from _reopen(ledger, payment)


def _shares(payment: Payment, amount_fen: int) -> tuple[Part, ...]:
    """Return to which cells an amount comes back, the youngest first, after earlier returns."""
    rest, before = amount_fen, payment.returned_fen
    shares = []
    for part in reversed(payment.parts):
        back = min(before, part.amount_fen)
        before -= back
        share = min(rest, part.amount_fen - back)
        rest -= share
        if share:
            shares.append(Part(part.cell, share))
    return tuple(shares)


def _reopen(ledger: Ledger, payment: Payment) -> Iterator[Event]:
    """Let the milestone of a payment that came to nothing be paid again, unless it is settled."""
    if payment.agreement is not None and payment.milestone is not None:
        agreement = ledger.require(Agreement, payment.agreement)
        if agreement.state == "settled":
            return
        yield events.MilestoneReopened(
            agreement=payment.agreement,
            milestone=payment.milestone,
            **settles(term_of(agreement, payment.milestone), payment),
        )


def payment_in(ledger: Ledger, name: str, *needed: PaymentState) -> Payment:
    """Return a payment in one of some states. Raises `NotFound`, `StateWrong`."""
    found = ledger.find(Payment, name)
    if found is None:
        raise errors.NotFound(what="payment", id=name)
    if found.state not in needed:
        raise errors.StateWrong(what="payment", id=name, state=found.state, needed=needed)
    return found


def of_unit(ledger: Ledger, context: Context, payment: Payment, right: str) -> None:
    """Refuse any other than the paying unit. Raises `NotYours`."""
    if context.organisation != payment.unit:
        raise errors.NotYours(
            organisation=context.organisation, who=posts_that_may(ledger, payment.unit, right)
        )
