"""The feature table: rows and clauses of docs/features.md, and how far each works.

A row *works* when every clause has a test and all of them passed in the last full test run, which
`./mz test` records in .cache/features.json; it works *partly* when some clause does; else `none`.
`./mz features` prints a table, `--json` one JSON object for other programs.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "features.md"
RESULT = ROOT / ".cache" / "features.json"

ROW = re.compile(r"### (?P<id>[A-H][0-9]+(?:\.[0-9]+)?) (?P<title>\S.*)")
CLAUSE = re.compile(r"- clause: “(?P<text>[^”]+)” — (?P<shown>\S.*)")

Status = Literal["works", "partly", "none"]
ClauseStatus = Literal["passed", "failed", "none"]


class Row(NamedTuple):
    """One row of the document: its id, its title, and its clauses' short names in order."""

    id: str
    title: str
    clauses: tuple[str, ...]


class Shown(NamedTuple):
    """What one test of the last run showed: the row and clause it names, and its outcome."""

    test: str
    row: str
    clause: str
    outcome: str


class ClauseReport(TypedDict):
    """One clause as `--json` gives it; `tests` are the names that pytest knows."""

    text: str
    tests: list[str]
    status: ClauseStatus


class RowReport(TypedDict):
    """One row as `--json` gives it."""

    id: str
    title: str
    status: Status
    clauses: list[ClauseReport]


class BadDocumentError(Exception):
    """The document of features cannot be read as rows and clauses; says at which line and why."""


def read_rows(document: Path = DOCUMENT) -> list[Row]:
    """Read all rows in order; raise BadDocumentError naming the line that is wrong."""
    rows: list[Row] = []
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            _read_line(line, rows)
        except BadDocumentError as error:
            raise BadDocumentError(f"{document.name}:{number}: {error}") from None
    for row in rows:
        if not row.clauses:
            raise BadDocumentError(f"{document.name}: row {row.id} has no clause")
    return rows


def _read_line(line: str, rows: list[Row]) -> None:
    if line.startswith("###"):
        heading = ROW.fullmatch(line)
        if heading is None:
            raise BadDocumentError("a row is headed '### A1.1 中文 — English'")
        if heading["id"] in [row.id for row in rows]:
            raise BadDocumentError(f"row {heading['id']} stands twice")
        rows.append(Row(heading["id"], heading["title"], ()))
    elif line.startswith("- "):
        clause = CLAUSE.fullmatch(line)
        if clause is None:
            raise BadDocumentError("a clause is written '- clause: “short name” — what is seen'")
        if not rows:
            raise BadDocumentError("this clause stands before the first row")
        row = rows[-1]
        if clause["text"] in row.clauses:
            raise BadDocumentError(f"clause “{clause['text']}” stands twice in row {row.id}")
        rows[-1] = row._replace(clauses=(*row.clauses, clause["text"]))


def why_unknown(rows: Iterable[Row], row_id: str, clause: str) -> str | None:
    """Say why a test may not name this row and clause, or None if it may."""
    row = next((row for row in rows if row.id == row_id), None)
    if row is None:
        return f"docs/features.md has no row '{row_id}'"
    if clause not in row.clauses:
        known = ", ".join(f"'{text}'" for text in row.clauses)
        return f"row {row_id} of docs/features.md has no clause '{clause}'; it has {known}"
    return None


def read_result(result: Path = RESULT) -> list[Shown] | None:
    """Return what the last full test run recorded, or None if there was none."""
    if not result.exists():
        return None
    recorded = json.loads(result.read_text(encoding="utf-8"))
    return [Shown(**entry) for entry in recorded["tests"]]


def write_result(result: Path, shown: Sequence[Shown]) -> None:
    """Record what a test run showed, replacing the record of the run before."""
    result.parent.mkdir(parents=True, exist_ok=True)
    tests = [entry._asdict() for entry in shown]
    unfinished = result.with_suffix(".new")
    unfinished.write_text(json.dumps({"tests": tests}, ensure_ascii=False, indent=1) + "\n")
    unfinished.replace(result)


def report(rows: Iterable[Row], shown: Sequence[Shown]) -> list[RowReport]:
    """Compute the status of each row and clause from what the tests showed."""
    return [_report_row(row, [entry for entry in shown if entry.row == row.id]) for row in rows]


def _report_row(row: Row, shown: Sequence[Shown]) -> RowReport:
    clauses: list[ClauseReport] = []
    for text in row.clauses:
        tests = [entry for entry in shown if entry.clause == text]
        clauses.append(
            {
                "text": text,
                "tests": [entry.test for entry in tests],
                "status": _clause_status([entry.outcome for entry in tests]),
            }
        )
    passed = [clause["status"] == "passed" for clause in clauses]
    status: Status = "works" if all(passed) else "partly" if any(passed) else "none"
    return {"id": row.id, "title": row.title, "status": status, "clauses": clauses}


def _clause_status(outcomes: Sequence[str]) -> ClauseStatus:
    if not outcomes:
        return "none"
    return "passed" if all(outcome == "passed" for outcome in outcomes) else "failed"


def print_table(reports: Sequence[RowReport], console: Console) -> None:
    """Print one line a row, then how many rows work."""
    table = Table("row", "title 功能", "status", "clauses", "missing 未展示", box=None)
    colours = {"works": "green", "partly": "yellow", "none": "dim"}
    for row in reports:
        lacking = [clause for clause in row["clauses"] if clause["status"] != "passed"]
        named = [
            f"{clause['text']} (fails)" if clause["status"] == "failed" else clause["text"]
            for clause in lacking
        ]
        table.add_row(
            row["id"],
            row["title"],
            f"[{colours[row['status']]}]{row['status']}[/]",
            f"{len(row['clauses']) - len(lacking)}/{len(row['clauses'])}",
            "; ".join(named) if row["status"] == "partly" else "",
        )
    console.print(table)
    counts = [
        f"{sum(row['status'] == status for row in reports)} {status}"
        for status in ("works", "partly", "none")
    ]
    console.print(f"{len(reports)} rows: {', '.join(counts)}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table or the JSON; return the exit status."""
    parser = argparse.ArgumentParser(prog="mz features", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    try:
        rows = read_rows()
    except BadDocumentError as error:
        print(error, file=sys.stderr)
        return 1
    shown = read_result()
    if shown is None:
        print(
            "no full test run is recorded here, so no row counts as working; run ./mz test first"
            " 尚无测试记录，请先运行 ./mz test",
            file=sys.stderr,
        )
    reports = report(rows, shown or [])
    if options.json:
        print(json.dumps({"rows": reports}, ensure_ascii=False))
    else:
        print_table(reports, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
