"""Acts that have a form on the page of who does them: filled by hand, wrong first, then signed.

One town that grows older: each fixture plays the case on to its day, in the order of the tests.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import YUAN, open_town
from tests.browser.forms import (
    drawer,
    field,
    go_on,
    is_refused,
    is_told_who,
    pick,
    sign,
    stands_wrong,
)

L2 = "rehab-l2:general:local:2023"
HANDED_DOWN = "2023-02-10"
"""The day on which the quota of 2023 is handed down."""
LINES_2023 = "rehab-l2:general:local:2023:2023"
GROUND = ("政府信息公开条例第十四条", "Regulations on open information art. 14")


@pytest.fixture(scope="module")
def fresh():
    """Institutions and people, and nothing done yet."""
    with open_town(lambda step: False) as town:
        yield town


@pytest.fixture(scope="module")
def january(fresh):
    """17 January 2023: the budget of 2023 is not voted yet."""
    fresh.play(lambda step: step.at < "2023-01-18")
    return fresh


@pytest.fixture(scope="module")
def voted(january):
    """The budget of 2023 has been handed down to the hospital, its quota has not."""
    january.play(lambda step: "2023-01-18" <= step.at < HANDED_DOWN)
    return january


@pytest.fixture(scope="module")
def spending(voted):
    """The hospital has quota of 2023 for its equipment."""
    part = {"line": "rehab-l2", "nature": "general", "source": "local", "vintage": 2023}
    voted.give(
        "finance.treasury",
        "execution.quota.issue/1",
        organisation="dg-rehab",
        year=2023,
        document={"number": "D财建〔2023〕70号", "sha256": "ab" * 32},
        parts=[{**part, "amount_fen": 1_600_000 * YUAN}],
    )
    return voted


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "依据.pdf"
    path.write_bytes(b"as signed")
    return path


# -- before anything is done ------------------------------------------------------------------


def test_the_first_cycle_of_a_jurisdiction_is_opened_with_the_rules_of_the_law(visit, fresh):
    stranger = visit(fresh).enter("hospital.clerk", "/desk/cycle")
    is_told_who(stranger, "布置预算编制", "预算")
    visitor = visit(fresh, bypass_csp=True).enter("finance.budget", "/desk/cycle")
    visitor.button("布置预算编制").click()
    expect(field(visitor, "年度规则（绩效指标权重合计）")).to_have_value("90")
    go_on(visitor)
    stands_wrong(visitor, "有 5 处要改：各环节截止日（第 1 行 日期）")
    assert visitor.accessibility_faults() == []
    field(visitor, "年度").first.fill("2024")
    for at, day in enumerate(("06-10", "07-10", "08-10", "09-10", "10-10")):
        drawer(visitor).get_by_label(re.compile("^日期")).nth(at).fill(f"2023-{day}")
    go_on(visitor)
    visitor.sees("布置 2024 年预算编制")
    sign(visitor)
    (cycle,) = fresh.rows("finance.budget", "preparation_cycles")
    assert cycle["year"] == 2024
    assert [each["code"] for each in cycle["rules"]["goal_kinds"]][:3] == ["o1", "o2", "o3"]
    assert len(cycle["rules"]["sources"]) == len(["预算法", "财预"])
    assert cycle["rules"]["goal_weight_bp"] == 9_000
    totals = fresh.rows("finance.budget", "preparation_totals", year=2024)
    shares = [share for row in totals for share in row["shares"]]
    assert {each["organisation"] for each in shares} == {"dg-health", "dg-rehab"}


def test_a_project_is_entered_and_its_estimate_approved_by_who_may(visit, fresh, paper):
    manager = visit(fresh).enter("hospital.pm", "/desk/library")
    manager.sees("还没有项目")
    manager.button("项目入库").click()
    field(manager, "项目名称（中文）").fill("门诊楼屋面维修")
    field(manager, "项目名称（英文）").fill("Roof of the out-patient building")
    pick(manager, "项目属性", "新增项目")
    field(manager, "起始年度").fill("二〇二四")
    field(manager, "终止年度").fill("2023")
    pick(manager, "涉密", "否")
    go_on(manager)
    stands_wrong(manager, "有 2 处要改：起始年度、依据文件")
    drawer(manager).get_by_role("button", name="加一行").click()
    field(manager, "名称").last.fill("可研报告")
    field(manager, "原件").last.set_input_files(paper)
    manager.sees("已取指纹：依据.pdf")
    field(manager, "起始年度").fill("2024")
    go_on(manager)
    is_refused(manager, "年度")
    field(manager, "终止年度").fill("2025")
    go_on(manager)
    sign(manager)
    row = manager.page.get_by_role("row").filter(has_text="门诊楼屋面维修")
    expect(row).to_contain_text("2024–2025")
    is_told_who(manager, "批复概算", "概算")

    approver = visit(fresh, bypass_csp=True).enter("drc.reviewer", "/desk/library")
    approver.button("批复概算").click()
    field(approver, "文号").fill("D发改〔2021〕9号")
    field(approver, "文件").set_input_files(paper)
    field(approver, "理由").fill("初步设计批复")
    drawer(approver).get_by_role("button", name="加一行").click()
    field(approver, "名称（中文）").fill("屋面工程费")
    field(approver, "名称（英文）").fill("Roofing")
    pick(approver, "功能分类", "2100212")
    pick(approver, "经济分类", "31006")
    wrong = {"很多": "写法不对", "9" * 14: "写法不对", "0": "超出可填的范围", "": "还没有填"}
    for text, why in wrong.items():
        field(approver, "金额（元）").fill(text)
        go_on(approver)
        stands_wrong(approver, "概算分项（第 1 行 金额（元））")
        approver.sees(why)
    assert approver.accessibility_faults() == []
    field(approver, "金额（元）").fill("350,000.00")
    go_on(approver)
    approver.sees("批复概算（门诊楼屋面维修）")
    sign(approver)
    expect(approver.page.get_by_role("row").filter(has_text="门诊楼")).to_contain_text("350,000.00")
    approver.button("调整概算").click()
    expect(field(approver, "金额（元）")).to_have_value("350,000.00")


# -- before the vote --------------------------------------------------------------------------


def test_interim_quota_is_granted_before_the_vote_within_what_the_ledger_shows(
    visit, january, paper
):
    visitor = visit(january).enter("finance.budget", "/desk/quota")
    visitor.button("预拨指标").click()
    pick(visitor, "预算项", "设备购置费")
    expect(field(visitor, "资金来源")).to_have_value("local")
    pick(visitor, "预算项", "屋面工程费")
    pick(visitor, "资金性质", "一般公共预算")
    field(visitor, "金额（元）").fill("500.00")
    pick(visitor, "预拨用途", "上年同期支出")
    field(visitor, "文件（文号）").fill("D财预拨〔2023〕1号")
    field(visitor, "文件（原件）").set_input_files(paper)
    go_on(visitor)
    is_refused(visitor, "同期")
    pick(visitor, "预拨用途", "法律规定必须支付")
    go_on(visitor)
    visitor.sees("预拨指标：预算项 屋面工程费")
    sign(visitor)
    granted = january.rows("finance.budget", "funds_cells", year=2023)
    assert [each["interim_fen"] for each in granted if each["interim_fen"]] == [500 * YUAN]
    other = visit(january).enter("hospital.clerk", "/desk/quota")
    is_told_who(other, "预拨指标", "预算")


# -- handed down, not allotted ----------------------------------------------------------------


def test_what_was_handed_down_by_mistake_is_taken_back_and_both_stay(visit, voted):
    department = visit(voted).enter("health.finance", "/desk/cycle?year=2023")
    is_told_who(department, "撤销单位预算批复", "预算")
    visitor = visit(voted).enter("finance.budget", "/desk/cycle?year=2023")
    visitor.button("撤销单位预算批复").click()
    pick(visitor, "单位", "DG市康复医院")
    field(visitor, "文号").fill("D财更〔2023〕1号")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：理由")
    field(visitor, "理由").fill("单位有误")
    go_on(visitor)
    visitor.sees("撤销单位预算批复：单位 DG市康复医院")
    sign(visitor)
    (taken,) = voted.rows("finance.budget", "preparation_appropriations", year=2023)
    assert (taken["reversed"], taken["reversal_reason"]) == (True, "单位有误")
    expect(visitor.button("撤销单位预算批复")).to_have_count(0)
    voted.give(
        "health.finance",
        "preparation.appropriation.hand_down/1",
        year=2023,
        organisation="dg-rehab",
        number="D卫财〔2023〕6号",
    )


def test_what_waits_is_published_early_or_withheld_by_law(visit, voted):
    stranger = visit(voted).enter("hospital.clerk", "/desk/publishing")
    is_told_who(stranger, "提前公开", "财务")
    visitor = visit(voted).enter("hospital.finance", "/desk/publishing")
    waiting = visitor.page.get_by_role("region", name="等待公开").get_by_role("row")
    first = waiting.filter(has_text="DG市康复医院")
    expect(first.nth(1)).to_be_visible()
    before = first.count()
    first.first.get_by_role("button", name="不予公开").click()
    go_on(visitor)
    stands_wrong(visitor, "有 2 处要改：法律依据（中文）、法律依据（英文）")
    for label, text in zip(("法律依据（中文）", "法律依据（英文）"), GROUND, strict=True):
        field(visitor, label).fill(text)
    go_on(visitor)
    sign(visitor)
    expect(first).to_have_count(before - 1)
    assert GROUND[0] in [row["ground_zh"] for row in voted.rows("auditor", "disclosure_gaps")]
    first.first.get_by_role("button", name="提前公开").click()
    go_on(visitor)
    sign(visitor)
    expect(first).to_have_count(before - 2)
    published = visitor.page.get_by_role("region", name="已公开").get_by_role("row")
    published.nth(1).get_by_role("button", name="更正").click()
    field(visitor, "理由").fill("看一看")
    go_on(visitor)
    is_refused(visitor, "与其来源记录一致")


# -- while money is spent ---------------------------------------------------------------------


def test_a_payee_is_frozen_and_released_by_the_treasury_post_alone(visit, spending):
    clerk = visit(spending).enter("hospital.clerk", "/desk/payees")
    is_told_who(clerk, "冻结", "国库")
    visitor = visit(spending).enter("finance.treasury", "/desk/payees")
    row = visitor.page.get_by_role("row").filter(has_text="ICU")
    row.get_by_role("button", name="冻结", exact=True).click()
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：理由")
    field(visitor, "理由").fill("账户涉案")
    go_on(visitor)
    visitor.sees("理由 账户涉案")
    sign(visitor)
    expect(row).to_contain_text("账户涉案")
    (payee,) = spending.rows("auditor", "execution_payees", id="supplier-icu")
    assert payee["frozen"]
    row.get_by_role("button", name="解除冻结").click()
    field(visitor, "理由").fill("已查清")
    go_on(visitor)
    sign(visitor)
    expect(row.get_by_role("button", name="冻结", exact=True)).to_be_visible()


def test_a_letter_with_another_account_is_entered_and_waits_for_two_persons(visit, spending):
    visitor = visit(spending).enter("hospital.finance", "/desk/payees")
    row = visitor.page.get_by_role("row").filter(has_text="设计")
    row.get_by_role("button", name="变更账户").click()
    field(visitor, "收款账户").fill("我的新账户")
    field(visitor, "理由").fill("来函")
    go_on(visitor)
    stands_wrong(visitor, "收款账户")
    field(visitor, "收款账户").fill("102581000001:6222029999990001")
    go_on(visitor)
    sign(visitor)
    visitor.sees("102581000001:6222029999990001")


def test_a_limit_is_set_by_codes_that_are_chosen_and_lifted_again(visit, spending):
    clerk = visit(spending).enter("hospital.clerk", "/desk/quota")
    is_told_who(clerk, "设置额度控制", "国库")
    visitor = visit(spending).enter("finance.treasury", "/desk/quota")
    visitor.sees("2023 年还没有设额度控制")
    visitor.button("设置额度控制").click()
    pick(visitor, "单位代码前缀", "DG市康复医院")
    pick(visitor, "控制点", "支付时")
    pick(visitor, "控制期间", "全年")
    pick(visitor, "控制方式", "禁止")
    field(visitor, "依据文件").fill("D财控〔2023〕1号")
    for text in ("一亿", "-5", "99999999999999999"):
        field(visitor, "额度（元）").fill(text)
        go_on(visitor)
        stands_wrong(visitor, "有 1 处要改：额度（元）")
    field(visitor, "额度（元）").fill("90,000,000.00")
    go_on(visitor)
    sign(visitor)
    row = visitor.page.get_by_role("row").filter(has_text="D财控〔2023〕1号")
    expect(row).to_contain_text("DG市康复医院")
    expect(row).to_contain_text("90,000,000.00")
    row.get_by_role("button", name="取消", exact=True).click()
    field(visitor, "依据文件").fill("D财控〔2023〕2号")
    go_on(visitor)
    sign(visitor)
    expect(row).to_have_count(0)


def test_an_advance_is_asked_for_with_the_account_of_who_gets_it(visit, spending, paper):
    spending.payee("person")
    treasury = visit(spending).enter("finance.treasury", "/desk/payments")
    expect(treasury.button("申请备用金、借款")).to_have_count(0)
    visitor = visit(spending).enter("hospital.clerk", "/desk/payments")
    visitor.button("申请备用金、借款").click()
    pick(visitor, "预算项", "设备购置费")
    expect(field(visitor, "支出用途")).to_have_value("31003")
    pick(visitor, "借款人", "收款方")
    expect(field(visitor, "收款账户")).to_have_value(re.compile(r"^102581000001:"))
    field(visitor, "借款单").set_input_files(paper)
    field(visitor, "金额（元）").fill("五百")
    field(visitor, "核销期限").fill("2023-06-30")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：金额（元）")
    field(visitor, "金额（元）").fill("90000000")
    go_on(visitor)
    is_refused(visitor, "90,000,000.00")
    field(visitor, "金额（元）").fill("500")
    go_on(visitor)
    visitor.sees("申请借款 500.00 元，借款人收款方")
    sign(visitor)
    asked = spending.rows("auditor", "execution_payments", line="rehab-l2", year=2023)
    assert [row["amount_fen"] for row in asked if row["state"] == "instructed"] == [500 * YUAN]


def test_money_of_a_line_is_set_aside_given_back_frozen_and_released(visit, spending, paper):
    clerk = visit(spending).enter("hospital.clerk", "/desk/budget/rehab-l2?year=2023")
    clerk.button("申请预占").click()
    field(clerk, "金额（元）").fill("1,000.00")
    field(clerk, "理由").fill("准备签合同")
    go_on(clerk)
    sign(clerk)
    clerk.page.get_by_role("button", name="释放", exact=True).click()
    field(clerk, "金额（元）").fill("2000")
    field(clerk, "理由").fill("不签了")
    go_on(clerk)
    is_refused(clerk, "2,000.00")
    field(clerk, "金额（元）").fill("")
    go_on(clerk)
    sign(clerk)
    clerk.sees("这一项没有预占")
    is_told_who(clerk, "冻结部分指标", "国库")

    treasury = visit(spending).enter("finance.treasury", "/desk/budget/rehab-l2?year=2023")
    treasury.button("冻结部分指标").click()
    pick(treasury, "额度单元", "2023 年的钱")
    field(treasury, "金额（元）").fill("90,000,000")
    field(treasury, "依据文件").set_input_files(paper)
    go_on(treasury)
    is_refused(treasury, "设备购置费（资金性质 一般公共预算、来源 本级财力、年度 2023）")
    field(treasury, "金额（元）").fill("300")
    go_on(treasury)
    treasury.sees("依据文件 依据.pdf")
    sign(treasury)
    treasury.sees("其中冻结 300.00 元")
    treasury.button("解冻部分指标").click()
    pick(treasury, "额度单元", "2023 年的钱")
    field(treasury, "金额（元）").fill("300")
    field(treasury, "依据文件").set_input_files(paper)
    go_on(treasury)
    sign(treasury)
    expect(treasury.button("解冻部分指标")).to_have_count(0)
    assert spending.cell(LINES_2023)["frozen_fen"] == 0


def test_an_agreement_is_proposed_in_rows_and_covered_once_it_binds(visit, spending, paper):
    visitor = visit(spending, bypass_csp=True).enter("hospital.procurement", "/desk/agreements")
    visitor.button("拟定合同").click()
    go_on(visitor)
    stands_wrong(visitor, "分年度金额")
    field(visitor, "合同编号").fill("HT-2023-09")
    field(visitor, "名称").first.fill("呼吸机维保合同")
    pick(visitor, "合同种类", "服务")
    pick(visitor, "收款方", "ICU")
    pick(visitor, "预算项", "设备购置费")
    expect(field(visitor, "资金性质")).to_have_value("general")
    field(visitor, "合同总额（元）").fill("1,000.00")
    field(visitor, "文件").set_input_files(paper)
    years = drawer(visitor).get_by_role("group", name=re.compile("^分年度金额"))
    for amount in ("600", "300"):
        years.get_by_role("button", name="加一行").click()
        years.get_by_label("金额（元）").last.fill(amount)
    expect(years.get_by_label(re.compile("^年度")).last).to_have_value("2024")
    milestones = drawer(visitor).get_by_role("group", name=re.compile("^付款节点"))
    milestones.get_by_role("button", name="加一行").click()
    milestones.get_by_label("名称").fill("年度维保验收")
    milestones.get_by_label("种类").select_option(label="到货款")
    milestones.get_by_label("何时付").select_option(label="验收合格")
    milestones.get_by_label("计价基数").fill("一千")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：付款节点（第 1 行 计价基数")
    assert visitor.accessibility_faults() == []
    milestones.get_by_label("计价基数").fill("1,000")
    go_on(visitor)
    visitor.sees("拟定合同《呼吸机维保合同》")
    is_refused(visitor, "years")
    years.get_by_label("金额（元）").last.fill("400")
    go_on(visitor)
    sign(visitor)
    (agreement,) = spending.rows("auditor", "execution_agreements", number="HT-2023-09")
    name = agreement["id"]
    on = (f"execution/agreement/{name}",)
    for user in ("supplier.icu", "hospital.director"):
        spending.give(user, "execution.agreement.sign/1", on=on, agreement=name)

    visitor.open(f"/desk/agreements/{name}")
    visitor.button("落实合同指标").click()
    field(visitor, "金额（元）").fill("500.00")
    go_on(visitor)
    is_refused(visitor, "400.00")
    field(visitor, "金额（元）").fill("400.00")
    go_on(visitor)
    visitor.sees("落实合同指标（呼吸机维保合同）")
    sign(visitor)
    (commitment,) = spending.rows("auditor", "funds_commitments", id=name)
    assert commitment["committed_fen"] == 0
    clerk = visit(spending).enter("hospital.clerk", f"/desk/agreements/{name}")
    is_told_who(clerk, "落实合同指标", "采购")


# -- keys, rules, holidays --------------------------------------------------------------------


def test_a_key_of_this_machine_replaces_the_one_that_signs_now(visit, spending):
    visitor = visit(spending).enter("hospital.quality", "/desk/keys")
    visitor.page.get_by_role("textbox", name="给它起个名字").fill("质检台")
    visitor.button("生成并登记").click()
    drawer(visitor).get_by_role("button", name="先不提交").click()
    visitor.button("换用这把密钥").click()
    visitor.sees("换用后，网关不能再替您签")
    field(visitor, "新旧并用小时数").fill("200")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：新旧并用小时数")
    field(visitor, "新旧并用小时数").fill("24")
    go_on(visitor)
    visitor.sees("换用这把密钥（质检台）")
    sign(visitor)
    visitor.sees("已登记在账本上")
    keys = spending.person("hospital.quality").get(
        "/api/session/keys", since=spending.loaded.node.engine.height
    )["rows"]
    assert [each["until_ms"] is None for each in keys if each["label"] == "质检台"] == [True]
    assert [each["until_ms"] is None for each in keys if each["label"] != "质检台"] == [False]


def test_governance_is_asked_to_judge_a_line_by_a_named_binding(visit, spending):
    visitor = visit(spending).enter("finance.budget", "/desk/rules")
    visitor.page.get_by_role("link", name="支付控制").click()
    visitor.page.get_by_role("tab", name="用在哪里").click()
    visitor.button("提请改按指定版本办理").click()
    pick(visitor, "事项编号", "预算项「设备购置费」的支付")
    pick(visitor, "绑定序号", "第 1 次绑定")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：理由")
    field(visitor, "理由").fill("按批复时的版本办")
    go_on(visitor)
    sign(visitor)
    (proposal,) = spending.rows("auditor", "contracts_proposals", action="rebind")
    assert (proposal["case"], proposal["version"]) == ("rehab-l2", 1)
    clerk = visit(spending).enter("hospital.clerk", "/desk/rules")
    clerk.page.get_by_role("link", name="支付控制").click()
    clerk.page.get_by_role("tab", name="用在哪里").click()
    is_told_who(clerk, "提请改按指定版本办理", "预算")


@pytest.mark.parametrize(
    ("user", "path", "waits"),
    [
        ("finance.treasury", "/desk/quota", "额度控制"),
        ("finance.treasury", "/desk/budget/rehab-l2?year=2023", "控制"),
        ("hospital.finance", "/desk/publishing", "等待公开"),
        ("drc.reviewer", "/desk/library", "项目库"),
    ],
)
@pytest.mark.parametrize("width", [1440, 360])
def test_every_page_with_acts_can_be_used_by_everybody(visit, spending, user, path, waits, width):
    visitor = visit(spending, width=width, bypass_csp=True).enter(user, path)
    visitor.sees(waits)
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
