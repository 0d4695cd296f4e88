"""Rules of the cycle: calling for a budget, its stages, and ceilings 控制数."""

from collections.abc import Iterator

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.balance import balance
from mingzhang.domain.preparation.events import (
    CeilingSet,
    CycleOpened,
    StageClosed,
    StageOpened,
)
from mingzhang.domain.preparation.messages import MoveStage, OpenCycle, SetCeiling
from mingzhang.domain.preparation.organisations import (
    author_of,
    department_of,
    government_of,
    organisation_of,
    require_itself,
    require_kind,
)
from mingzhang.domain.preparation.state import Ceiling, Cycle, Resolution, Share, Total, total_id
from mingzhang.domain.preparation.terms import STAGES, UNITS_MAX, CycleRules, Stage
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled

STAGE_DUE = "preparation.stage_due"
CEILING_STAGES: tuple[Stage, ...] = ("first_up", "first_down", "second_up")
"""Ceilings are given before a draft is before the congress."""


def open_cycle(command: OpenCycle, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Open a year's cycle; each stage's deadline becomes a due item."""
    if ledger.find(Cycle, f"{command.year}") is not None:
        raise errors.CycleExists(year=command.year)
    previous_day = context.day - 1
    for stage, deadline in zip(STAGES, command.deadlines, strict=True):
        if deadline.stage != stage or deadline.day <= previous_day:
            raise errors.DeadlinesUnordered(stage=stage)
        previous_day = deadline.day
    _require_whole(command.rules)
    if len(dict.fromkeys(command.required_units)) < len(command.required_units):
        raise errors.RulesIncomplete(field="required_units")
    required = tuple((unit, department_of(ledger, unit)) for unit in command.required_units)
    require_kind(ledger, context.organisation, "finance_bureau")
    yield CycleOpened(
        year=command.year,
        bureau=context.organisation,
        government=government_of(ledger, context.organisation),
        titles=command.titles,
        deadlines=command.deadlines,
        required_units=required,
        rules=command.rules,
    )
    for deadline in command.deadlines:
        yield Scheduled(
            due_ms=calendar.start_of(deadline.day + 1, context.setting.offset_s),
            handler=STAGE_DUE,
            subject=f"{command.year}:{deadline.stage}",
        )


def _require_whole(rules: CycleRules) -> None:
    """Raise `RulesIncomplete` where a year's rules contradict themselves."""
    levels = [desk.level for desk in rules.desks]
    if any(level not in levels for level in ("unit", "department", "bureau")):
        raise errors.RulesIncomplete(field="desks")
    if len(dict.fromkeys(levels)) < len(levels):
        raise errors.RulesIncomplete(field="desks")
    codes = [kind.code for kind in rules.goal_kinds]
    if len(dict.fromkeys(codes)) < len(codes):
        raise errors.RulesIncomplete(field="goal_kinds")
    groups = [kind.group for kind in rules.goal_kinds]
    if any(group not in groups for group in rules.required_groups):
        raise errors.RulesIncomplete(field="required_groups")


def cycle_of(ledger: Ledger, year: int) -> Cycle:
    """Return a year's cycle. Raises `NoCycle`."""
    found = ledger.find(Cycle, f"{year}")
    if found is None:
        raise errors.NoCycle(year=year)
    return found


def move_stage(command: MoveStage, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Open the stage after the present one; 二下 once the congress has adopted the budget."""
    cycle = cycle_of(ledger, command.year)
    following = STAGES[min(STAGES.index(cycle.stage) + 1, len(STAGES) - 1)]
    if cycle.stage == following or command.stage != following:
        raise errors.StageOutOfOrder(year=command.year, stage=cycle.stage, next=following)
    require_itself(context, cycle.bureau)
    if following == "second_down":
        require_adopted(ledger, command.year)
    yield StageOpened(year=command.year, stage=command.stage)


def require_adopted(ledger: Ledger, year: int) -> None:
    """Raise `NotResolved` unless the congress has adopted the year's budget."""
    resolution = ledger.find(Resolution, f"{year}")
    if resolution is None or not resolution.adopted:
        raise errors.NotResolved(year=year)


def stage_due(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Close a stage whose last day has passed, if the cycle is still in it."""
    year, _, stage = item.subject.partition(":")
    cycle = ledger.require(Cycle, year)
    if cycle.stage == stage and not cycle.closed:
        yield StageClosed(year=int(year), stage=cycle.stage)


def set_ceiling(command: SetCeiling, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Give a ceiling; those below it together may not exceed it, nor it the one above."""
    cycle = cycle_of(ledger, command.year)
    if cycle.stage not in CEILING_STAGES:
        raise errors.StageNotOpen(year=command.year, stage=cycle.stage, closed=cycle.closed)
    organisation_of(ledger, command.organisation)
    department = ""
    if command.organisation != cycle.bureau:
        department = department_of(ledger, command.organisation)
    of_unit = department not in ("", command.organisation)
    if context.organisation not in ((cycle.bureau, department) if of_unit else (cycle.bureau,)):
        raise errors.OtherOrganisation(
            organisation=context.organisation, expected=department if of_unit else cycle.bureau
        )
    _require_agreement(command, cycle, ledger, department if of_unit else "")
    before = ledger.find(Ceiling, total_id(command.year, command.organisation))
    yield CeilingSet(
        year=command.year,
        organisation=command.organisation,
        department=department if of_unit else "",
        ceiling_fen=command.ceiling_fen,
        number=command.number,
        author=author_of(context),
        previous_fen=before.ceiling_fen if before else None,
    )
    if command.organisation != cycle.bureau:
        yield from balance(ledger, context, command.year, cycle.bureau, department)


def _require_agreement(command: SetCeiling, cycle: Cycle, ledger: Ledger, department: str) -> None:
    """Raise `TooMany`, `NoCeiling` or `CeilingsDisagree` against the ceilings around it."""
    whole = ledger.find(Total, total_id(command.year)) or Total()
    if command.organisation == cycle.bureau:
        _require_above(whole.shares, command)
        return
    above = whole
    if department:
        above = ledger.find(Total, total_id(command.year, department)) or Total()
    require_room(above, command.organisation, department or cycle.bureau)
    if department and above.ceiling_fen is None:
        raise errors.NoCeiling(year=command.year, organisation=department)
    others = _sum(above.shares, but=command.organisation)
    if above.ceiling_fen is not None and others + command.ceiling_fen > above.ceiling_fen:
        raise errors.CeilingsDisagree(
            organisation=department or cycle.bureau,
            asked_fen=others + command.ceiling_fen,
            limit_fen=above.ceiling_fen,
        )
    if not department:
        own = ledger.find(Total, total_id(command.year, command.organisation)) or Total()
        _require_above(own.shares, command)


def _require_above(shares: tuple[Share, ...], command: SetCeiling) -> None:
    given = _sum(shares, but="")
    if given > command.ceiling_fen:
        raise errors.CeilingsDisagree(
            organisation=command.organisation, asked_fen=given, limit_fen=command.ceiling_fen
        )


def _sum(shares: tuple[Share, ...], *, but: str) -> int:
    return sum(share.ceiling_fen or 0 for share in shares if share.organisation != but)


def require_room(total: Total, organisation: str, above: str) -> None:
    """Raise `TooMany` where a total could not take another organisation."""
    known = [share.organisation for share in total.shares]
    if organisation not in known and len(known) >= UNITS_MAX:
        raise errors.TooMany(organisation=above, limit=UNITS_MAX)
