"""Import-linter contract `arrows`: which part of the project may import which (design section 4).

Each arrow reads `part -> part part …`; a part is the path of a package or module below mingzhang,
`*` standing for one name, and covers what lies in it. Imports inside one part need no arrow. The
most specific part that covers a module is its part; a module that no part covers is a breach, so
that a new folder is placed in the table before anybody imports it. Tests of a room are exempt.
Parts that do not exist yet are no error: the table is the plan of the house.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output

ROOT = "mingzhang"


class ArrowsContract(Contract):
    """Checks direct imports against a table of arrows; what follows from them follows the same way.

    Options: `arrows`, a list of strings as the module's docstring says.
    """

    type_name = "arrows"

    arrows = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001
        """Check every direct import in the graph."""
        del verbose
        texts: Any = self.arrows
        found = list(breaches(graph, read_arrows(texts)))
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that no arrow allows."""
        for line in check.metadata["found"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()


def read_arrows(texts: list[str]) -> dict[str, tuple[str, ...]]:
    """Read `part -> part part` into a table; raise ValueError for a part that stands twice."""
    table: dict[str, tuple[str, ...]] = {}
    for text in texts:
        part, arrow, targets = (piece.strip() for piece in text.partition("->"))
        if not arrow or not part or part in table:
            raise ValueError(f"arrow '{text}': write 'part -> part part', each part once")
        table[part] = tuple(targets.split())
    return table


def breaches(graph: grimp.ImportGraph, table: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield a line for each direct import that the table does not allow, in order."""
    for importer in sorted(graph.modules):
        source = importer.removeprefix(f"{ROOT}.")
        if source == ROOT or "tests" in source.split("."):
            continue
        part = part_of(source, table)
        if part is None:
            yield f"{importer}: not in the table of arrows in pyproject.toml; place it there"
            continue
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            target = imported.removeprefix(f"{ROOT}.")
            if not _may(source, target, part, table):
                line = graph.get_import_details(importer=importer, imported=imported)
                numbers = ", ".join(str(detail["line_number"]) for detail in line)
                yield f"{importer} -> {imported} (l.{numbers}): {part} may not"


def part_of(module: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the most specific part of the table that covers a module, or None."""
    covering = [part for part in table if _covers(part, module)]
    return max(covering, key=lambda part: (part.count("."), -part.count("*")), default=None)


def _covers(part: str, module: str) -> bool:
    pattern, names = part.split("."), module.split(".")
    pairs = zip(names, pattern, strict=False)
    return len(names) >= len(pattern) and all(fnmatchcase(*pair) for pair in pairs)


def _may(source: str, target: str, part: str, table: Mapping[str, tuple[str, ...]]) -> bool:
    depth = part.count(".") + 1
    if source.split(".")[:depth] == target.split(".")[:depth]:
        return True
    return target == ROOT or any(_covers(allowed, target) for allowed in table[part])
