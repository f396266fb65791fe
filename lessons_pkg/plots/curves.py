"""Numbers against epochs, code sizes or anything else, with every line named at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing


@themed
def loss_curves(
    palette: Palette,
    curves: Mapping[str, Sequence[float]],
    *,
    unit: str = "mean squared error per pixel",
    floor: float | None = None,
    floor_name: str = "PCA floor",
    log: bool = False,
) -> tuple[Figure, str]:
    """Loss after each epoch, one named line per curve, and the floor under them if there is one."""
    return _curves(
        palette,
        {name: (range(1, len(values) + 1), values) for name, values in curves.items()},
        x_label="epoch",
        y_label=unit,
        levels={} if floor is None else {floor_name: floor},
        log=log,
    )


@themed
def lines(
    palette: Palette,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x_label: str,
    y_label: str,
    levels: Mapping[str, float] | None = None,
    log: bool = False,
) -> tuple[Figure, str]:
    """Named lines, name -> (x, y), each labelled at its end; ``levels`` are horizontal reference lines."""
    return _curves(palette, curves, x_label=x_label, y_label=y_label, levels=levels or {}, log=log)


@themed
def error_against_code_size(
    palette: Palette,
    sizes: Sequence[int],
    floor: Sequence[float],
    models: Mapping[str, Sequence[Sequence[float]]],
    *,
    unit: str = "mean squared error per pixel",
    floor_name: str = "PCA floor",
) -> tuple[Figure, str]:
    """Error against code size on logarithmic axes: the floor as a line, each model's seeds as dots.

    floor: one value per size. models: name -> one list of values (one per seed) per size; an empty list where a model
    has no code of that size. A thin line runs through the means.
    """
    figure = _against_size(palette, sizes, models, unit=unit, floor={floor_name: floor}, log=True)
    described = ", ".join(f"{value:.4f} at {size}" for size, value in zip(sizes, floor, strict=True))
    return figure, f"{unit} against code size. {floor_name}: {described}. Beside it: {', '.join(models)}."


@themed
def seeds_against_code_size(
    palette: Palette,
    sizes: Sequence[int],
    groups: Mapping[str, Sequence[Sequence[float]]],
    *,
    y_label: str,
    log: bool = False,
) -> tuple[Figure, str]:
    """Any measure against code size: a dot per seed, a thin line through the means, each group named at its end.

    groups: name -> one list of values (one per seed) per size. log: a logarithmic y axis; x is always logarithmic.
    """
    if not groups:
        raise ValueError("groups is empty: give at least one name with something to draw")
    figure = _against_size(palette, sizes, groups, unit=y_label, floor={}, log=log)
    told = "; ".join(
        f"{name} from {np.mean(values[0]):.3g} at {sizes[0]} to {np.mean(values[-1]):.3g} at {sizes[-1]}"
        for name, values in groups.items()
        if len(values[0]) and len(values[-1])
    )
    return figure, f"{y_label} against the numbers in the code, a dot per seed. Means: {told}."


@themed
def dots(
    palette: Palette,
    groups: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    levels: Mapping[str, float] | None = None,
) -> tuple[Figure, str]:
    """One line of dots per group (a dot per seed, a bar at the mean), and vertical reference lines with names."""
    refuse_nothing("groups", groups)
    levels = levels or {}
    figure = Figure(figsize=(WIDTH, 0.55 * len(groups) + 1.0 + 0.22 * len(levels)))
    axis = figure.subplots()
    for row, ((_, values), hue) in enumerate(zip(groups.items(), cycle(palette.hues), strict=False)):
        axis.plot(values, [row] * len(values), "o", color=hue, markersize=7, alpha=0.75)
        axis.plot([np.mean(values)] * 2, [row - 0.28, row + 0.28], color=hue)
    axis.set_yticks(range(len(groups)), list(groups))
    axis.set_ylim(len(groups) - 0.5, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    figure.supxlabel(x_label, fontsize="medium")  # under the whole figure: long names leave the axes narrow
    axis.margins(x=0.08)
    in_data = axis.get_xaxis_transform()
    for number, (name, value) in enumerate(levels.items()):
        axis.axvline(value, color=palette.ink, linestyle="--", linewidth=1.2, zorder=0)
        # Names above the frame, one line each, so that close reference lines do not overprint each other.
        height = 1.02 + 0.22 / figure.get_figheight() * 1.45 * (len(levels) - 1 - number)
        low, high = axis.get_xlim()
        right = value > (low + high) / 2
        axis.text(
            value, height, f"{name} {value:.4f}", transform=in_data, ha="right" if right else "left", va="bottom",
            fontsize=10,
        )  # fmt: skip
    means = "; ".join(f"{name}: mean {np.mean(values):.4f}" for name, values in groups.items())
    marks = "".join(f" {name} at {value:.4f}." for name, value in levels.items())
    return figure, f"{x_label}, one dot per seed. {means}.{marks}"


def _curves(
    palette: Palette,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x_label: str,
    y_label: str,
    levels: Mapping[str, float],
    log: bool,
) -> tuple[Figure, str]:
    refuse_nothing("curves", {name: y for name, (_, y) in curves.items()})
    figure = Figure(figsize=(WIDTH, 3.4))
    axis = figure.subplots()
    ends = {}
    for (name, (x, y)), hue in zip(curves.items(), cycle(palette.hues), strict=False):
        axis.plot(x, y, color=hue, marker="o" if len(y) < 3 else None)
        ends[name] = (x[-1], y[-1], hue)
    right = max(end[0] for end in ends.values())
    for name, value in levels.items():
        axis.axhline(value, color=palette.ink, linestyle="--", linewidth=1.5)
        ends[name] = (right, value, palette.ink)
    axis.set(xlabel=x_label, ylabel=y_label, yscale="log" if log else "linear")
    if log:
        _plain_log_ticks(axis)
    if all(float(place).is_integer() for x, _ in curves.values() for place in x):
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    _label_ends(figure, axis, ends)
    told = "; ".join(f"{name} from {y[0]:.4g} to {y[-1]:.4g}" for name, (_, y) in curves.items())
    marks = "".join(f" {name} at {value:.4g}." for name, value in levels.items())
    return figure, f"{y_label} against {x_label}: {told}.{marks}"


def _against_size(
    palette: Palette,
    sizes: Sequence[int],
    models: Mapping[str, Sequence[Sequence[float]]],
    *,
    unit: str,
    floor: Mapping[str, Sequence[float]],
    log: bool,
) -> Figure:
    refuse_nothing("sizes", {"sizes": sizes})
    if models:
        refuse_nothing("models", {name: [v for seeds in values for v in seeds] for name, values in models.items()})
    figure = Figure(figsize=(WIDTH, 3.6))
    axis = figure.subplots()
    ends = {}
    for name, values in floor.items():
        axis.plot(sizes, values, color=palette.ink, linestyle="--")
        ends[name] = (sizes[-1], values[-1], palette.ink)
    for (name, values), hue in zip(models.items(), cycle(palette.hues), strict=False):
        x = [size for size, seeds in zip(sizes, values, strict=True) for _ in seeds]
        y = [value for seeds in values for value in seeds]
        axis.plot(x, y, "o", color=hue, markersize=5, alpha=0.7)
        means = {size: float(np.mean(seeds)) for size, seeds in zip(sizes, values, strict=True) if len(seeds)}
        axis.plot(list(means), list(means.values()), color=hue, linewidth=1, alpha=0.7)
        ends[name] = (max(means), means[max(means)], hue)
    axis.set(xscale="log", yscale="log" if log else "linear", xlabel="numbers in the code", ylabel=unit)
    axis.set_xticks(list(sizes), [str(size) for size in sizes])
    axis.xaxis.set_minor_locator(NullLocator())
    if log:
        _plain_log_ticks(axis)
    _label_ends(figure, axis, ends)
    return figure


def _plain_log_ticks(axis: Axes) -> None:
    """0.01, 0.02, 0.05 on a logarithmic axis, rather than one lonely power of ten."""
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_locator(NullLocator())


def _label_ends(figure: Figure, axis: Axes, ends: Mapping[str, tuple[float, float, str]], *, panels: int = 1) -> None:
    """Write each line's name at its right end, moved up or down just so far that no two names touch.

    panels: so many axes stand on top of each other in the figure.
    """
    axis.autoscale_view()
    height = figure.get_figheight() * 72 * 0.75 / panels  # of the axes, in points, roughly
    low, high = (axis.transData.transform((1, limit))[1] for limit in axis.get_ylim())
    gap = 14 / height
    wanted = sorted(
        ((axis.transData.transform((x, y))[1] - low) / (high - low), name) for name, (x, y, _) in ends.items()
    )
    placed: list[float] = []
    for position, _ in wanted:
        placed.append(max(position, placed[-1] + gap) if placed else position)
    shift = sum(position - place for (position, _), place in zip(wanted, placed, strict=True)) / len(placed)
    for (_, name), place in zip(wanted, placed, strict=True):
        _, _, colour = ends[name]
        axis.annotate(
            name, (1.0, place + shift), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points",
            color=colour, va="center", annotation_clip=False,
        )  # fmt: skip
