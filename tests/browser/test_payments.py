"""B1: a clerk's day with payments: tried while typed, refused with a way on, mended, printed."""

import re

import pytest
from playwright.sync_api import expect

from mingzhang.gateway import service
from tests.acceptance.town import YUAN
from tests.browser.sessions import go_on

feature = pytest.mark.feature
L2 = "设备购置费"
XSS = "<script>alert(1)</script>退货"


@pytest.fixture(scope="module")
def supplier(town):
    """Somebody new who may be paid: (title, account)."""
    payee, account = town.payee()
    (row,) = town.rows("hospital.clerk", "execution_payees", id=payee)
    return row["title"], account


def fill(visitor, payee, amount, invoice, purpose="31003"):
    visitor.choose("预算线", L2)
    visitor.choose("收款方", payee)
    visitor.write("金额（元）", amount)
    visitor.page.get_by_role("combobox", name="用途（经济分类）").fill(purpose)
    visitor.page.keyboard.press("Escape")
    visitor.write("发票号", invoice)


def test_a_lawful_request_is_tried_while_typed_signed_and_stands(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    expect(visitor.button("先选预算线")).to_have_attribute("aria-disabled", "true")
    fill(visitor, supplier[0], "1,234.50", "80000001")
    visitor.sees("会通过，直接发往银行")
    visitor.button("提交申请").click()
    visitor.sees(f"支付 1,234.50 元给{supplier[0]}")
    visitor.sign()
    visitor.page.wait_for_url("**/desk/payments/0*")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("支付 1,234.50 已发银行")
    visitor.sees("代理银行DG分行")
    visitor.sees("支付控制")


def test_what_was_just_done_is_read_though_the_views_lag_behind(visit, town, supplier, monkeypatch):
    answers = []

    def hear(response):
        if "/api/views/execution_payments" in response.url and "&id=" in response.url:
            answers.append(len(response.json()["rows"]))

    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "1,234.60", "80000009")
    visitor.sees("会通过，直接发往银行")
    visitor.button("提交申请").click()
    visitor.sees(f"支付 1,234.60 元给{supplier[0]}")
    visitor.page.on("response", hear)
    monkeypatch.setattr(service, "STEP_S_MIN", 2.0)
    visitor.sign()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("支付 1,234.60 已发银行")
    assert answers
    assert 0 not in answers


@feature("B1.2", "duplicate answered at once")
def test_an_invoice_that_was_paid_is_told_before_anything_is_signed(visit, town, supplier):
    town.ask(payee=town.supplier()[0], account=town.supplier()[1], invoice="80000002")
    (row,) = town.rows("hospital.clerk", "execution_payees", id=town.supplier()[0])
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, row["title"], "10", "80000002")
    visitor.sees("发票 80000002 已经付过（已发银行）")
    visitor.sees("规则 R09")
    expect(visitor.button("规则不允许，先改")).to_have_attribute("aria-disabled", "true")
    visitor.page.get_by_role("link", name="看那一笔").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("已发银行")


def test_more_than_is_left_is_mended_by_a_remedy_that_was_tried(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "90000000", "80000003")
    visitor.sees("钱不够：申请 90,000,000.00 元")
    visitor.sees("规则 R12")
    remedy = visitor.page.get_by_role("listitem").filter(has_text="改成还可付的")
    expect(remedy).to_contain_text("要先审批")  # so much without an agreement asks for a reason
    remedy.get_by_role("button", name="改金额").click()
    visitor.sees("会受理，先要您说明")
    visitor.sees("无合同且超过二十万元")


def test_a_wrong_purpose_is_refused_with_its_clause(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "100", "80000004", purpose="31013")
    visitor.sees("用途 31013 与这条线的经济分类 31003 不一致")
    visitor.sees("规则 R11")
    remedy = visitor.page.get_by_role("listitem").filter(has_text="用途改成这条线的 31003")
    expect(remedy).to_contain_text("试过能付")
    remedy.get_by_role("button", name="改用途").click()
    visitor.sees("会通过，直接发往银行")


def test_a_changed_account_is_refused_and_the_known_one_passes(visit, town):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    visitor.choose("合同", "ICU设备采购合同")
    visitor.write("金额（元）", "100")
    visitor.write("发票号", "80000005")
    visitor.page.get_by_role("combobox", name="收款账户").fill("308581000200:755900000000001")
    visitor.page.keyboard.press("Escape")
    visitor.sees("账户 …0001 与合同账户 …0007 不同")
    visitor.sees("规则 R10")
    remedy = visitor.page.get_by_role("listitem").filter(has_text="改回已知账户")
    expect(remedy.get_by_role("button", name="改账户")).to_be_visible()
    visitor.page.get_by_role("link", name="去核实").click()
    visitor.sees("要换的收款账户")
    visitor.sees("由本单位财务岗核实")


def test_what_cannot_be_read_is_told_at_the_field(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "12.345", "80000006")
    visitor.sees("看不懂这个金额")
    visitor.write("金额（元）", "12")
    visitor.page.get_by_role("combobox", name="收款账户").fill("1234")
    visitor.page.keyboard.press("Escape")
    visitor.sees("账户写成 12 位联行号、冒号、账号")
    expect(visitor.button("规则不允许，先改")).to_have_attribute("aria-disabled", "true")


def test_what_was_typed_outlives_a_reload_and_can_be_dropped(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "77", "80000007")
    visitor.page.reload()
    visitor.sees("接着上次的草稿填")
    expect(visitor.page.get_by_role("textbox", name="发票号")).to_have_value("80000007")
    visitor.button("丢掉草稿").click()
    expect(visitor.page.get_by_role("textbox", name="发票号")).to_have_value("")


def test_an_ended_session_loses_nothing_and_the_payment_goes_on(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "345.60", "80000011")
    visitor.sees("会通过，直接发往银行")
    visitor.context.clear_cookies()
    visitor.write("金额（元）", "345.70")
    go_on(visitor, "医院经办")
    visitor.sees("会通过，直接发往银行")
    visitor.button("提交申请").click()
    visitor.sees(f"支付 345.70 元给{supplier[0]}")
    visitor.sees("已试算，规则允许")
    visitor.context.clear_cookies()
    visitor.sign()
    go_on(visitor, "医院经办")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("支付 345.70 已发银行")


def test_a_refused_request_says_why_and_is_mended_from_its_page(visit, town, supplier):
    problem = town.ask_refused(
        payee=town.supplier()[0], account=town.supplier()[1], purpose="31013"
    )
    assert problem["facts"]["clause"] == "R11"
    visitor = visit(town).enter("hospital.clerk")
    row = visitor.page.get_by_role("listitem").filter(has_text="支付申请 1,000.00")
    row.first.get_by_role("link", name="看原因并改").click()
    visitor.sees("账上一分未动")
    visitor.sees("原样现在再交，还会因同一原因被拒")
    remedy = visitor.page.get_by_role("listitem").filter(has_text="用途改成这条线的 31003")
    expect(remedy).to_contain_text("试过能付")
    visitor.picture("payment-refused")
    remedy.get_by_role("button", name="改用途").click()
    visitor.sees("会通过，直接发往银行")
    visitor.button("提交申请").click()
    visitor.sign()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("支付 1,000.00 已发银行")
    visitor.page.go_back()


def test_a_correction_is_reported_by_who_asked(visit, town):
    problem = town.ask_refused(purpose="31013")
    place = f"{problem['height']}/{problem['place']}"
    visitor = visit(town).enter("hospital.clerk", f"/desk/payments/refused/{place}")
    visitor.write("怎么改的", "系选错用途，已按设备购置重新申请")
    visitor.button("报送整改").click()
    visitor.signed()
    visitor.sees("整改已报送")


def test_a_refusal_of_others_is_not_shown_to_a_contractor(visit, town):
    problem = town.ask_refused(purpose="31013")
    place = f"{problem['height']}/{problem['place']}"
    visitor = visit(town).enter("contractor.b", f"/desk/payments/refused/{place}")
    visitor.sees("无权查看")
    assert "1,000.00" not in visitor.page.locator("main").inner_text()


def test_a_batch_with_one_bad_row_is_not_sent_and_names_row_and_column(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/batch")
    rows = [
        "预算线\t收款方\t用途\t金额（元）\t发票号",
        f"{L2}\t{supplier[0]}\t31003\t11.00\t81000001",
        f"{L2}\t{supplier[0]}\t31013\t12.00\t81000002",
        f"{L2}\t没有这家\t31003\t1.234\t81000003",
        f"{L2}\t{supplier[0]}\t31003\t13.00\t81000001",
    ]
    visitor.write("各行", "\n".join(rows))
    expect(visitor.button("逐行试算")).not_to_have_attribute("aria-disabled", "true")
    visitor.button("逐行试算").click()
    table = visitor.page.get_by_role("region", name="试算结果")
    expect(table.get_by_role("row").filter(has_text="第 2 行")).to_contain_text("会通过")
    expect(table.get_by_role("row").filter(has_text="第 3 行")).to_contain_text("用途 31013")
    fourth = table.get_by_role("row").filter(has_text="第 4 行")
    expect(fourth).to_contain_text("收款方「没有这家」不在名册")
    expect(fourth).to_contain_text("金额「1.234」看不懂")
    expect(table.get_by_role("row").filter(has_text="第 5 行")).to_contain_text("出现两次")
    expect(visitor.button("有 3 行不行，先改")).to_have_attribute("aria-disabled", "true")
    visitor.page.reload()
    expect(visitor.page.get_by_role("textbox", name="各行")).to_have_value("\n".join(rows))


def test_the_good_rows_of_a_batch_are_sent_where_the_clerk_wants_it(visit, town, supplier):
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/batch")
    visitor.write(
        "各行",
        f"{L2},{supplier[0]},,31003,21.00,82000001\n{L2},{supplier[0]},,31013,22.00,82000002",
    )
    visitor.page.get_by_role("checkbox").uncheck()
    expect(visitor.button("逐行试算")).not_to_have_attribute("aria-disabled", "true")
    visitor.button("逐行试算").click()
    visitor.button("提交这 1 行").click()
    visitor.sees("提交 1 张支付申请，合计 21.00 元")
    visitor.button("签字并提交").click()
    visitor.sees("已入账")
    paid = town.rows("hospital.clerk", "execution_payments", state="instructed")
    assert [row["amount_fen"] for row in paid if row["proof"].endswith("82000001")] == [2100]
    assert not [row for row in paid if row["proof"].endswith("82000002")]


def test_a_bounced_payment_is_paid_again_and_money_that_comes_back_is_recorded(visit, town):
    answer = town.ask(amount_fen=55 * YUAN)
    payment = town.event(answer, "execution.payment_requested")["payment"]
    bank = visit(town).enter("bank", f"/desk/payments/{payment}")
    bank.write("退票单号", "TP-1")
    bank.write("退票原因", "户名不符")
    bank.button("回报退票").click()
    bank.sign()
    bank.sees("已写在第")
    finance = visit(town).enter("hospital.finance")
    row = finance.page.get_by_role("listitem").filter(has_text="银行退票：户名不符")
    row.first.get_by_role("link", name="重新支付").click()
    finance.button("重新支付").click()
    finance.sign()
    finance.sees("已写在第")
    bank.open(f"/desk/payments/{payment}")
    bank.write("银行回单号", "HD-1")
    bank.button("回报已付").click()
    bank.sign()
    bank.sees("已写在第")
    finance.open(f"/desk/payments/{payment}")
    finance.sees("已付")
    finance.page.get_by_text("登记退回", exact=True).first.click()
    finance.write("退回金额（元）", "60")
    finance.write("退回原因", XSS)
    finance.button("登记退回").click()
    finance.sees("退回 60.00 元")
    finance.page.get_by_role("dialog").get_by_role("button", name="先不提交").click()
    finance.write("退回金额（元）", "55")
    finance.button("登记退回").click()
    finance.signed()
    finance.sees(XSS)
    assert finance.page.locator("main script").count() == 0


def test_a_request_that_waits_is_cancelled_with_a_reason(visit, town):
    answer = town.ask(amount_fen=330_000 * YUAN)
    payment = town.event(answer, "execution.payment_requested")["payment"]
    visitor = visit(town).enter("hospital.clerk", f"/desk/payments/{payment}")
    visitor.page.get_by_text("撤销这张申请").first.click()
    visitor.write("撤销原因", "重复填报")
    visitor.button("撤销这张申请").click()
    visitor.signed()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("已撤销")


def test_a_changed_account_counts_once_two_have_confirmed_it(visit, town):
    visitor = visit(town).enter("hospital.finance", "/desk/payees?payee=supplier-icu")
    visitor.sees("308581000200:755900000000001")
    visitor.button("核实无误").click()
    visitor.sees("核实ICU设备供应商的新账户")
    visitor.signed()
    visitor.sees("您已核实，还差另一位同事")


def test_the_list_is_filtered_and_says_so(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/payments")
    visitor.sees("共 13 条")
    visitor.choose("年度", "2023")
    visitor.sees("筛选出 1 条，共 13 条")
    visitor.sees("筛选合计")
    assert "year=2023" in visitor.page.url
    visitor.button("清除筛选").click()
    visitor.sees("共 13 条")
    visitor.page.get_by_role("link", name="未通过的").click()
    visitor.sees("钱不够：申请 1,000,000.00 元")


def test_a_voucher_prints_with_its_page_and_record(visit, played):
    (row,) = [
        each
        for each in played.rows("hospital.clerk", "execution_payments", agreement="c-works")
        if each["milestone"] == "m3"
    ]
    visitor = visit(played).enter("hospital.clerk", f"/desk/payments/{row['id']}")
    visitor.sees("没有人申请：条件满足，合同自动支付")
    visitor.picture("payment")
    visitor.page.get_by_role("link", name="看凭证").click()
    visitor.sees("国库集中支付凭证")
    visitor.sees("1,628,330.00")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("cell", name="1,628,330.00")).to_be_visible()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_hidden()


def test_a_line_shows_its_money_against_time(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/budget?year=2022")
    row = visitor.page.get_by_role("row").filter(has_text="装修及安装工程费")
    expect(row).to_contain_text("5,531,670.00")
    expect(row).to_contain_text("100.00% ／ 时间 100.00%")
    expect(visitor.page.get_by_role("row").filter(has_text="合计")).to_contain_text("6,846,270.00")
    visitor.picture("budget")
    row.get_by_role("link").click()
    visitor.sees("D财建〔2022〕31号（示意）")
    visitor.sees("调入")
    visitor.picture("line")


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize(
    ("path", "waits"),
    [
        ("/desk/payments", "已付"),
        ("/desk/payments/new", "边填边查"),
        ("/desk/payments/batch", "各行"),
        ("/desk/payees", "ICU设备供应商"),
        ("/desk/budget", "合计"),
        ("/desk/budget/rehab-l1?year=2022", "调入"),
        ("/desk/quota", "31号"),
        ("/desk/virements/new", "理由"),
        ("refused", "怎么办"),
        ("payment", "经过"),
    ],
)
def test_every_page_of_money_can_be_used_by_everybody(visit, played, path, waits, width):
    if path == "refused":
        refused = played.anyone.get(f"{played.url}/api/refusals").json()["refusals"]
        path = f"/desk/payments/refused/{refused[0]['height']}/0"
    if path == "payment":
        rows = played.rows("hospital.clerk", "execution_payments")
        path = f"/desk/payments/{rows[0]['id']}"
    visitor = visit(played, width=width, bypass_csp=True).enter("hospital.clerk", path)
    expect(visitor.page.locator("main").get_by_text(waits).first).to_be_visible()
    visitor.page.wait_for_timeout(300)
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_lost_answer_is_asked_for_again_and_the_money_is_asked_for_once(visit, town, supplier):
    """The command arrives, its answer does not: on a second press the ledger has one request."""
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/new")
    fill(visitor, supplier[0], "1,234.70", "80000010")
    visitor.sees("会通过，直接发往银行")
    visitor.button("提交申请").click()
    lost = []

    def lose(route):
        answer = route.fetch()
        lost.append((answer.status, route.request.post_data_json["id"]))
        route.abort()

    visitor.page.route("**/api/commands/**", lose, times=1)
    visitor.sign()
    visitor.sees("没有收到答复")
    visitor.page.get_by_role("dialog").get_by_role("button", name="再问一次").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("支付 1,234.70 已发银行")
    assert [status for status, _ in lost] == [200]
    rows = town.rows("hospital.clerk", "execution_payments", amount_fen=1_234_70)
    assert len(rows) == 1


def test_a_row_of_a_batch_that_is_not_yet_in_the_ledger_waits_and_is_asked_for_again(
    visit, town, supplier
):
    """The gateway takes the command and cannot wait for its block: the row has no payment yet."""
    visitor = visit(town).enter("hospital.clerk", "/desk/payments/batch")
    rows = [
        f"{L2},{supplier[0]},,31003,31.01,82000011",
        f"{L2},{supplier[0]},,31003,31.02,82000012",
    ]
    visitor.write("各行", "\n".join(rows))
    expect(visitor.button("逐行试算")).not_to_have_attribute("aria-disabled", "true")
    visitor.button("逐行试算").click()
    given = []

    def wait(route):
        given.append(route.request.post_data_json["id"])
        if len(given) == 1:
            assert route.fetch().status == 200
            route.fulfill(status=202, json={"state": "pending", "id": given[0]})
        else:
            route.continue_()

    visitor.page.route("**/api/commands/**", wait)
    visitor.button("提交这 2 行").click()
    visitor.button("签字并提交").click()
    table = visitor.page.get_by_role("region", name="试算结果")
    first = table.get_by_role("row").filter(has_text="第 1 行")
    expect(first).to_contain_text("还没写进账本")
    expect(first.get_by_role("link")).to_have_count(0)
    expect(table.get_by_role("row").filter(has_text="第 2 行")).to_contain_text("已入账")
    visitor.button("提交这 1 行").click()
    visitor.button("签字并提交").click()
    expect(first.get_by_role("link", name="已入账")).to_have_attribute(
        "href", re.compile(r"/desk/payments/[0-9a-f-]{36}$")
    )
    assert given == [given[0], given[1], given[0]]
    asked = town.rows("hospital.clerk", "execution_payments", amount_fen=31_01)
    assert len(asked) == 1
