"""A real Chromium on the pages of a real node: the worked case after its last step.

`MZ_CHROMIUM` names the browser, as `./mz test` sets it; `./mz web` must have built the pages.
A journey that changes the case takes `town`, its module's own, or opens one (acceptance tests).

A press may be lost while a loaded machine lays a page out. A journey that fails is walked once more
and the run's summary names it (RERUN); one that fails twice has failed.
"""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from mingzhang.cli import demo
from mingzhang.gateway.web import BUNDLE
from tests.acceptance.town import open_played
from tests.browser.visitor import Visitor

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.flaky(reruns=1))


def _chromium():
    return os.environ.get("MZ_CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture(scope="package")
def chromium():
    program = _chromium()
    if not program:
        pytest.skip("no Chromium: install Debian's chromium, or name one by MZ_CHROMIUM")
    if not (BUNDLE / "index.html").is_file():
        pytest.skip("the pages are not built: run ./mz web")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--force-prefers-reduced-motion"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def played():
    """The whole case, watched by its two witnesses; tests that take it change nothing."""
    with (
        open_played() as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1") as addresses,
    ):
        town.witnesses = addresses
        yield town


@pytest.fixture(scope="module")
def town():
    """The whole case, of a module's own: its journeys change it."""
    with open_played() as town:
        yield town


@pytest.fixture
def visit(chromium):
    """Return a function that opens a page of a town: `visit(town, "/", width=360)`."""
    opened = []

    def open_page(town, path="/", **options):
        visitor = Visitor(chromium, town, **options)
        opened.append(visitor)
        visitor.open(path)
        return visitor

    yield open_page
    for each in opened:
        each.close()
