"""A screen of 360 px: nothing jumps while a page arrives, and its tabs can be reached."""

import pytest
from playwright.sync_api import expect

SHIFT_MAX = 0.1
"""Of the sum of all shifts that no press of the reader's caused; more is felt (web.dev/cls)."""
SHIFTS = """() => new Promise(done => {
  const all = []
  const watching = new PerformanceObserver(list => all.push(...list.getEntries()))
  watching.observe({type: "layout-shift", buffered: true})
  requestAnimationFrame(() => setTimeout(() => {
    all.push(...watching.takeRecords())
    done(all.filter(each => !each.hadRecentInput).map(each => each.value))
  }))
})"""
PAGES = [("/", "main svg, main figure"), ("/payments", "main table")]


def shifted(visitor, last):
    """Return the sum of all shifts, once the page's last part is there."""
    expect(visitor.page.locator(last).first).to_be_attached()
    expect(visitor.page.locator("header")).to_contain_text("DG市")
    visitor.sees("示例账")
    return sum(visitor.page.evaluate(SHIFTS))


@pytest.mark.parametrize(("path", "last"), PAGES)
def test_a_page_that_arrives_does_not_jump(visit, played, path, last):
    visitor = visit(played, path, width=360, height=800)
    assert shifted(visitor, last) <= SHIFT_MAX


@pytest.mark.parametrize(
    ("user", "path"),
    [
        ("security", "/desk/admin"),
        ("auditor", "/desk/ledger"),
    ],
)
def test_a_page_with_tabs_passes_axe_and_fits(visit, played, user, path):
    visitor = visit(played, "/enter", width=360, height=800, bypass_csp=True).enter(user, path)
    expect(visitor.page.get_by_role("tab").last).to_be_visible()
    expect(visitor.page.get_by_role("tabpanel").first).to_be_visible()
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
