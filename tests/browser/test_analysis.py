"""Figures in charts and tables: the same whichever way one looks, and the same later."""

import io
import re

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.acceptance.town import open_played


def twin(visitor, title):
    """Return the rows of a chart's table twin, as text, all at one moment: names come later."""
    chart = visitor.page.get_by_role("figure", name=title)
    chart.get_by_role("button", name="看成表格").click()
    expect(chart.locator("tr").first).to_be_visible()
    rows: list[list[str]] = chart.locator("tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(each => each.innerText))"
    )
    return rows


def paid_of(town, year):
    rows = town.rows("auditor", "funds_cells", year=year)
    return sum(row["settled_fen"] for row in rows)


@pytest.fixture(scope="module")
def analysed():
    with open_played() as town:
        yield town


def in_yuan(fen):
    return f"{fen // 100:,}.{fen % 100:02d}"


@pytest.mark.feature("B2.1", "ratio per unit")
@pytest.mark.feature("B2.1", "ratio per project")
@pytest.mark.feature("B2.1", "ratio per line")
def test_an_auditor_sees_execution_by_unit_project_and_line_beside_the_time_passed(visit, played):
    visitor = visit(played).enter("auditor", "/desk/analysis?year=2022")
    table = visitor.page.get_by_role("region", name="执行到哪里了").last
    expect(table).to_contain_text(in_yuan(paid_of(played, 2022)))
    visitor.sees("年度已过 100.00%")
    for by, name in (
        ("单位", "DG市康复医院"),
        ("项目", "住院大楼改造"),
        ("预算线", "装修及安装工程费"),
    ):
        visitor.page.locator("label.ant-segmented-item", has_text=by).last.click()
        expect(table).to_contain_text(name)


def test_the_table_of_execution_is_ordered_by_the_head_that_is_pressed(visit, played):
    visitor = visit(played).enter("auditor", "/desk/analysis?year=2022")
    visitor.page.locator("label.ant-segmented-item", has_text="预算线").last.click()
    table = visitor.page.get_by_role("region", name="执行到哪里了").last
    head = table.get_by_role("columnheader", name="下达")
    for direction in ("descending", "ascending"):
        expect(head).to_have_attribute("aria-sort", direction)
        told = [
            int(re.sub(r"\D", "", each))
            for each in table.locator("tbody td:nth-child(2)").all_inner_texts()
        ]
        assert len(set(told)) > 1
        assert told == sorted(told, reverse=direction == "descending")
        head.get_by_role("button").click()
    table.get_by_role("button", name="执行率").click()
    expect(head).to_have_attribute("aria-sort", "none")


@pytest.mark.parametrize("group", ["economic", "unit", "line", "source"])
def test_whatever_the_grouping_the_total_is_that_of_the_ledger(visit, played, group):
    visitor = visit(played).enter(
        "auditor", f"/desk/analysis?year=2022&measure=settled_fen&group={group}"
    )
    rows = twin(visitor, "已付的钱分在哪里")
    assert rows[-1][:2] == ["合计", in_yuan(paid_of(played, 2022))]


def test_what_was_paid_flows_from_source_to_payee_without_losing_a_fen(visit, played):
    visitor = visit(played).enter("auditor", "/desk/analysis?year=2022")
    rows = twin(visitor, "钱从哪来、到谁手里")[1:]
    by_source = sum(
        int(row[2].replace(",", "").replace(".", "")) for row in rows if row[0] == "本级财力"
    )
    assert by_source == paid_of(played, 2022)
    assert any(row[1] == "B建筑装饰工程有限公司" for row in rows)


@pytest.mark.feature("F18", "filter, group, chart")
@pytest.mark.feature("F18", "saved with its height")
@pytest.mark.feature("F18", "same figures later")
def test_a_saved_view_gives_the_same_figures_after_the_ledger_has_moved(visit, analysed):
    page = "/desk/analysis?year=2023&group=line&measure=available_fen"
    visitor = visit(analysed).enter("auditor", page)
    chart = "还可付的钱分在哪里"
    before = twin(visitor, chart)
    visitor.page.get_by_label("起个名字").fill("年初看的")
    visitor.page.get_by_role("button", name="存下").click()
    visitor.sees("年初看的")
    analysed.ask(amount_fen=12_345_00)
    visitor.open(page)
    assert twin(visitor, chart) != before
    visitor.page.get_by_role("button", name="年初看的", exact=True).click()
    visitor.sees("不再变动")
    assert twin(visitor, chart) == before


@pytest.mark.feature("F17", "live charts")
def test_a_chart_moves_with_the_ledger_and_without_a_reload(visit, analysed):
    page = "/desk/analysis?year=2023&group=line&measure=available_fen"
    visitor = visit(analysed).enter("auditor", page)
    chart = "还可付的钱分在哪里"
    total = twin(visitor, chart)[-1][1]
    visitor.page.evaluate("window.isSamePage = true")
    analysed.ask(amount_fen=23_456_00)
    expected = in_yuan(int(total.replace(",", "").replace(".", "")) - 23_456_00)
    last = visitor.page.get_by_role("figure", name=chart).locator("tr").last
    expect(last).to_contain_text(expected)
    assert visitor.page.evaluate("window.isSamePage")


@pytest.mark.feature("F17", "drill-down")
def test_a_part_that_is_pressed_shows_what_it_consists_of(visit, played):
    page = "/desk/analysis?year=2022&measure=settled_fen&group=project"
    visitor = visit(played).enter("auditor", page)
    chart = visitor.page.get_by_role("figure", name="已付的钱分在哪里")
    chart.locator("svg text", has_text="住院大楼改造").first.click()
    expect(chart.get_by_role("button", name="回到全部项目")).to_be_visible()
    rows = twin(visitor, "已付的钱分在哪里")
    assert rows[0][0] == "预算线"
    assert "装修及安装工程费" in [row[0] for row in rows]
    assert rows[-1][1] == in_yuan(paid_of(played, 2022))


def test_a_chart_is_taken_away_as_excel_with_the_same_figures_and_its_height(visit, played):
    visitor = visit(played).enter("auditor", "/desk/analysis?year=2022&measure=settled_fen")
    chart = visitor.page.get_by_role("figure", name="已付的钱分在哪里")
    with visitor.page.expect_download() as found:
        chart.get_by_role("button", name="下载 Excel").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(found.value.path().read_bytes()))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "合计"
    assert round(rows[-1][1] * 100) == paid_of(played, 2022)
    assert "账页" in rows[1][0]
    with visitor.page.expect_download() as picture:
        chart.get_by_role("button", name="存成图片").click()
    assert picture.value.path().read_text().startswith("<svg")


def test_a_clerk_sees_his_unit_and_a_contractor_no_budget(visit, played):
    visitor = visit(played).enter("contractor.b", "/desk/analysis?year=2022")
    visitor.sees("这里还没有钱")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 800)])
def test_the_page_passes_axe_and_fits(visit, played, width, height):
    visitor = visit(played, "/enter", bypass_csp=True, width=width, height=height)
    visitor.enter("auditor", "/desk/analysis?year=2022")
    expect(visitor.page.get_by_role("figure").first.locator("svg")).to_be_visible()
    names = [each.get_attribute("aria-label") for each in visitor.page.locator("[role=img]").all()]
    charts = [each for each in names if each and "可以看成表格" in each]
    assert len(charts) == visitor.page.get_by_role("figure").count()
    assert visitor.accessibility_faults() == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visitor.picture(f"analysis-{width}")
