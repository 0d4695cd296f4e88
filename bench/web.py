"""The pages as a visitor meets them, on the worked case: bytes, times, live updates.

    ./mz bench web

    first_load_kb      gzipped bytes of scripts and styles that `/` fetches (target: 300)
    route_kb_max       the same for what any further page adds (target: 400), and which page it is
    largest_paint_ms   largest contentful paint of `/`, a cold browser, median of three (1,500)
    live_ms_max        from a command's answer to its row on another's open page, of five (2,000)

The last line is one JSON object. Times are those of this machine while it did what else it does.
"""

import gzip
import json
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from playwright.sync_api import Browser, sync_playwright

from mingzhang.cli import demo
from mingzhang.gateway.web import BUNDLE
from tests.acceptance.town import Town, open_town

ROUNDS = 3
UPDATES = 5
PAGES = (
    ("-", "/projects"),
    ("-", "/verify"),
    ("-", "/enter"),
    ("hospital.clerk", "/desk"),
    ("hospital.clerk", "/desk/requests/new"),
    ("hospital.clerk", "/desk/payments"),
    ("hospital.clerk", "/desk/payments/new"),
    ("hospital.clerk", "/desk/budget"),
    ("auditor", "/desk/rules"),
    ("auditor", "/desk/ledger"),
    ("auditor", "/desk/analysis"),
    ("auditor", "/desk/admin"),
    ("congress.secretary", "/desk/draft"),
)
PAINT = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def gzipped(names: set[str]) -> int:
    """Return how many bytes assets have when compressed as a server in front would."""
    return sum(len(gzip.compress((BUNDLE / "assets" / name).read_bytes(), 9)) for name in names)


def assets_of(browser: Browser, town: Town, user: str, path: str) -> set[str]:
    """Return the names of the assets that a fresh browser fetches for a page."""
    context = browser.new_context()
    page = context.new_page()
    found: set[str] = set()
    if user != "-":
        page.goto(f"{town.url}/enter")
        page.locator(f'[data-user="{user}"]').evaluate("each => each.click()")
        page.wait_for_url("**/desk")
    page.on("request", lambda each: found.add(each.url) if "/assets/" in each.url else None)
    page.goto(f"{town.url}{path}")
    page.wait_for_timeout(3_000)
    context.close()
    return {url.rpartition("/")[2] for url in found if url.endswith((".js", ".css"))}


def painted_ms(browser: Browser, town: Town) -> float:
    """Return when the largest piece of the portal's first page was drawn."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(town.url)
    page.wait_for_timeout(2_500)
    found = page.evaluate(PAINT)
    context.close()
    return float(found)


def live_ms(browser: Browser, town: Town) -> list[float]:
    """Return how long new payments take to show on another person's open list."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{town.url}/enter")
    page.locator('[data-user="hospital.finance"]').evaluate("each => each.click()")
    page.wait_for_url("**/desk")
    page.goto(f"{town.url}/desk/payments")
    page.wait_for_timeout(3_000)
    waits = []
    for number in range(UPDATES):
        amount = 100_07 + number
        town.ask(amount_fen=amount)
        began = time.monotonic()
        page.get_by_text(f"{amount // 100}.{amount % 100:02d}").first.wait_for(timeout=20_000)
        waits.append((time.monotonic() - began) * 1_000)
    context.close()
    return waits


def main() -> None:
    """Measure and print."""
    program = os.environ.get("MZ_CHROMIUM") or shutil.which("chromium")
    with (
        open_town(lambda _step: True) as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1"),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        first = assets_of(browser, town, "-", "/")
        routes = {
            path: gzipped(assets_of(browser, town, user, path) - first) for user, path in PAGES
        }
        for path, size in routes.items():
            print(f"# {path}: {size / 1_000:.1f} kB beyond the first load")
        heaviest = max(routes, key=lambda each: routes[each])
        paints = [painted_ms(browser, town) for _ in range(ROUNDS)]
        waits = live_ms(browser, town)
        browser.close()
    figures = {
        "first_load_kb": round(gzipped(first) / 1_000, 1),
        "route_kb_max": round(routes[heaviest] / 1_000, 1),
        "heaviest_route": heaviest,
        "largest_paint_ms": round(statistics.median(paints)),
        "live_ms_median": round(statistics.median(waits)),
        "live_ms_max": round(max(waits)),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
