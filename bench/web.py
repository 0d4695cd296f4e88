"""The pages as a visitor meets them, on the worked case: bytes, times, live updates.

    ./mz bench web

    first_load_kb      scripts and styles that `/` fetches, as they cross the network (target: 300)
    route_kb_max       the same for what any further page adds to `/` when it is opened by its
                       address (400), and which page it is
    largest_paint_ms   largest contentful paint of `/`, a cold browser, median of three (1,500)
    live_ms_max        from a command's answer to its row on another institution's open page,
                       of five (2,000)
    verify_ms_max      checking one figure of a project's page in the browser (100)

The last line is one JSON object. Times are those of this machine while it did what else it does.
Sizes are held by `tests/browser/test_weight.py`.
"""

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
from tests.acceptance.town import YUAN, Town, open_played
from tests.browser.citizen import PROJECT, scrolled, to_be, trusting
from tests.browser.scales import weights
from tests.browser.visitor import Visitor

ROUNDS = 3
UPDATES = 5
SETTLED_MS = 2_500
PAINT = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""
CHECKS = "performance.getEntriesByName('mz.verify').map(each => each.duration)"


def painted_ms(browser: Browser, town: Town) -> float:
    """Return when the largest piece of the portal's first page was drawn."""
    visitor = Visitor(browser, town).open("/")
    visitor.page.wait_for_timeout(SETTLED_MS)
    found = visitor.page.evaluate(PAINT)
    visitor.close()
    return float(found)


def live_ms(browser: Browser, town: Town) -> list[float]:
    """Return how long new payments take to show on the auditor's open list."""
    visitor = Visitor(browser, town).enter("auditor", "/desk/payments")
    visitor.page.locator("main table").wait_for()
    waits = []
    for number in range(UPDATES):
        amount = 100 * YUAN + 7 + number
        town.ask(amount_fen=amount)
        began = time.monotonic()
        visitor.sees(f"{amount // YUAN}.{amount % YUAN:02d}")
        waits.append((time.monotonic() - began) * 1_000)
    visitor.close()
    return waits


def verified_ms(browser: Browser, town: Town) -> list[float]:
    """Return how long each figure of a project's page took to be checked."""
    visitor = trusting(Visitor(browser, town), town).open(PROJECT)
    scrolled(visitor)
    to_be(visitor, "match")
    found: list[float] = visitor.page.evaluate(CHECKS)
    visitor.close()
    return found


def main() -> None:
    """Measure and print."""
    program = os.environ.get("MZ_CHROMIUM") or shutil.which("chromium")
    with (
        open_played() as town,
        demo.witnessed(town.loaded, town.url, "127.0.0.1") as addresses,
        sync_playwright() as playwright,
    ):
        town.witnesses = addresses
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        first, routes = weights(browser, town)
        for path, size in routes.items():
            print(f"# {path}: {size / 1_000:.1f} kB more")
        heaviest = max(routes, key=lambda each: routes[each])
        paints = [painted_ms(browser, town) for _ in range(ROUNDS)]
        checks = verified_ms(browser, town)
        waits = live_ms(browser, town)
        browser.close()
    figures = {
        "first_load_kb": round(first / 1_000, 1),
        "route_kb_max": round(routes[heaviest] / 1_000, 1),
        "heaviest_route": heaviest,
        "largest_paint_ms": round(statistics.median(paints)),
        "live_ms_median": round(statistics.median(waits)),
        "live_ms_max": round(max(waits)),
        "verify_ms_median": round(statistics.median(checks), 1),
        "verify_ms_max": round(max(checks), 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
