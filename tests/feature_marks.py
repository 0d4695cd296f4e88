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

PROPERTY = "feature"
"""Of a report: a row and a clause that its test shows. Reports cross from a worker to its run."""
NAMED = pytest.StashKey[list[tuple[str, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option by which `./mz test` asks for the record."""
    parser.addoption("--features-result", type=Path, help="write what the feature tests showed")


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is shown, but in the workers of a run."""
    result: Path | None = config.getoption("features_result")
    if result is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(result))


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
    for each in named:
        if made.when == "call" or made.outcome != "passed":
            made.user_properties.append((PROPERTY, each))
    return made


class Record:
    """What the marked tests of a run showed, written to a file at its end."""

    def __init__(self, result: Path) -> None:
        self._result = result
        self._shown: dict[tuple[str, str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of a marked test."""
        for name, value in report.user_properties:
            match name, value:
                case (str(), (str(row), str(clause))) if name == PROPERTY:
                    self._shown[report.nodeid, row, clause] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the record if the tests ran."""
        if session.testscollected and not session.config.option.collectonly:
            shown = sorted(self._shown.items())
            write_result(self._result, [Shown(*key, outcome) for key, outcome in shown])
