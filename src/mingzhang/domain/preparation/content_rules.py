"""What a request must be before any contract is asked: the form that later steps rely on."""

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.library_rules import BASIC, require_line
from mingzhang.domain.preparation.state import Project
from mingzhang.domain.preparation.terms import Content, CycleRules
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.values import FEN_MAX

LAST_YEAR = 2200
"""As `values.Year`."""


def require_form(
    ledger: Ledger, rules: CycleRules, year: int, owner: tuple[str, str], content: Content
) -> None:
    """Raise the first refusal of the form that applies; `owner` is (unit, project).

    `OtherUnit`, `LineTwice`, `LineDiffers`, `YearWrong`, `AmountTooLarge`, `IndicatorUnknown`.
    Basic expenditure has the project "".
    """
    unit, name = owner
    project = ledger.find(Project, name) if name else None
    if project is not None and project.unit != unit:
        raise errors.OtherUnit(project=name, unit=project.unit)
    seen: list[tuple[str, str, str]] = []
    for item in content.lines:
        place = (item.line, item.nature, item.source)
        if place in seen:
            raise errors.LineTwice(line=item.line)
        seen.append(place)
    for item in content.lines:
        if item.classified():
            require_line(ledger, item.line, unit, name or BASIC, (item.function, item.economic))
    _require_same_codes(content)
    # A project outside the library has no years here: the contracts' clause is the answer.
    last_year = project.last_year if project else LAST_YEAR if name else year
    _require_years(content, year, last_year)
    if content.total_fen() > FEN_MAX:
        raise errors.AmountTooLarge(asked_fen=content.total_fen(), limit_fen=FEN_MAX)
    kinds = [kind.code for kind in rules.goal_kinds]
    for indicator in content.goals.indicators if content.goals else ():
        if indicator.indicator_kind not in kinds:
            raise errors.IndicatorUnknown(indicator=indicator.indicator_kind)


def _require_same_codes(content: Content) -> None:
    """Raise `LineDiffers` where one line stands with two classifications."""
    codes: dict[str, tuple[str, str]] = {}
    for item in content.lines:
        mine = (item.function, item.economic)
        if codes.setdefault(item.line, mine) != mine:
            raise errors.LineDiffers(line=item.line)


def _require_years(content: Content, year: int, last_year: int) -> None:
    for item in content.lines:
        years = [each.year for each in item.amounts]
        for place, each in enumerate(years):
            if not year <= each <= max(last_year, year) or each in years[:place]:
                raise errors.YearWrong(line=item.line, year=each)


def require_usable(ledger: Ledger, name: str, content: Content) -> None:
    """Raise `NoProject` or `LineDiffers` for what no contract can let pass.

    Asked after the contracts, so that their clause is the answer where they have one: a line
    without classification, or a project outside the library, could not be appropriated.
    """
    if name and ledger.find(Project, name) is None:
        raise errors.NoProject(project=name)
    for item in content.lines:
        if not item.classified():
            raise errors.LineDiffers(line=item.line)
