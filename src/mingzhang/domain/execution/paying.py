"""How a payment is decided and made: asked by somebody, or by an agreement itself.

The contracts of `execution.payment` decide in the same block. Approved, it is instructed at
once; asked or sent on, nothing has moved. Used by requests, milestones, answers and cases.
"""

from collections.abc import Generator, Iterator

from msgspec.structs import replace

from mingzhang.domain.contracts.decision import (
    Decision,
    DecisionNote,
    Subject,
    binding_version,
    decide,
    version_for,
)
from mingzhang.domain.execution import errors, events
from mingzhang.domain.execution.facts import Facts, Wish, facts_of
from mingzhang.domain.execution.refusing import refusal_of
from mingzhang.domain.execution.routing import ask_submitter, send
from mingzhang.domain.execution.state import Advances, Agreement, Payee, Payment, Policy
from mingzhang.domain.execution.terms import ADVANCES_MAX, MilestoneTerm, PayeeClass
from mingzhang.domain.funds import payments as money
from mingzhang.domain.funds.errors import OverIntention
from mingzhang.domain.funds.state import Line, Part
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

HOOK = "execution.payment"
PASSES = ("approve", "warn")
HOLDERS = ("person", "unit")
"""Classes of payee that may hold an advance; what suppliers get ahead, an agreement says."""


def pay(
    ledger: Ledger, context: Context, wish: Wish, line: Line, payment: str
) -> Generator[Event, None, str]:
    """Decide a wish and record it as a payment; return its state.

    Raises `NotFound`, `WrongPayeeClass`, the refusals of a contract, and what
    `payments.approve` and `payments.instruct` of funds refuse.
    """
    facts = facts_of(ledger, context, wish, line, payment)
    if wish.clear_by is None:
        may_be_paid(ledger, facts.payee, wish.payee, line)
    else:
        may_hold_an_advance(ledger, context, facts.payee, wish.payee, line)
    decision = decide(
        ledger,
        HOOK,
        facts.inputs,
        case_version=_guarding(ledger, wish.line, facts.guard),
        subject=subject_of(wish.line, line),
    )
    if decision.verdict == "reject":
        raise refusal_of(ledger, facts, decision)
    content = _payment_of(wish, line, decision.note)
    if decision.verdict in PASSES:
        _require_cover(ledger, facts)
        content = replace(
            content,
            state="instructed",
            parts=facts.parts,
            voucher=voucher_of(context, payment),
        )
        yield events.PaymentRequested(payment=payment, content=content)
        yield from _move(ledger, context, payment, content)
    elif decision.verdict == "ask":
        task = yield from ask_submitter(ledger, context, payment, content, words_of(decision))
        yield events.PaymentRequested(payment=payment, content=replace(content, task=task))
    else:
        case = yield from _send(ledger, context, payment, content, decision)
        content = replace(content, state="routed", case=case)
        yield events.PaymentRequested(payment=payment, content=content)
    return content.state


def decide_again(
    ledger: Ledger, context: Context, payment: str, waiting: Payment, *, sent: bool
) -> Iterator[Event]:
    """Decide a payment that waited: explained by its submitter, or agreed to by a level.

    By the contracts under which it began. What a level has agreed to (`sent`) passes unless
    they reject it; what was only explained and is still doubtful goes to a level. Refusals as
    `pay`.
    """
    line = ledger.require(Line, waiting.line)
    facts = facts_of(ledger, context, _wish_of(waiting), line, payment)
    if waiting.clear_by is not None:
        may_hold_an_advance(ledger, context, facts.payee, waiting.payee, line)
    decision = decide(
        ledger,
        HOOK,
        facts.inputs,
        case_version=version_for(ledger, HOOK, payment, waiting.ruling.binding),
        subject=subject_of(waiting.line, line),
    )
    if decision.verdict == "reject":
        raise refusal_of(ledger, facts, decision)
    if not sent and decision.verdict not in PASSES:
        case = yield from _send(ledger, context, payment, waiting, decision)
        yield events.PaymentRouted(payment=payment, ruling=decision.note, case=case)
        return
    _require_cover(ledger, facts)
    approved = replace(waiting, parts=facts.parts, state="instructed")
    yield events.PaymentApproved(
        payment=payment,
        ruling=decision.note,
        parts=facts.parts,
        voucher=voucher_of(context, payment),
    )
    yield from _move(ledger, context, payment, approved)


def subject_of(line_id: str, line: Line) -> Subject:
    """Return whose case it is, for contracts of narrower scope."""
    return Subject(organisation=line.unit, project=line.project, line=line_id)


def _guarding(ledger: Ledger, line: str, guard: int) -> int | None:
    """Return the binding under which the line was approved, or that it was rebound to (A3.4).

    None, the present one, where that is the same: most payments look no further.
    """
    if guard in (0, binding_version(ledger, HOOK)):
        return None
    return version_for(ledger, HOOK, line, guard)


def words_of(decision: Decision) -> str:
    """Return the words of the clause that decided, in both languages."""
    clause = decision.clause
    return f"{clause.zh} {clause.en}" if clause else ""


def _send(
    ledger: Ledger, context: Context, payment: str, content: Payment, decision: Decision
) -> Generator[Event, None, str]:
    return (
        yield from send(
            ledger,
            context,
            what="payment",
            subject=payment,
            key=Payment.key(payment),
            unit=content.unit,
            level=decision.output("route_to"),
            submitters=(content.by,) if content.by else (),
        )
    )


def may_be_paid(ledger: Ledger, payee: Payee, name: str, line: Line) -> None:
    """Refuse a class of payee that the line's economic class is not paid to.

    The longest prefix in the policy counts; a class without any is paid to nobody. Raises
    `WrongPayeeClass`.
    """
    policy = ledger.find(Policy, "now")
    longest, allowed = -1, tuple[PayeeClass, ...]()
    for prefix, classes in policy.payee_classes if policy else ():
        if len(prefix) > longest and line.economic.startswith(prefix):
            longest, allowed = len(prefix), classes
    if payee.payee_class not in allowed:
        raise errors.WrongPayeeClass(
            payee=name,
            payee_class=payee.payee_class,
            economic=line.economic,
            allowed=tuple(allowed),
        )


def may_hold_an_advance(
    ledger: Ledger, context: Context, payee: Payee, name: str, line: Line
) -> None:
    """Refuse an advance to who is neither a person nor a unit, or has one that is overdue.

    Its holder is not who is paid in the end, so the line's economic class does not say who may
    have it. Raises `WrongPayeeClass`, `AdvanceOverdue` of the oldest, `BoundReached`.
    """
    if payee.payee_class not in HOLDERS:
        raise errors.WrongPayeeClass(
            payee=name,
            payee_class=payee.payee_class,
            economic=line.economic,
            allowed=HOLDERS,
        )
    held = ledger.find(Advances, name)
    for payment, clear_by in held.open if held else ():
        if clear_by < context.day:
            raise errors.AdvanceOverdue(
                holder=name, payment=payment, clear_by=calendar.iso(clear_by)
            )
    if held is not None and len(held.open) >= ADVANCES_MAX:
        raise errors.BoundReached(what="advances", most=ADVANCES_MAX)


def voucher_of(context: Context, payment: str) -> str:
    """Return the number of a payment's voucher: the ledger's date, the end of the payment's id."""
    return f"{calendar.iso(context.day).replace('-', '')}-{payment[-12:]}"


def settles(term: MilestoneTerm, payment: Payment) -> dict[str, int]:
    """Return what a milestone's payment does to the agreement's advance and retention."""
    return {
        "advanced_fen": payment.amount_fen if term.kind == "advance" else 0,
        "recouped_fen": payment.recouped_fen,
        "retained_fen": payment.retained_fen,
        "released_fen": payment.amount_fen if term.kind == "retention" else 0,
    }


def term_of(agreement: Agreement, milestone: str) -> MilestoneTerm:
    """Return a milestone's term. Raises `NotFound`."""
    for term in agreement.milestones:
        if term.id == milestone:
            return term
    raise errors.NotFound(what="milestone", id=milestone)


def _require_cover(ledger: Ledger, facts: Facts) -> None:
    """Refuse, in the words of funds, what contracts approved and nothing covers.

    Raises `NoAccount`, `OverContract`, `OverIntention`, `NotEnough`.
    """
    wish = facts.wish
    if facts.left_fen >= wish.amount_fen:
        return
    if wish.intention is not None and wish.agreement is None:
        raise OverIntention(
            intention=wish.intention, asked_fen=wish.amount_fen, left_fen=facts.left_fen
        )
    money.draw(
        ledger,
        line=wish.line,
        nature=wish.nature,
        source=wish.source,
        year=wish.year,
        amount_fen=wish.amount_fen,
        contract=wish.agreement,
    )


def _move(ledger: Ledger, context: Context, payment: str, content: Payment) -> Iterator[Event]:
    """Take the money and tell the bank; a milestone is paid."""
    parts: tuple[Part, ...] = content.parts
    yield from money.approve(
        ledger,
        context,
        payment=payment,
        parts=parts,
        contract=content.agreement,
        intention=content.intention,
    )
    yield from money.instruct(ledger, context, payment=payment, parts=parts)
    if content.agreement is not None and content.milestone is not None:
        agreement = ledger.require(Agreement, content.agreement)
        term = term_of(agreement, content.milestone)
        yield events.MilestonePaid(
            agreement=content.agreement,
            milestone=content.milestone,
            payment=payment,
            **settles(term, content),
        )


def _payment_of(wish: Wish, line: Line, ruling: DecisionNote) -> Payment:
    return Payment(
        unit=line.unit,
        line=wish.line,
        nature=wish.nature,
        source=wish.source,
        year=wish.year,
        amount_fen=wish.amount_fen,
        purpose=wish.purpose,
        payee=wish.payee,
        account=wish.account,
        proof=wish.proof,
        state="asked",
        ruling=ruling,
        by=wish.by,
        agreement=wish.agreement,
        milestone=wish.milestone,
        intention=wish.intention,
        art54=wish.art54,
        wage_fen=wish.wage_fen,
        wage_account=wish.wage_account,
        recouped_fen=wish.recouped_fen,
        retained_fen=wish.retained_fen,
        clear_by=wish.clear_by,
    )


def _wish_of(payment: Payment) -> Wish:
    return Wish(
        line=payment.line,
        nature=payment.nature,
        source=payment.source,
        year=payment.year,
        amount_fen=payment.amount_fen,
        purpose=payment.purpose,
        payee=payment.payee,
        account=payment.account,
        proof=payment.proof,
        by=payment.by,
        agreement=payment.agreement,
        milestone=payment.milestone,
        intention=payment.intention,
        art54=payment.art54,
        wage_fen=payment.wage_fen,
        wage_account=payment.wage_account,
        recouped_fen=payment.recouped_fen,
        retained_fen=payment.retained_fen,
        clear_by=payment.clear_by,
    )
