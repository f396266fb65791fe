"""What the diagrams share: a sheet measured in inches, grids of numbered cells, arrows and tints."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette

# On a phone a figure shrinks to 390 px: letters of 10 points are 10 px high there.
SMALL = 10
DIGIT, MINUS = 0.0885, 0.116  # inches, their width


def canvas(height: float) -> tuple[Figure, Axes]:
    """A sheet as wide as the page and ``height`` inches high; x runs to the right and y downwards, in inches."""
    figure = Figure(figsize=(WIDTH, height), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, WIDTH), ylim=(height, 0))
    axis.axis("off")
    return figure, axis


def tint(hue: str, palette: Palette, amount: float = 0.3) -> str:
    """A hue thinned with paper: dark enough to be seen, light enough for letters in ink."""
    return to_hex([amount * h + (1 - amount) * p for h, p in zip(to_rgb(hue), to_rgb(palette.paper), strict=True)])


def grid(
    axis: Axes,
    palette: Palette,
    left: float,
    top: float,
    cells: Sequence[Sequence[object]] | Tensor,
    *,
    size: float,
    name: str,
    face: Callable[[int, int], str | None] = lambda row, column: None,
    faint: Callable[[int, int], bool] = lambda row, column: False,
) -> None:
    """Square cells with what is in them written inside (None: nothing), ``size`` inches each.

    face: colour of a cell, None for paper. faint: cells drawn as if they were not quite there. The texts carry
    ``name`` as their gid, so that a test can read the grid back. Raises ValueError where a number has more letters
    than its cell can hold.
    """
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            pale = faint(row, column)
            axis.add_patch(
                Rectangle(
                    (left + column * size, top + row * size), size, size, facecolor=face(row, column) or palette.paper,
                    edgecolor=palette.faint, linewidth=0.8, linestyle=":" if pale else "-", zorder=1,
                )
            )  # fmt: skip
            text = "" if value is None else number(value)
            if sum(MINUS if letter == "\N{MINUS SIGN}" else DIGIT for letter in text) > size:
                raise ValueError(f"{text} in the {name} does not fit into its cell")
            axis.text(
                left + (column + 0.5) * size, top + (row + 0.5) * size, text, ha="center", va="center_baseline",
                fontsize=SMALL, gid=name, zorder=4,
            )  # fmt: skip


def number(value: object) -> str:
    """A number as it is written into a cell: whole ones without a point, a true minus sign."""
    value = value.item() if isinstance(value, Tensor) else value
    return value if isinstance(value, str) else f"{value:g}".replace("-", "\N{MINUS SIGN}")


def outline(
    axis: Axes, left: float, top: float, width: float, height: float, hue: str, *, inset: float = 0.0, line: float = 2.5
) -> None:
    """A frame round a window, ``inset`` inches inside, so that frames that meet can be told apart."""
    axis.add_patch(
        Rectangle(
            (left + inset, top + inset), width - 2 * inset, height - 2 * inset, fill=False, edgecolor=hue,
            linewidth=line, zorder=3, joinstyle="miter",
        )
    )  # fmt: skip


def arrow(axis: Axes, palette: Palette, start: tuple[float, float], end: tuple[float, float]) -> None:
    axis.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="->", mutation_scale=11, color=palette.ink, linewidth=1.3, shrinkA=0, shrinkB=0
        )
    )


def label(axis: Axes, x: float, y: float, text: str, *, size: float = SMALL, **options: object) -> None:
    """Words: centred and hanging down from (x, y) unless told otherwise."""
    axis.text(x, y, text, fontsize=size, **{"ha": "center", "va": "top", "linespacing": 1.25} | options)


def by(*sizes: int) -> str:
    """3, 3 -> '3×3', as it is written everywhere in the diagrams."""
    return "\N{MULTIPLICATION SIGN}".join(map(str, sizes))
