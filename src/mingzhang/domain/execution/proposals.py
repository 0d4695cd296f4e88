"""What would make a refused payment lawful, and who can help: facts of refusals.

Read only when something is refused, and bounded: at most `CELLS_PAGE` cells of the unit and
`PROPOSED_MAX` proposals.
"""

from collections.abc import Iterator

from mingzhang.domain.execution.state import CELLS_PAGE, UnitCells, unit_cells_id
from mingzhang.domain.funds.state import Cell, Line
from mingzhang.domain.identity.gate import post_allows
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import Governance, Organisation, Post
from mingzhang.kernel.ledger import Ledger

PROPOSED_MAX = 8
"""Lines or posts that a refusal names."""


def cells_of_unit(ledger: Ledger, unit: str, year: int) -> Iterator[tuple[str, Cell, Line]]:
    """Yield the listed cells of a unit and year in order of opening."""
    listed = ledger.find(UnitCells, unit_cells_id(unit, year))
    for name in (listed.cells if listed else ())[:CELLS_PAGE]:
        cell = ledger.require(Cell, name)
        yield name, cell, ledger.require(Line, cell.line)


def lines_of_unit(ledger: Ledger, unit: str, year: int) -> tuple[str, ...]:
    """Return lines that a unit has this year."""
    lines = dict.fromkeys(cell.line for _, cell, _ in cells_of_unit(ledger, unit, year))
    return tuple(lines)[:PROPOSED_MAX]


def could_give(
    ledger: Ledger, line: Line, vintages: tuple[int, ...], line_id: str, nature: str, year: int
) -> tuple[str, ...]:
    """Return ``<cell>=<fen>`` of the project's other lines that may give by a virement.

    Those of the line's own subject come first, as the unit may move within it by itself; then
    most first. Only vintages that the line has: none is moved to another.
    """
    found = [
        (
            (other.function, other.economic) != (line.function, line.economic),
            -cell.allotted_fen,
            name,
        )
        for name, cell, other in cells_of_unit(ledger, line.unit, year)
        if other.project == line.project
        and cell.line != line_id
        and cell.nature == nature
        and cell.vintage in vintages
        and cell.allotted_fen > 0
        and not cell.flagged
    ]
    return tuple(f"{name}={-negative}" for _, negative, name in sorted(found)[:PROPOSED_MAX])


def for_purpose(ledger: Ledger, unit: str, year: int, economic: str) -> tuple[str, ...]:
    """Return ``<cell>=<fen available>`` of a unit's lines with an economic class."""
    found = (
        f"{name}={cell.allotted_fen}"
        for name, cell, line in cells_of_unit(ledger, unit, year)
        if line.economic == economic
    )
    return tuple(found)[:PROPOSED_MAX]


def posts_that_may(ledger: Ledger, organisation: str, right: str) -> tuple[str, ...]:
    """Return posts, each as ``<post>@<organisation>``, whose roles allow a right there.

    Asked are the organisation, those above it, then the institutions that govern the ledger.
    """
    own = ledger.find(Organisation, organisation)
    governance = ledger.find(Governance, "now")
    names = [organisation, *(own.ancestors if own else ())]
    names += [name for name, _ in (governance.weights if governance else ())]
    found: list[str] = []
    for name in dict.fromkeys(names):
        above = ledger.find(Organisation, name)
        for post_id in above.posts if above else ():
            post = ledger.require(Post, post_id)
            if len(found) < PROPOSED_MAX and post_allows(
                ledger, post, right, Scope(organisation=organisation)
            ):
                found.append(f"{post_id}@{name}")
    return tuple(found)
