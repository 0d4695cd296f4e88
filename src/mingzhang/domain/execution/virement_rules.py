"""Rules of virement 调剂 (预算法 第七十二条): within delegated limits at once, else to a level.

The four cases of adjustment (第六十七条) are never applied by a contract: it routes them.
"""

from collections.abc import Iterator

from mingzhang.domain.contracts.decision import decide, version_for
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.paying import PASSES, subject_of
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.refusing import common_of
from mingzhang.domain.execution.routing import send
from mingzhang.domain.execution.state import LineDesignation, MovedOut, Virement
from mingzhang.domain.funds import authority
from mingzhang.domain.funds.authority import quota_of
from mingzhang.domain.funds.state import Cell, Line
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event

HOOK = "execution.virement"


def request_virement(
    command: messages.RequestVirement, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Ask for a virement from a line of one's own unit.

    Raises `NotFound` of a cell, `NotYours`, `RefusedByContract` (also where a contract asks or
    holds), and what `authority.vire` refuses.
    """
    source = _cell(ledger, command.from_cell)
    _cell(ledger, command.to_cell)
    line = ledger.require(Line, source.line)
    if line.unit != context.organisation:
        raise errors.NotYours(
            organisation=context.organisation,
            who=posts_that_may(ledger, line.unit, command.right()),
        )
    inputs = _inputs(
        ledger, command.from_cell, command.to_cell, command.amount_fen, command.art67_case
    )
    decision = decide(ledger, HOOK, inputs, subject=subject_of(source.line, line))
    virement = context.record_id()
    case = ""
    if decision.verdict == "route":
        case = yield from send(
            ledger,
            context,
            what="virement",
            subject=virement,
            key=Virement.key(virement),
            unit=line.unit,
            level=decision.output("route_to"),
            submitters=(context.person,),
        )
    elif decision.verdict not in PASSES:
        who = posts_that_may(ledger, line.unit, command.right())
        raise errors.RefusedByContract(**common_of(decision, who))
    else:
        yield from authority.vire(
            ledger,
            context,
            from_cell=command.from_cell,
            to_cell=command.to_cell,
            amount_fen=command.amount_fen,
            ref=virement,
        )
    yield events.VirementDecided(
        virement=virement,
        from_cell=command.from_cell,
        to_cell=command.to_cell,
        amount_fen=command.amount_fen,
        reason=command.reason,
        by=context.person,
        ruling=decision.note,
        case=case,
        art67_case=command.art67_case,
    )


def conclude_virement(ledger: Ledger, context: Context, name: str) -> Iterator[Event]:
    """Apply a virement that a level has agreed to, unless a contract now rejects it.

    A case of adjustment (art. 67) is the standing committee's decision; what it decided is
    entered by its own procedure, so here too the amount moves between two cells only.
    """
    virement = ledger.require(Virement, name)
    source = _cell(ledger, virement.from_cell)
    line = ledger.require(Line, source.line)
    inputs = _inputs(
        ledger, virement.from_cell, virement.to_cell, virement.amount_fen, virement.art67_case
    )
    decision = decide(
        ledger,
        HOOK,
        inputs,
        case_version=version_for(ledger, HOOK, name, virement.ruling.binding),
        subject=subject_of(source.line, line),
    )
    if decision.verdict == "reject":
        raise errors.RefusedByContract(**common_of(decision, ()))
    yield from authority.vire(
        ledger,
        context,
        from_cell=virement.from_cell,
        to_cell=virement.to_cell,
        amount_fen=virement.amount_fen,
        ref=name,
    )
    yield events.VirementConcluded(virement=name, applied=True)


def _inputs(
    ledger: Ledger, from_cell: str, to_cell: str, amount_fen: int, art67_case: str
) -> dict[str, int | bool | str]:
    source, target = _cell(ledger, from_cell), _cell(ledger, to_cell)
    giving, taking = ledger.require(Line, source.line), ledger.require(Line, target.line)
    moved = ledger.find(MovedOut, from_cell)
    out = moved.out_fen if moved else 0
    uses = [_use(ledger, source.line), _use(ledger, target.line)]
    return {
        "amount_fen": amount_fen,
        "from_available_fen": source.allotted_fen,
        "moved_before_fen": out,
        "from_budget_fen": max(0, quota_of(source) + out),
        "same_nature": source.nature == target.nature,
        "same_year": source.year == target.year,
        "same_vintage": source.vintage == target.vintage,
        "same_project": giving.project == taking.project,
        "same_subject": (giving.function, giving.economic) == (taking.function, taking.economic),
        "from_contingency": uses[0] == "contingency",
        "basic_and_project": (uses[0] == "basic") != (uses[1] == "basic"),
        "cell_frozen": any(cell.flagged or cell.shortfall_fen > 0 for cell in (source, target)),
        "art67_case": art67_case,
    }


def _use(ledger: Ledger, line: str) -> str:
    found = ledger.find(LineDesignation, line)
    return found.use if found else "project"


def _cell(ledger: Ledger, name: str) -> Cell:
    found = ledger.find(Cell, name)
    if found is None:
        raise errors.NotFound(what="cell", id=name)
    return found
