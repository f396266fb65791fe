"""How soon a reader sees a page opened from the disk: python -m benchmarks.first_paint [--repeat N]

Each page is opened by a double-click's address (file://) in a browser context of its own, without a cache, in a new
order each round. First paint: the first text or picture is there (the browser's first-contentful-paint). Largest: the
largest text or picture of the first screen is (largest-contentful-paint). Seconds, median of the rounds.
"""

from __future__ import annotations

import argparse
import random
import sys
from statistics import median

from tests.browser.system_browser import SITE, executable, launch, page_names

LIMIT = 1.0  # seconds, for the first paint of a chapter on two cores
PAINTS = """() => new Promise((done) => {
  const found = {};
  const look = (list) => {
    for (const { entryType, name, startTime } of list.getEntries())
      found[entryType === "paint" ? name : "largest"] = startTime;
    if ("first-contentful-paint" in found) setTimeout(() => done(found), 300);
  };
  new PerformanceObserver(look).observe({ type: "paint", buffered: true });
  new PerformanceObserver(look).observe({ type: "largest-contentful-paint", buffered: true });
})"""


def measure(repeat: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds to the first and the largest paint of each page, one pair a round."""
    from playwright.sync_api import sync_playwright

    names = page_names()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    order = random.Random(0)
    with sync_playwright() as playwright:
        browser = launch(playwright, executable())
        for _ in range(repeat):
            for name in order.sample(names, len(names)):
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                page = context.new_page()
                page.goto((SITE / name).as_uri(), wait_until="load")
                found = page.evaluate(PAINTS)
                first = found["first-contentful-paint"]
                times[name].append((first / 1000, found.get("largest", first) / 1000))
                context.close()
        browser.close()
    return times


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_paint", description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="rounds (default 5)")
    repeat = parser.parse_args().repeat
    if not page_names() or executable() is None:
        print("a built book and a chromium are needed: make build, apt-get install chromium", file=sys.stderr)
        return 2
    times = measure(repeat)
    print(f"{'page':40} {'first':>6} {'worst':>6} {'largest':>8}   seconds, medians of {repeat} rounds")
    for name, rounds in times.items():
        firsts, largest = zip(*rounds, strict=True)
        print(f"{name:40} {median(firsts):6.2f} {max(firsts):6.2f} {median(largest):8.2f}")
    late = [name for name, rounds in times.items() if median(first for first, _ in rounds) > LIMIT]
    print(f"later than {LIMIT:g} s: {', '.join(late) or 'none'}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
