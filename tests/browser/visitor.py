"""Somebody at a browser. A console error, a failed script or a page that broke fails the test."""

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from tests import doors

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
IMAGES = Path(__file__).parents[2] / "docs/images"
WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)
EXPECTED_ERRORS = ("Failed to load resource",)
"""The browser's own line for an answer that is an error: refusals are answers."""


class Visitor:
    """A browser context of its own: cookies, drafts and language are nobody else's."""

    def __init__(
        self,
        browser: Browser,
        town: Any,
        *,
        width: int = 1440,
        height: int = 900,
        language: str = "zh-CN",
        bypass_csp: bool = False,
    ) -> None:
        self.town = town
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
            accept_downloads=True,
        )
        self.context.set_default_timeout(WAIT_MS)
        self.page = doors.browser(self.context.new_page())
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_ERRORS):
            self.errors.append(message.text)

    def open(self, path: str) -> "Visitor":
        answer = self.page.goto(f"{self.town.url}{path}")
        assert answer is not None
        assert answer.ok
        return self

    def enter(self, user: str, path: str = "/desk") -> "Visitor":
        """Be signed in as somebody of the case, then open a page."""
        self.town.loaded.service.sign_in_rate._buckets.clear()
        account = {"user": user, "password": self.town.loaded.password}
        answer = self.context.request.post(f"{self.town.url}/api/session", data=account)
        assert answer.ok, answer.text()
        return self.open(path)

    def sign_in(self, user: str) -> "Visitor":
        """Sign in by the password form, and land on the desk."""
        self.town.loaded.service.sign_in_rate._buckets.clear()
        self.open("/enter")
        self.page.get_by_role("textbox", name="账号").fill(user)
        self.page.get_by_role("textbox", name="口令").fill(self.town.loaded.password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url("**/desk")
        expect(self.page.get_by_role("textbox", name="口令")).to_have_count(0)
        return self

    def button(self, name: str) -> Locator:
        """Return the buttons of this whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def write(self, field: str, text: str) -> None:
        self.page.get_by_role("textbox", name=field).fill(text)

    def choose(self, field: str, option: str) -> None:
        """Open a list of choices and take the first one that has this text."""
        self.page.get_by_role("combobox", name=field, exact=True).click()
        shown = self.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")
        shown.locator(".ant-select-item-option", has_text=option).first.click()
        expect(shown).to_have_count(0)

    def sign(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name="签字并提交").click()

    def signed(self) -> None:
        """Sign, wait until it stands on a page of the ledger, and close what says so."""
        self.sign()
        self.sees("已写在第")
        self.page.get_by_role("dialog").get_by_role("button", name="关闭").last.click()

    def sees(self, text: str, *, exact: bool = False) -> None:
        expect(self.page.get_by_text(text, exact=exact).first).to_be_visible()

    def accessibility_faults(self) -> list[str]:
        """Return what axe finds wrong by WCAG 2.2 AA, one line each. Needs `bypass_csp`."""
        self.page.add_script_tag(path=str(AXE))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags
        )
        return [
            f"{each['id']}: {each['help']} @ {json.dumps(node['target'])}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def picture(self, name: str) -> None:
        """Write what is seen to docs/images when MZ_PICTURES is set; else do nothing."""
        if os.environ.get("MZ_PICTURES"):
            IMAGES.mkdir(exist_ok=True)
            self.page.screenshot(path=IMAGES / f"{name}.png", full_page=True)

    def close(self) -> None:
        self.context.close()
        assert self.errors == []
