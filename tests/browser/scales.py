"""How heavy pages are: scripts and styles as they cross the network, compressed by the gateway."""

from typing import TYPE_CHECKING, Any

from tests.browser.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Request

FIRST_MAX = 300_000
FURTHER_MAX = 400_000
"""Bytes: of what `/` loads, and of what any further page adds to that, opened by its address."""
DRAWN = "figure [role=img] svg"
"""A chart of the desk: its library is loaded when it is drawn."""
ROUTES = (
    ("", "/projects", "main h1"),
    ("", "/project/rehab-ward", "button[data-figure]"),
    ("", "/departments", "main h1"),
    ("", "/verify", "main h1"),
    ("", "/enter", "main h1"),
    ("", "/enter/tour", "main h1"),
    ("hospital.director", "/desk", "main h1"),
    ("hospital.director", "/desk/handover", "main h1"),
    ("hospital.clerk", "/desk/requests", "main h1"),
    ("hospital.clerk", "/desk/requests/new?year=2023&project=rehab-ward", "main h1"),
    ("finance.budget", "/desk/cycle?year=2022", "main table"),
    ("congress.secretary", "/desk/draft?year=2022", "main table"),
    ("hospital.clerk", "/desk/budget?year=2022", "main table"),
    ("hospital.clerk", "/desk/budget/rehab-l1?year=2022", "main dl"),
    ("finance.treasury", "/desk/quota", "main h1"),
    ("hospital.finance", "/desk/virements/new", "main h1"),
    ("hospital.clerk", "/desk/payments", "main table"),
    ("hospital.clerk", "/desk/payments/new", "main h1"),
    ("hospital.clerk", "/desk/payments/batch", "main h1"),
    ("hospital.finance", "/desk/payees", "main h1"),
    ("hospital.finance", "/desk/agreements", "main h1"),
    ("hospital.finance", "/desk/agreements/c-works", "main h1"),
    ("auditor", "/desk/analysis?year=2022", DRAWN),
    ("security", "/desk/admin", "main h1"),
    ("auditor", "/desk/rules", "main h1"),
    ("auditor", "/desk/ledger", "main table"),
    ("auditor", "/desk/search?q=ICU", "main h1"),
    ("auditor", "/desk/keys", "main h1"),
)
"""Who opens which page, and what shows that its parts have been loaded."""


class Scales:
    """Weighs what one visitor's browser fetches; it keeps nothing from one page to the next."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self._fetched: list[Request] = []
        network = visitor.context.new_cdp_session(visitor.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        visitor.page.on("requestfinished", self._arrived)

    def _arrived(self, request: "Request") -> None:
        self._fetched.append(request)

    def weighed(self, path: str, drawn: str = "main h1") -> dict[str, int]:
        """Open a page and return the bytes that crossed for it, by the asset's name."""
        self._fetched.clear()
        self.visitor.open(path)
        self.visitor.page.locator(drawn).first.wait_for()
        assets = [each for each in self._fetched if "/assets/" in each.url]
        return {
            each.url.rpartition("/")[2]: each.sizes()["responseBodySize"]
            for each in assets
            if each.url.endswith((".js", ".css"))
        }


def weights(browser: Any, town: Any) -> tuple[int, dict[str, int]]:
    """Return the bytes of the first load, and by address what each further page adds to it."""
    further: dict[str, int] = {}
    anyone = Visitor(browser, town)
    scales = {"": Scales(anyone)}
    first = scales[""].weighed("/", "main svg")
    for user, path, drawn in ROUTES:
        if user not in scales:
            scales[user] = Scales(Visitor(browser, town).enter(user))
        found = scales[user].weighed(path, drawn)
        further[path] = sum(size for name, size in found.items() if name not in first)
    for each in scales.values():
        each.visitor.close()
    return sum(first.values()), further
