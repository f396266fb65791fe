"""Several measured groups for each of several things: classes, say, and the methods that were tried on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing

_MARKS = "osD^vP*X"  # beside the colours, for those who cannot tell these apart


@themed
def dots_by_row(
    palette: Palette,
    rows: Sequence[str],
    groups: Mapping[str, Sequence[Sequence[float]]],
    *,
    x_label: str,
    levels: Mapping[str, float] | None = None,
) -> tuple[Figure, str]:
    """One row per thing, in it a line of dots per group (a dot per seed), and vertical reference lines with names.

    groups: name -> for each row its values, one per seed; an empty list where there is none.
    Raises ValueError where there is nothing to draw, and for a group with another number of rows.
    """
    refuse_nothing("rows", {"rows": rows})
    refuse_nothing("groups", groups)
    for name, values in groups.items():
        if len(values) != len(rows):
            raise ValueError(f"{name!r} has values for {len(values)} rows, and there are {len(rows)}")
    line = 0.125  # inches for each group of a row
    pad = 0.1
    high = len(rows) * (line * len(groups) + pad)
    figure = Figure(figsize=(WIDTH, high + 0.9 + 0.24 * (len(groups) + len(levels or {})) / 2))
    axis = figure.subplots()
    step = 1 / (len(groups) + pad / line)
    for number, ((name, values), hue, mark) in enumerate(
        zip(groups.items(), cycle(palette.hues), cycle(_MARKS), strict=False)
    ):
        places = [row + (number - (len(groups) - 1) / 2) * step for row in range(len(rows))]
        for place, seeds in zip(places, values, strict=True):
            axis.plot(seeds, [place] * len(seeds), mark, color=hue, markersize=4.5, alpha=0.8, markeredgewidth=0)
        axis.plot([], [], mark, color=hue, label=name)
    for row in range(1, len(rows)):
        axis.axhline(row - 0.5, color=palette.faint, linewidth=0.4)
    for name, value in (levels or {}).items():
        axis.axvline(value, color=palette.ink, linestyle="--", linewidth=1.2, zorder=0, label=name)
    axis.set_yticks(range(len(rows)), list(rows))
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    figure.supxlabel(x_label, fontsize="medium")
    figure.legend(loc="outside upper left", ncols=2, handletextpad=0.4, columnspacing=1.0, borderpad=0)
    told = "; ".join(
        f"{row}: " + ", ".join(f"{name} {np.mean(values[at]):.2f}" for name, values in groups.items() if values[at])
        for at, row in enumerate(rows)
    )
    marks = "".join(f" {name} at {value:.2f}." for name, value in (levels or {}).items())
    return figure, f"{x_label}, one dot per seed. Means: {told}.{marks}"
