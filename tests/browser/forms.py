"""Forms for commands, in a drawer over the page, as who fills them in meets them."""

import re

from playwright.sync_api import expect


def drawer(visitor):
    return visitor.page.get_by_role("dialog")


def field(visitor, label):
    return drawer(visitor).get_by_label(re.compile(f"^{re.escape(label)}"))


def pick(visitor, label, option):
    """Choose by what is read, as people do."""
    at = field(visitor, label)
    at.select_option(at.locator("option", has_text=option).first.get_attribute("value"))


def go_on(visitor):
    drawer(visitor).get_by_role("button", name="看要签什么").click()


def sign(visitor):
    visitor.signed()
    expect(drawer(visitor)).to_have_count(0)


def stands_wrong(visitor, what):
    """Expect the form to name what is wrong, and to have gone nowhere."""
    expect(drawer(visitor).get_by_role("alert")).to_contain_text(what)
    expect(drawer(visitor).get_by_role("button", name="签字并提交")).to_have_count(0)


def is_refused(visitor, why):
    alert = drawer(visitor).get_by_role("alert")
    expect(alert).to_contain_text(why)
    expect(drawer(visitor).get_by_role("button", name="签字并提交")).to_be_disabled()
    drawer(visitor).get_by_role("button", name="先不提交").click()


def is_told_who(visitor, act, who):
    """Expect who does an act to be told, and no button for it."""
    told = visitor.page.locator("details", has=visitor.page.locator("dt", has_text=act)).last
    told.locator("summary").click()
    expect(told.locator("dl > div", has_text=act).first).to_contain_text(who)
    expect(visitor.button(act)).to_have_count(0)
