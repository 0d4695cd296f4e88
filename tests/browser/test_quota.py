"""B1.1: the treasury post hands quota down by a document, on a condition first."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import YUAN, open_town

LAST = "2023-02-10"
"""The day on which the case hands the quota of 2023 down: here the treasury does by web."""


@pytest.fixture(scope="module")
def town():
    with open_town(lambda step: step.at != LAST) as town:
        yield town


def test_quota_waits_for_its_document_and_is_released_on_sight(visit, town, tmp_path):
    document = tmp_path / "doc.pdf"
    document.write_bytes(b"quota")
    visitor = visit(town).enter("finance.treasury", "/desk/quota")
    visitor.choose("下达到单位", "DG市康复医院")
    visitor.page.get_by_role("textbox", name="文号", exact=True).fill("D财建〔2023〕99号（示意）")
    visitor.page.locator("input[type=file]").first.set_input_files(document)
    visitor.write("条件文号（没有就不填）", "D府办复〔2023〕1号（示意）")
    visitor.choose("预算线", "设备购置费 2023 年的钱")
    visitor.write("金额（元）", "1,636,000.00")
    visitor.button("下达").last.click()
    visitor.sees("合计 1,636,000.00 元，到DG市康复医院")
    visitor.signed()
    visitor.sees("待条件")
    cell = "rehab-l2:general:local:2023:2023"
    assert town.cell(cell)["quota_fen"] == 0

    clerk = visit(town).enter("hospital.clerk", "/desk/quota")
    clerk.sees("由财政国库岗见文下达")
    visitor.open("/desk")
    visitor.page.get_by_role("link", name="去下达").click()
    visitor.write("见到的文号", "另一份文件")
    visitor.page.get_by_label("见到的文件").set_input_files(document)
    visitor.button("见文下达").click()
    expect(visitor.page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    visitor.page.get_by_role("dialog").get_by_role("button", name="先不提交").click()
    visitor.write("见到的文号", "D府办复〔2023〕1号（示意）")
    visitor.button("见文下达").click()
    visitor.sign()
    visitor.sees("已写在第")
    assert town.cell(cell)["quota_fen"] == 1_636_000 * YUAN
