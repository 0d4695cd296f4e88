"""G3: contractor, engineer and manager bring a milestone to payment, which nobody asks for."""

import pytest
from playwright.sync_api import expect

feature = pytest.mark.feature
XSS = "<b onmouseover=alert(1)>隐蔽工程照片不全</b>"


@pytest.fixture
def evidence(tmp_path):
    path = tmp_path / "evidence.pdf"
    path.write_bytes(b"as built")
    return path


def report(visitor, evidence):
    visitor.page.get_by_label("完工资料").set_input_files(evidence)
    visitor.write("发票号", "04418850")
    visitor.button("申报节点完成").click()
    visitor.sees("申报《住院大楼改造施工合同》节点「竣工」完成")
    visitor.signed()


def test_a_contractor_sees_its_own_agreements_payments_and_receipts(visit, played):
    visitor = visit(played).enter("contractor.b", "/desk/agreements")
    visitor.sees("我的合同和收款")
    expect(visitor.page.get_by_role("row").filter(has_text="合计").first).to_contain_text(
        "8,595,400.00"
    )
    visitor.sees("住院大楼改造施工合同 · m3")
    visitor.sees("申报节点")
    assert "监理合同" not in visitor.page.locator("main").inner_text()
    visitor.picture("contractor")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="下载").first.click()
    assert "receipts" in download.value.url


def test_a_contractor_sees_nothing_of_others_agreements(visit, played):
    visitor = visit(played).enter("contractor.b", "/desk/agreements/c-icu")
    visitor.sees("没有这份合同，或您看不到")


def test_a_milestone_is_reported_refused_reported_accepted_and_pays_by_itself(
    visit, town, evidence
):
    contractor = visit(town).enter("contractor.b", "/desk/agreements/c-works")
    contractor.sees("还没到")
    expect(contractor.button("先选完工资料、写发票号")).to_have_attribute("aria-disabled", "true")
    report(contractor, evidence)
    contractor.sees("还差签字：监理、项目负责人")

    engineer = visit(town).enter("engineer")
    row = engineer.page.get_by_role("listitem").filter(has_text="节点 m4")
    row.first.get_by_role("link", name="去验收").click()
    engineer.page.get_by_text("验收不通过").first.click()
    engineer.write("原因", XSS)
    engineer.button("验收不通过").click()
    engineer.signed()
    contractor.sees(f"未通过的原因：{XSS}")
    assert contractor.page.locator("main b").count() == 0

    report(contractor, evidence)
    expect(engineer.button("先写计量金额")).to_have_attribute("aria-disabled", "true")
    engineer.write("计量金额（元）", "2,200,000.00")
    engineer.button("验收通过").click()
    engineer.sees("计量 2,200,000.00 元")
    engineer.signed()
    engineer.sees("还差签字：项目负责人")

    manager = visit(town).enter("hospital.pm")
    row = manager.page.get_by_role("listitem").filter(has_text="节点 m4")
    row.first.get_by_role("link", name="去验收").click()
    manager.write("计量金额（元）", "2,200,000.01")
    manager.button("验收通过").click()
    expect(manager.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    manager.page.get_by_role("dialog").get_by_role("button", name="先不提交").click()
    manager.write("计量金额（元）", "2,200,000.00")
    manager.button("验收通过").click()
    manager.signed()
    paid = [
        each
        for each in town.rows("auditor", "execution_payments", agreement="c-works")
        if each["milestone"] == "m4"
    ]
    assert [(each["state"], each["submitted_by"]) for each in paid] == [("instructed", "")]
    contractor.open("/desk/payments")
    contractor.sees("已发银行")


def test_who_is_not_the_engineer_is_offered_no_acceptance(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/agreements/c-works")
    visitor.sees("由收款方申报到达后才能验收")
    assert visitor.button("验收通过").count() == 0
    assert visitor.page.get_by_text("申报节点完成").count() == 0


def test_a_change_order_goes_by_the_engineer_to_the_director(visit, town, evidence):
    contractor = visit(town).enter("contractor.b", "/desk/agreements/c-works")
    contractor.page.get_by_text("提出变更").first.click()
    contractor.write("增加金额（元）", "1000")
    contractor.write("原因", "增加止回阀")
    contractor.page.get_by_label("变更文件").set_input_files(evidence)
    contractor.button("提出变更").click()
    contractor.signed()
    engineer = visit(town).enter("engineer")
    row = engineer.page.get_by_role("listitem").filter(has_text="增加")
    row.first.get_by_role("link", name="去处理").click()
    engineer.button("同意变更").click()
    engineer.signed()
    director = visit(town).enter("hospital.director", "/desk/agreements/c-works")
    expect(director.button("批准变更")).to_be_visible()


def test_a_defect_is_recorded_and_stops_the_milestone(visit, town, evidence):
    visitor = visit(town).enter("hospital.quality", "/desk/agreements/c-icu")
    visitor.page.get_by_text("记一个不合格项").first.click()
    visitor.page.get_by_label("检测或整改资料").set_input_files(evidence)
    visitor.page.get_by_role("combobox", name="哪个节点").select_option(index=1)
    visitor.write("什么问题", "呼吸机两台无法开机")
    visitor.button("记一个不合格项").click()
    visitor.signed()
    visitor.sees("呼吸机两台无法开机")
    visitor.sees("有没关闭的不合格项，关闭前不付款")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize(
    ("user", "path", "waits"),
    [
        ("contractor.b", "/desk", "我的合同"),
        ("contractor.b", "/desk/agreements", "申报节点"),
        ("contractor.b", "/desk/agreements/c-works", "完工资料"),
        ("engineer", "/desk/agreements/c-works", "竣工"),
        ("hospital.director", "/desk/agreements", "设计合同"),
    ],
)
def test_every_page_of_agreements_can_be_used_by_everybody(visit, played, user, path, waits, width):
    visitor = visit(played, width=width, bypass_csp=True).enter(user, path)
    expect(visitor.page.locator("main").get_by_text(waits).first).to_be_visible()
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
