"""The public's pages: found, read on a phone, the same figure everywhere; nothing is signed in."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import open_town

feature = pytest.mark.feature

PROJECT = "/project/rehab-ward"
NAME = "DG市康复医院住院大楼改造"
PAGES = (
    "/",
    "/?q=康复",
    "/?q=没有这样的东西",
    "/projects",
    PROJECT,
    "/project/nowhere",
    "/departments",
    "/department/dg-rehab",
    "/department/dg-finance",
    "/payments",
    "/payments?source=general%3Alocal&q=没有这样的",
    "/verify",
    "/verify/head",
)


def figures(town):
    answer = town.anyone.get("/api/views/disclosure_figures", params={"limit": 500}).json()
    return {row["id"]: row for row in answer["rows"]}


def yuan(fen):
    return f"{fen // 100:,}.{fen % 100:02}"


def search(visitor, text):
    visitor.page.get_by_role("searchbox", name="查找").fill(text)
    visitor.page.get_by_role("button", name="查", exact=True).click()


@feature("D2", "searchable")
def test_a_citizen_finds_a_project_and_reads_what_was_paid(visit, played):
    visitor = visit(played)
    visitor.page.wait_for_load_state("networkidle")
    visitor.picture("portal-home")
    search(visitor, "住院大楼")
    visitor.sees("条「住院大楼」")
    visitor.page.locator("li").get_by_role("link", name=NAME, exact=True).click()
    visitor.page.wait_for_url(f"**{PROJECT}")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(NAME)
    paid = [row for row in figures(played).values() if row["figure_kind"] == "payment"]
    table = visitor.page.get_by_role("table", name="付了哪些钱")
    expect(table.locator("[data-figure-row]")).to_have_count(len(paid))
    for row in paid:
        line = table.locator(f'[data-figure-row="{row["id"]}"]')
        expect(line).to_contain_text(row["title_zh"])
        expect(line).to_contain_text(yuan(row["amount_fen"]))
        expect(line).to_contain_text(row["document_number"])
    total = yuan(sum(row["amount_fen"] for row in paid))
    expect(table.locator("tfoot")).to_contain_text(total)
    visitor.picture("portal-project")


@feature("D2", "searchable")
def test_rows_are_found_by_the_number_on_a_voucher_and_by_a_payees_name(visit, played):
    visitor = visit(played)
    payment = next(r for r in figures(played).values() if r["figure_kind"] == "payment")
    search(visitor, payment["document_number"])
    visitor.sees("查到 1 条")
    visitor.sees(yuan(payment["amount_fen"]))
    payee = payment["payee"]["title"]
    search(visitor, payee)
    visitor.page.locator("li").get_by_role("link", name=payee, exact=True).click()
    visitor.page.wait_for_url("**/payments?payee=*")
    visitor.sees(payment["document_number"])


def test_a_search_without_result_repeats_the_query_and_offers_the_nearest(visit, played):
    visitor = visit(played)
    search(visitor, "康复中心")
    visitor.sees("没有查到「康复中心」")
    visitor.sees("相近的有")
    expect(visitor.page.get_by_role("link", name=NAME).last).to_be_visible()
    search(visitor, "zzzz")
    visitor.sees("没有查到「zzzz」")
    expect(visitor.page.get_by_text("相近的有")).to_have_count(0)
    visitor.sees("公开的数 26 条")


def test_the_query_is_text_whatever_it_holds(visit, played):
    visitor = visit(played, "/?q=%3Cimg%20src%3Dx%20onerror%3D%22window.stolen%3D1%22%3E")
    visitor.sees('没有查到「<img src=x onerror="window.stolen=1">」')
    assert visitor.page.evaluate("window.stolen") is None


def test_one_figure_has_one_value_on_every_page(visit, played):
    visitor = visit(played)
    seen = {}
    for path in (
        "/",
        "/?q=DG",
        PROJECT,
        *(f"/department/dg-{o}" for o in ("rehab", "health", "finance")),
    ):
        visitor.open(path)
        visitor.page.locator("[data-figure]").first.wait_for()
        found = visitor.page.evaluate(
            """() => [...document.querySelectorAll("[data-figure]")].map(seal => {
              let at = seal;
              while (!at.querySelector('[title$=" 元"]')) at = at.parentElement;
              return [seal.dataset.figure, at.querySelector('[title$=" 元"]').title];
            })"""
        )
        assert found
        for figure, shown in found:
            seen.setdefault(figure, {}).setdefault(shown, []).append(path)
    published = figures(played)
    assert set(seen) == set(published)
    for figure, shown in seen.items():
        assert list(shown) == [f"{yuan(published[figure]['amount_fen'])} 元"], (figure, shown)
    assert sum(len(paths) > 1 for shown in seen.values() for paths in shown.values()) > 20


def test_a_phone_of_360_pixels_shows_every_page_without_scrolling_sideways(visit, played):
    visitor = visit(played, width=360, height=780)
    for path in PAGES:
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width == 360, (path, width)
    visitor.open("/")
    expect(visitor.page.get_by_text("装修及安装工程费 · 还没付")).to_be_visible()
    visitor.picture("portal-home-phone")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_menu_of_a_phone_is_one_row(visit, played, language):
    visitor = visit(played, width=360, height=780)
    visitor.page.evaluate("language => localStorage.setItem('mz.language', language)", language)
    visitor.open("/payments")
    links = visitor.page.get_by_role("banner").get_by_role("navigation").get_by_role("link")
    expect(links).to_have_count(5)
    visitor.page.wait_for_load_state("networkidle")
    tops = links.evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_wall_of_3840_pixels_gets_large_print_in_the_same_grid(visit, played):
    visitor = visit(played, PROJECT, width=3840, height=2160)
    visitor.page.locator("[data-figure]").first.wait_for()
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 3840
    assert visitor.page.get_by_role("main").bounding_box()["width"] > 1700
    visitor.picture("portal-wall")


def test_a_page_opened_by_its_address_begins_at_its_top(visit, played):
    visitor = visit(played, PROJECT, width=360, height=780)
    visitor.page.locator("[data-figure]").last.scroll_into_view_if_needed()
    assert visitor.page.evaluate("scrollY") > 500
    visitor.open("/")
    visitor.sees("装修及安装工程费 · 还没付")
    assert visitor.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [1440, 360])
def test_no_page_has_an_accessibility_fault(visit, played, width):
    visitor = visit(played, width=width, bypass_csp=True)
    faults = {}
    for path in PAGES:
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        faults[path] = visitor.accessibility_faults()
    assert {path: each for path, each in faults.items() if each} == {}


def test_the_year_is_also_a_table_a_workbook_and_a_picture(visit, played):
    visitor = visit(played)
    page = visitor.page
    expect(page.get_by_role("img", name="2022 年：批了多少")).to_be_visible()
    with page.expect_download() as picture:
        page.get_by_role("button", name="存成图片").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as workbook:
        page.get_by_role("button", name="下载 Excel").click()
    book = zipfile.ZipFile(io.BytesIO(workbook.value.path().read_bytes()))
    assert "6400000" in book.read("xl/worksheets/sheet1.xml").decode()
    page.get_by_role("button", name="看成表格").click()
    rows = page.get_by_role("region", name="2022 年：批了多少").locator("tr")
    expect(rows.nth(1)).to_contain_text("6,400,000.00")
    expect(rows.last).to_contain_text("8,500,000.00")
    expect(rows.last).to_contain_text("6,846,270.00")


def test_another_year_shows_what_is_public_of_it(visit, played):
    visitor = visit(played)
    visitor.page.get_by_role("button", name="2023", exact=True).click()
    visitor.sees("2023 年：批了多少，付到哪一步")
    visitor.sees("4,317,600")


def test_the_register_counts_every_number_and_tells_the_legal_basis(visit, played):
    visitor = visit(played, "/department/dg-rehab")
    visitor.sees("2023-01：9 个号，其中不公开 0 个")
    visitor.sees("公开依据：预算法实施条例第六条")
    expect(visitor.page.get_by_text(re.compile("^缺第"))).to_have_count(0)


def test_a_project_that_is_not_public_is_told_so_with_a_way_on(visit, played):
    visitor = visit(played, "/project/nowhere")
    visitor.sees("没有查到这个项目")
    visitor.page.get_by_role("link", name="全部项目").click()
    expect(visitor.page.get_by_role("link", name=NAME)).to_be_visible()


def test_the_portal_is_also_in_english(visit, played):
    visitor = visit(played)
    visitor.page.get_by_role("button", name="English").click()
    visitor.sees("Look up, and check, all that government spends.")
    visitor.sees("2022: what was approved, what of it is paid")
    visitor.page.get_by_role("link", name="Departments", exact=True).first.click()
    visitor.page.wait_for_url("**/departments")  # the page before has links that begin alike
    expect(visitor.page.get_by_role("link", name="DG rehabilitation hospital")).to_be_visible()


def test_the_portal_loads_neither_the_desk_nor_a_chart_library(visit, played):
    visitor = visit(played)
    visitor.page.wait_for_load_state("networkidle")
    visitor.open(PROJECT)
    visitor.page.wait_for_load_state("networkidle")
    loaded = visitor.page.evaluate(
        "performance.getEntriesByType('resource').map(each => each.name.split('/').at(-1))"
    )
    assert any(each.startswith("Project-") for each in loaded)
    assert not [each for each in loaded if re.match("Desk-|antd|echarts", each)]


@pytest.fixture(scope="module")
def early():
    """The case up to where the request lies with the unit's director: nothing is published yet."""
    with open_town(lambda step: step.n <= 5) as town:
        yield town


def test_a_request_under_way_shows_who_has_it_since_when_and_by_which_rule(visit, early):
    visitor = visit(early)
    row = visitor.page.get_by_role("listitem").filter(has_text="DG市康复医院 2022 年预算申报")
    expect(row).to_contain_text("单位审核中")
    expect(row).to_contain_text("在DG市康复医院手里")
    expect(row).to_contain_text("2021年10月20日起，第 2 天")
    expect(row).to_contain_text("申报分级审核")
    expect(row).to_contain_text("内容在审核通过后公开")
    expect(visitor.page.get_by_text("12,817,600")).to_have_count(0)


def test_empty_pages_teach_what_will_stand_there(visit, early):
    visitor = visit(early)
    visitor.sees("还没有公开的预算。人大批准后")
    visitor.open("/projects")
    visitor.sees("预算申报审核通过后，项目会自动出现在这里")
    visitor.open("/department/dg-rehab")
    visitor.sees("这家还没有公开过")
