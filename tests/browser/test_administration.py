"""Administration by browser: people and posts, rights for a time, leavers, keys by two persons."""

import time

import pytest
from playwright.sync_api import expect

from tests.acceptance.schools import LEAVING, open_schools
from tests.browser.forms import is_told_who

ADMIN = "/desk/admin"
feature = pytest.mark.feature


@pytest.fixture(scope="module")
def schools(tmp_path_factory):
    """A town of its own, in which people come and go."""
    with open_schools(tmp_path_factory.mktemp("schools")) as town:
        views = town.loaded.service.live
        while views.height < town.loaded.node.engine.height:
            time.sleep(0.1)
        yield town


def next_(visitor):
    visitor.button("看要签什么").click()


@feature("H14", "cannot close with open work")
@feature("H14", "one list of all work")
@feature("H14", "handed over at once")
def test_a_leavers_work_is_handed_over_at_once_and_only_then_he_is_closed(visit, schools):
    year = schools.cycle()
    for _ in range(3):
        schools.submit(LEAVING, year)
    director = f"p-{LEAVING}.director"
    visitor = visit(schools).enter("security", f"{ADMIN}/people/{director}")
    visitor.sees("3 件，其中 0 件已隐藏")
    visitor.sees("还有 3 件没办完，先移交")
    visitor.button("办离岗").click()
    visitor.page.get_by_label("理由").fill("调离")
    next_(visitor)
    expect(visitor.page.get_by_role("alert")).to_contain_text("3")
    expect(visitor.button("签字并提交")).to_be_disabled()
    visitor.button("先不提交").click()
    expect(visitor.page.get_by_label("理由")).to_have_value("调离")
    visitor.open(f"{ADMIN}/people/{director}")
    visitor.button("移交全部工作").click()
    next_(visitor)
    visitor.sees("有 2 处要改")
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option(f"p-{LEAVING}.finance")
    visitor.page.get_by_label("理由").fill("调离")
    next_(visitor)
    visitor.sees("手上全部 3 件事移交")
    visitor.signed()
    visitor.sees("没有。可以离岗")
    visitor.button("办离岗").click()
    visitor.page.get_by_label("理由").fill("调离")
    next_(visitor)
    visitor.signed()
    visitor.sees("已离岗")
    visitor.sees("没有岗位")
    expect(visitor.button("办离岗")).to_have_count(0)
    visitor.picture("person-left")


@feature("A5.3", "two-person rule")
def test_a_lost_key_is_replaced_by_two_persons(visit, schools):
    person = "p-school-b.pm"
    first = visit(schools).enter("security", f"{ADMIN}/people/{person}")
    first.button("吊销").click()
    first.page.get_by_label("理由").fill("令牌遗失")
    next_(first)
    first.signed()
    first.sees("可用")
    first.open(f"{ADMIN}?tab=proposals")
    first.button("确认").click()
    first.sees("双人原则")
    expect(first.button("签字并提交")).to_be_disabled()

    stranger = visit(schools).enter("school-b.clerk", f"{ADMIN}?tab=proposals")
    expect(stranger.button("确认")).to_have_count(0)

    second = visit(schools).enter("security2", f"{ADMIN}?tab=proposals")
    second.button("确认").click()
    second.sees("以第二人身份确认：吊销密钥")
    second.signed()
    second.sees("已确认")
    second.open(f"{ADMIN}/people/{person}")
    second.sees("已吊销")


@feature("A5.3", "delegation ends by itself")
def test_somebody_absent_delegates_and_takes_it_back(visit, schools):
    visitor = visit(schools).enter("school-a.clerk", f"{ADMIN}?tab=grants")
    visitor.button("委托代理").click()
    person, rights, until = (
        visitor.page.get_by_label(label) for label in ("人员", "权限", "失效时间")
    )
    person.last.select_option("p-school-a.pm")
    rights.last.fill("preparation.request.submit")
    until.fill("2021-08-20")
    visitor.page.get_by_label("理由").fill("出差")
    next_(visitor)
    visitor.sees("委托代理：人员")
    visitor.signed()
    grant = visitor.page.get_by_role("row").filter(has_text="preparation.request.submit")
    expect(grant).to_contain_text("2021-08-20")
    schools.pass_to("2021-08-21")
    expect(grant).to_have_count(0)
    visitor.page.get_by_label("连同已结束的、随待办的").check()
    expect(grant).to_contain_text("已结束")


def test_a_person_is_registered_and_gets_a_post_but_not_two_that_clash(visit, schools):
    visitor = visit(schools).enter("security", ADMIN)
    visitor.button("登记人员").click()
    visitor.page.get_by_label("编号").fill("P New!")
    visitor.page.get_by_label("名称（中文）").fill("新来的会计")
    visitor.page.get_by_label("名称（英文）").fill("New accountant")
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option("school-b")
    next_(visitor)
    visitor.sees("有 1 处要改：编号")
    visitor.page.get_by_label("编号").fill("p-new")
    next_(visitor)
    visitor.signed()
    visitor.page.get_by_role("link", name="新来的会计").click()
    visitor.sees("没有岗位。给一个岗位，才能办事")
    visitor.button("给岗位").click()
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option("school-b.finance")
    next_(visitor)
    visitor.signed()
    expect(visitor.page.get_by_role("main")).to_contain_text("免去")
    visitor.button("给岗位").click()
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option("school-b.director")
    next_(visitor)
    visitor.sees("不相容岗位")


def test_who_may_not_administer_is_told_who_can(visit, schools):
    visitor = visit(schools).enter("school-b.clerk", ADMIN)
    visitor.sees("安全管理员")
    visitor.button("登记人员").click()
    visitor.page.get_by_label("编号").fill("p-smuggled")
    visitor.page.get_by_label("名称（中文）").fill("某人")
    visitor.page.get_by_label("名称（英文）").fill("Somebody")
    visitor.page.get_by_role("dialog").get_by_role("combobox").select_option("school-b")
    next_(visitor)
    visitor.sees("缺少权限：登记人员")
    expect(visitor.page.get_by_role("alert")).to_contain_text("安全管理员")
    expect(visitor.button("签字并提交")).to_be_disabled()


def test_a_locked_account_needs_a_second_person_to_open(visit, schools):
    visitor = visit(schools).enter("security", f"{ADMIN}/people/p-school-b.finance")
    visitor.button("锁定账户").click()
    visitor.page.get_by_label("理由").fill("可疑登录")
    next_(visitor)
    visitor.signed()
    visitor.sees("已锁定")
    visitor.button("提议解锁").click()
    visitor.page.get_by_label("理由").fill("已核实")
    next_(visitor)
    visitor.signed()
    visitor.sees("已锁定")
    second = visit(schools).enter("security2", f"{ADMIN}?tab=proposals")
    row = second.page.get_by_role("row").filter(has_text="解锁账户")
    row.get_by_role("button", name="确认").click()
    second.signed()
    visitor.page.reload()
    visitor.sees("在岗")


def test_open_work_of_a_person_is_told_in_words_with_its_last_day(visit, played):
    visitor = visit(played).enter("security", f"{ADMIN}/people/p-hospital-clerk")
    work = visitor.page.get_by_role("listitem").filter(has_text="限 2022-01-24")
    expect(work.get_by_role("link")).to_have_text("办理")


def test_holidays_of_a_year_are_entered_and_stand_in_their_table(visit, schools):
    visitor = visit(schools).enter("security", f"{ADMIN}?tab=calendar")
    visitor.button("录入一年").click()
    visitor.page.get_by_role("textbox", name="年度").fill("二〇二四")
    visitor.page.get_by_label("放假日").fill("2024-10-01、2024-10-02")
    visitor.page.get_by_label("依据").fill("国办发明电〔2023〕7号")
    next_(visitor)
    visitor.sees("有 1 处要改：年度")
    visitor.page.get_by_role("textbox", name="年度").fill("2024")
    next_(visitor)
    visitor.signed()
    row = visitor.page.get_by_role("row").filter(has_text="国办发明电〔2023〕7号")
    expect(row).to_contain_text("2 天")


def test_the_rarer_commands_have_a_form_from_their_schema(visit, schools):
    visitor = visit(schools).enter("security", f"{ADMIN}?tab=others")
    visitor.page.get_by_label("选一种指令").select_option("identity.calendar.set/1")
    visitor.button("填表").click()
    visitor.page.get_by_role("textbox", name="年度").fill("2025")
    visitor.page.get_by_label("放假日").fill("2025-10-01\n国庆")
    visitor.page.get_by_label("调休上班日").fill("2025-10-11")
    visitor.page.get_by_label("依据").fill("国办发明电")
    next_(visitor)
    visitor.sees("有 1 处要改：放假日")
    visitor.page.get_by_label("放假日").fill("2025-10-01\n2025-10-02")
    next_(visitor)
    visitor.signed()
    (calendar,) = schools.rows("security", "identity_calendars", id="2025")
    assert len(calendar["holidays"]) == len(["2025-10-01", "2025-10-02"])


def test_holidays_of_a_year_are_entered_and_stand_in_the_table(visit, schools):
    visitor = visit(schools, bypass_csp=True).enter("security", f"{ADMIN}?tab=calendar")
    visitor.button("录入一年").click()
    visitor.page.get_by_role("textbox", name="年度").fill("2026")
    visitor.page.get_by_label("放假日").fill("2026-10-01、2026-13-02")
    visitor.page.get_by_label("依据").fill("国办发明电〔2025〕7号")
    next_(visitor)
    visitor.sees("有 1 处要改：放假日")
    assert visitor.accessibility_faults() == []
    visitor.page.get_by_label("放假日").fill("2026-10-01\n2026-10-02\n2026-10-05")
    visitor.page.get_by_label("调休上班日").fill("2026-10-10")
    next_(visitor)
    visitor.signed()
    row = visitor.page.get_by_role("row").filter(has_text="国办发明电〔2025〕7号")
    for told in ("2026", "3 天", "1 天"):
        expect(row).to_contain_text(told)
    clerk = visit(schools).enter("hospital.clerk", f"{ADMIN}?tab=calendar")
    is_told_who(clerk, "录入一年", "安全")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?tab=organisations",
        "?tab=posts",
        "?tab=roles",
        "?tab=grants",
        "?tab=proposals",
        "?tab=calendar",
        "?tab=others",
        "/people/p-hospital-director",
    ],
)
def test_every_page_of_administration_can_be_used_by_everybody(visit, played, path):
    visitor = visit(played, bypass_csp=True).enter("security", f"{ADMIN}{path}")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.accessibility_faults() == []


def test_a_form_can_be_used_by_everybody(visit, played):
    visitor = visit(played, bypass_csp=True).enter("security", ADMIN)
    visitor.button("登记人员").click()
    next_(visitor)
    visitor.sees("还没有填")
    assert visitor.accessibility_faults() == []


def test_a_person_who_is_not_there_is_told(visit, played):
    visitor = visit(played).enter("security", f"{ADMIN}/people/p-nobody")
    visitor.sees("没有这个人，或者不在您可查阅的范围")


@pytest.mark.parametrize("path", ["", "/people/p-hospital-director", "?tab=grants"])
def test_administration_fits_a_phone(visit, played, path):
    visitor = visit(played, width=360).enter("security", f"{ADMIN}{path}")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 360
