"""Every built page, whole, at 1280 and 390 px, light and dark: python -m tests.browser.screenshots [PAGE ...]

The pictures are for looking at; they go to _build/screenshots/.
"""

from __future__ import annotations

import argparse
import sys

from tqdm import tqdm

from .system_browser import SITE, WIDTHS, executable, launch, page_names

SHOTS = SITE.parent / "screenshots"
# A lazy image is not loaded before it is scrolled to, a formula not set before MathJax is done.
READY = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => 0)));
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("page", nargs="*", help="names without .html; all pages without it")
    names = [f"{name}.html" for name in parser.parse_args(arguments).page] or page_names()
    missing = [name for name in names if not (SITE / name).is_file()]
    if missing or not names:
        print(f"not built: {', '.join(missing) or 'the book'}; run  make build", file=sys.stderr)
        return 2
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("no playwright here: make screenshots EXTRAS=browser", file=sys.stderr)
        return 2
    found = executable()
    if found is None:
        print("no chromium on this machine: apt-get install chromium, or set LESSONS_BROWSER", file=sys.stderr)
        return 2
    SHOTS.mkdir(parents=True, exist_ok=True)
    todo = [(name, *kind, theme) for name in names for kind in WIDTHS.items() for theme in ("light", "dark")]
    with sync_playwright() as playwright:
        browser = launch(playwright, found)
        for name, kind, width, theme in tqdm(todo, unit="picture"):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
            page = context.new_page()
            page.goto((SITE / name).as_uri(), wait_until="load")
            page.evaluate(READY)
            page.screenshot(path=SHOTS / f"{name.removesuffix('.html')}-{kind}-{theme}.png", full_page=True)
            context.close()
        browser.close()
    print(f"{len(todo)} pictures in {SHOTS.relative_to(SITE.parents[1])}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
