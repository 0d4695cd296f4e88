"""Rules of the project library 项目库 and of approved estimates 概算."""

from collections.abc import Iterator

from mingzhang.domain.funds import authority
from mingzhang.domain.funds.state import Line
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.events import EstimateSet, ProjectRegistered
from mingzhang.domain.preparation.messages import ApproveEstimate, RegisterProject
from mingzhang.domain.preparation.organisations import author_of, department_of
from mingzhang.domain.preparation.state import EstimateVersion, Project
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import FEN_MAX

BASIC = "basic"
"""In funds, the project of lines of basic expenditure 基本支出: no project has this name."""
UNIT_CODE_MAX = 96


def register_project(command: RegisterProject, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Enter a project; its years are its period, first to last."""
    department_of(ledger, command.organisation)
    if command.project == BASIC or ledger.find(Project, command.project) is not None:
        raise errors.ProjectExists(project=command.project)
    if command.last_year < command.first_year:
        raise errors.YearWrong(line="", year=command.last_year)
    yield ProjectRegistered(
        project=command.project,
        unit=command.organisation,
        titles=command.titles,
        project_kind=command.project_kind,
        first_year=command.first_year,
        last_year=command.last_year,
        documents=command.documents,
        author=author_of(context),
        confidential=command.confidential,
    )


def approve_estimate(command: ApproveEstimate, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Approve or revise an estimate by line; in funds each line's estimate is set.

    A line that a revision leaves out keeps its estimate in funds and so may not be dropped:
    the revision names every line of the version before.
    """
    project = project_of(ledger, command.project)
    lines = [each.line for each in command.lines]
    for place, line in enumerate(lines):
        if line in lines[:place]:
            raise errors.LineTwice(line=line)
    for each in command.lines:
        require_line(
            ledger, each.line, project.unit, command.project, (each.function, each.economic)
        )
    for line in lines_of(ledger, command.project, project):
        if line not in lines:
            raise errors.LineDiffers(line=line)
    total = sum(each.amount_fen for each in command.lines)
    if total > FEN_MAX:
        raise errors.AmountTooLarge(asked_fen=total, limit_fen=FEN_MAX)
    yield EstimateSet(
        project=command.project,
        version=project.estimates + 1,
        number=command.number,
        document_sha256=command.document_sha256,
        lines=command.lines,
        total_fen=total,
        author=author_of(context),
        reason=command.reason,
    )
    ref = f"{command.project}:{project.estimates + 1}"
    for each in command.lines:
        yield from authority.open_line(
            ledger,
            line=each.line,
            unit=project.unit,
            project=command.project,
            function=each.function,
            economic=each.economic,
            title=each.titles.zh,
            unit_code=unit_code(ledger, project.unit),
        )
        yield from authority.estimate(ledger, line=each.line, estimate_fen=each.amount_fen, ref=ref)


def project_of(ledger: Ledger, project: str) -> Project:
    """Return a project of the library. Raises `NoProject`."""
    found = ledger.find(Project, project)
    if found is None:
        raise errors.NoProject(project=project)
    return found


def lines_of(ledger: Ledger, name: str, project: Project) -> tuple[str, ...]:
    """Return the lines of the estimate in force."""
    from_state = ledger.find(EstimateVersion, f"{name}:{project.estimates}")
    return tuple(each.line for each in from_state.lines) if from_state else ()


def require_line(
    ledger: Ledger, line: str, unit: str, project: str, codes: tuple[str, str]
) -> None:
    """Raise `LineDiffers` where a line is open in funds with other codes than these."""
    found = ledger.find(Line, line)
    if found is None:
        return
    if (found.unit, found.project, found.function, found.economic) != (unit, project, *codes):
        raise errors.LineDiffers(line=line)


def unit_code(ledger: Ledger, unit: str) -> str:
    """Return a unit's code in funds, ``<department>:<unit>``, so that limits can stand on either.

    Where that would be too long, the unit's own id.
    """
    code = f"{department_of(ledger, unit)}:{unit}"
    return code if len(code) <= UNIT_CODE_MAX else unit
