"""What this book needs of Sphinx beyond its extensions: see ``extra_extensions`` in _config.yml."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx

from lessons_pkg import explore
from lessons_pkg.explore.sources import SOURCES

_PLACE = re.compile(r'data-explorer="([\w-]+)" data-source="([\w-]+)"')


def _without_thebe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Jupyter Book loads Thebe for pages that ask a server for a kernel; ours ask nobody.

    It would also declare its constants twice, which is an error on every page.
    """
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in str(script.filename) and "THEBE" not in script.attributes.get("body", "")
    ]
    context["css_files"] = [sheet for sheet in context.get("css_files", []) if "thebe" not in str(sheet.filename)]


def _with_explorers(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """A page that has explorers loads their scripts and data, after it is shown; no other page does."""
    places = _PLACE.findall(context.get("body", ""))
    if not places:
        return
    kinds, sources = (dict.fromkeys(names) for names in zip(*places, strict=True))
    files = [*explore.scripts(*kinds), *(f"data/{name}.js" for name in sources)]
    app.add_css_file("explore/explorers.css")
    for place, name in enumerate([*files, "start.js"]):
        app.add_js_file(f"explore/{name}", priority=900 + place, loading_method="defer")


def _for_everyone(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """What axe-core finds in docutils' pages: a list without items, wide tables out of a keyboard's reach."""
    body = context.get("body")
    if body:
        body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        body = re.sub(r'<section id="(?:exercise|solution)-content">', "<section>", body)  # an id is there once
        context["body"] = body.replace('<table class="table">', '<table class="table" tabindex="0">')


def _write_explorers(app: Sphinx) -> None:
    """Explorers' scripts, and data as scripts: a page opened from a folder may load those, but no other files.

    Before the pages are written, so that each link carries the checksum of the file as it is now.
    """
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "explore"
    shutil.copytree(explore.JS, folder, dirs_exist_ok=True)
    shutil.copy(explore.JS.parent / "explorers.css", folder)
    (folder / "data").mkdir(exist_ok=True)
    for name, make in SOURCES.items():
        content = f"Lessons.data[{json.dumps(name)}] = {json.dumps(make(), separators=(',', ':'))};\n"
        (folder / "data" / f"{name}.js").write_text(content, encoding="utf-8")


def _without_maps(app: Sphinx, error: Exception | None) -> None:
    """Maps are for those who debug the theme's scripts, and would be a third of the book's size."""
    if error is None and app.builder.format == "html":
        for tool in Path(app.outdir).rglob("*.map"):
            tool.unlink()


def _without_outputs(app: Sphinx, error: Exception | None) -> None:
    """Notebooks to download come as they are before anybody runs them: their figures are in the pages already."""
    if error is None and app.builder.format == "html":
        for notebook in (Path(app.outdir) / "_sources").rglob("*.ipynb"):
            content = nbformat.read(notebook, as_version=4)
            for cell in content.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            nbformat.write(content, notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", _write_explorers)
    app.connect("html-page-context", _with_explorers)
    app.connect("html-page-context", _without_thebe, priority=900)
    app.connect("html-page-context", _for_everyone)
    app.connect("build-finished", _without_maps)
    app.connect("build-finished", _without_outputs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
