"""The feature table is computed from the document and the last full run, never written by hand."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tools.features import (
    BadDocumentError,
    Row,
    Shown,
    print_table,
    read_result,
    read_rows,
    report,
    why_unknown,
    write_result,
)

ROOT = Path(__file__).parents[2]
ROWS = [
    Row("A2.4", "编制与执行联动", ("before the vote", "over the line")),
    Row("H1", "三点", ("stop",)),
]
VOTE = Shown("tests/a.py::vote", "A2.4", "before the vote", "passed")
LINE = Shown("tests/a.py::line", "A2.4", "over the line", "passed")


def document(tmp_path, text):
    path = tmp_path / "features.md"
    path.write_text(text, encoding="utf-8")
    return path


def statuses(shown):
    return {row["id"]: row["status"] for row in report(ROWS, shown)}


def test_the_document_has_every_row_of_the_report_once_and_in_order():
    counts = {"A1": 4, "A2": 5, "A3": 5, "A4": 5, "A5": 5, "A6": 5}
    counts |= {"B1": 5, "B2": 5, "B3": 4, "B4": 5, "B5": 4, "B6": 5}
    expected = [f"{part}.{n}" for part, last in counts.items() for n in range(1, last + 1)]
    counts = {"C": 6, "D": 5, "E": 6, "F": 27, "G": 9, "H": 18}
    expected += [f"{part}{n}" for part, last in counts.items() for n in range(1, last + 1)]
    assert [row.id for row in read_rows()] == expected


def test_each_row_has_a_chinese_and_an_english_title_and_short_clauses():
    for row in read_rows():
        chinese, dash, english = row.title.partition(" — ")
        assert dash, row.id
        assert any("一" <= letter <= "鿿" for letter in chinese), row.id
        assert english.isascii() or "双监控" in english or "DG" in english, row.id
        assert all(3 <= len(clause) <= 40 for clause in row.clauses), row.id


def test_a_row_works_only_when_every_clause_has_a_test_and_all_passed():
    assert statuses([VOTE, LINE]) == {"A2.4": "works", "H1": "none"}
    assert statuses([VOTE]) == {"A2.4": "partly", "H1": "none"}
    assert statuses([]) == {"A2.4": "none", "H1": "none"}


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_one_test_that_did_not_pass_takes_its_clause_away(outcome):
    bad = LINE._replace(test="tests/a.py::other", outcome=outcome)
    assert statuses([VOTE, LINE, bad])["A2.4"] == "partly"
    assert statuses([VOTE._replace(outcome=outcome)])["A2.4"] == "none"


def test_the_report_names_the_tests_of_each_clause():
    row = report(ROWS, [VOTE])[0]
    assert row["clauses"] == [
        {"text": "before the vote", "tests": ["tests/a.py::vote"], "status": "passed"},
        {"text": "over the line", "tests": [], "status": "none"},
    ]


def test_a_clause_of_another_row_with_the_same_name_is_not_counted():
    assert statuses([VOTE._replace(row="H1")])["A2.4"] == "none"


def test_an_unknown_row_or_clause_is_explained():
    assert why_unknown(ROWS, "A2.4", "before the vote") is None
    assert "no row 'A9.9'" in str(why_unknown(ROWS, "A9.9", "x"))
    assert "'before the vote', 'over the line'" in str(why_unknown(ROWS, "A2.4", "stop"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("### X1 甲 — A\n- clause: “a” — b", "features.md:1: a row is headed"),
        ("### A1.1\n- clause: “a” — b", "features.md:1: a row is headed"),
        ("- clause: “a” — b", "features.md:1: this clause stands before"),
        ("### A1.1 甲 — A\n- clause: a — b", "features.md:2: a clause is written"),
        ("### A1.1 甲 — A\n- clause: “a”", "features.md:2: a clause is written"),
        ("### A1.1 甲 — A\n- clause: “a” — b\n- clause: “a” — c", "features.md:3: clause “a”"),
        ("### C1 甲 — A\n- clause: “a” — b\n### C1 甲 — A", "features.md:3: row C1 stands twice"),
        ("### C1 甲 — A\n### C2 乙 — B\n- clause: “a” — b", "row C1 has no clause"),
    ],
)
def test_a_document_that_cannot_be_read_names_its_line(tmp_path, text, complaint):
    with pytest.raises(BadDocumentError, match=complaint):
        read_rows(document(tmp_path, text))


def test_the_record_of_a_run_is_read_back_and_replaced(tmp_path):
    path = tmp_path / "new" / "features.json"
    assert read_result(path) is None
    write_result(path, [VOTE, LINE])
    assert read_result(path) == [VOTE, LINE]
    write_result(path, [LINE])
    assert read_result(path) == [LINE]
    assert [entry.name for entry in path.parent.iterdir()] == ["features.json"]


def test_the_table_shows_what_a_partly_working_row_lacks():
    printed = StringIO()
    console = Console(file=printed, width=200)
    print_table(report(ROWS, [VOTE, LINE._replace(outcome="failed")]), console)
    assert "1/2" in printed.getvalue()
    assert "over the line (fails)" in printed.getvalue()
    assert "2 rows: 0 works, 1 partly, 1 none" in printed.getvalue()


def test_the_command_prints_one_json_object_with_all_rows():
    answer = subprocess.run(
        [sys.executable, "-m", "tools.features", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(answer.stdout)["rows"]
    assert [row["id"] for row in rows] == [row.id for row in read_rows()]
    assert sorted(rows[0]) == ["clauses", "id", "status", "title"]
