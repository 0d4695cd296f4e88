"""Pytest plugin: under continuous integration (CI=true) a test may not be skipped.

Elsewhere a skip is allowed for want of a system package, and `./mz test` prints its reason.
"""

import os
from collections.abc import Generator

import pytest

NOT_IN_CI = "skipped, which CI does not allow; the run must install what it needs: "


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def _refused(report: pytest.TestReport | pytest.CollectReport) -> bool:
    return _is_ci() and report.outcome == "skipped" and not hasattr(report, "wasxfail")


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = NOT_IN_CI + str(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure, so that nothing passes by not having run."""
    report = yield
    if _refused(report):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Do the same for a module that skips itself while it is read."""
    report = yield
    if _refused(report):
        _fail(report)
    return report
