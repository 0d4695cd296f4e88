"""Budget requests as clerks and reviewers live through them: typed, refused, mended, reviewed."""

import hashlib
import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import open_town
from tests.browser.sessions import go_on
from tests.browser.sheets import cell, fill_request, lines, paste, sign, tab, table, total

NEW = "/desk/requests/new?year=2022&project=rehab-ward"
feature = pytest.mark.feature


def open_asking():
    """Open a town in the stage of second submissions, with nothing asked for yet."""
    return open_town(lambda step: step.n <= 2)


@pytest.fixture(scope="module")
def asking():
    """The stage of second submissions; tests that take it submit nothing."""
    with open_asking() as town:
        start(town)
        yield town


def start(town):
    town.pass_to("2021-10-18")
    town.give("finance.budget", "preparation.cycle.stage/1", year=2022, stage="second_up")


def submit_button(page):
    return page.get_by_role("button", name=re.compile("^送审"))


@feature("A3.1", "failure names clause, field, remedy")
def test_a_clerk_is_stopped_over_the_estimate_mends_it_and_the_request_is_reviewed(visit):
    with open_asking() as town:
        start(town)
        clerk = visit(town).enter("hospital.clerk", NEW)
        is_stopped_over_the_estimate(clerk)
        address = mends_and_submits(clerk, town)
        director = visit(town).enter("hospital.director", address)
        director.sees("请您审核")
        director.picture("review")
        director.page.get_by_role("button", name="审核通过").click()
        sign(director.page)
        director.sees("这一步不由您办")
        returns_it(visit(town).enter("health.reviewer", address))
        corrects_it(clerk)
        clerk.page.get_by_label("撤回理由").fill("还要再改")
        clerk.page.get_by_role("button", name="撤回申报").click()
        sign(clerk.page)
        clerk.sees("已撤回，改后可重报")


def is_stopped_over_the_estimate(clerk):
    page = clerk.page
    fill_request(page, first="663.24")
    total(page, "13,050,000.00")
    clerk.sees("超出概算 232,400.00")
    clerk.sees("规则 R01")
    clerk.sees("差 232,400.00 元，先减下来才能送审")
    expect(submit_button(page)).to_have_attribute("aria-disabled", "true")
    expect(submit_button(page)).to_have_text("送审（还差 1 项）")
    clerk.sees("试过能送审")
    tab(page, "分项支出")
    clerk.picture("request")


def mends_and_submits(clerk, town):
    """Return the address of what was submitted."""
    page = clerk.page
    paste(page, 0, 4, "６４０万元")
    expect(cell(page, 0, 4)).to_have_text("6,400,000.00")
    clerk.sees("10 项都通过")
    clerk.sees("按这一版试算")
    submit_button(page).click()
    sign(page)
    page.wait_for_url(re.compile(r"/desk/requests/[0-9a-f-]{36}$"))
    clerk.sees("您提交的，不能自己审")
    clerk.sees("现在由 DG市康复医院 医院院长 审核")
    assert not page.evaluate("Object.keys(localStorage).some(key => key.includes('draft'))")
    return page.url.removeprefix(town.url)


def returns_it(reviewer):
    page = reviewer.page
    page.get_by_role("radio", name="退回修改").check()
    page.get_by_role("button", name="退回修改").click()
    reviewer.sees("请写清楚，对方要据此修改。")
    page.get_by_label("理由").fill("请补充清单<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="退回修改").click()
    sign(page)


def corrects_it(clerk):
    page = clerk.page
    clerk.sees("已退回，改后可重报")
    clerk.sees("请补充清单<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="改后重报").click()
    page.wait_for_url("**/edit")
    paste(page, 1, 4, "79万元")
    tab(page, "送审")
    expect(submit_button(page)).to_have_text("送审（还差 1 项）")
    page.get_by_label("这一版改了什么、为什么").fill("按清单核减设备购置费")
    expect(submit_button(page)).to_have_text("送审")
    submit_button(page).click()
    sign(page)
    page.wait_for_url(re.compile(r"/desk/requests/[0-9a-f-]{36}$"))
    tab(page, "版本与差异")
    row = page.get_by_role("row", name="设备购置费").filter(has_text="−10,000.00")
    expect(row).to_contain_text("800,000.00")
    expect(row).to_contain_text("790,000.00")


def test_a_reviewer_asks_the_clerk_answers_and_the_question_is_decided(visit):
    with open_town(lambda step: step.n <= 5) as town:
        director = visit(town).enter("hospital.director", "/desk/requests")
        director.page.get_by_role("link", name="DG市康复医院住院大楼改造项目").click()
        director.page.get_by_role("radio", name="要求补充").check()
        director.page.get_by_label("要补充什么").fill("请补充ICU设备配置依据")
        director.page.get_by_role("button", name="要求补充").click()
        sign(director.page)

        clerk = visit(town).enter("hospital.clerk", director.page.url.removeprefix(town.url))
        clerk.sees("请补充ICU设备配置依据")
        clerk.page.get_by_role("button", name="提交补充").click()
        clerk.sees("请写清楚，对方要据此修改。")
        clerk.page.get_by_label("补充说明").fill("已补充配置清单")
        files = [{"name": "清单.pdf", "mimeType": "application/pdf", "buffer": b"list"}]
        clerk.page.locator("input[type=file]").set_input_files(files)
        clerk.sees("清单.pdf")
        clerk.page.get_by_role("button", name="提交补充").click()
        sign(clerk.page)
        (case,) = town.rows("hospital.director", "procedure_cases")
        answer = case["decisions"][-1]
        assert answer["documents"] == [hashlib.sha256(b"list").hexdigest()]

        director.page.get_by_role("textbox", name="写意见").fill("收到")
        director.page.get_by_role("button", name="发表").click()
        sign(director.page)
        director.sees("收到")
        director.page.get_by_role("button", name="审核通过").click()
        sign(director.page)
        (row,) = town.rows("hospital.clerk", "preparation_requests")
        assert row["level"] == "department"


def test_a_remedy_that_was_tried_makes_the_request_lawful(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    fill_request(clerk.page, first="663.24")
    clerk.sees("试过能送审")
    clerk.page.get_by_role("button", name="按比例压减各项，共减 232,400.00").click()
    total(clerk.page, "12,817,600.00")
    clerk.sees("10 项都通过")


def test_the_amount_changed_last_is_offered_back(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    clerk.sees("10 项都通过")
    tab(page, "分项支出")
    cell(page, 1, 4).dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("1032400")
    page.keyboard.press("Enter")
    clerk.sees("超出概算 232,400.00")
    page.get_by_role("button", name="第 2 行改回 800,000.00").click()
    clerk.sees("10 项都通过")


@pytest.mark.parametrize("typed", ["约六百万", "1.005", "-5", "12a"])
def test_what_is_no_amount_stays_to_be_mended_and_nothing_can_be_submitted(visit, asking, typed):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    tab(page, "分项支出")
    paste(page, 2, 4, typed)
    expect(cell(page, 2, 4)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, 2, 4)).to_have_text(typed if typed != "-5" else "-5.00")
    clerk.sees("第 3 行：金额写到分，如 996,930.00")
    expect(submit_button(page)).to_have_attribute("aria-disabled", "true")
    submit_button(page).click(force=True)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_sheet_is_walked_edited_and_undone_by_keyboard_alone(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    tab(page, "分项支出")
    cell(page, 0, 4).focus()
    page.keyboard.type("6400000")
    page.keyboard.press("Enter")
    expect(cell(page, 0, 4)).to_have_text("6,400,000.00")
    expect(cell(page, 1, 4)).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    expect(cell(page, 1, 4)).to_have_text("5.00")
    expect(cell(page, 1, 5)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell(page, 1, 4)).to_have_text("")
    page.keyboard.press("Control+y")
    expect(cell(page, 1, 4)).to_have_text("5.00")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    expect(cell(page, 1, 4)).to_have_text("")
    page.keyboard.press("F2")
    page.keyboard.type("7")
    page.keyboard.press("Escape")
    expect(cell(page, 1, 4)).to_have_text("")
    expect(cell(page, 1, 4)).to_be_focused()


def test_a_class_is_found_by_its_words_and_the_governments_follows(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    tab(page, "分项支出")
    page.get_by_role("button", name="加一行").click()
    cell(page, 4, 1).dblclick()
    page.get_by_role("combobox", name="功能分类").fill("康复医院")
    expect(page.get_by_role("option", name="2100212 康复医院")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    expect(cell(page, 4, 1)).to_contain_text("2100212")
    cell(page, 4, 2).dblclick()
    page.keyboard.type("31003")
    page.keyboard.press("Tab")
    expect(cell(page, 4, 3)).to_contain_text("50601")


def test_weights_that_are_not_ninety_are_stopped_by_their_clause(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    clerk.sees("10 项都通过")
    cell(page, 0, 5, "绩效目标").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("14")
    page.keyboard.press("Enter")
    clerk.sees("绩效权重合计 89，须为 90")
    clerk.sees("规则 Q05")
    page.get_by_role("button", name="按比例调到 90 分").click()
    clerk.sees("10 项都通过")


def test_a_missing_document_does_not_stop_it_but_is_told_before(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    clerk.sees("10 项都通过")
    tab(page, "依据与附件")
    page.get_by_role("button", name="去掉").first.click()
    clerk.sees("缺文件：可行性研究")
    clerk.sees("会按规则 Q06 要求补充")
    clerk.sees("可以送审，但会被要求补充 1 项")
    page.get_by_role("button", name="带入项目库的 1 份文件").click()
    clerk.sees("10 项都通过")


def test_a_file_is_entered_by_its_fingerprint_and_an_empty_one_is_not(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    tab(page, "依据与附件")
    chooser = (
        page.locator("input[type=file]")
        .locator("visible=true")
        .or_(page.locator("input[type=file]"))
    )
    evil = "<script>alert(1)</script>.pdf"
    chooser.last.set_input_files([{"name": evil, "mimeType": "text/plain", "buffer": b"abc"}])
    expect(page.get_by_label("文件名称").last).to_have_value("<script>alert(1)</script>")
    page.get_by_text("给技术人员").last.click()
    # SHA-256 of "abc", FIPS 180-2
    clerk.sees("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    chooser.last.set_input_files([{"name": "空.pdf", "mimeType": "text/plain", "buffer": b""}])
    clerk.sees("文件是空的，请换一份。")


def test_the_draft_survives_a_reload_and_a_lost_network(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    clerk.sees("10 项都通过")
    clerk.context.set_offline(True)
    tab(page, "分项支出")
    paste(page, 1, 4, "70万元")
    clerk.sees("连不上账本")
    clerk.context.set_offline(False)
    clerk.sees("10 项都通过")
    page.reload()
    expect(cell(page, 1, 4)).to_have_text("700,000.00")
    clerk.open("/desk/requests")
    page.get_by_role("region", name="我的草稿").or_(page.get_by_text("我的草稿")).first.wait_for()
    page.get_by_role("link", name="DG市康复医院住院大楼改造项目").click()
    expect(cell(page, 1, 4)).to_have_text("700,000.00")
    page.get_by_role("button", name="丢掉草稿").click()
    page.get_by_role("tooltip").get_by_role("button", name="丢掉草稿").click()
    expect(cell(page, 1, 4)).to_have_text("")


def test_an_ended_session_loses_nothing_that_was_typed(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page)
    clerk.sees("10 项都通过")
    clerk.context.clear_cookies()
    tab(page, "分项支出")
    paste(page, 1, 4, "70万元")
    go_on(clerk, "医院经办")
    expect(cell(page, 1, 4)).to_have_text("700,000.00")
    clerk.sees("10 项都通过")


def test_a_draft_is_not_shown_to_the_next_person_at_the_machine(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    fill_request(clerk.page)
    clerk.sees("草稿已存在本机")
    clerk.page.get_by_role("button", name="退出").click()
    clerk.page.wait_for_url("**/enter")
    clerk.open("/")
    clerk.sign_in("hospital.pm").open("/desk/requests")
    expect(clerk.page.get_by_text("我的草稿")).to_have_count(0)


def test_titles_are_text_whatever_they_say(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    tab(page, "分项支出")
    paste(page, 0, 0, table([['<img src=x onerror="window.stolen=1">', "", "", "", "1", ""]]))
    expect(cell(page, 0, 0)).to_have_text('<img src=x onerror="window.stolen=1">')
    assert page.evaluate("window.stolen") is None


def test_who_is_no_clerk_is_told_that_requests_come_from_units(visit, asking):
    visitor = visit(asking).enter("finance.budget", "/desk/requests")
    visitor.sees("申报由预算单位的经办岗提出。")
    visitor.sees("还没有预算申报。财政布置年度预算后，由单位在这里申报。")


def test_an_address_of_no_request_says_so(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/requests/0-no-such")
    visitor.sees("没有这份申报")


def test_a_list_is_filtered_by_year_and_state_in_its_address(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/requests?year=2023")
    visitor.sees("筛选出 1 条，共 2 条")
    visitor.open("/desk/requests?state=returned")
    visitor.sees("没有符合筛选的申报")


def test_an_approved_request_says_by_which_rules_and_beside_which_estimate(visit, played):
    (row,) = [
        each for each in played.rows("auditor", "preparation_requests") if each["year"] == 2022
    ]
    auditor = visit(played).enter("auditor", f"/desk/requests/{row['id']}")
    auditor.sees("L1 提交后由单位审核。")
    auditor.sees("形式与额度的各行都没有命中")
    expect(auditor.page.get_by_role("row", name="装修及安装工程费").first).to_contain_text(
        "8,860,000.00"
    )
    expect(auditor.page.get_by_role("button", name="审核通过")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_form_is_accessible_on_every_tab_and_does_not_scroll_sideways(visit, asking, width):
    clerk = visit(asking, width=width, bypass_csp=True).enter("hospital.clerk", NEW)
    page = clerk.page
    fill_request(page, first="663.24")
    clerk.sees("超出概算 232,400.00")
    for name in ("基本信息", "分项支出", "绩效目标", "依据与附件", "送审"):
        page.get_by_role("tab", name=name).press("Enter")
        assert clerk.accessibility_faults() == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize("width", [360, 1440])
def test_list_and_record_are_accessible_and_do_not_scroll_sideways(visit, played, width):
    row = played.rows("auditor", "preparation_requests")[0]
    visitor = visit(played, width=width, bypass_csp=True).enter("hospital.director")
    for path in ("/desk/requests", f"/desk/requests/{row['id']}", "/desk/requests/new"):
        visitor.open(path)
        visitor.page.get_by_role("heading", level=1).wait_for()
        assert visitor.accessibility_faults() == [], path
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_lines_pasted_without_a_unit_are_in_the_unit_that_was_chosen(visit, asking):
    clerk = visit(asking).enter("hospital.clerk", NEW)
    page = clerk.page
    tab(page, "分项支出")
    paste(page, 0, 0, lines(heading=False))
    expect(cell(page, 0, 4)).to_have_text("640.00")
    page.get_by_role("radiogroup", name="没写单位的金额按").get_by_text("万元").click()
    paste(page, 0, 0, lines(heading=False))
    total(page, "12,817,600.00")
