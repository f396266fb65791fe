"""The browser that is on this machine, for tests, screenshots and measurements: it reaches nobody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

__all__ = ["SITE", "WIDTHS", "executable", "launch", "page_names"]

SITE = Path(__file__).parents[2] / "_build" / "html"
WIDTHS = {"desktop": 1280, "phone": 390}
_QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def executable() -> str | None:
    """Chromium or Chrome of the system, or what LESSONS_BROWSER names; None if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("LESSONS_BROWSER") or next(filter(None, map(shutil.which, names)), None)


def launch(playwright: object, path: str) -> object:
    """Start it without a window. As root it cannot have a sandbox of its own."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(executable_path=path, args=[*_QUIET, *(["--no-sandbox"] if root else [])])


def page_names() -> list[str]:
    """Names of the built pages, without index.html, which only leads to the first."""
    return sorted(path.name for path in SITE.glob("*.html") if path.name != "index.html")
