"""What the mark `feature` does to a test, seen in pytest runs of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = """
import pytest
from tests import doors
"""
SHOWS = '@pytest.mark.feature("A2.4", "before the vote")\n'


@pytest.fixture
def run(tmp_path):
    """Return a function that runs pytest on one file under our plugins, and what it recorded."""

    def run_pytest(source, *args, ci=""):
        (tmp_path / "test_it.py").write_text(HEAD + source, encoding="utf-8")
        result = tmp_path / "features.json"
        ours = ("-p", "tests.feature_marks", "-p", "tests.no_skips", f"--rootdir={tmp_path}")
        options = (
            "-o",
            "markers=feature(row, clause): x",
            "-c",
            os.devnull,
            "-p",
            "no:cacheprovider",
        )
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *ours,
                *options,
                f"--features-result={result}",
                *args,
                str(tmp_path / "test_it.py"),
            ],
            cwd=ROOT,
            env={**os.environ, "CI": ci},
            capture_output=True,
            text=True,
            check=False,
        )
        shown = json.loads(result.read_text())["tests"] if result.exists() else None
        return done, shown

    return run_pytest


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("    doors.went_through('http')\n", "passed", "1 passed"),
        ("    doors.cli('--help')\n", "passed", "1 passed"),
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
    done, shown = run(f"{SHOWS}def test_a():\n{body}")
    assert said in done.stdout
    assert shown == [
        {
            "test": "test_it.py::test_a",
            "row": "A2.4",
            "clause": "before the vote",
            "outcome": outcome,
        }
    ]


def test_a_door_used_by_a_fixture_or_by_the_test_before_does_not_count(run):
    done, _ = run(
        f"def test_before():\n    doors.went_through('http')\n"
        f"@pytest.fixture\ndef node():\n    doors.went_through('http')\n"
        f"{SHOWS}def test_a(node):\n    pass\n"
    )
    assert "1 failed, 1 passed" in done.stdout


def test_a_test_without_a_mark_needs_no_door_and_is_not_recorded(run):
    done, shown = run("def test_a():\n    pass\n")
    assert done.returncode == 0
    assert shown == []


def test_one_test_may_show_several_clauses(run):
    _, shown = run(
        f'{SHOWS}@pytest.mark.feature("H1", "stop")\n'
        "def test_a():\n    doors.went_through('browser')\n"
    )
    assert [entry["row"] for entry in shown] == ["A2.4", "H1"]


@pytest.mark.parametrize(
    "broken",
    [
        "@pytest.fixture\ndef node():\n    assert 0\n",
        "@pytest.fixture\ndef node():\n    yield\n    assert 0\n",
    ],
)
def test_a_fixture_that_breaks_takes_the_clause_away(run, broken):
    _, shown = run(f"{broken}{SHOWS}def test_a(node):\n    doors.went_through('http')\n")
    assert [entry["outcome"] for entry in shown] == ["failed"]


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
    done, shown = run(f"@pytest.mark.feature({mark})\ndef test_a():\n    pass\n")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert said in done.stdout + done.stderr
    assert shown is None


def test_collecting_alone_leaves_the_record_as_it_was(run):
    _, shown = run(f"{SHOWS}def test_a():\n    pass\n", "--collect-only")
    assert shown is None


@pytest.mark.parametrize(
    "source",
    [
        "def test_a():\n    pytest.skip('no PostgreSQL')\n",
        "@pytest.mark.skip(reason='no PostgreSQL')\ndef test_a():\n    pass\n",
        "pytest.skip('no PostgreSQL', allow_module_level=True)\n",
    ],
)
def test_nothing_may_be_skipped_under_ci(run, source):
    at_home, _ = run(source)
    assert "1 skipped" in at_home.stdout
    assert at_home.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    in_ci, _ = run(source, ci="true")
    assert in_ci.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert "CI does not allow" in in_ci.stdout
    assert "no PostgreSQL" in in_ci.stdout


def test_an_expected_failure_is_not_a_skip(run):
    done, _ = run("@pytest.mark.xfail(strict=True)\ndef test_a():\n    assert 0\n", ci="true")
    assert done.returncode == pytest.ExitCode.OK
