"""The year's board and the congress' desk: from what was approved to what was handed down."""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import open_town
from tests.browser.sheets import sign

feature = pytest.mark.feature


@feature("A2.2", "draft to the congress as one")
@feature("A2.2", "resolution under the congress' key")
def test_finance_compiles_the_secretary_enters_the_vote_and_the_budget_is_handed_down(visit):
    with open_town(lambda step: step.n <= 6 and step.at < "2021-12-20") as town:
        town.pass_to("2021-12-20")
        finance = visit(town).enter("finance.budget", "/desk/cycle")
        compiles(finance)
        town.pass_to("2022-01-20")
        secretary = visit(town).enter("congress.secretary", "/desk/draft")
        reads_the_draft(secretary)
        enters_the_vote(secretary)
        approves(finance)
        health = visit(town).enter("health.finance", "/desk/cycle")
        health.page.get_by_label("文号").first.fill("D卫财〔2022〕9号")
        health.page.get_by_role("button", name="批复", exact=True).click()
        sign(health.page)
        health.sees("已批复 D卫财〔2022〕9号")
        (row,) = town.rows("hospital.clerk", "preparation_appropriations")
        assert row["total_fen"] == 850_000_000


def compiles(finance):
    finance.sees("二上")
    finance.page.get_by_role("button", name="转入人大审查").click()
    sign(finance.page)
    finance.sees("截止 2022-01-25")
    finance.page.get_by_role("button", name="汇编草案").click()
    sign(finance.page)


def reads_the_draft(secretary):
    secretary.sees("等人大审查批准")
    secretary.sees("✓ 各部门相加等于合计。")
    secretary.sees("✓ 各功能分类相加等于合计。")
    row = secretary.page.get_by_role("row", name="DG市卫生健康局")
    expect(row).to_contain_text("8,500,000.00")
    secretary.picture("draft")


def enters_the_vote(secretary):
    page = secretary.page
    enter = page.get_by_role("button", name="录入决议")
    enter.click()
    secretary.sees("还没填好：文号、表决日期、代表总数、赞成、反对、弃权、选决议文件")
    page.get_by_label("文号").fill("D人发〔2022〕3号")
    page.get_by_label("表决日期").fill("2022-01-20")
    for name, votes in (("代表总数", "400"), ("赞成", "三百"), ("反对", "6"), ("弃权", "9")):
        page.get_by_label(name).fill(votes)
    paper = {"name": "决议.pdf", "mimeType": "application/pdf", "buffer": b"resolution"}
    page.locator("input[type=file]").set_input_files([paper])
    secretary.sees("✓ 决议.pdf")
    enter.click()
    secretary.sees("还没填好：赞成")
    page.get_by_label("赞成").fill("400")
    enter.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("alert")).to_contain_text("票数之和不超过代表总数")
    drawer.get_by_role("button", name="先不提交").click()
    page.get_by_label("赞成").fill("371")
    enter.click()
    expect(drawer).to_contain_text("赞成 371、反对 6、弃权 9")
    sign(page)
    secretary.sees("人大已批准 D人发〔2022〕3号")
    secretary.sees("批准后还没有变动。")


def approves(finance):
    page = finance.page
    page.get_by_role("button", name="转入二下批复").click()
    sign(page)
    approval = page.get_by_role("button", name="批复", exact=True)
    approval.click()
    finance.sees("文号没有填")
    page.get_by_label("文号").first.fill("D财预〔2022〕18号")
    approval.click()
    sign(page)
    finance.sees("已批复 D财预〔2022〕18号")


@feature("A2.2", "no contract resolves")
def test_another_role_is_told_who_enters_the_resolution(visit):
    with open_town(lambda step: step.n <= 6) as town:
        finance = visit(town).enter("finance.budget", "/desk/draft")
        finance.sees("等人大审查批准")
        finance.sees("用它自己的钥匙签字。")
        expect(finance.page.get_by_role("button", name="录入决议")).to_have_count(0)


def test_a_ceiling_is_given_and_one_that_disagrees_is_refused_with_the_gap(visit):
    with open_town(lambda step: step.n <= 2) as town:
        finance = visit(town).enter("finance.budget", "/desk/cycle")
        page = finance.page
        page.get_by_role("button", name="下达控制数").click()
        finance.sees("金额写到分，如 996,930.00")
        finance.sees("文号没有填")
        page.get_by_label("控制数（元）").fill("二千万")
        page.get_by_label("文号").fill("D财预〔2021〕9号")
        page.get_by_role("button", name="下达控制数").click()
        finance.sees("金额写到分，如 996,930.00")
        page.get_by_label("控制数（元）").fill("9,000,000.00")
        page.get_by_role("button", name="下达控制数").click()
        drawer = page.get_by_role("dialog")
        expect(drawer.get_by_role("alert")).to_contain_text("控制数不衔接")
        expect(drawer.get_by_role("alert")).to_contain_text("10,000,000.00")
        drawer.get_by_role("button", name="先不提交").click()
        page.get_by_label("控制数（元）").fill("２５，０００，０００．００")
        page.get_by_role("button", name="下达控制数").click()
        expect(drawer).to_contain_text("25,000,000.00 元")
        sign(page)
        finance.sees("25,000,000.00")


def test_a_new_year_is_opened_with_the_rules_of_the_last(visit):
    with open_town(lambda step: step.n <= 9) as town:
        finance = visit(town).enter("finance.budget", "/desk/cycle")
        page = finance.page
        page.get_by_text("填写各环节期限").click()
        page.get_by_role("button", name="布置预算编制").click()
        finance.sees("还没填：一上、一下、二上、人大审查、二下批复")
        days = ("2022-09-10", "2022-10-15", "2022-12-10", "2023-01-25", "2023-03-10")
        for name, day in zip(("一上", "一下", "二上", "人大审查", "二下批复"), days, strict=True):
            page.get_by_label(f"{name}截止").fill(day)
        page.get_by_role("button", name="布置预算编制").click()
        sign(page)
        clerk = visit(town).enter(
            "hospital.clerk", "/desk/requests/new?year=2023&project=rehab-ward"
        )
        clerk.sees("照搬 2022 年的")
        clerk.page.get_by_role("button", name="照搬 2022 年的").click()
        # what the version of 2022 planned for 2023: 2,460,000 + 1,636,000 + 221,250 + 350
        clerk.sees("4,317,600.00")
        clerk.sees("10 项都通过")


def test_the_board_shows_ceilings_beside_what_is_asked_and_who_acts(visit, played):
    clerk = visit(played).enter("hospital.clerk", "/desk/cycle?year=2022")
    clerk.sees("布置、推进环节和下达控制数由DG市财政局办")
    expect(clerk.page.get_by_role("button", name="下达控制数")).to_have_count(0)
    finance = visit(played).enter("finance.budget", "/desk/cycle?year=2022")
    row = finance.page.get_by_role("row", name="DG市康复医院")
    expect(row).to_contain_text("9,000,000.00")
    expect(row).to_contain_text("8,500,000.00")
    expect(row).to_contain_text("已批复 D卫财〔2022〕9号")
    finance.picture("cycle")


@feature("H4", "draft against last year")
@feature("H4", "changes since the vote")
def test_the_draft_compares_with_last_year_and_tells_what_changed_since(visit, played):
    secretary = visit(played).enter("congress.secretary", "/desk/draft?year=2023")
    row = secretary.page.get_by_role("row", name="DG市卫生健康局")
    # 4,317,600.00 - 8,500,000.00, and that by 8,500,000.00
    for text in ("4,317,600.00", "8,500,000.00", "−4,182,400.00", "−49.2%"):
        expect(row).to_contain_text(text)
    secretary.open("/desk/draft?year=2022")
    secretary.sees("调剂：基本预备费 → 装修及安装工程费")
    expect(secretary.page.get_by_text(re.compile("128,600.00")).first).to_be_visible()


def test_only_the_official_table_is_printed(visit, played):
    secretary = visit(played).enter("congress.secretary", "/desk/draft?year=2022")
    table = secretary.page.get_by_role("figure")
    table.wait_for()
    secretary.page.emulate_media(media="print")
    assert table.evaluate("e => getComputedStyle(e).visibility") == "visible"
    menu = secretary.page.locator("nav").first
    assert menu.evaluate("e => getComputedStyle(e).visibility") == "hidden"


@pytest.mark.parametrize("width", [360, 1440])
def test_board_and_draft_are_accessible_and_do_not_scroll_sideways(visit, played, width):
    visitor = visit(played, width=width, bypass_csp=True).enter("finance.budget")
    for path in ("/desk/cycle?year=2022", "/desk/draft?year=2022"):
        visitor.open(path)
        visitor.page.get_by_role("heading", level=1).wait_for()
        visitor.page.get_by_role("row").nth(1).wait_for()
        assert visitor.accessibility_faults() == [], path
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path
