"""A sum is called the same only if it is proven that no figure of it was left out."""

import pytest
from playwright.sync_api import expect

from tests.browser.citizen import answering, figures, trusting

feature = pytest.mark.feature
PAGE = "/payments"


@pytest.fixture
def paid(played):
    """The payments of the month in which the most of them were published, by number."""
    payments = [each for each in figures(played) if each["figure_kind"] == "payment"]
    months = [each["gazette"] for each in payments]
    fullest = max(sorted(set(months)), key=months.count)
    return sorted(
        (each for each in payments if each["gazette"] == fullest), key=lambda each: each["number"]
    )


def sums(visitor, proof):
    return visitor.page.locator(f'main span[data-proof="{proof}"]')


def leaving_out(visitor, *ids):
    def answer(route):
        body = route.fetch().json()
        rows = [row for row in body["rows"] if row["id"] not in ids]
        route.fulfill(json={**body, "rows": rows})

    return answering(visitor, "**/api/views/disclosure_figures*", answer)


def told(visitor, figure):
    """No sum is called the same; which number is missing is said in words."""
    month = figure["gazette"].partition(":")[2]
    first = sums(visitor, "mismatch").first
    expect(first).to_contain_text(f"{month} 第 {figure['number']} 号")
    expect(first).to_contain_text("这个合计不能当真")
    expect(sums(visitor, "match")).to_have_count(0)


@feature("D1", "forged figure exposed")
def test_a_gap_that_the_portal_made_up_hides_no_figure(visit, played, paid):
    visitor = trusting(visit(played), played).open(PAGE)
    expect(sums(visitor, "match").first).to_contain_text("各笔都已核对·相符")
    hidden = paid[0]
    place = {"gazette": hidden["gazette"], "number": hidden["number"]}

    def with_a_gap(route):
        body = route.fetch().json()
        gap = {
            **place,
            "id": f"{hidden['gazette']}:{hidden['number']}",
            "figure_kind": "payment",
            "ground_zh": "保守国家秘密法",
            "ground_en": "State secrets law",
            "at_ms": hidden["published_ms"],
            "clause": "",
            "from_height": hidden["from_height"],
            "to_height": None,
        }
        route.fulfill(json={**body, "rows": [*body["rows"], gap]})

    with leaving_out(visitor, hidden["id"]):
        visitor.page.route("**/api/views/disclosure_gaps*", with_a_gap)
        visitor.open(PAGE)
        told(visitor, hidden)


@feature("D1", "forged figure exposed")
def test_the_end_of_a_gazette_that_the_portal_cuts_off_is_missed(visit, played):
    """As from a page that never told of the last figures of a month."""
    every = figures(played)
    (payment, *_) = [each for each in every if each["figure_kind"] == "payment"]
    same = [each for each in every if each["gazette"] == payment["gazette"]]
    last = max(same, key=lambda each: each["number"])
    visitor = trusting(visit(played), played)
    with leaving_out(visitor, last["id"]):
        visitor.open(PAGE)
        told(visitor, last)


def test_a_month_that_the_portal_keeps_quiet_about_is_missed(visit, played, paid):
    month = paid[0]["gazette"]
    visitor = trusting(visit(played), played)
    same = [each for each in figures(played) if each["gazette"] == month]
    with leaving_out(visitor, *(each["id"] for each in same)):
        visitor.open(PAGE)
        told(visitor, {"gazette": month, "number": 1})


def test_a_sum_of_which_one_figure_is_left_is_no_sum(visit, played, paid):
    """The figure's own seal is true; beside it stands what is missing."""
    visitor = trusting(visit(played), played)
    payments = [each for each in figures(played) if each["figure_kind"] == "payment"]
    only = paid[0]
    with leaving_out(visitor, *(each["id"] for each in payments if each != only)):
        visitor.open(PAGE)
        fact = visitor.page.get_by_text("已付", exact=True).first.locator("xpath=..")
        expect(fact.locator("button[data-figure]")).to_have_attribute("data-proof", "match")
        expect(fact.locator('span[data-proof="mismatch"]')).to_contain_text("这个合计不能当真")
