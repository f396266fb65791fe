"""How smoothly the explorers of the built pages draw while a reader drags: python -m benchmarks.frames

On each page each explorer gets, in every frame, a movement of the mouse over its drawings and of its sliders. Frames a
second over 90 frames, and the longest of them in milliseconds. The browser draws 60 a second at most.
"""

from __future__ import annotations

import sys

from tests.browser.system_browser import SITE, executable, launch, page_names

LIMIT = 30  # frames a second, on two cores
DRAG = """(explorer) => new Promise((done) => {
  const drawings = [...explorer.querySelectorAll("canvas")];
  const sliders = [...explorer.querySelectorAll("input[type=range]")];
  explorer.scrollIntoView({ block: "center" });
  const point = (canvas, type, share) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [0.5 + 0.4 * Math.cos(share), 0.5 + 0.4 * Math.sin(share)];
    canvas.dispatchEvent(new PointerEvent(type, { pointerType: "mouse", buttons: 1, pointerId: 1, bubbles: true,
      clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  };
  const times = [];
  let frame = 0;
  const step = (now) => {
    times.push(now);
    if (++frame > 90) {
      const gaps = times.slice(1).map((time, i) => time - times[i]);
      done([1000 * gaps.length / (times.at(-1) - times[0]), Math.max(...gaps)]);
      return;
    }
    for (const canvas of drawings) point(canvas, "pointermove", frame / 15);
    for (const slider of sliders) {
      const [low, high] = [Number(slider.min || 0), Number(slider.max || 100)];
      slider.value = low + (high - low) * (0.5 + 0.5 * Math.sin(frame / 11));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def measure() -> dict[str, tuple[float, float]]:
    """Frames a second, and the longest frame in ms, of every explorer of every page."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        browser = launch(playwright, executable())
        for name in page_names():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto((SITE / name).as_uri(), wait_until="load")
            page.wait_for_timeout(1500)  # formulas are set, explorers started
            for place in page.query_selector_all("[data-explorer]"):
                kind = place.get_attribute("data-explorer")
                found[f"{name.removesuffix('.html')}: {kind}"] = place.query_selector(".lessons-explorer").evaluate(
                    DRAG
                )
            page.close()
        browser.close()
    return found


def main() -> int:
    if not page_names() or executable() is None:
        print("a built book and a chromium are needed: make build, apt-get install chromium", file=sys.stderr)
        return 2
    found = measure()
    for name, (rate, longest) in found.items():
        print(f"{name:50} {rate:5.1f} a second, the longest frame {longest:4.0f} ms")
    slow = [name for name, (rate, _) in found.items() if rate < LIMIT]
    print(f"below {LIMIT} a second: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
