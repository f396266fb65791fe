"""How smoothly the explorers of the built pages draw while a reader is at them: python -m benchmarks.frames

On each page the mouse goes round on each drawing of an explorer, button down, and each slider to and fro; where there
is neither, buttons are pressed. Frames a second meanwhile, and the longest of them in milliseconds. The browser draws
60 a second at most.
"""

from __future__ import annotations

import math
import sys

from tests.browser.system_browser import SITE, executable, launch, page_names

LIMIT = 30  # frames a second, on two cores
COUNT = """() => {
  window.frames_seen = [];
  const step = (now) => {
    frames_seen.push(now);
    window.counting = requestAnimationFrame(step);
  };
  window.counting = requestAnimationFrame(step);
}"""
STOP = """() => {
  cancelAnimationFrame(counting);
  const gaps = frames_seen.slice(1).map((time, i) => time - frames_seen[i]);
  return [1000 * gaps.length / (frames_seen.at(-1) - frames_seen[0]), Math.max(...gaps)];
}"""


def measure() -> dict[str, tuple[float, float]]:
    """Frames a second, and the longest frame in ms, of every explorer of every page.

    Raises RuntimeError for an explorer that has not started.
    """
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        browser = launch(playwright, executable())
        for name in page_names():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto((SITE / name).as_uri(), wait_until="load")
            page.wait_for_timeout(1500)  # formulas are set, explorers started
            for number, place in enumerate(page.query_selector_all("[data-explorer]"), 1):
                title = f"{name.removesuffix('.html')}: {number}, {place.get_attribute('data-explorer')}"
                explorer = place.query_selector(".lessons-explorer")
                if explorer is None:
                    raise RuntimeError(f"{title} has not started")
                explorer.scroll_into_view_if_needed()
                page.evaluate(COUNT)
                _use(page, explorer)
                found[title] = page.evaluate(STOP)
            page.close()
        browser.close()
    return found


def _use(page: object, explorer: object, moves: int = 60) -> None:
    """What a reader does, by the mouse."""
    canvases = [canvas for canvas in explorer.query_selector_all("canvas") if canvas.is_visible()]
    sliders = [slider for slider in explorer.query_selector_all("input[type=range]") if slider.is_visible()]
    for part in (*canvases, *sliders):
        part.scroll_into_view_if_needed()
        box = part.bounding_box()
        middle, reach = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), 0.4 * box["width"]
        page.mouse.move(*middle)
        page.mouse.down()
        for step in range(moves):
            page.mouse.move(
                middle[0] + reach * math.cos(step / 8), middle[1] + 0.4 * box["height"] * math.sin(step / 8)
            )
        page.mouse.up()
    if not canvases and not sliders:
        for button in explorer.query_selector_all("button")[:3] * 4:
            if button.is_enabled():  # pressing one may switch others off
                button.click()


def main() -> int:
    if not page_names() or executable() is None:
        print("a built book and a chromium are needed: make build, apt-get install chromium", file=sys.stderr)
        return 2
    found = measure()
    if not found:
        print("no page has an explorer: is the book built?", file=sys.stderr)
        return 2
    for name, (rate, longest) in found.items():
        print(f"{name:50} {rate:5.1f} a second, the longest frame {longest:4.0f} ms")
    slow = [name for name, (rate, _) in found.items() if rate < LIMIT]
    print(f"below {LIMIT} a second: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
