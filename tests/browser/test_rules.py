"""Rules by browser: what decided and why, changing a rule in the grid, reviewing and voting."""

import time

import pytest
from playwright.sync_api import expect

from tests.acceptance.schools import open_schools

RULES = "/desk/rules"


def document(town, name):
    """Return the hash of the newest version of a contract."""
    rows = town.rows("auditor", "contracts_documents", name=name)
    return max(rows, key=lambda row: row["version"])["id"]


@pytest.fixture(scope="module")
def parliament(tmp_path_factory):
    """A town of its own, in which rules are changed."""
    with open_schools(tmp_path_factory.mktemp("schools")) as town:
        visible = town.loaded.service.live
        while visible.height < town.loaded.node.engine.height:
            time.sleep(0.1)
        yield town


# -- reading ---------------------------------------------------------------------------------


@pytest.mark.feature("F10", "contract carries its law")
@pytest.mark.feature("F10", "contract carries its persons")
def test_an_auditor_reads_a_decision_and_why(visit, played):
    visitor = visit(played).enter("auditor", RULES)
    visitor.page.get_by_role("link", name="支付控制").click()
    visitor.page.get_by_role("tab", name="最近判定").click()
    refused = visitor.page.get_by_role("row").filter(has_text="差 3,070.00 元")
    refused.get_by_role("link", name="R12").click()
    fired = visitor.page.locator("tr", has_text="这一行判的")
    expect(fired).to_contain_text("合同本年余额")
    expect(fired).to_contain_text("拒绝")
    visitor.sees("申请 1,000,000.00 元，只余 996,930.00 元")
    visitor.sees("第 R12 行的法律依据")
    visitor.sees("未列入预算的不得支出")
    expect(visitor.page.get_by_text("负责解释").first).to_contain_text("财政局")
    visitor.picture("rule-decided")


def test_the_counts_of_a_rule_are_those_of_its_decisions(visit, played):
    contract = document(played, "payment-control")
    answer = played.person("auditor").get("/api/decisions", contract=contract)
    refused = [each for each in answer["decisions"] if not each["accepted"]]
    assert {row for each in refused for row in each["rows"]} >= {"R03", "R09", "R10", "R11", "R12"}
    visitor = visit(played).enter("auditor", f"{RULES}/{contract}")
    visitor.sees(f"{len(answer['decisions'])} 次")
    visitor.sees(f"拒 {len(refused)}")


def test_who_may_not_see_a_command_is_not_shown_its_row(visit, played):
    contract = document(played, "contract-signing")
    visitor = visit(played).enter("supplier.icu", f"{RULES}/{contract}?tab=decisions")
    visitor.sees("不在您可查阅的范围")
    expect(visitor.page.get_by_role("link", name="兜底")).to_have_count(0)


def test_a_test_of_the_contract_is_laid_over_its_table(visit, played):
    contract = document(played, "payment-levels")
    visitor = visit(played).enter("auditor", f"{RULES}/{contract}?tab=tests")
    visitor.page.get_by_text("超一分送部门").click()
    visitor.page.get_by_role("link", name="在表里看").click()
    case = visitor.page.locator("tr", has_text="本次")
    expect(case).to_contain_text("2,000,000.01 元")
    fired = visitor.page.locator("tr", has_text="这一行判的")
    expect(fired).to_contain_text("2,000,000.00 元（不含） 至 10,000,000.00 元")
    expect(fired).to_contain_text("主管部门")


def test_a_reader_tries_a_rule_on_facts_of_his_own(visit, played):
    contract = document(played, "payment-levels")
    visitor = visit(played).enter("hospital.clerk", f"{RULES}/{contract}?tab=trial")
    visitor.page.get_by_label("从合约自带的例子改起").select_option("超一分送部门")
    amount = visitor.page.get_by_role("textbox", name="申请金额")
    expect(amount).to_have_value("2,000,000.01 元")
    amount.fill("两百万")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(visitor.button("先改好：申请金额")).to_have_attribute("aria-disabled", "true")
    for typed, said, row in (("2000000", "通过", "L1"), ("2,000,000.01元", "主管部门", "L2")):
        amount.fill(typed)
        visitor.button("让规则判一判").click()
        answer = visitor.page.get_by_role("status").filter(has_text="没有记录")
        expect(answer).to_contain_text(said)
        expect(answer).to_contain_text(f"第 {row} 行")
        expect(visitor.page.locator("tr", has_text="这一行判的")).to_contain_text(row)


def test_a_wide_table_opens_to_all_its_columns(visit, played):
    contract = document(played, "payment-control")
    visitor = visit(played).enter("auditor", f"{RULES}/{contract}")
    expect(visitor.page.get_by_role("columnheader", name="发票已用")).to_have_count(0)
    visitor.button("展开全部列").click()
    expect(visitor.page.get_by_role("columnheader", name="发票已用")).to_be_visible()


def test_a_rule_that_is_not_there_is_told(visit, played):
    visitor = visit(played).enter("auditor", f"{RULES}/{'0' * 64}")
    visitor.sees("账本上没有这份合约")
    visitor.open(f"{RULES}/proposals/0181c9f0-a400-773f-990d-153528bc53d6")
    visitor.sees("没有这个提案")


@pytest.mark.parametrize(
    "tab", ["grid", "decisions", "tests", "trial", "versions", "used", "draft"]
)
def test_every_tab_of_a_rule_can_be_used_by_everybody(visit, played, tab):
    contract = document(played, "payment-control")
    visitor = visit(played, bypass_csp=True).enter("auditor", f"{RULES}/{contract}?tab={tab}")
    expect(visitor.page.get_by_role("tab", selected=True)).to_be_visible()
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.accessibility_faults() == []


def test_the_catalogue_can_be_used_by_everybody(visit, played):
    visitor = visit(played, bypass_csp=True).enter("auditor", RULES)
    visitor.sees("11 份在用")
    assert visitor.accessibility_faults() == []
    visitor.picture("rules")


@pytest.mark.parametrize("path", ["", "?tab=decisions", "?tab=draft"])
def test_a_rule_fits_a_phone(visit, played, path):
    contract = document(played, "payment-control")
    visitor = visit(played, width=360).enter("auditor", f"{RULES}/{contract}{path}")
    visitor.sees("从上往下" if not path else "到今天判过")
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


# -- changing --------------------------------------------------------------------------------


def open_draft(visit, town, user):
    contract = document(town, "payment-levels")
    visitor = visit(town).enter(user, f"{RULES}/{contract}?tab=draft")
    visitor.sees("还没有改动")
    return visitor


def cell(visitor, row, column):
    return visitor.page.get_by_label(f"第 {row} 行：{column}", exact=True)


@pytest.mark.feature("F4", "checked before deployment")
def test_admission_errors_stand_at_the_cell_and_nothing_can_be_proposed(visit, parliament):
    visitor = open_draft(visit, parliament, "finance.budget")
    expect(visitor.button("先改一格，再提出")).to_have_attribute("aria-disabled", "true")
    cell(visitor, "L1", "申请金额").fill("不超过 三百万")
    visitor.sees("第 3 步检查有 1 处不过")
    expect(cell(visitor, "L1", "申请金额")).to_have_attribute("aria-invalid", "true")
    expect(visitor.button("先改好上面 1 处")).to_have_attribute("aria-disabled", "true")
    visitor.button("先改好上面 1 处").click(force=True)
    expect(visitor.button("看要签什么")).to_have_count(0)
    cell(visitor, "L1", "申请金额").fill("不超过 2,000,000 元")
    visitor.sees("还没有改动")


def test_a_changed_limit_makes_its_tests_fail_until_they_change_with_it(visit, parliament):
    visitor = open_draft(visit, parliament, "finance.budget")
    cell(visitor, "L1", "申请金额").fill("不超过 3,000,000 元")
    cell(visitor, "L2", "申请金额").fill("3,000,000 元（不含）至 10,000,000 元")
    visitor.sees("第 4 步检查有")
    visitor.page.get_by_label("超一分送部门 申请金额").fill("3,000,000.01")
    visitor.sees("检查通过")
    visitor.page.reload()
    expect(cell(visitor, "L1", "申请金额")).to_have_value("≤ 3,000,000.00 元")
    visitor.button("丢掉草稿，重新来").click()
    visitor.sees("还没有改动")


def propose(visit, town, user, words):
    """Propose payment-levels with another text in row L1; return the visitor at the drawer."""
    visitor = open_draft(visit, town, user)
    cell(visitor, "L1", "中文说明").fill(words)
    visitor.sees("检查通过")
    version = parliament_version(town) + 1
    visitor.button(f"提出第 {version} 版").click()
    visitor.page.get_by_label("理由").fill("说明写得更清楚")
    visitor.button("看要签什么").click()
    return visitor


def parliament_version(town):
    bound = {r["id"] for r in town.rows("auditor", "contracts_standings", state="bound")}
    rows = town.rows("auditor", "contracts_documents", name="payment-levels")
    return next(row["version"] for row in rows if row["id"] in bound)


def test_who_may_not_propose_is_told_who_may(visit, parliament):
    visitor = propose(visit, parliament, "hospital.clerk", "医院想改的说明。")
    visitor.sees("缺少权限：提出合约")
    expect(visitor.button("签字并提交")).to_be_disabled()
    before = parliament.rows("auditor", "contracts_proposals")
    assert all(row["reason"] != "说明写得更清楚" for row in before)


def test_a_change_is_proposed_reviewed_and_voted_on_by_other_institutions(visit, parliament):
    visitor = propose(visit, parliament, "finance.budget", "三百万以内自动支付，写得更清楚。")
    visitor.sees("提出《支付分级审核》第 2 版，改动 1 处")
    visitor.signed()
    (proposal,) = parliament.rows("auditor", "contracts_proposals", state="submitted")
    page = f"{RULES}/proposals/{proposal['id']}"

    visitor.open(page)
    visitor.sees("等另一个人复核")
    visitor.sees("三百万以内自动支付，写得更清楚。")
    visitor.button("复核").click()
    visitor.page.get_by_label("同意付表决").select_option("true")
    visitor.page.get_by_label("复核意见").fill("没有问题")
    visitor.button("看要签什么").click()
    visitor.sees("缺少权限：复核提案")

    reviewer = visit(parliament).enter("finance.performance", page)
    reviewer.button("复核").click()
    reviewer.button("看要签什么").click()
    reviewer.sees("有 2 处要改")
    reviewer.page.get_by_label("同意付表决").select_option("true")
    reviewer.page.get_by_label("复核意见").fill("没有问题")
    reviewer.button("看要签什么").click()
    reviewer.signed()

    member = visit(parliament).enter("congress.secretary", RULES)
    member.page.get_by_role("link", name="提案：启用《支付分级审核》").click()
    member.sees("还没有投")
    member.button("投赞成").click()
    member.sees("投票赞成：提案：启用《支付分级审核》")
    member.signed()
    member.sees("参加 25%（须达 75%），赞成 25%（须达 50.01%）")
    member.button("投反对").click()
    member.sees("已经表决")

    voter = visit(parliament).enter("finance.performance", page)
    voter.button("投赞成").click()
    voter.signed()
    voter.sees("已通过，等生效")
    expect(voter.button("投赞成")).to_have_count(0)
    voter.picture("rule-proposal")


def test_a_rule_is_paused_at_once_and_says_so(visit, parliament):
    contract = document(parliament, "publication")
    stranger = visit(parliament).enter("hospital.clerk", f"{RULES}/{contract}")
    stranger.button("紧急暂停").click()
    stranger.page.get_by_label("理由").fill("试一试")
    stranger.button("看要签什么").click()
    stranger.sees("缺少权限：紧急暂停合约")

    visitor = visit(parliament).enter("auditor", f"{RULES}/{contract}")
    visitor.button("紧急暂停").click()
    visitor.button("看要签什么").click()
    visitor.sees("有 1 处要改：理由")
    visitor.page.get_by_label("理由").fill("发现一处错误")
    visitor.button("看要签什么").click()
    visitor.sees("立即暂停《公开规则》")
    visitor.signed()
    visitor.sees("暂停期间，要它判的事一律等待")
    expect(visitor.button("提请恢复")).to_be_visible()
    visitor.open(RULES)
    expect(visitor.page.get_by_role("listitem").filter(has_text="公开规则")).to_contain_text(
        "已暂停"
    )
