"""A session that ended in the middle of work, and who signs in again over the same page."""

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor


def asked_again(visitor: Visitor) -> Locator:
    """Return the drawer that asks for a sign-in over the page."""
    drawer = visitor.page.get_by_role("dialog", name="登录已到期")
    expect(drawer).to_be_visible()
    return drawer


def go_on(visitor: Visitor, role: str) -> None:
    """Enter again by the demonstration's card, where one is asked to."""
    drawer = asked_again(visitor)
    drawer.get_by_role("button", name=f"接着做「{role}」").click()
    expect(drawer).to_have_count(0)
