"""The end of an agreement, stated by both its sides, and a party's own account that changed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.forms import drawer, field, go_on, is_refused, is_told_who, sign, stands_wrong

DESIGN = "/desk/agreements/c-design"
ACCOUNT = "102581000001:6222029999990077"


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "结算书.pdf"
    path.write_bytes(b"final account")
    return path


def state(visitor, sum_yuan, paper, *, doubted=""):
    """State the final sum for one's side; first another one, where one is given."""
    visitor.button("竣工结算").click()
    expect(field(visitor, "结算额（元）")).to_have_value("298,000.00")
    if doubted:
        go_on(visitor)
        stands_wrong(visitor, "有 1 处要改：结算文件")
        field(visitor, "结算文件").set_input_files(paper)
        field(visitor, "结算额（元）").fill(doubted)
        go_on(visitor)
        is_refused(visitor, "结算额写了 300,000.00 元，与已付的 298,000.00 元不一致")
        field(visitor, "结算额（元）").fill(sum_yuan)
    else:
        field(visitor, "结算文件").set_input_files(paper)
    visitor.sees("已取指纹：结算书.pdf")
    go_on(visitor)
    sign(visitor)


def test_an_agreement_ends_when_both_sides_state_the_same_sum(visit, town, paper):
    clerk = visit(town).enter("hospital.clerk", DESIGN)
    is_told_who(clerk, "竣工结算", "院长")
    director = visit(town, bypass_csp=True).enter("hospital.director", DESIGN)
    state(director, "298,000.00", paper, doubted="300,000.00")
    director.sees("DG市康复医院写的结算额是 298,000.00 元")
    assert director.accessibility_faults() == []
    director.button("竣工结算").click()
    field(director, "结算文件").set_input_files(paper)
    go_on(director)
    is_refused(director, "另一")

    designer = visit(town).enter("designer", DESIGN)
    designer.sees("DG市康复医院写的结算额是 298,000.00 元")
    state(designer, "298,000.00", paper)
    heading = designer.page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("已结算")
    expect(designer.button("竣工结算")).to_have_count(0)
    director.open(DESIGN)
    sums = director.page.locator("dl > dd")
    expect(director.page.locator("dt", has_text="结算额")).to_be_visible()
    expect(sums.filter(has_text="298,000.00").first).to_be_visible()
    director.open("/desk/agreements")
    row = director.page.get_by_role("row").filter(has_text="设计合同")
    expect(row).to_contain_text("已结算")


def test_a_party_tells_a_unit_of_its_new_account_and_sees_that_it_waits(visit, town):
    visitor = visit(town, bypass_csp=True).enter("contractor.b", "/desk/agreements")
    visitor.button("变更收款账户").click()
    go_on(visitor)
    stands_wrong(visitor, "付款单位、收款账户、理由")
    field(visitor, "付款单位").select_option(label="DG市康复医院")
    field(visitor, "收款账户").fill("622202")
    field(visitor, "理由").fill("开户行撤并")
    go_on(visitor)
    stands_wrong(visitor, "有 1 处要改：收款账户")
    field(visitor, "收款账户").fill(ACCOUNT)
    go_on(visitor)
    expect(drawer(visitor).last).to_contain_text(ACCOUNT)
    sign(visitor)
    visitor.sees(f"DG市康复医院：新账户 {ACCOUNT}，等对方两名财务人员核实")
    assert visitor.accessibility_faults() == []
    unit = visit(town).enter("hospital.finance", "/desk/payees")
    unit.sees(ACCOUNT)
    other = visit(town).enter("designer", "/desk/agreements")
    expect(other.button("变更收款账户")).to_be_visible()
    assert not re.search(ACCOUNT, other.page.locator("main").inner_text())
