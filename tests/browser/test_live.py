"""A1.2: what one institution enters is on the open pages of others; pages live through faults."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.acceptance.schools import open_schools
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
AT_ONCE_MS = 2_000
DOCUMENTS = "**/api/views/contracts_documents*"
TRIES = 4
"""How often a page asks before it waits for the ledger to move again."""


@pytest.fixture
def schools(tmp_path):
    with open_schools(tmp_path) as town:
        yield town


@feature("A1.2", "seen within two seconds")
def test_a_new_submission_shows_at_other_departments_without_a_reload(visit, schools):
    year = schools.cycle()
    for user, amount in (("edu.reviewer", 123_456), ("finance.budget", 234_567)):
        other = visit(schools).enter(user, "/desk/requests")
        other.sees("状态日期" if amount > 200_000 else "还没有预算申报")
        other.page.evaluate("window.isSamePage = true")
        schools.submit("school-a", year, amount * YUAN)
        row = other.page.get_by_role("row").filter(has_text=f"{amount:,}.00")
        expect(row.first).to_be_visible(timeout=AT_ONCE_MS)
        expect(row.first).to_contain_text("school-a")
        assert other.page.evaluate("window.isSamePage")


def test_what_is_being_typed_outlives_a_reading_that_fails(visit, town):
    visitor = visit(town).enter("auditor", "/desk/rules")
    visitor.page.get_by_role("link", name="公开规则").first.click()
    visitor.button("紧急暂停").click()
    reason = visitor.page.get_by_role("dialog").get_by_label("理由")
    reason.fill("发现一处错误")
    visitor.page.route(
        DOCUMENTS,
        lambda route: route.fulfill(status=503, json={"code": "GAT-07", "title_zh": "在更新"}),
    )
    tries = itertools.count(1)
    with visitor.page.expect_response(
        lambda each: "contracts_documents" in each.url and next(tries) == TRIES
    ):
        town.ask()
    expect(reason).to_have_value("发现一处错误")
    visitor.page.unroute_all(behavior="wait")
    with visitor.page.expect_response(lambda each: "contracts_documents" in each.url and each.ok):
        town.ask()
    expect(reason).to_have_value("发现一处错误")
