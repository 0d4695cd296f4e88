"""H14 and the clerk's morning: one list of all open work, why each is mine, handing over."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import YUAN

feature = pytest.mark.feature
XSS = "<img src=x onerror=alert(1)>同意，见附件"


@feature("H14", "one list of all work")
def test_a_clerk_sees_what_waits_for_him_why_and_until_when(visit, played):
    visitor = visit(played).enter("hospital.clerk")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("今天有 5 件事等您办")
    row = visitor.page.get_by_role("listitem").filter(has_text="支付申请 1,000,000.00")
    expect(row.first).to_contain_text("钱不够：申请 1,000,000.00 元，还可付 996,930.00 元")
    expect(row.first).to_contain_text("已超期")
    expect(row.first).to_contain_text("2023-01-12")
    visitor.picture("workbench")
    row.first.get_by_role("link", name="看原因并改").click()
    visitor.sees("3,070.00")
    visitor.page.wait_for_url("**/desk/payments/refused/*/0")
    visitor.sees("3,070.00")


def test_the_earliest_deadline_stands_first(visit, played):
    visitor = visit(played).enter("hospital.clerk")
    panel = visitor.page.locator("section", has=visitor.page.get_by_role("heading", name="等我办"))
    first = panel.get_by_role("listitem").first
    expect(first).to_contain_text("预算还没批准")
    expect(first).to_contain_text("2022-01-24")


def test_no_refusal_is_told_in_ids(visit, played):
    visitor = visit(played).enter("hospital.clerk")
    visitor.sees("发票 4418832 已经付过（已付）")
    visitor.sees("ICU设备供应商的账户 …0001 与合同账户 …0007 不同")
    body = visitor.page.locator("main").inner_text()
    assert "INV|" not in body
    assert "supplier-icu" not in body


@pytest.mark.parametrize(
    ("user", "sees"),
    [
        ("congress.secretary", "眼下没有事等您办"),
        ("auditor", "发票 4418832 已经付过"),
        ("health.reviewer", "等我办"),
        ("contractor.b", "住院大楼改造施工合同"),
        ("engineer", "监理合同"),
        ("bank", "眼下没有事等您办"),
    ],
)
def test_each_role_finds_its_own_workbench(visit, played, user, sees):
    visitor = visit(played).enter(user)
    visitor.sees(sees)


def test_a_contractor_reads_nothing_of_the_units_budget(visit, played):
    visitor = visit(played).enter("contractor.b")
    visitor.sees("住院大楼改造施工合同")
    text = visitor.page.locator("main").inner_text()
    assert "装修及安装工程费" not in text
    assert "2023 年指标" not in text


def test_a_notice_is_read_and_acknowledged(visit, town):
    visitor = visit(town).enter("hospital.finance")
    visitor.sees("10 件待签收")
    visitor.button("阅读并签收").first.click()
    visitor.sees("签收通知：支付被拒，已立整改")
    visitor.signed()
    visitor.sees("9 件待签收")


def test_what_i_submitted_is_shown_with_who_has_it(visit, town):
    answer = town.ask(amount_fen=300_000 * YUAN)
    payment = town.event(answer, "execution.payment_requested")["payment"]
    visitor = visit(town).enter("hospital.clerk")
    row = visitor.page.get_by_role("listitem").filter(has_text="审核人问")
    expect(row.first).to_contain_text("支付 300,000.00")
    row.first.get_by_role("link", name="去说明").click()
    visitor.page.get_by_role("textbox", name="说明").fill("原厂维保，单一来源")
    visitor.page.reload()
    expect(visitor.page.get_by_role("textbox", name="说明")).to_have_value("原厂维保，单一来源")
    visitor.button("提交说明").click()
    visitor.signed()
    visitor.sees("审核中")
    visitor.open("/desk")
    row = visitor.page.get_by_role("row").filter(has_text="300,000.00")
    expect(row).to_contain_text("DG市康复医院 医院院长")
    expect(row).to_contain_text("限 5 个工作日")
    assert payment


def test_a_director_approves_what_was_routed_to_him(visit, town):
    visitor = visit(town).enter("hospital.director")
    row = visitor.page.get_by_role("listitem").filter(has_text="300,000.00")
    row.first.get_by_role("link", name="去审核").click()
    visitor.page.get_by_role("textbox", name="写意见").fill(XSS)
    visitor.button("发表").click()
    visitor.signed()
    visitor.sees(XSS)
    assert visitor.page.locator("main img").count() == 0
    expect(visitor.button("不同意")).to_have_attribute("aria-disabled", "true")
    visitor.button("同意").first.click()
    visitor.signed()
    visitor.sees("已发银行")


def test_who_submitted_it_is_offered_no_decision(visit, town):
    answer = town.ask(amount_fen=310_000 * YUAN)
    payment = town.event(answer, "execution.payment_requested")["payment"]
    key = f"execution/payment/{payment}"
    body = {"payment": payment, "answer": "说明", "document_sha256": None}
    town.give("hospital.clerk", "execution.payment.answer/1", on=(key,), **body)
    visitor = visit(town).enter("hospital.clerk", f"/desk/payments/{payment}")
    visitor.sees("审核中")
    visitor.sees("DG市康复医院 医院院长")
    assert visitor.page.get_by_role("button", name="同意").count() == 0


@feature("H14", "handed over at once")
@feature("H14", "rights end in the same block")
def test_all_work_of_a_clerk_is_handed_over_at_once(visit, town):
    visitor = visit(town).enter("hospital.director", "/desk/handover?person=p-hospital-clerk")
    visitor.sees("医院经办 手上的全部事项")
    visitor.sees("共 5 件")
    give = visitor.button("先选两个人，再写原因")
    expect(give).to_have_attribute("aria-disabled", "true")
    visitor.page.get_by_role("combobox", name="交给谁").click()
    visitor.page.get_by_title("医院财务").click()
    visitor.page.get_by_role("textbox", name="原因").fill("离任交接")
    visitor.button("把 5 件事都交出去").click()
    visitor.sees("把 医院经办 手上的 5 件事交给 医院财务")
    visitor.signed()
    visitor.sees("手上没有未办的事，可以直接离任")
    receiver = visit(town).enter("hospital.finance")
    receiver.sees("支付申请 1,000,000.00")
    left = visit(town).enter("hospital.clerk")
    expect(left.page.get_by_role("heading", level=1)).to_have_text("眼下没有事等您办")


def test_who_may_not_hand_over_others_work_is_told_who_may(visit, town):
    visitor = visit(town).enter("hospital.clerk", "/desk/handover?person=p-hospital-director")
    visitor.sees("能办交接的是单位负责人和安全管理岗")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("path", ["/desk", "/desk/handover?person=p-hospital-clerk"])
def test_the_workbench_can_be_used_by_everybody(visit, played, path, width):
    visitor = visit(played, width=width, bypass_csp=True).enter("hospital.director", path)
    expect(visitor.page.locator("main").get_by_text("支付申请").first).to_be_visible()
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
