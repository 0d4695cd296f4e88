"""Rules of change orders 合同变更: asked for, agreed to by the engineer, approved by a third."""

from collections.abc import Iterator

from mingzhang.domain.contracts.decision import DecisionNote, decide, version_for
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.agreement_rules import (
    available_fen,
    cover,
    estimate_left_fen,
    is_frozen,
)
from mingzhang.domain.execution.milestone_rules import on_duty, signed_agreement
from mingzhang.domain.execution.paying import PASSES, subject_of
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.refusing import common_of
from mingzhang.domain.execution.routing import send
from mingzhang.domain.execution.state import ChangeOrder
from mingzhang.domain.execution.terms import Signature
from mingzhang.domain.funds import holding
from mingzhang.domain.funds.state import Line
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

HOOK = "execution.change"


def request_change(
    command: messages.RequestChange, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Ask for a change order.

    Raises `NotFound`, `StateWrong`, `NotYours` unless asked by the unit or the payee.
    """
    agreement = signed_agreement(ledger, command.agreement)
    sides = (agreement.unit, agreement.payee)
    if context.organisation not in sides:
        raise errors.NotYours(organisation=context.organisation, who=sides)
    yield events.ChangeRequested(
        change=context.record_id(),
        agreement=command.agreement,
        increase_fen=command.increase_fen,
        reason=command.reason,
        document_sha256=command.document_sha256,
        by=context.person,
    )


def agree_change(
    command: messages.AgreeChange, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Agree as the supervising engineer.

    Raises `NotFound`, `StateWrong`, `OwnSubmission`, `NotTheEngineer`, `SecondPerson` when he has.
    """
    change = _requested(ledger, command.change)
    if context.person == change.requested_by:
        raise errors.OwnSubmission(person=context.person, what="change", id=command.change)
    agreement = signed_agreement(ledger, change.agreement)
    on_duty(ledger, context, agreement, "engineer", ("engineer",))
    if change.agreed_by is not None:
        raise errors.SecondPerson(person=context.person, signed=(change.agreed_by.person,))
    yield events.ChangeAgreed(
        change=command.change,
        signature=Signature(context.person, context.organisation, "engineer", context.time_ms),
    )


def approve_change(
    command: messages.ApproveChange, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Approve a change order, within what the contracts of the hook allow.

    Bound, and covered from this year's quota, oldest money first. Raises `NotFound`,
    `StateWrong`, `OwnSubmission`, `RefusedByContract` (also where a contract asks or holds:
    nothing waits), and what `holding.change`, `payments.draw` and `holding.cover` refuse.
    """
    change = _requested(ledger, command.change)
    agreed = change.agreed_by
    if context.person in (change.requested_by, agreed.person if agreed else None):
        raise errors.OwnSubmission(person=context.person, what="change", id=command.change)
    agreement = signed_agreement(ledger, change.agreement)
    line = ledger.require(Line, agreement.line)
    decision = decide(
        ledger,
        HOOK,
        _inputs(ledger, context, change),
        subject=subject_of(agreement.line, line),
    )
    if decision.verdict in PASSES:
        yield from apply_change(ledger, context, command.change, decision.note, context.person)
    elif decision.verdict == "route":
        case = yield from send(
            ledger,
            context,
            what="change",
            subject=command.change,
            key=ChangeOrder.key(command.change),
            unit=agreement.unit,
            level=decision.output("route_to"),
            submitters=tuple(dict.fromkeys((change.requested_by, context.person))),
        )
        yield events.ChangeRouted(change=command.change, ruling=decision.note, case=case)
    else:
        who = posts_that_may(ledger, agreement.unit, messages.RequestVirement.right())
        raise errors.RefusedByContract(**common_of(decision, who))


def apply_change(
    ledger: Ledger, context: Context, name: str, ruling: DecisionNote, by: str
) -> Iterator[Event]:
    """Raise the agreement by a change order, and cover it from this year's quota."""
    change = ledger.require(ChangeOrder, name)
    yield events.ChangeApproved(change=name, ruling=ruling, by=by)
    yield from holding.change(
        ledger, contract=change.agreement, change_fen=change.increase_fen, ref=name
    )
    yield from cover(ledger, context, change.agreement, context.year, change.increase_fen)


def conclude_change(ledger: Ledger, context: Context, name: str) -> Iterator[Event]:
    """Apply a change order that a level has agreed to, unless a contract now rejects it."""
    change = ledger.require(ChangeOrder, name)
    agreement = signed_agreement(ledger, change.agreement)
    line = ledger.require(Line, agreement.line)
    begun_under = change.ruling.binding if change.ruling else 0
    decision = decide(
        ledger,
        HOOK,
        _inputs(ledger, context, change),
        case_version=version_for(ledger, HOOK, name, begun_under),
        subject=subject_of(agreement.line, line),
    )
    if decision.verdict == "reject":
        raise errors.RefusedByContract(**common_of(decision, ()))
    yield from apply_change(ledger, context, name, decision.note, context.person)


def _inputs(ledger: Ledger, context: Context, change: ChangeOrder) -> dict[str, int | bool | str]:
    agreement = signed_agreement(ledger, change.agreement)
    return {
        "increase_fen": change.increase_fen,
        "increased_before_fen": agreement.increased_fen,
        "contract_fen": agreement.total_fen,
        "estimate_left_fen": estimate_left_fen(ledger, agreement.line),
        "available_fen": available_fen(ledger, agreement, context.year),
        "engineer_agreed": agreement.engineer is None or change.agreed_by is not None,
        "cell_frozen": is_frozen(ledger, agreement, context.year),
    }


def _requested(ledger: Ledger, name: str) -> ChangeOrder:
    found = ledger.find(ChangeOrder, name)
    if found is None:
        raise errors.NotFound(what="change", id=name)
    if found.state != "requested":
        raise errors.StateWrong(what="change", id=name, state=found.state, needed=("requested",))
    return found
