"""Rules of payees: first account, changed account by two persons (R10), freeze."""

from collections.abc import Iterator

from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.state import (
    CONFIRMATIONS,
    CREDIT_CODE,
    AccountChange,
    Payee,
    account_id,
)
from mingzhang.domain.execution.terms import Signature, is_credit_code
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def register_payee(
    command: messages.RegisterPayee, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Enter a payee.

    Raises `AlreadyExists` for its id or its credit code, `TermsWrong` for a code that nobody
    was given, unless of a natural person: one that looks like a supplier's would have his invoices
    paid twice, and a person is not entered as an organisation, whose name is public.
    """
    if ledger.find(Payee, command.payee) is not None:
        raise errors.AlreadyExists(what="payee", id=command.payee)
    taken = ledger.lookup(CREDIT_CODE, command.credit_code)
    if taken is not None:
        raise errors.AlreadyExists(what="credit_code", id=taken)
    if command.payee_class != "person" and not is_credit_code(command.credit_code):
        raise errors.TermsWrong(
            field="credit_code", reason="fails its check (GB 32100-2015)", asked=0, expected=0
        )
    yield events.PayeeRegistered(
        payee=command.payee,
        title=command.title,
        payee_class=command.payee_class,
        credit_code=command.credit_code,
        account=command.account,
        by=context.person,
        unit=context.organisation,
    )


def change_account(
    command: messages.ChangePayeeAccount, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Ask a unit to use another account. It replaces an earlier question, not an answer.

    Raises `NotFound`, `NotYours` unless asked by that unit or the payee.
    """
    payee_of(ledger, command.payee)
    if context.organisation not in (command.unit, command.payee):
        raise errors.NotYours(organisation=context.organisation, who=(command.unit, command.payee))
    yield events.AccountChangeAsked(
        unit=command.unit,
        payee=command.payee,
        account=command.account,
        by=context.person,
        reason=command.reason,
    )


def confirm_account(
    command: messages.ConfirmPayeeAccount, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Confirm a changed account for one's unit; with the second person it counts.

    The account is stated again, so that nobody confirms what has since been replaced.
    Raises `NotFound`, `StateWrong` (another account, or confirmed already), `OwnSubmission`,
    `SecondPerson`.
    """
    name = account_id(context.organisation, command.payee)
    change = ledger.find(AccountChange, name)
    if change is None:
        raise errors.NotFound(what="account", id=name)
    if len(change.confirmed) >= CONFIRMATIONS or change.account != command.account:
        state = "confirmed" if change.account == command.account else "asked otherwise"
        raise errors.StateWrong(what="account", id=name, state=state, needed=("asked",))
    if change.asked_by == context.person:
        raise errors.OwnSubmission(person=context.person, what="account", id=name)
    signed = tuple(signature.person for signature in change.confirmed)
    if context.person in signed:
        raise errors.SecondPerson(person=context.person, signed=signed)
    yield events.AccountChangeConfirmed(
        unit=context.organisation,
        payee=command.payee,
        signature=Signature(context.person, context.organisation, "unit", context.time_ms),
        channel=command.channel,
    )


def freeze_payee(
    command: messages.FreezePayee, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Stop payments to a payee. Raises `NotFound`, `StateWrong`."""
    _turn(payee_of(ledger, command.payee), command.payee, frozen=True)
    yield events.PayeeFrozen(payee=command.payee, reason=command.reason)


def unfreeze_payee(
    command: messages.UnfreezePayee, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Allow payments to a payee again. Raises `NotFound`, `StateWrong`."""
    _turn(payee_of(ledger, command.payee), command.payee, frozen=False)
    yield events.PayeeUnfrozen(payee=command.payee, reason=command.reason)


def payee_of(ledger: Ledger, payee: str) -> Payee:
    """Return a payee. Raises `NotFound`."""
    found = ledger.find(Payee, payee)
    if found is None:
        raise errors.NotFound(what="payee", id=payee)
    return found


def invoices(payee: Payee) -> bool:
    """Say whether a payee is paid against an invoice of his and nothing else 凭票付款."""
    return payee.payee_class == "supplier"


def confirmers(ledger: Ledger, unit: str) -> tuple[str, ...]:
    """Return the posts that may confirm a changed account for a unit."""
    return posts_that_may(ledger, unit, messages.ConfirmPayeeAccount.right())


def _turn(payee: Payee, name: str, *, frozen: bool) -> None:
    if payee.frozen == frozen:
        state, needed = ("frozen", "active") if frozen else ("active", "frozen")
        raise errors.StateWrong(what="payee", id=name, state=state, needed=(needed,))
