"""Finance controls lines and years: what a line is for, freezes, demands for limits, the close."""

import re

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import open_played
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

LINE = "/desk/budget/rehab-l2?year=2023"
CELL = "rehab-l2:general:local:2023:2023"


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "依据.pdf"
    path.write_bytes(b"as signed")
    return path


@pytest.fixture(scope="module")
def ended():
    """A town whose year 2023 ends while the bank has a payment."""
    with open_played() as town:
        town.payment_at_bank = town.event(town.ask(), "execution.payment_requested")["payment"]
        town.pass_to("2024-01-02")
        yield town


def test_what_a_line_is_for_is_stated_by_a_document_and_stands_at_the_line(visit, town, paper):
    clerk = visit(town).enter("hospital.clerk", LINE)
    is_told_who(clerk, "标明预算项性质", "预算")
    visitor = visit(town, bypass_csp=True).enter("finance.budget", LINE)
    visitor.button("标明预算项性质").click()
    go_on(visitor)
    stands_wrong(visitor, "有 3 处要改：性质")
    pick(visitor, "性质", "基本支出")
    field(visitor, "文件（文号").fill("D财预〔2023〕15号")
    drawer(visitor).locator("input[type=file]").set_input_files(paper)
    visitor.sees("已取指纹：依据.pdf")
    assert visitor.accessibility_faults() == []
    go_on(visitor)
    sign(visitor)
    for each in (visitor, clerk):
        each.open(LINE)
        about = each.page.locator("dt", has_text=re.compile("^性质$")).locator(
            "xpath=following-sibling::dd[1]"
        )
        expect(about).to_contain_text("基本支出")
        expect(about).to_contain_text("D财预〔2023〕15号")


def test_money_of_a_year_is_frozen_as_a_whole_and_released(visit, town, paper):
    clerk = visit(town).enter("hospital.clerk", LINE)
    is_told_who(clerk, "冻结额度单元", "国库")
    visitor = visit(town).enter("finance.treasury", LINE)
    visitor.button("冻结额度单元").click()
    go_on(visitor)
    stands_wrong(visitor, "有 2 处要改：额度单元、依据文件")
    pick(visitor, "额度单元", "2023 年的钱")
    field(visitor, "依据文件").set_input_files(paper)
    visitor.sees("已取指纹：依据.pdf")
    go_on(visitor)
    sign(visitor)
    visitor.sees("已整体冻结：2023 年的钱。不能再占用、支付。")
    assert town.cell(CELL)["frozen"]

    clerk.open(LINE)
    clerk.sees("已整体冻结：2023 年的钱")
    clerk.button("申请预占").click()
    field(clerk, "金额（元）").fill("1,500,000")
    field(clerk, "理由").fill("准备签合同")
    go_on(clerk)
    is_refused(clerk, "冻结")

    visitor.button("解冻额度单元").click()
    pick(visitor, "额度单元", "2023 年的钱")
    field(visitor, "依据文件").set_input_files(paper)
    visitor.sees("已取指纹：依据.pdf")
    go_on(visitor)
    sign(visitor)
    expect(visitor.page.get_by_text("已整体冻结")).to_have_count(0)
    expect(visitor.button("解冻额度单元")).to_have_count(0)
    assert not town.cell(CELL)["frozen"]


def test_limits_are_demanded_at_points_and_the_demand_is_ended(visit, town):
    clerk = visit(town).enter("hospital.clerk", "/desk/quota")
    is_told_who(clerk, "要求必设额度控制", "国库")
    visitor = visit(town, bypass_csp=True).enter("finance.treasury", "/desk/quota")
    visitor.button("要求必设额度控制").click()
    field(visitor, "控制点").select_option(label="预占时")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：依据文件")
    assert visitor.accessibility_faults() == []
    field(visitor, "依据文件").fill("D财控〔2023〕3号")
    go_on(visitor)
    sign(visitor)
    told = "2023 年必设额度控制的控制点：预占时"
    visitor.sees(told)
    clerk.open("/desk/quota")
    clerk.sees(told)
    clerk.open(LINE)
    clerk.button("申请预占").click()
    field(clerk, "金额（元）").fill("100")
    field(clerk, "理由").fill("准备签合同")
    go_on(clerk)
    is_refused(clerk, "额度控制")

    visitor.button("要求必设额度控制").click()
    field(visitor, "依据文件").fill("D财控〔2023〕4号")
    go_on(visitor)
    sign(visitor)
    expect(visitor.page.get_by_text("必设额度控制的控制点")).to_have_count(0)


def test_a_year_is_closed_on_once_what_was_open_is_done(visit, ended):
    path = "/desk/budget?year=2023"
    clerk = visit(ended).enter("hospital.clerk", path)
    expect(clerk.button("继续年终结转")).to_have_count(0)
    visitor = visit(ended, bypass_csp=True).enter("finance.treasury", path)
    visitor.sees("有 1 笔资金上还有没办完的事")
    assert visitor.accessibility_faults() == []
    visitor.button("继续年终结转").click()
    go_on(visitor)
    sign(visitor)
    visitor.sees("有 1 笔资金上还有没办完的事")
    item = {"payment": ended.payment_at_bank, "outcome": "settled", "reference": "BK", "reason": ""}
    ended.give("bank", "execution.bank.settle/1", items=[item])
    visitor.button("继续年终结转").click()
    go_on(visitor)
    sign(visitor)
    expect(visitor.page.get_by_text("没办完的事")).to_have_count(0)
    (year,) = ended.rows("auditor", "funds_years", id="2023")
    assert (year["closed"], year["parked"]) == (True, 0)
