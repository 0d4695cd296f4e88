"""What the mark `feature` does to a test, seen in pytest runs of their own."""

import itertools
import json
import os
from typing import NamedTuple

import pytest

HEAD = """
import pytest
from tests import doors
"""
SHOWS = '@pytest.mark.feature("A2.4", "before the vote")\n'
NUMBERS = itertools.count()


class Run(NamedTuple):
    status: int
    printed: str
    shown: list[dict[str, str]] | None


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs pytest on one file under our plugins."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    ours = ("-p", "tests.feature_marks", "-p", "tests.no_skips", "-p", "no:cacheprovider")
    config = ("-c", os.devnull, "-o", "markers=feature(row, clause): x", "--capture=no")

    def run_pytest(source, *args, ci=""):
        monkeypatch.setenv("CI", ci)
        # Each file is a module of its own: Python keeps modules by name.
        path = tmp_path / f"test_it_{next(NUMBERS)}.py"
        path.write_text(HEAD + source, encoding="utf-8")
        result = path.with_suffix(".json")
        places = ("--import-mode=importlib", f"--rootdir={tmp_path}", f"--features-result={result}")
        status = pytest.main([*ours, *config, *places, *args, str(path)])
        printed = capsys.readouterr()
        shown = json.loads(result.read_text())["tests"] if result.exists() else None
        return Run(status, printed.out + printed.err, shown)

    return run_pytest


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("    doors.went_through('http')\n", "passed", "1 passed"),
        ("    doors.went_through('cli')\n", "passed", "1 passed"),
        ("    pass\n", "failed", "went through no public door"),
        ("    doors.went_through('http')\n    assert 0\n", "failed", "1 failed"),
        (
            "    doors.went_through('http')\n    pytest.skip('no PostgreSQL')\n",
            "skipped",
            "1 skipped",
        ),
    ],
)
def test_a_marked_test_shows_its_clause_only_through_a_door(run, body, outcome, said):
    done = run(f"{SHOWS}def test_a():\n{body}")
    assert said in done.printed
    assert [entry["outcome"] for entry in done.shown] == [outcome]
    assert done.shown[0]["row"] == "A2.4"
    assert done.shown[0]["clause"] == "before the vote"
    assert done.shown[0]["test"].endswith(".py::test_a")


def test_a_door_used_by_a_fixture_or_by_the_test_before_does_not_count(run):
    done = run(
        f"def test_before():\n    doors.went_through('http')\n"
        f"@pytest.fixture\ndef node():\n    doors.went_through('http')\n"
        f"{SHOWS}def test_a(node):\n    pass\n"
    )
    assert "1 failed, 1 passed" in done.printed


def test_a_test_without_a_mark_needs_no_door_and_is_not_recorded(run):
    done = run("def test_a():\n    pass\n")
    assert done.status == 0
    assert done.shown == []


def test_one_test_may_show_several_clauses(run):
    done = run(
        f'{SHOWS}@pytest.mark.feature("H1", "stop")\n'
        "def test_a():\n    doors.went_through('browser')\n"
    )
    assert [entry["row"] for entry in done.shown] == ["A2.4", "H1"]


@pytest.mark.parametrize(
    "broken",
    [
        "@pytest.fixture\ndef node():\n    assert 0\n",
        "@pytest.fixture\ndef node():\n    yield\n    assert 0\n",
    ],
)
def test_a_fixture_that_breaks_takes_the_clause_away(run, broken):
    done = run(f"{broken}{SHOWS}def test_a(node):\n    doors.went_through('http')\n")
    assert [entry["outcome"] for entry in done.shown] == ["failed"]


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ('"Z1", "before the vote"', "no row 'Z1'"),
        ('"A2.4", "no such clause"', "no clause 'no such clause'"),
        ('"A2.4"', "must name a row and a clause"),
        ('"A2.4", clause="before the vote"', "must name a row and a clause"),
    ],
)
def test_a_mark_that_names_nothing_known_stops_the_run(run, mark, said):
    done = run(f"@pytest.mark.feature({mark})\ndef test_a():\n    pass\n")
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert said in done.printed
    assert done.shown is None


def test_collecting_alone_leaves_the_record_as_it_was(run):
    done = run(f"{SHOWS}def test_a():\n    pass\n", "--collect-only")
    assert done.shown is None


@pytest.mark.parametrize(
    "source",
    [
        "def test_a():\n    pytest.skip('no PostgreSQL')\n",
        "@pytest.mark.skip(reason='no PostgreSQL')\ndef test_a():\n    pass\n",
        "pytest.skip('no PostgreSQL', allow_module_level=True)\n",
    ],
)
def test_nothing_may_be_skipped_under_ci(run, source):
    done = run(source)
    assert "1 skipped" in done.printed
    assert done.status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    done = run(source, ci="true")
    assert done.status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert "CI does not allow" in done.printed
    assert "no PostgreSQL" in done.printed


def test_an_expected_failure_is_not_a_skip(run):
    source = "@pytest.mark.xfail(strict=True)\ndef test_a():\n    assert 0\n"
    done = run(source, ci="true")
    assert done.status == pytest.ExitCode.OK
    assert "1 xfailed" in done.printed


def test_a_marked_test_that_fails_keeps_its_own_reason(run):
    done = run(f"{SHOWS}def test_a():\n    assert 1 == 2\n")
    assert "assert 1 == 2" in done.printed
    assert "public door" not in done.printed
