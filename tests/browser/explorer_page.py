"""A page with one explorer and nothing else, for tests: the scripts as they are, data as the book's build writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lessons_pkg import explore

STYLES = explore.JS.parent / "explorers.css"


def write(folder: Path, kind: str, data: dict[str, Any] | None = None) -> str:
    """Write the page and give its address. The explorer is ``document.querySelector(".lessons-explorer").lessons``."""
    source = "" if data is None else f"Lessons.data.given = {json.dumps(data)};"
    scripts = "".join(f'<script src="{(explore.JS / name).as_uri()}"></script>' for name in explore.scripts(kind))
    page = folder / f"{kind}.html"
    page.write_text(
        '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>An explorer</title>'
        f'<link rel="stylesheet" href="{STYLES.as_uri()}"><body><main>'
        f'<div data-explorer="{kind}" data-source="given"><p id="still">a static picture</p></div></main>'
        f"{scripts}<script>{source}</script>"
        f'<script src="{(explore.JS / "start.js").as_uri()}"></script></body></html>'
    )
    return page.as_uri()
