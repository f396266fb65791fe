"""What this book needs of Sphinx beyond its extensions: see ``extra_extensions`` in _config.yml."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


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


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", _without_thebe, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
