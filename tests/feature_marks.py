"""Pytest plugin: `@pytest.mark.feature("A2.4", "before the vote")` ties a test to a feature.

- A row or clause that docs/features.md does not have is an error of collection.
- A marked test fails unless it went through a public door (tests/doors.py) during its call.
- With --features-result=FILE, what the marked tests showed is recorded for `./mz features`.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests import doors
from tools.features import Row, Shown, read_rows, why_unknown, write_result

NO_DOOR = (
    "marked as showing a feature, but it went through no public door: take the client from"
    " tests/doors.py and reach the system by HTTP, CLI or browser in the test itself"
)

SHOWN = pytest.StashKey[dict[tuple[str, str, str], str]]()
NAMED = pytest.StashKey[list[tuple[str, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option by which `./mz test` asks for the record."""
    parser.addoption("--features-result", type=Path, help="write what the feature tests showed")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing shown."""
    config.stash[SHOWN] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse the run if a mark names what docs/features.md does not have."""
    marks = [(item, mark) for item in items for mark in item.iter_markers("feature")]
    rows = read_rows() if marks else []
    errors = []
    for item, mark in marks:
        named, error = _read_mark(rows, mark)
        item.stash.setdefault(NAMED, []).append(named)
        if error:
            errors.append(f"{item.nodeid}: {error}")
    if errors:
        raise pytest.UsageError("\n".join(errors))


def _read_mark(rows: list[Row], mark: pytest.Mark) -> tuple[tuple[str, str], str | None]:
    match mark.args, mark.kwargs:
        case (str(row), str(clause)), {}:
            return (row, clause), why_unknown(rows, row, clause)
    return ("", ""), f"feature{mark.args} must name a row and a clause"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """Count only the doors that the test itself goes through, not its fixtures."""
    doors.forget()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a marked test that used no door, and note the outcome of each marked one."""
    made = yield
    named = item.stash.get(NAMED, [])
    if named and made.when == "call" and made.outcome == "passed" and not doors.passed():
        made.outcome = "failed"
        made.longrepr = NO_DOOR
    shown = item.config.stash[SHOWN]
    for row, clause in named:
        if made.when == "call" or made.outcome != "passed":
            shown[item.nodeid, row, clause] = made.outcome
    return made


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record, if it was asked for and the tests ran."""
    result: Path | None = session.config.getoption("features_result")
    if result is not None and session.testscollected and not session.config.option.collectonly:
        shown = session.config.stash[SHOWN].items()
        write_result(result, [Shown(*key, outcome) for key, outcome in sorted(shown)])
