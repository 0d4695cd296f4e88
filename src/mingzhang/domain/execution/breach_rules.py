"""Rules of accountability 问责: what is kept of a payment that was refused, and its correction.

The refusal itself changes nothing and stands in its receipt; the record is made after it, on the
state as it is without the refused command. Payments that pass come nowhere near this.
"""

from collections.abc import Iterator
from typing import Any

from mingzhang.domain.contracts.state import ContractText
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.refusing import HELPS
from mingzhang.domain.execution.routing import above
from mingzhang.domain.execution.state import Breach, Payment, Policy
from mingzhang.domain.funds.state import Line
from mingzhang.domain.identity.state import Terms
from mingzhang.domain.procedure import verbs as procedure
from mingzhang.domain.procedure.routing import NoticeKind
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Command, Event
from mingzhang.kernel.schedule import DueItem, Scheduled, Unscheduled

OVERDUE = "execution.correction_due"
"""Handler of due items at which a breach should have been corrected."""
MANAGERS = ("unit", "department", "bureau")
"""Levels whose desks are told of a breach."""
LEAVES_A_RECORD: tuple[type[errors.Refused], ...] = (
    errors.LineUnknown,
    errors.WrongYear,
    errors.WrongPayeeClass,
    errors.RefusedByContract,
    errors.Frozen,
    errors.BeforeTheVote,
    errors.DuplicateInvoice,
    errors.AccountChanged,
    errors.NonConformityOpen,
    errors.WrongPurpose,
    errors.OverBudget,
    errors.EarlyPayment,
    errors.AccountUnconfirmed,
    errors.AdvanceOverdue,
    errors.OverAdvance,
    errors.VoucherTwice,
)
"""Refusals that are breaches when a payment or an advance meets them. Each has an alarm."""
ADJUSTMENTS: dict[str, type[Command]] = {
    **HELPS,
    "EXE-29": messages.ConfirmPayeeAccount,
    "EXE-30": messages.ClearAdvance,
    "EXE-31": messages.ClearAdvance,
    "EXE-32": messages.ClearAdvance,
}
"""What lifts the obstacle; of any other refusal it is the same request, made lawfully."""


def record_breach(
    refusal: errors.Refused, command: Command, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Record a refused payment or advance: tell the managers, give the submitter the correction.

    Refusals of other commands leave nothing. Without a policy nobody is paid, nor told.
    """
    policy = ledger.find(Policy, "now")
    about = _about(command, ledger)
    if about is None or policy is None:
        return
    line = ledger.find(Line, about[0])
    unit = line.unit if line else context.organisation
    managers = _managers(ledger, policy, unit)
    correct_by = procedure.deadline(ledger, context, policy.correct_days)
    adjustment = ADJUSTMENTS.get(refusal.code, type(command)).kind
    breach = context.record_id()
    key = Breach.key(breach)
    task = yield from procedure.assign_task(
        ledger,
        context,
        f"person:{context.person}",
        "act",
        key,
        organisation=context.organisation,
        reason=f"{refusal.code} {adjustment}",
        deadline_ms=correct_by,
    )
    content = Breach(
        **_evidence(refusal, command, context, ledger),
        unit=unit,
        line=about[0],
        year=about[1],
        amount_fen=about[2],
        adjustment=adjustment,
        managers=managers,
        correct_by_ms=correct_by,
        task=task,
    )
    yield events.BreachRecorded(breach=breach, content=content)
    if correct_by is not None:
        yield Scheduled(due_ms=correct_by, handler=OVERDUE, subject=breach)
    yield from _tell(ledger, context, managers, "breach_recorded", key, refusal.code)


def _evidence(
    refusal: errors.Refused, command: Command, context: Context, ledger: Ledger
) -> dict[str, Any]:
    """Return who asked, when and where, and by which rule it was refused."""
    facts = refusal.facts()
    sha256 = str(facts.get("contract_sha256", ""))
    return {
        "organisation": context.organisation,
        "post": context.post,
        "person": context.person,
        "kid": context.kid,
        "command": context.command_id,
        "command_kind": command.kind,
        "height": context.height,
        "time_ms": context.time_ms,
        "code": refusal.code,
        "alarm": refusal.alarm,
        "facts": facts,
        "clause": str(facts.get("clause", "")),
        "contract": str(facts.get("contract", "")),
        "contract_version": ledger.require(ContractText, sha256).version if sha256 else 0,
        "contract_sha256": sha256,
    }


def correct_breach(
    command: messages.CorrectBreach, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """State, for the organisation that had entered it, how a breach was corrected.

    Raises `NotFound`, `StateWrong`, `NotYours`.
    """
    found = ledger.find(Breach, command.breach)
    if found is None:
        raise errors.NotFound(what="breach", id=command.breach)
    if found.state == "corrected":
        raise errors.StateWrong(
            what="breach", id=command.breach, state=found.state, needed=("open", "overdue")
        )
    if context.organisation != found.organisation:
        raise errors.NotYours(organisation=context.organisation, who=(found.organisation,))
    yield events.BreachCorrected(
        breach=command.breach,
        by=context.person,
        statement=command.statement,
        document_sha256=command.document_sha256 or "",
    )
    if found.state == "open" and found.correct_by_ms is not None:
        yield Unscheduled(due_ms=found.correct_by_ms, handler=OVERDUE, subject=command.breach)
    yield from procedure.finish_task(ledger, found.task, "corrected")
    key = Breach.key(command.breach)
    yield from _tell(ledger, context, found.managers, "breach_corrected", key, command.statement)


def overdue(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Tell the managers again: the correction has not come."""
    found = ledger.require(Breach, item.subject)
    yield events.BreachOverdue(breach=item.subject)
    key = Breach.key(item.subject)
    yield from _tell(ledger, context, found.managers, "breach_overdue", key, found.code)


def _about(command: Command, ledger: Ledger) -> tuple[str, int, int] | None:
    """Return line, year and amount of the payment that was asked for, or None."""
    match command:
        case messages.RequestPayment() | messages.RequestAdvance():
            return command.line, command.year, command.amount_fen
        case messages.AnswerPayment() | messages.ReinstructPayment() | messages.ClearAdvance():
            payment = ledger.require(Payment, command.payment)
            return payment.line, payment.year, payment.amount_fen
        case _:
            return None


def _managers(ledger: Ledger, policy: Policy, unit: str) -> tuple[str, ...]:
    found = [
        desk.organisation or above(ledger, unit, desk.level)
        for level in MANAGERS
        for desk in policy.desks
        if desk.level == level
    ]
    return tuple(dict.fromkeys(name for name in found if name))


def _tell(
    ledger: Ledger,
    context: Context,
    organisations: tuple[str, ...],
    notice_kind: NoticeKind,
    about: str,
    text: str,
) -> Iterator[Event]:
    days = ledger.require(Terms, "now").acknowledge_days
    for organisation in organisations:
        yield from procedure.notify(
            ledger,
            context,
            notice_kind,
            about,
            organisation=organisation,
            text=text,
            acknowledge_days=days,
        )
