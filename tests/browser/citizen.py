"""A citizen at the portal: takes institutions' heads, looks at seals, opens a check."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor

PROJECT = "/project/rehab-ward"


def figures(town: Any, **filters: Any) -> list[dict[str, Any]]:
    since = town.loaded.node.engine.height
    query = {"limit": 500, "since": since, **filters}
    answer = town.anyone.get("/api/views/disclosure_figures", params=query).json()
    rows: list[dict[str, Any]] = answer["rows"]
    return rows


def take(visitor: Visitor, address: str) -> None:
    visitor.page.get_by_role("button", name=f"从 {address} 取").click()
    expect(visitor.page.get_by_text(f"已取：{address}")).to_be_visible()


def trusting(visitor: Visitor, town: Any) -> Visitor:
    """Take both institutions' heads from their own addresses, as a citizen does once."""
    visitor.open("/verify")
    for each in town.witnesses:
        take(visitor, each)
    expect(visitor.page.locator('[data-trust="ready"]')).to_be_visible()
    return visitor


def seals(visitor: Visitor) -> Locator:
    return visitor.page.locator("button[data-figure]")


def to_be(visitor: Visitor, proof: str, count: int | None = None) -> None:
    """Wait until seals are there and all of them, or `count`, show this proof."""
    expect(seals(visitor)).not_to_have_count(0)
    if count is None:
        expect(
            visitor.page.locator(f'button[data-figure]:not([data-proof="{proof}"])')
        ).to_have_count(0)
    else:
        expect(visitor.page.locator(f'button[data-figure][data-proof="{proof}"]')).to_have_count(
            count
        )


def scrolled(visitor: Visitor) -> None:
    """Look at the whole page: what is on screen is checked."""
    seals(visitor).first.wait_for()
    for each in seals(visitor).all():
        each.scroll_into_view_if_needed()


def opened(visitor: Visitor, figure: str) -> Locator:
    visitor.page.locator(f'button[data-figure="{figure}"]').first.click()
    return visitor.page.locator("[data-panel]")


@contextmanager
def answering(visitor: Visitor, pattern: str, handler: Callable[..., None]) -> Iterator[None]:
    """A portal that answers something else than its ledger would."""
    visitor.page.route(pattern, handler)
    yield
    visitor.page.unroute_all(behavior="wait")


def downloaded(visitor: Visitor, folder: Path) -> Path:
    with visitor.page.expect_download() as found:
        visitor.page.get_by_role("link", name="下载核对包").click()
    bundle = folder / found.value.suggested_filename
    found.value.save_as(bundle)
    return bundle


def swapped(record: str, true: int, false: int) -> str:
    """The record, base64 as bundles hold it, with another amount."""
    text = base64.b64decode(record)
    return base64.b64encode(text.replace(f"{true}".encode(), f"{false}".encode())).decode()
