"""What was measured over several seeds, against anything, in panels on top of each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.curves import _label_ends
from lessons_pkg.plots.parts import refuse_nothing

_MARKERS = "os^Dv<>P"  # beside the colours, for who cannot tell all of these apart


@themed
def seed_curves(
    palette: Palette,
    panels: Mapping[str, Mapping[str, Mapping[float, Sequence[float]]]],
    *,
    x_label: str,
    y_label: str,
    marks: Mapping[str, tuple[str, float]] | None = None,
    log_x: bool = False,
) -> tuple[Figure, str]:
    """A mark per seed, a thin line through the means, each line named at its end; a panel per title.

    panels: title -> name -> x, rising -> the values there, one per seed. A name has the same colour in every panel.
    marks: title -> (name, x) of a vertical line in that panel. log_x: a logarithmic x axis.
    """
    refuse_nothing("panels", panels)
    marks = marks or {}
    names = list(dict.fromkeys(name for groups in panels.values() for name in groups))
    look = dict(zip(names, zip(cycle(palette.hues), cycle(_MARKERS), strict=False), strict=False))
    longest = max((len(groups) for groups in panels.values()), default=1)
    figure = Figure(figsize=(WIDTH, max(2.7, 0.27 * longest + 0.8) * len(panels)))
    told = []
    axes = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
    for axis, (title, groups) in zip(axes, panels.items(), strict=True):
        refuse_nothing("panels", {title: groups})
        refuse_nothing("panels", groups)
        places = sorted({x for values in groups.values() for x in values})
        means, ends = {}, {}
        for name, values in groups.items():
            refuse_nothing("panels", {f"{name} at {x}": seeds for x, seeds in values.items()})
            hue, marker = look[name]
            means[name] = [float(np.mean(seeds)) for seeds in values.values()]
            x = [place for place, seeds in values.items() for _ in seeds]
            y = [value for seeds in values.values() for value in seeds]
            axis.plot(x, y, marker, color=hue, markersize=4.5, alpha=0.7, markeredgewidth=0)
            axis.plot(list(values), means[name], color=hue, linewidth=1, alpha=0.8)
            ends[name] = (list(values)[-1], means[name][-1], hue)
        axis.set(xscale="log" if log_x else "linear", ylabel=y_label)
        axis.set_title(title, loc="left")
        axis.set_xticks(places, [f"{place:g}" for place in places])
        axis.xaxis.set_minor_locator(NullLocator())
        if title in marks:
            named, at = marks[title]
            axis.axvline(at, color=palette.faint, linestyle=":", linewidth=1.5, zorder=0)
            axis.annotate(
                named, (at, 0), xycoords=axis.get_xaxis_transform(), xytext=(4, 4), textcoords="offset points",
                color=palette.faint, fontsize=10,
            )  # fmt: skip
        _label_ends(figure, axis, ends, panels=len(panels))
        lines = "; ".join(
            f"{name} from {means[name][0]:.3g} at {min(values):g} to {means[name][-1]:.3g} at {max(values):g}"
            for name, values in groups.items()
        )
        told.append(f" {title}: {lines}." + (f" {marks[title][0]} at {marks[title][1]:g}." if title in marks else ""))
    axes[-1].set_xlabel(x_label)
    return figure, f"{y_label} against {x_label}, a mark per seed, means:{''.join(told)}"
