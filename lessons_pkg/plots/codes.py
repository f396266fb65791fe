"""Codes in the plane."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing

# Ten colours for ten classes; no colour-blind-safe set has so many, so the names stand beside them.
CLASS_COLOURS = (
    *("#3b6fb6", "#d1773a", "#3f9a6b", "#b5536f", "#8a6fc0"),
    *("#8f7a3d", "#cf74b4", "#6f7f8c", "#a3a532", "#3aa5b0"),
)

_MARKS = "oxs^"  # of groups of points among the codes


@themed
def code_scatter(
    palette: Palette, panels: Mapping[str, Tensor], labels: Tensor, class_names: Sequence[str]
) -> tuple[Figure, str]:
    """Codes in the plane, one panel under another, each class with a colour and its name at its median.

    panels: title -> (N, 2); labels: (N,) the same for all panels.
    """
    refuse_nothing("panels", panels)
    figure = Figure(figsize=(WIDTH, 4.2 * len(panels)))
    for axis, (title, points) in zip(figure.subplots(len(panels), 1, squeeze=False)[:, 0], panels.items(), strict=True):
        _classes(axis, palette, points, labels, class_names, size=3.2)
        axis.set_title(title, loc="left")
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    count = len(labels)
    return figure, f"{count} codes in the plane, coloured by class ({', '.join(class_names)}): {'; '.join(panels)}."


@themed
def code_plane(
    palette: Palette,
    codes: Tensor,
    labels: Tensor,
    class_names: Sequence[str],
    *,
    points: Mapping[str, Tensor] | None = None,
) -> tuple[Figure, str]:
    """Codes in the plane with their axes, both in the same unit, and points among them.

    codes: (N, 2); labels: (N,); points: name -> (M, 2), each group with a mark of its own, named beside the plot.
    """
    refuse_nothing("codes", {"codes": codes, **(points or {})})
    if len(points or {}) > len(_MARKS):
        raise ValueError(f"{len(points)} groups of points; there are marks for {len(_MARKS)}")
    figure = Figure(figsize=(WIDTH, WIDTH))
    axis = figure.subplots()
    _classes(axis, palette, codes, labels, class_names, size=2.4)
    for (name, places), mark, hue in zip((points or {}).items(), _MARKS, palette.hues, strict=False):
        x, y = places.detach().cpu().numpy().T
        axis.plot(x, y, mark, color=hue, markersize=5, markeredgecolor=palette.paper if mark != "x" else hue, zorder=3)
        axis.plot([], [], mark, color=hue, label=f"{name} ({len(places)})")
    if points:
        axis.legend(loc="upper left", bbox_to_anchor=(0, -0.1), handletextpad=0.2, borderpad=0)
    axis.axhline(0, color=palette.faint, linewidth=0.8, zorder=0)
    axis.axvline(0, color=palette.faint, linewidth=0.8, zorder=0)
    axis.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    low, high = codes.amin(0).tolist(), codes.amax(0).tolist()
    among = "".join(f" {len(places)} points: {name}." for name, places in (points or {}).items())
    return figure, (
        f"{len(codes)} codes in the plane, coloured by class ({', '.join(class_names)}); z_1 from {low[0]:.1f} to "
        f"{high[0]:.1f}, z_2 from {low[1]:.1f} to {high[1]:.1f}.{among}"
    )


@themed
def code_clouds(
    palette: Palette, z_mean: Tensor, z_log_var: Tensor, labels: Tensor, class_names: Sequence[str]
) -> tuple[Figure, str]:
    """The clouds q(z|x) of a VAE with two numbers: an ellipse of two standard deviations for each image.

    z_mean, z_log_var: (N, 2); labels: (N,). The dashed circle holds 95 % of N(0, I).
    """
    refuse_nothing("z_mean", {"z_mean": z_mean})
    figure = Figure(figsize=(WIDTH, WIDTH))
    axis = figure.subplots()
    _classes(axis, palette, z_mean, labels, class_names, size=0)
    std = (0.5 * z_log_var).exp()
    for (x, y), (wide, high), label in zip(z_mean.tolist(), std.tolist(), labels.tolist(), strict=True):
        colour = CLASS_COLOURS[label % 10]
        axis.add_patch(Ellipse((x, y), 4 * wide, 4 * high, facecolor=colour, alpha=0.35, edgecolor=colour))
    radius = math.sqrt(-2 * math.log(0.05))  # of a chi-square with two degrees of freedom
    axis.add_patch(Circle((0, 0), radius, fill=False, edgecolor=palette.ink, linestyle="--", linewidth=1.2))
    axis.autoscale_view()
    axis.set(xlabel="$z_1$", ylabel="$z_2$", aspect="equal")
    low, high = std.amin().item(), std.amax().item()
    return figure, (
        f"{len(z_mean)} ellipses in the plane, one for each image, coloured by class ({', '.join(class_names)}), with "
        f"standard deviations from {low:.2g} to {high:.2g}, and a dashed circle of radius {radius:.2f} about 0."
    )


def _classes(
    axis: Axes, palette: Palette, points: Tensor, labels: Tensor, class_names: Sequence[str], *, size: float
) -> None:
    """One colour for each class, and its name at its median, or a little above or below where names would overlap."""
    places = {}
    for label, name in enumerate(class_names):
        mine = points[labels == label].detach().cpu().numpy()
        if len(mine):
            axis.plot(*mine.T, "o", markersize=size, alpha=0.6, color=CLASS_COLOURS[label % 10], markeredgewidth=0)
            places[label, name] = np.median(mine, axis=0)
    (left, right), (bottom, top) = axis.get_xlim(), axis.get_ylim()
    across, line = 0.026 * (right - left), 0.058 * (top - bottom)  # one letter, one line, in units of the data
    placed: list[tuple[float, float, float]] = []
    for (label, name), (x, y) in sorted(places.items(), key=lambda entry: entry[1][1]):
        half = across * (len(name) + 1) / 2
        # From the lowest up: a name that would lie on another goes above it.
        for other_x, other_y, other_half in sorted(placed, key=lambda entry: entry[1]):
            if abs(x - other_x) < half + other_half and abs(y - other_y) < line:
                y = other_y + line
        placed.append((x, y, half))
        text = axis.text(x, y, name, ha="center", va="center", weight="bold", fontsize=10)
        text.set_bbox({"facecolor": palette.paper, "edgecolor": CLASS_COLOURS[label % 10], "alpha": 0.85, "pad": 1.5})
        text.set_zorder(4)
