"""The six steps of a demonstration's tour, each to its end; the last one alters a row."""

import re

import pytest
from playwright.sync_api import expect

from mingzhang.cli import demo
from tests.acceptance.town import open_town
from tests.browser.citizen import figures, take, to_be

feature = pytest.mark.feature
TOUR = "/enter/tour"


@pytest.fixture(scope="module")
def town():
    """The whole case on a server of its own: its visitor alters what it shows."""
    with (
        open_town(lambda step: True) as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1") as addresses,
    ):
        town.witnesses = addresses
        yield town


@pytest.fixture
def untouched(town):
    yield town
    town.anyone.post("/api/sandbox/restore").raise_for_status()


def step(visitor, title):
    return visitor.page.get_by_role("listitem").filter(
        has=visitor.page.get_by_role("heading", name=title)
    )


def altered(visitor):
    """Press the last step's button; return the sentence that says what was done."""
    last = step(visitor, "动手改一行")
    last.get_by_role("button", name="改一个数").click()
    told = last.get_by_text("没有任何机构签过这个数")
    expect(told).to_be_visible()
    return last


@pytest.mark.parametrize(
    ("title", "path", "seen"),
    [
        ("报一次预算", "/desk/requests", "DG市康复医院"),
        ("改好再报", "/desk/requests", "DG市康复医院"),
        ("人大批准", "/desk/draft", "草案"),
        ("验收即付款", "/desk/payments", "支付"),
        ("公开与核对", "/verify", "核对起点"),
    ],
)
def test_each_step_leads_to_its_page_as_its_person_and_is_ticked_off(
    visit, town, title, path, seen
):
    visitor = visit(town, TOUR)
    step(visitor, title).get_by_role("button", name="去看").click()
    visitor.page.wait_for_url(f"**{path}")
    expect(visitor.page.get_by_role("main")).to_contain_text(seen)
    visitor.open(TOUR)
    expect(step(visitor, title)).to_contain_text("已看")
    expect(visitor.page.get_by_text("已看")).to_have_count(1)


@feature("D1", "forged figure exposed")
def test_the_last_step_cracks_a_seal_and_its_undoing_makes_it_whole(visit, untouched):
    visitor = visit(untouched, TOUR)
    step(visitor, "公开与核对").get_by_role("button", name="去看").click()
    for each in untouched.witnesses:
        take(visitor, each)
    visitor.page.go_back()
    last = altered(visitor)
    last.get_by_role("link", name="去看").click()
    visitor.page.wait_for_url("**/payments?q=*")
    to_be(visitor, "mismatch")
    visitor.page.locator("button[data-figure]").first.click()
    panel = visitor.page.locator("[data-panel]")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("不符")
    expect(panel.locator("[data-shown] mark")).not_to_have_count(0)
    address = visitor.page.url
    visitor.open(TOUR)
    last.get_by_role("button", name="改回来").click()
    expect(last).to_contain_text("已改回来")
    visitor.page.goto(address)
    visitor.page.locator("button[data-figure]").first.wait_for()
    to_be(visitor, "match")


def test_what_another_visitor_has_altered_is_told_and_undone_by_anybody(visit, untouched):
    altered(visit(untouched, TOUR))
    other = visit(untouched, TOUR)
    last = step(other, "动手改一行")
    expect(last).to_contain_text("是改过的")
    last.get_by_role("button", name="改回来").click()
    expect(last).to_contain_text("已改回来")
    expect(last.get_by_role("button", name="改回来")).to_have_count(0)
    assert untouched.anyone.get("/api/sandbox").json()["altered"] == []


def test_without_a_head_to_begin_from_the_last_step_says_what_comes_first(visit, untouched):
    visitor = visit(untouched, TOUR)
    last = step(visitor, "动手改一行")
    expect(last).to_contain_text("没有核对起点，印不会变")
    last.get_by_role("link", name="公开与核对").click()
    visitor.page.wait_for_url("**/verify")


def test_a_server_that_does_not_answer_is_told_and_nothing_is_called_altered(visit, untouched):
    visitor = visit(untouched, TOUR)
    last = step(visitor, "动手改一行")
    button = last.get_by_role("button", name="改一个数")
    button.wait_for()
    visitor.page.route("**/api/sandbox/alter", lambda route: route.abort())
    button.click()
    expect(last.get_by_role("alert")).to_be_visible()
    expect(last.get_by_text("没有任何机构签过这个数")).to_have_count(0)
    visitor.page.unroute_all(behavior="wait")
    altered(visitor)
    expect(last.get_by_role("alert")).to_have_count(0)


def test_a_ledger_without_payments_has_nothing_to_alter_and_says_so(visit):
    with open_town(lambda step: False) as early:
        assert figures(early) == []
        visitor = visit(early, TOUR)
        last = step(visitor, "动手改一行")
        expect(last).to_contain_text("没有数可改")
        expect(last.get_by_role("button")).to_have_count(0)


def test_a_real_ledger_has_no_tour_and_says_so(visit, town):
    sandbox, town.loaded.service.sandbox = town.loaded.service.sandbox, None
    try:
        visitor = visit(town, TOUR)
        visitor.sees("这不是示例账，没有导览")
        expect(visitor.page.get_by_role("heading", name=re.compile("动手"))).to_have_count(0)
    finally:
        town.loaded.service.sandbox = sandbox
