"""The ledger by browser: pages, refusals, a record with its versions and trail, files, search."""

import hashlib
import json

import pytest
from playwright.sync_api import expect

REGISTERED = "fdfed83f3bf374b04a27f082a99c8e5c84ed186d10e90c5bbd1dc572e2fdef0c"
"""The feasibility study of the case."""


def refused_page(town, code):
    refusals = town.person("auditor").get("/api/refusals")["refusals"]
    return next(each["height"] for each in refusals if each["code"] == code)


def payment(town):
    (row, *_) = town.rows("auditor", "execution_payments", agreement="c-works")
    return row


def test_an_auditor_walks_from_a_voucher_to_the_record_its_versions_and_the_page(visit, played):
    row = payment(played)
    visitor = visit(played).enter("auditor")
    visitor.page.get_by_role("searchbox").fill(row["voucher"])
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("link", name=row["voucher"]).first.click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"支付 {row['voucher']}")
    whole, fen = divmod(row["amount_fen"], 100)
    visitor.sees(f"{whole:,}.{fen:02d}")
    newest = visitor.page.get_by_role("row").filter(has_text="状态")
    expect(newest).to_contain_text("已发银行")
    expect(newest).to_contain_text("已付")
    visitor.picture("record")
    trail = visitor.page.get_by_role("list", name="经过")
    expect(trail).to_contain_text("银行回报")
    trail.get_by_role("link", name=f"第 {row['from_height']} 账页").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(
        f"第 {row['from_height']} 账页"
    )
    visitor.sees("代理银行DG分行 代理银行经办")


def test_a_record_is_shown_as_it_was_on_a_date(visit, played):
    row = payment(played)
    key = f"/desk/records/execution/payment/{row['id']}"
    versions = played.person("auditor").get(f"/api/versions/execution/payment/{row['id']}")
    first = versions["versions"][0]["from_height"]
    visitor = visit(played).enter("auditor", f"{key}?height={first}")
    visitor.sees(f"第 {first} 账页时")
    members = visitor.page.locator("dl").filter(has_text="金额")
    expect(members).to_contain_text("已发银行")
    visitor.page.get_by_role("button", name="看现在的").click()
    expect(members).to_contain_text("已付")
    visitor.page.get_by_label("日期").fill("2021-08-02")
    visitor.page.get_by_role("button", name="看那时的").click()
    visitor.sees("账页为止，没有")


def test_the_proof_of_a_record_is_taken_away(visit, played):
    row = payment(played)
    key = f"execution/payment/{row['id']}"
    visitor = visit(played).enter("auditor", f"/desk/records/{key}")
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("button", name="下载证明包").click()
    assert taken.value.suggested_filename == f"{key.replace('/', '-')}.json"
    bundle = json.loads(taken.value.path().read_text())
    assert key in json.dumps(bundle)


def test_a_record_of_others_is_not_shown_and_it_says_so(visit, played):
    row = payment(played)
    visitor = visit(played).enter("supplier.icu", f"/desk/records/execution/payment/{row['id']}")
    visitor.sees("无权查看")
    expect(visitor.page.get_by_text(row["voucher"])).to_have_count(0)


def test_a_page_tells_what_was_refused_and_by_which_rule(visit, played):
    height = refused_page(played, "EXE-27")
    visitor = visit(played).enter("auditor", "/desk/ledger?tab=refusals")
    visitor.page.get_by_label("预警级别").select_option("orange")
    expect(visitor.page.get_by_role("row").filter(has_text="红色")).to_have_count(0)
    visitor.page.get_by_role("row").filter(has_text="差 3,070.00 元").get_by_role("link").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"第 {height} 账页")
    visitor.sees("3,070")
    visitor.picture("ledger-page")
    visitor.page.get_by_role("link", name="看这条规则").click()
    visitor.sees("支付控制")
    expect(visitor.page.get_by_role("button", name="R12", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_who_may_not_see_a_command_learns_its_kind_and_clause_alone(visit, played):
    height = refused_page(played, "EXE-27")
    visitor = visit(played).enter("supplier.icu", f"/desk/ledger/{height}")
    visitor.sees("不在您可查阅的范围")
    visitor.sees("规则 R12")
    expect(visitor.page.get_by_text("3,070")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="回执与证明")).to_have_count(0)


def test_pages_are_read_newest_first_and_further_back_on_demand(visit, played):
    newest = played.loaded.node.engine.height
    visitor = visit(played).enter("auditor", "/desk/ledger")
    visitor.page.get_by_label("只看有事的页").uncheck()
    visitor.sees("共 200 条")
    expect(visitor.page.get_by_role("link", name=str(newest), exact=True)).to_be_visible()
    visitor.page.get_by_role("button", name="再往前").click()
    visitor.sees("共 400 条")
    visitor.page.get_by_role("link", name=str(newest), exact=True).click()
    expect(visitor.page.get_by_role("link", name="下一页")).to_have_count(0)
    visitor.page.get_by_role("link", name="上一页").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"第 {newest - 1} 账页")


@pytest.mark.parametrize("height", ["999999", "-1", "abc"])
def test_a_page_that_is_not_there_is_told(visit, played, height):
    visitor = visit(played).enter("auditor", f"/desk/ledger/{height}")
    visitor.sees("账本还没有写到这一页")


def test_a_file_is_known_by_its_fingerprint_or_is_not(visit, played, tmp_path):
    visitor = visit(played).enter("auditor", "/desk/ledger?tab=file")
    visitor.page.get_by_label("也可以直接填指纹").fill(REGISTERED.upper())
    visitor.page.get_by_role("button", name="查").last.click()
    visitor.sees("登记过：最早在 2021-08-05")
    visitor.page.get_by_role("link", name="项目").first.click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("项目 DG市康复医院")
    visitor.open("/desk/ledger?tab=file")
    visitor.page.get_by_label("也可以直接填指纹").fill("abc")
    visitor.page.get_by_role("button", name="查").last.click()
    visitor.sees("指纹是 64 位的数字和 a–f 字母")
    file = tmp_path / "其他.txt"
    file.write_text("没有登记过的一句话")
    visitor.page.get_by_label("选一个文件").set_input_files(file)
    visitor.sees("没有登记过这份文件")
    visitor.sees(hashlib.sha256(file.read_bytes()).hexdigest())


def test_a_file_of_others_is_not_betrayed(visit, played):
    visitor = visit(played).enter("supplier.icu", "/desk/ledger?tab=file")
    visitor.page.get_by_label("也可以直接填指纹").fill(REGISTERED)
    visitor.page.get_by_role("button", name="查").last.click()
    visitor.sees("在您可查阅的范围里没有登记过这份文件")


def test_a_search_without_result_repeats_the_words(visit, played):
    visitor = visit(played).enter("auditor", "/desk/search?q=%3Cimg%20src%3Dx%3E%25")
    visitor.sees("没有找到「<img src=x>%」")
    visitor.open("/desk/search?q=a")
    visitor.sees("至少写两个字")


def test_a_search_finds_only_what_the_reader_may_see(visit, played):
    row = payment(played)
    visitor = visit(played).enter("auditor", f"/desk/search?q={row['account']}")
    visitor.sees(row["voucher"])
    stranger = visit(played).enter("supplier.icu", f"/desk/search?q={row['account']}")
    stranger.sees("没有找到")


@pytest.mark.parametrize(
    "path",
    ["ledger", "ledger?tab=refusals", "ledger?tab=file", "ledger/{refused}", "search?q=rehab"],
)
def test_every_page_of_the_ledger_can_be_used_by_everybody(visit, played, path):
    path = path.format(refused=refused_page(played, "EXE-27"))
    visitor = visit(played, bypass_csp=True).enter("auditor", f"/desk/{path}")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.accessibility_faults() == []


def test_a_record_can_be_used_by_everybody(visit, played):
    key = f"execution/payment/{payment(played)['id']}"
    visitor = visit(played, bypass_csp=True).enter("auditor", f"/desk/records/{key}")
    visitor.sees("银行回报")
    assert visitor.accessibility_faults() == []


@pytest.mark.parametrize("path", ["ledger", "ledger?tab=file", "search?q=rehab"])
def test_the_ledger_fits_a_phone(visit, played, path):
    visitor = visit(played, width=360).enter("auditor", f"/desk/{path}")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 360
