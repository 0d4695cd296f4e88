"""Where something goes that a contract sends on: the level it names, as a case of procedure."""

from collections.abc import Generator

from mingzhang.domain.execution import errors
from mingzhang.domain.execution.state import Agreement, Payment, Policy
from mingzhang.domain.identity.state import Organisation
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.routing import Desk, Level, Subject
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

ROOM = "execution"
FIRST_LEVEL = "unit"
"""Where a contract that holds or asks, and names no level, sends it."""


def send(
    ledger: Ledger,
    context: Context,
    *,
    what: str,
    subject: str,
    key: str,
    unit: str,
    level: object,
    submitters: tuple[str, ...],
) -> Generator[Event, None, str]:
    """Open a case at the level that a contract named; return its id.

    Raises `NoDesk` where the jurisdiction has nobody at that level, and what `open_case` does.
    """
    name = str(level or "none")
    if name == "none":
        name = FIRST_LEVEL
    return (
        yield from verbs.open_case(
            ledger,
            context,
            Subject(room=ROOM, kind=what, id=subject, key=key),
            (_level(ledger, unit, name),),
            organisation=unit,
            submitters=submitters,
        )
    )


def ask_submitter(
    ledger: Ledger, context: Context, payment: str, content: Payment, question: str
) -> Generator[Event, None, str]:
    """Give the submitter the task to explain; return the task's id.

    Of an automatic payment it is who proposed the agreement.
    """
    person = content.by
    if not person and content.agreement is not None:
        person = ledger.require(Agreement, content.agreement).proposed_by
    return (
        yield from verbs.assign_task(
            ledger,
            context,
            f"person:{person}",
            "answer",
            Payment.key(payment),
            organisation=content.unit,
            reason=question,
        )
    )


def _level(ledger: Ledger, unit: str, name: str) -> Level:
    policy = ledger.find(Policy, "now")
    for desk in policy.desks if policy else ():
        organisation = desk.organisation or above(ledger, unit, name)
        if desk.level == name and organisation:
            at = Desk(organisation=organisation, role=desk.role)
            return Level(name=name, desks=(at,), days=desk.days)
    raise errors.NoDesk(level=name, unit=unit)


def above(ledger: Ledger, unit: str, name: str) -> str:
    """Return the unit itself, or the nearest department above it."""
    if name == "unit":
        return unit
    own = ledger.find(Organisation, unit)
    for above in own.ancestors if own else ():
        found = ledger.find(Organisation, above)
        if found is not None and found.organisation_kind == name:
            return above
    return ""
