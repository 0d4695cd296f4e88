"""Signing out, a session that ends in the middle, and who comes next at the same machine."""

import time

from playwright.sync_api import expect

from tests.browser.sessions import asked_again, go_on
from tests.browser.test_rules import RULES, document

NEW = "/desk/payments/new"
LATER_MS = 120_000
"""By then a tab asks anew who works in it."""


def invoice(visitor):
    return visitor.page.get_by_role("textbox", name="发票号")


def test_after_a_sign_out_the_next_person_begins_at_his_own_workbench(visit, played):
    visitor = visit(played).enter("hospital.clerk", NEW)
    invoice(visitor).fill("70000001")
    visitor.page.get_by_role("button", name="退出").click()
    visitor.page.wait_for_url("**/enter")
    visitor.page.get_by_role("button", name="审计人员").click()
    visitor.page.wait_for_url("**/desk")
    visitor.sees("DG市审计局")
    visitor.open(NEW)
    expect(invoice(visitor)).to_have_value("")


def test_an_ended_session_takes_its_person_back_to_his_page_and_nobody_else(visit, played):
    visitor = visit(played).enter("hospital.clerk", NEW)
    invoice(visitor).fill("70000002")
    for role, address in (("医院经办", NEW), ("审计人员", "/desk")):
        visitor.context.clear_cookies()
        visitor.page.reload()
        visitor.page.wait_for_url("**/enter")
        visitor.page.get_by_role("button", name=role).first.click()
        visitor.page.wait_for_url(f"**{address}")
        if address == NEW:
            expect(invoice(visitor)).to_have_value("70000002")


def test_a_form_in_a_drawer_outlives_its_session_and_goes_on(visit, played):
    contract = document(played, "publication")
    visitor = visit(played).enter("auditor", f"{RULES}/{contract}")
    visitor.page.get_by_role("button", name="紧急暂停").click()
    visitor.page.get_by_label("理由").fill("发现一处错误")
    visitor.context.clear_cookies()
    visitor.page.get_by_role("button", name="看要签什么").click()
    visitor.sees("立即暂停《公开规则》")
    go_on(visitor, "审计人员")
    visitor.sees("已试算，规则允许")
    visitor.page.get_by_role("button", name="先不提交").click()
    expect(visitor.page.get_by_label("理由")).to_have_value("发现一处错误")


def test_a_wrong_password_over_the_page_is_told_and_the_name_is_fixed(visit, played):
    visitor = visit(played).enter("hospital.clerk", NEW)
    invoice(visitor).fill("70000003")
    visitor.context.clear_cookies()
    visitor.page.get_by_role("link", name="支付申请").click()
    drawer = asked_again(visitor)
    account = drawer.get_by_role("textbox", name="账号")
    expect(account).to_have_value("hospital.clerk")
    expect(account).not_to_be_editable()
    drawer.get_by_role("textbox", name="口令").fill("not the password")
    drawer.get_by_role("button", name="登录", exact=True).click()
    expect(drawer).to_contain_text("用户名或密码不正确")
    drawer.get_by_role("textbox", name="口令").fill(played.loaded.password)
    drawer.get_by_role("button", name="登录", exact=True).click()
    expect(drawer).to_have_count(0)
    visitor.sees("共 13 条")


def test_who_does_not_come_back_leaves_the_page_to_nobody(visit, played):
    visitor = visit(played).enter("hospital.clerk", NEW)
    expect(invoice(visitor)).to_be_visible()
    visitor.context.clear_cookies()
    # The page may have asked by itself by now; the link lies under what it asks.
    visitor.page.get_by_role("link", name="支付申请").dispatch_event("click")
    asked_again(visitor).get_by_role("button", name="退出").click()
    visitor.page.wait_for_url("**/enter")
    visitor.page.get_by_role("button", name="审计人员").click()
    visitor.page.wait_for_url("**/desk")


def given_into_an_ended_session(visit, played):
    """Return the auditor before the drawer that asks for him, and what his page has posted."""
    visitor = visit(played)
    posted = []
    visitor.page.on("request", lambda each: each.method == "POST" and posted.append(each.url))
    visitor.page.get_by_role("link", name="登录", exact=True).click()
    visitor.page.get_by_role("button", name="审计人员").click()
    visitor.page.get_by_role("link", name="规则合约", exact=True).click()
    visitor.page.get_by_role("link", name="公开规则").first.click()
    visitor.page.get_by_role("button", name="紧急暂停").click()
    visitor.page.get_by_label("理由").fill("发现一处错误")
    visitor.context.clear_cookies()
    visitor.page.get_by_role("button", name="看要签什么").click()
    asked_again(visitor)
    acts = [each for each in posted if not each.endswith("/session")]
    assert len(acts) == 1
    return visitor, lambda: [each for each in posted if not each.endswith("/session")]


def another_enters_elsewhere(visitor, user):
    """Sign somebody in by another tab, and come back to this one when a while has passed."""
    account = {"user": user, "password": visitor.town.loaded.password}
    visitor.town.loaded.service.sign_in_rate._buckets.clear()
    assert visitor.context.request.post(f"{visitor.town.url}/api/session", data=account).ok
    visitor.page.clock.set_fixed_time(time.time() * 1_000 + LATER_MS)
    visitor.page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")


def test_what_waits_for_one_person_is_not_sent_by_the_next_who_enters_after_him(visit, played):
    visitor, acts = given_into_an_ended_session(visit, played)
    for _ in range(3):
        visitor.page.go_back()
    visitor.page.wait_for_url(f"{played.url}/")
    visitor.page.get_by_role("link", name="登录", exact=True).click()
    visitor.page.get_by_role("button", name="医院经办").first.click()
    visitor.page.wait_for_url("**/desk")
    visitor.page.get_by_role("link", name="支付申请", exact=True).click()
    visitor.sees("共 13 条")
    assert len(acts()) == 1


def test_what_waits_for_one_person_ends_when_another_enters_by_another_tab(visit, played):
    visitor, acts = given_into_an_ended_session(visit, played)
    another_enters_elsewhere(visitor, "hospital.clerk")
    expect(visitor.page.get_by_role("dialog", name="登录已到期")).to_have_count(0)
    visitor.page.get_by_role("link", name="支付申请", exact=True).click()
    visitor.sees("共 13 条")
    assert len(acts()) == 1


def test_rows_that_one_person_read_are_not_shown_to_the_next_before_he_has_his_own(visit, played):
    visitor = visit(played).enter("hospital.clerk", "/desk/payments")
    visitor.sees("共 13 条")
    visitor.page.route("**/api/views/execution_payments*", lambda _: None)
    another_enters_elsewhere(visitor, "hospital.director")
    visitor.sees("医院院长")
    expect(visitor.page.get_by_text("共 13 条")).to_have_count(0)


def test_the_public_pages_are_read_on_after_a_session_has_ended(visit, played):
    visitor, acts = given_into_an_ended_session(visit, played)
    for _ in range(3):
        visitor.page.go_back()
    visitor.page.get_by_role("link", name="查付款", exact=True).click()
    visitor.sees("B建筑装饰工程有限公司")
    assert len(acts()) == 1
