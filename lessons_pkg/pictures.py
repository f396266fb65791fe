"""How a figure reaches the page: drawn twice, for light and for dark pages, and described in words.

``@themed`` turns a drawing function into one that returns a ``Picture``. The page shows the version that fits its
theme (the book's switch, or JupyterLab's); a reader who cannot see it is read the alt text.
"""

from __future__ import annotations

import base64
import functools
import html
import io
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Okabe & Ito's colour-blind-safe hues, darkened on white and lightened on black until text in them is legible.
_HUES = {
    "light": ["#0060a0", "#b34700", "#007a58", "#9c3f7a", "#6b6100", "#4d4d4d", "#007a99", "#8a2be2"],
    "dark": ["#6db6f2", "#ff9d5c", "#45d0a5", "#eda3cd", "#e8dc5a", "#c8c8c8", "#66d9ef", "#c9a0ff"],
}
_INK = {"light": "#1b1b1b", "dark": "#ececec"}
_FAINT = {"light": "#767676", "dark": "#9c9c9c"}
_PAPER = {"light": "#ffffff", "dark": "#121212"}

# 5.2 inches with 11 point letters: at 390 px of screen a letter is still 10 px high.
WIDTH = 5.2
_COMMON = {
    "figure.dpi": 160,
    "font.size": 11,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "lines.linewidth": 2,
    "image.cmap": "gray",
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as a drawing function needs them."""

    name: str

    @property
    def hues(self) -> list[str]:
        return _HUES[self.name]

    @property
    def ink(self) -> str:
        return _INK[self.name]

    @property
    def faint(self) -> str:
        return _FAINT[self.name]

    @property
    def paper(self) -> str:
        return _PAPER[self.name]


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure in both themes with its description; shows itself in Jupyter and on the page.

    figure: the light one, for those who want to go on drawing. png: theme -> file content.
    """

    figure: Figure
    png: dict[str, bytes]
    alt: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # Inline "display: none" hides the dark one where a viewer strips the style sheet.
        images = {
            theme: f'<img class="themed-{theme}" alt="{html.escape(self.alt)}" '
            f'src="data:image/png;base64,{base64.b64encode(data).decode()}" '
            f'style="max-width:100%;height:auto{";display:none" if theme == "dark" else ""}">'
            for theme, data in self.png.items()
        }
        return {"text/html": _SWITCH + images["light"] + images["dark"], "text/plain": f"[figure: {self.alt}]"}

    def __repr__(self) -> str:
        return f"[figure: {self.alt}]"


_SWITCH = (
    "<style>"
    'html[data-theme="dark"] img.themed-dark,body[data-jp-theme-light="false"] img.themed-dark'
    "{display:block!important;background:none!important;filter:none!important}"
    'html[data-theme="dark"] img.themed-light,body[data-jp-theme-light="false"] img.themed-light'
    "{display:none!important}"
    "</style>"
)


def _smaller(buffer: io.BytesIO) -> bytes:
    """The same PNG with a palette of 256 colours: plenty for lines, letters and grey images, in fewer bytes."""
    with Image.open(buffer) as image:
        resolution = image.info["dpi"]
        reduced = image.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    answer = io.BytesIO()
    reduced.save(answer, "PNG", optimize=True, dpi=resolution)
    return answer.getvalue()


def themed(draw: Callable[..., tuple[Figure, str]]) -> Callable[..., Picture]:
    """Decorate ``draw(palette, ...) -> (figure, alt text)`` so that it draws once per theme and returns a Picture.

    The caller may give ``alt=`` to say it better than the function can.
    """

    @functools.wraps(draw)
    def picture(*args: object, alt: str | None = None, **kwargs: object) -> Picture:
        figures, png, described = {}, {}, ""
        for name in ("light", "dark"):
            palette = Palette(name)
            colours = {
                "axes.prop_cycle": cycler(color=palette.hues),
                "figure.facecolor": palette.paper,
                "axes.facecolor": palette.paper,
                "savefig.facecolor": palette.paper,
                **dict.fromkeys(("text.color", "axes.labelcolor", "axes.titlecolor"), palette.ink),
                **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), palette.faint),
                **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor"), palette.ink),
            }
            with mpl.rc_context({**_COMMON, **colours}):
                figure, described = draw(palette, *args, **kwargs)
                FigureCanvasAgg(figure)
                buffer = io.BytesIO()
                # savefig would give a figure that wants no layout engine the default one.
                with mpl.rc_context({"figure.constrained_layout.use": False}):
                    # No version string in the file: the same numbers give the same bytes.
                    figure.savefig(buffer, format="png", metadata={"Software": None})
            figures[name], png[name] = figure, _smaller(buffer)
        # Names that the figure breaks over two lines, or sets as a formula, are plain words here.
        return Picture(figures["light"], png, " ".join((alt or described).replace("$", "").split()))

    # What a reader of help() calls has no palette in it.
    annotations = {key: value for key, value in draw.__annotations__.items() if key != "palette"}
    picture.__annotations__ = annotations | {"alt": "str | None", "return": "Picture"}
    del picture.__wrapped__
    return picture
