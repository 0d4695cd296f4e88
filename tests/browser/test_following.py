"""Issue 9: a clerk follows, the workbench tells and says why, ending it stops that."""

import pytest
from playwright.sync_api import expect

from tests.acceptance.test_following import SET, revise

PROJECT = "preparation/project/rehab-ward"
TITLE = "DG市康复医院住院大楼改造项目"


def panel(visitor, heading):
    heads = visitor.page.get_by_role("heading", name=heading)
    return visitor.page.locator("section", has=heads)


def test_a_clerk_follows_a_project_is_told_what_happens_and_why_and_ends_it(visit, town):
    visitor = visit(town).enter("hospital.clerk", f"/desk/records/{PROJECT}")
    visitor.button("关注").click()
    visitor.sees(f"关注：项目 {TITLE}")
    visitor.signed()
    visitor.open("/desk")
    told = panel(visitor, "我关注的")
    expect(told).to_contain_text("关注了 1 项")
    expect(told).to_contain_text("关注以来还没有变动")
    revise(town)
    row = told.get_by_role("listitem").filter(has_text="概算")
    expect(row.first).to_contain_text(f"因为您关注了项目 {TITLE}")
    visitor.picture("following")
    row.first.get_by_role("link", name="去看").click()
    visitor.page.wait_for_url("**/desk/records/preparation/**")
    visitor.open(f"/desk/records/{PROJECT}")
    visitor.button("停止关注").click()
    visitor.sees(f"停止关注：项目 {TITLE}")
    visitor.signed()
    expect(visitor.button("关注")).to_be_visible()
    visitor.open("/desk")
    expect(told).to_contain_text("您还没有关注什么")


def test_notices_are_chosen_and_ended_in_administration(visit, town):
    visitor = visit(town).enter("hospital.clerk", "/desk/admin?tab=following")
    own = panel(visitor, "我的关注与订阅")
    expect(own).to_contain_text("0 项，最多 40 项")
    visitor.button("添加关注").click()
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option("level_overdue")
    visitor.button("看要签什么").click()
    visitor.sees("关注：通知：审核超期，已升级")
    visitor.signed()
    expect(own).to_contain_text("1 项，最多 40 项")
    row = own.get_by_role("listitem").filter(has_text="通知：审核超期，已升级")
    row.get_by_role("button", name="停止关注").click()
    visitor.sees("停止关注：通知：审核超期，已升级")
    visitor.signed()
    expect(own).to_contain_text("0 项，最多 40 项")


def test_an_administrator_chooses_for_a_member_whom_he_finds_in_the_list(visit, town):
    town.give("hospital.finance", SET, about=PROJECT)
    visitor = visit(town).enter("security", "/desk/admin?tab=following")
    visitor.page.get_by_role("row").filter(has_text="医院财务").get_by_role("link").first.click()
    visitor.page.wait_for_url("**/desk/admin/people/p-hospital-finance")
    theirs = panel(visitor, "关注与订阅")
    row = theirs.get_by_role("listitem").filter(has_text=TITLE)
    row.get_by_role("button", name="停止关注").click()
    visitor.sees("停止关注：项目")
    visitor.signed()
    expect(theirs).to_contain_text("还没有关注什么")


def test_who_may_not_read_it_is_told_why_he_cannot_follow_it(visit, town):
    visitor = visit(town).enter("contractor.b", "/desk/agreements/c-works")
    visitor.button("关注").click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("缺少权限")
    expect(visitor.page.get_by_role("button", name="签字并提交")).to_be_disabled()


@pytest.mark.parametrize("path", ["/desk", "/desk/admin?tab=following"])
def test_what_is_followed_can_be_used_by_everybody(visit, town, path):
    town.give("hospital.quality", SET, about=PROJECT)
    revise(town)
    visitor = visit(town, bypass_csp=True).enter("hospital.quality", path)
    visitor.sees(TITLE)
    faults = visitor.accessibility_faults()
    town.give("hospital.quality", "procedure.subscription.end/1", about=PROJECT)
    assert faults == []
