"""The explorers in Jupyter: the same scripts as on the page, with data from the kernel.

widget.live("latent", latent.maps({"mine": model}, ...))     # a model of your own
"""

from __future__ import annotations

from functools import cache
from typing import Any

import anywidget
import traitlets

from lessons_pkg.explore import ALSO, JS

__all__ = ["LiveExplorer", "live"]

_RENDER = """
export default {
  render({ model, el }) {
    const place = document.createElement("div");
    place.className = "lessons-explorer";
    el.append(place);
    return Lessons.explorers[model.get("kind")](place, model.get("data"));
  },
};
"""


@cache
def _scripts(kind: str) -> str:
    """One module of all scripts that a kind needs; what they share registers itself once in the page."""
    files = ["network.js", "parts.js", *ALSO.get(kind, ()), f"{kind}.js"]
    return "\n".join((JS / name).read_text() for name in files) + _RENDER


class LiveExplorer(anywidget.AnyWidget):
    """kind: the file js/<kind>.js. data: what it reads, plain values."""

    _css = JS.parent / "explorers.css"
    kind = traitlets.Unicode().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)


def live(kind: str, data: dict[str, Any]) -> LiveExplorer:
    """An explorer of this kind as a widget. Raises ValueError for a kind that there is not."""
    if not (JS / f"{kind}.js").is_file():
        kinds = ", ".join(sorted(path.stem for path in JS.glob("*.js")))
        raise ValueError(f"no explorer {kind!r}; the scripts are {kinds}")
    return LiveExplorer(kind=kind, data=data, _esm=_scripts(kind))
