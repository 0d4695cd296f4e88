"""Rules of the appropriation 批复: bureau to department, department to unit, in 20 and 15 days.

Handing down to a unit votes each line in funds; only the cycle's year is appropriated, later
years of a request wait for their own budgets. Sources: 预算法 第五十二条; rows A2.4, F6, D1.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, cast

from mingzhang.domain.funds import authority
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.cycle_rules import cycle_of, require_adopted
from mingzhang.domain.preparation.events import (
    AppropriatedLine,
    AppropriationHandedDown,
    AppropriationIssued,
    AppropriationReversed,
    DeadlineMissed,
)
from mingzhang.domain.preparation.library_rules import BASIC, unit_code
from mingzhang.domain.preparation.messages import (
    HandDownAppropriation,
    IssueAppropriation,
    ReverseAppropriation,
)
from mingzhang.domain.preparation.organisations import author_of, department_of, require_itself
from mingzhang.domain.preparation.state import (
    Appropriation,
    Cycle,
    Issue,
    Request,
    RequestVersion,
    Total,
    UnitBudget,
    requests_of,
    total_id,
    version_id,
)
from mingzhang.domain.preparation.terms import LineItem
from mingzhang.domain.procedure import verbs
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem, Scheduled

if TYPE_CHECKING:
    from mingzhang.domain.funds.chart import Nature

HAND_DOWN_DUE = "preparation.hand_down_due"
UNIT_LINES_MAX = 400
"""Lines of one unit in one appropriation: a command has at most 2,000 events, a line five."""


def issue(command: IssueAppropriation, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Approve a department's budget; the days for its units begin."""
    cycle = cycle_of(ledger, command.year)
    require_itself(context, cycle.bureau)
    total = ledger.find(Total, total_id(command.year, command.organisation)) or Total()
    if not total.approved:
        raise errors.NothingApproved(year=command.year, organisation=command.organisation)
    require_adopted(ledger, command.year)
    name = total_id(command.year, command.organisation)
    issued = ledger.find(Issue, name)
    if issued is not None:
        raise errors.AlreadyIssued(organisation=command.organisation, number=issued.number)
    yield AppropriationIssued(
        year=command.year,
        department=command.organisation,
        number=command.number,
        total_fen=total.approved_fen,
        requests=total.approved,
        day=context.day,
        author=author_of(context),
    )
    last = context.day + cycle.rules.unit_days
    yield Scheduled(
        due_ms=calendar.start_of(last + 1, context.setting.offset_s),
        handler=HAND_DOWN_DUE,
        subject=name,
    )


def hand_down(command: HandDownAppropriation, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Approve a unit's budget: every line of the year is voted in its cell."""
    cycle_of(ledger, command.year)
    department = department_of(ledger, command.organisation)
    require_itself(context, department)
    wanted = _wanted(ledger, command.year, department, command.organisation)
    if len(wanted) > UNIT_LINES_MAX:
        raise errors.TooMany(organisation=command.organisation, limit=UNIT_LINES_MAX)
    if not wanted:
        raise errors.NothingApproved(year=command.year, organisation=command.organisation)
    budget = ledger.find(UnitBudget, total_id(command.year, command.organisation))
    if budget is not None and budget.standing:
        standing = ledger.require(Appropriation, budget.appropriation)
        raise errors.AlreadyIssued(organisation=command.organisation, number=standing.number)
    if ledger.find(Issue, total_id(command.year, department)) is None:
        raise errors.NotIssued(organisation=department, year=command.year)
    ref = context.record_id()
    lines: list[AppropriatedLine] = []
    projects: dict[str, int] = {}
    for request, head, item in wanted:
        amount_fen = item.of_year_fen(command.year)
        cell = yield from _vote(ledger, context, head, item, ref)
        lines.append(
            AppropriatedLine(
                request=request,
                version=head.approved_version,
                line=item.line,
                cell=cell,
                amount_fen=amount_fen,
            )
        )
        if head.project:
            projects[head.project] = projects.get(head.project, 0) + amount_fen
    yield AppropriationHandedDown(
        appropriation=ref,
        year=command.year,
        unit=command.organisation,
        department=department,
        number=command.number,
        lines=tuple(lines),
        total_fen=sum(line.amount_fen for line in lines),
        day=context.day,
        author=author_of(context),
        projects=tuple(projects.items()),
        previous=budget.appropriation if budget else None,
    )


def _wanted(
    ledger: Ledger, year: int, department: str, unit: str
) -> list[tuple[str, Request, LineItem]]:
    """Return the line items that were voted for a unit and have money in the year."""
    found: list[tuple[str, Request, LineItem]] = []
    for request in requests_of(ledger, year, department):
        head = ledger.require(Request, request)
        if head.unit != unit or not head.drafted:
            continue
        version = ledger.require(RequestVersion, version_id(request, head.approved_version))
        found += [(request, head, item) for item in version.content.lines if item.of_year_fen(year)]
    return found


def _vote(
    ledger: Ledger, context: Context, head: Request, item: LineItem, ref: str
) -> Generator[Event, None, str]:
    """Open line and cell where they are not yet, and appropriate; return the cell's id."""
    yield from authority.open_line(
        ledger,
        line=item.line,
        unit=head.unit,
        project=head.project or BASIC,
        function=item.function,
        economic=item.economic,
        title=item.titles.zh,
        unit_code=unit_code(ledger, head.unit),
    )
    cell = yield from authority.open_cell(
        ledger,
        context,
        line=item.line,
        nature=cast("Nature", item.nature),
        source=item.source,
        year=head.year,
    )
    yield from authority.appropriate(
        ledger, context, cell=cell, amount_fen=item.of_year_fen(head.year), ref=ref
    )
    return cell


def reverse(command: ReverseAppropriation, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Take back a unit's whole appropriation, as its department or the bureau.

    Funds refuses what has been allotted from it.
    """
    cycle = cycle_of(ledger, command.year)
    department = department_of(ledger, command.organisation)
    if context.organisation != cycle.bureau:
        require_itself(context, department)
    budget = ledger.find(UnitBudget, total_id(command.year, command.organisation))
    if budget is None or not budget.standing:
        raise errors.NotIssued(organisation=command.organisation, year=command.year)
    standing = ledger.require(Appropriation, budget.appropriation)
    ref = context.record_id()
    for line in standing.lines:
        yield from authority.reduce(
            ledger, context, cell=line.cell, amount_fen=line.amount_fen, ref=ref
        )
    yield AppropriationReversed(
        appropriation=budget.appropriation,
        year=command.year,
        unit=command.organisation,
        number=command.number,
        reason=command.reason,
        total_fen=standing.total_fen,
        day=context.day,
        author=author_of(context),
        projects=standing.projects,
    )


def issue_due(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note each department that has no approval though its days have passed; tell the bureau."""
    year = int(item.subject)
    cycle = ledger.require(Cycle, item.subject)
    total = ledger.require(Total, item.subject)
    for share in total.shares:
        if share.approved and ledger.find(Issue, total_id(year, share.organisation)) is None:
            yield DeadlineMissed(
                year=year,
                step="department",
                organisation=share.organisation,
                responsible=cycle.bureau,
                due_day=context.day - 1,
            )
            yield from _tell(
                ledger, context, f"department:{year}:{share.organisation}", cycle.bureau
            )


def hand_down_due(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Note each unit that has no approval though its days have passed; tell its department."""
    year, _, department = item.subject.partition(":")
    total = ledger.require(Total, item.subject)
    for share in total.shares:
        name = total_id(int(year), share.organisation)
        if share.approved and ledger.find(UnitBudget, name) is None:
            yield DeadlineMissed(
                year=int(year),
                step="unit",
                organisation=share.organisation,
                responsible=department,
                due_day=context.day - 1,
            )
            yield from _tell(ledger, context, f"unit:{year}:{share.organisation}", department)


def _tell(ledger: Ledger, context: Context, overdue: str, organisation: str) -> Iterator[Event]:
    yield from verbs.notify(
        ledger,
        context,
        "deadline_missed",
        f"preparation/overdue/{overdue}",
        organisation=organisation,
        text="预算法 第五十二条 Budget Law art. 52",
        acknowledge_days=1,
    )
