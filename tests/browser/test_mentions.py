"""A comment that names posts: who is named finds it on his workbench and reads it in its place."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.town import YUAN

SAID = "请看第三条的依据"


@pytest.fixture(scope="module")
def payment(town):
    """A payment that waits for the director."""
    answer = town.ask(amount_fen=300_000 * YUAN)
    name = town.event(answer, "execution.payment_requested")["payment"]
    on = (f"execution/payment/{name}",)
    said = {"payment": name, "answer": "原厂维保", "document_sha256": None}
    town.give("hospital.clerk", "execution.payment.answer/1", on=on, **said)
    return name


def offered(visitor):
    """Return the posts that can be named, as they are read."""
    visitor.page.get_by_role("combobox", name="请谁来看（可不选）").click()
    shown = visitor.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")
    expect(shown.locator(".ant-select-item-option").first).to_be_visible()
    return shown.locator(".ant-select-item-option")


def test_who_is_named_in_a_comment_is_told_on_his_workbench_and_reads_it(visit, town, payment):
    writer = visit(town, bypass_csp=True).enter("hospital.clerk", f"/desk/payments/{payment}")
    writer.page.get_by_role("textbox", name="写意见").fill(SAID)
    posts = offered(writer)
    titles = posts.all_inner_texts()
    assert "DG市康复医院 医院院长" in titles
    assert "DG市康复医院 医院经办" not in titles
    assert not any("施工" in each for each in titles)
    posts.filter(has_text="医院院长").click()
    writer.page.get_by_role("heading", level=1).click()
    expect(posts).to_have_count(0)
    assert writer.accessibility_faults() == []
    writer.button("发表").click()
    writer.sees(f"发表意见：{SAID} · 请 DG市康复医院 医院院长 看")
    writer.signed()
    said = writer.page.get_by_role("listitem").filter(has_text=SAID)
    expect(said).to_contain_text("请 DG市康复医院 医院院长 看")

    named = visit(town).enter("hospital.director")
    notice = named.page.get_by_role("listitem").filter(has_text="有人在意见里提到您")
    notice.get_by_role("link", name="支付的审核事项").click()
    named.sees(SAID)
    named.page.go_back()
    notice.get_by_role("button", name="阅读并签收").click()
    named.sees("签收通知：有人在意见里提到您")
    named.signed()
    expect(notice).to_have_count(0)
    other = visit(town).enter("hospital.finance")
    other.sees("等我办")
    assert "有人在意见里提到您" not in other.page.locator("main").inner_text()


def test_a_comment_without_a_text_goes_nowhere_and_one_without_names_is_told_nobody(
    visit, town, payment
):
    visitor = visit(town).enter("hospital.director", f"/desk/payments/{payment}")
    expect(visitor.button("发表")).to_have_attribute("aria-disabled", "true")
    visitor.page.get_by_role("textbox", name="写意见").fill("已阅")
    visitor.button("发表").click()
    visitor.signed()
    expect(visitor.page.get_by_role("listitem").filter(has_text="已阅")).not_to_contain_text("请 ")
