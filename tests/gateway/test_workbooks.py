import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

SHEET = {
    "title": "支付 [2022]",
    "notes": ["示意"],
    "columns": [
        {"title": "收款方", "kind": "text"},
        {"title": "笔数", "kind": "int"},
        {"title": "金额", "kind": "fen"},
    ],
    "rows": [["=1+1", 2, 1_281_760_005], ["合计", None, 9_007_199_254_740_991]],
    "total": True,
}


def rows(answer):
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)


def test_a_table_becomes_a_workbook_that_says_of_which_ledger_and_page_it_is(http):
    sheet = rows(http.post("/api/workbooks", json=SHEET))
    found = sheet.to_python()
    assert found[0][0] == "支付 [2022]"
    assert found[1][0] == "示意"
    assert "small" in found[2][0]
    assert "账页" in found[2][0]
    assert found[3] == ["收款方", "笔数", "金额（元）"]
    assert found[4] == ["=1+1", 2.0, 12_817_600.05]
    assert found[5][:2] == ["合计", ""]


def test_a_text_that_looks_like_a_formula_or_a_link_stays_a_text(http):
    texts = ["=HYPERLINK(1)", "+1", "-1", "@x", "http://example.org", "{=1}"]
    sheet = {**SHEET, "columns": SHEET["columns"][:1], "rows": [[each] for each in texts]}
    answer = http.post("/api/workbooks", json=sheet)
    assert [row[0] for row in rows(answer).to_python()[4:]] == texts
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"<hyperlink" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": [["a"]]},
        {"columns": []},
        {"columns": [{"title": "x", "kind": "date"}]},
        {"rows": [["a", 1, 1.5]]},
        {"extra": 1},
        {"title": "x" * 3_000},
    ],
)
def test_what_is_no_table_is_refused(http, changed):
    answer = http.post("/api/workbooks", json={**SHEET, **changed})
    assert answer.status_code == 400
    assert answer.json()["code"] == "GAT-10"


def test_a_title_that_excel_would_not_take_as_a_sheets_name_is_no_error(http):
    for title in ("", "'x'", "a" * 200, "a/b\\c?d*e:f"):
        assert http.post("/api/workbooks", json={**SHEET, "title": title}).status_code == 200


def test_an_oversized_table_is_refused_before_it_is_read(http):
    answer = http.post("/api/workbooks", content=b"[" * (5 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_table_of_more_cells_than_can_be_written_at_once_is_refused(http, service):
    service.workbook_rate._buckets.clear()
    columns = [{"title": f"{n}", "kind": "int"} for n in range(50)]
    sheet = {**SHEET, "columns": columns, "rows": [[0] * 50] * 4_001}
    answer = http.post("/api/workbooks", json=sheet)
    assert (answer.status_code, answer.json()["code"]) == (400, "GAT-10")
    assert "200000" in str(answer.json())


def test_who_asks_for_workbooks_without_end_is_told_to_wait(http, service):
    service.workbook_rate._buckets.clear()
    codes = [http.post("/api/workbooks", json=SHEET).status_code for _ in range(60)]
    assert codes[0] == 200
    assert 429 in codes
    service.workbook_rate._buckets.clear()
