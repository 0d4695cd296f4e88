"""The way of a request through its levels, as the contracts of the hook route it.

The contracts are asked in advance, level after level, with the facts of submission; whenever a
level is reached they are asked again with the facts of that day (`review`).
"""

from msgspec.structs import replace

from mingzhang.domain.contracts.decision import Decision, decide
from mingzhang.domain.preparation.errors import RulesIncomplete
from mingzhang.domain.preparation.state import Cycle
from mingzhang.domain.preparation.terms import LEVELS
from mingzhang.domain.preparation.verdict import HOOK, Asked, clause_of, inputs_of, refusal_of
from mingzhang.domain.procedure.routing import Desk, Level
from mingzhang.kernel.ledger import Ledger


def levels_of(ledger: Ledger, asked: Asked, first: Decision) -> tuple[Level, ...]:
    """Return the levels that a request must pass; none where the contracts approve at once.

    Levels only rise. One below that to which a contract routes is passed by its clause, without a
    person. A contract that asks, but routes to nobody who could hear the answer, is a
    refusal. Raises `RefusedByContract`, `RulesIncomplete`.
    """
    found: list[Level] = []
    decision = first
    place = -1
    for _ in LEVELS:
        target = str(decision.output("route_to") or "none")
        if target not in LEVELS or LEVELS.index(target) <= place:
            break
        clause = clause_of(decision)
        for name in LEVELS[place + 1 : LEVELS.index(target)]:
            passed = _level(ledger, asked, name)
            found.append(replace(passed, clause=clause.row if clause else name))
        place = LEVELS.index(target)
        found.append(_level(ledger, asked, target))
        inputs = inputs_of(ledger, asked, "review", target)
        decision = decide(
            ledger, HOOK, inputs, case_version=first.note.binding, subject=asked.subject()
        )
    if first.verdict in ("ask", "route") and not found:
        raise refusal_of(ledger, asked, inputs_of(ledger, asked, "submit", "none"), first)
    return tuple(found)


def _level(ledger: Ledger, asked: Asked, name: str) -> Level:
    organisation = _organisation(asked, asked.cycle, name)
    for desk in asked.cycle.rules.desks:
        if desk.level == name and organisation:
            at = Desk(organisation=organisation, role=desk.role)
            return Level(name=name, desks=(at,), days=desk.days)
    raise RulesIncomplete(field=f"desks.{name}")


def _organisation(asked: Asked, cycle: Cycle, level: str) -> str:
    match level:
        case "unit":
            return asked.unit
        case "department":
            return asked.department
        case "bureau":
            return cycle.bureau
        case _:
            return cycle.government
