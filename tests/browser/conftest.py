"""The built book in a browser that reaches nobody: `make build`, then `make browser`."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .system_browser import SITE, WIDTHS, executable, launch, page_names

__all__ = ["WIDTHS", "pages"]


def pages() -> list[str]:
    """Names of the built pages; one that says what to do, if nothing is built."""
    return page_names() or ["intro.html"]


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "index.html").is_file():
        pytest.skip("the book is not built: make build")
    return SITE


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A browser of the system; LESSONS_BROWSER names another."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright here: make test EXTRAS=browser")
    found = executable()
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium, or set LESSONS_BROWSER")
    with sync_api.sync_playwright() as playwright:
        browser = launch(playwright, found)
        yield browser
        browser.close()


@dataclass
class Visit:
    """An open page, and what went wrong while it was loaded: requests to others, files that are missing, errors."""

    page: object
    outside: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def visit(chromium: object) -> Iterator[Callable[..., Visit]]:
    """``visit(address, width=1280, theme="light")``: opens it; every host but this machine is blocked."""
    contexts = []

    def open_page(address: str, *, width: int = 1280, theme: str = "light", scripts: bool = True) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=scripts
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        made = Visit(context.new_page())

        def guard(route: object) -> None:
            url = route.request.url
            if url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
                route.continue_()
            else:
                made.outside.append(url)
                route.abort()

        context.route("**/*", guard)
        made.page.on("console", lambda message: made.errors.append(message.text) if message.type == "error" else None)
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        made.page.on("requestfailed", lambda request: made.missing.append(request.url))
        made.page.on("response", lambda answer: made.missing.append(answer.url) if answer.status >= 400 else None)
        made.page.goto(address, wait_until="load")
        return made

    yield open_page
    for context in contexts:
        context.close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: pytest shows what fails."""


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the built book over http, on this machine only."""
    handler = functools.partial(_Silent, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
