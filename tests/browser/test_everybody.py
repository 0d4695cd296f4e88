"""Pages of the desk for everybody: by keyboard and reader, small and huge, in large print."""

import pytest
from playwright.sync_api import expect

PHONE, DESK, WALL = (360, 800), (1440, 900), (3840, 2160)
LINE_MAX = 100
CLIPPED = """() => [...document.querySelectorAll("main *")].flatMap(each => {
  const style = getComputedStyle(each);
  const hides = part => part === "hidden" || part === "clip";
  const isWider = each.scrollWidth > each.clientWidth + 1 && hides(style.overflowX);
  const isTaller = each.scrollHeight > each.clientHeight + 2 && hides(style.overflowY);
  const isCut = style.textOverflow === "ellipsis";
  const isShown = each.clientWidth > 1 && each.clientHeight > 1 && !isCut;
  const text = (each.innerText ?? "").trim();
  return isShown && text && (isWider || isTaller) ? [`${each.tagName} ${text.slice(0, 40)}`] : [];
})"""
"""Elements that hide a part of the text they hold."""
LINES = """most => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    if (text.length <= most) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const widths = [...range.getClientRects()].map(each => each.width);
    const all = widths.reduce((a, b) => a + b, 0);
    const longest = all ? text.length * Math.max(...widths) / all : 0;
    if (longest > most) found.push(`${Math.round(longest)}: ${text.slice(0, 40)}`);
  }
  return found;
}"""
"""Texts of which a line has more characters than `most`."""


def settled(town):
    (row, *_) = town.rows("hospital.clerk", "execution_payments", agreement="c-works")
    return row


def rule(town):
    (row, *_) = town.rows("auditor", "contracts_documents", name="payment-control")
    return row["id"]


PAGES = {
    "voucher": (
        "hospital.clerk",
        lambda town: f"/desk/payments/{settled(town)['id']}/voucher",
        "国库集中支付凭证",
    ),
    "virement": (
        "hospital.finance",
        lambda town: (
            f"/desk/virements/{town.rows('hospital.finance', 'execution_virements')[0]['id']}"
        ),
        "从哪条线",
    ),
    "case": (
        "hospital.director",
        lambda town: f"/desk/cases/{town.rows('hospital.director', 'procedure_cases')[0]['id']}",
        "经过",
    ),
    "admin": ("security", lambda _: "/desk/admin", "医院经办"),
    "grants": ("security", lambda _: "/desk/admin?tab=grants", "委托代理"),
    "person": ("security", lambda _: "/desk/admin/people/p-hospital-clerk", "岗位"),
    "rules": ("auditor", lambda _: "/desk/rules", "支付控制"),
    "rule": ("auditor", lambda town: f"/desk/rules/{rule(town)}", "从上往下"),
    "decisions": ("auditor", lambda town: f"/desk/rules/{rule(town)}?tab=decisions", "时间"),
    "trial": ("auditor", lambda town: f"/desk/rules/{rule(town)}?tab=trial", "自拟的事实"),
    "ledger": ("auditor", lambda _: "/desk/ledger", "账页"),
    "page": ("auditor", lambda town: f"/desk/ledger/{settled(town)['from_height']}", "账页"),
    "record": (
        "auditor",
        lambda town: f"/desk/records/execution/payment/{settled(town)['id']}",
        "各版",
    ),
    "search": ("auditor", lambda _: "/desk/search?q=ICU", "ICU"),
    "keys": ("auditor", lambda _: "/desk/keys", "密钥"),
    "analysis": ("auditor", lambda _: "/desk/analysis?year=2022", "下达的钱分在哪里"),
}


def sized(visitor, size):
    width, height = size
    visitor.page.set_viewport_size({"width": width, "height": height})
    fits = f"document.documentElement.scrollWidth <= {width}"
    visitor.page.wait_for_function(fits)


def is_whole(visitor):
    assert visitor.page.evaluate(CLIPPED) == []
    assert visitor.page.evaluate(LINES, LINE_MAX) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_can_be_used_by_everybody(visit, played, name):
    user, path, shows = PAGES[name]
    visitor = visit(played, bypass_csp=True).enter(user, path(played))
    expect(visitor.page.locator("main").get_by_text(shows).first).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    for size in (DESK, PHONE):
        sized(visitor, size)
        assert visitor.accessibility_faults() == []
        is_whole(visitor)
    sized(visitor, WALL)
    is_whole(visitor)
    sized(visitor, DESK)
    visitor.button("大字").click()
    for size in (DESK, WALL, PHONE):
        sized(visitor, size)
        is_whole(visitor)
