"""The figures of the course: numbers and images in, a ``Picture`` with alt text out.

Every function also takes ``alt=`` to replace the description that it would write by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette, Picture, themed

__all__ = [
    "Picture",
    "autoencoder_diagram",
    "code_scatter",
    "component_images",
    "dots",
    "error_against_code_size",
    "lines",
    "loss_curves",
    "reconstructions",
]


@themed
def reconstructions(palette: Palette, rows: Mapping[str, Tensor], *, columns: int = 8) -> tuple[Figure, str]:
    """Rows of images under each other, each with its name: originals first, then what each model makes of them.

    rows: name -> (N, 1, H, W); the first ``columns`` images of each are shown, grey values 0 to 1.
    """
    _refuse_nothing("rows", rows)
    columns = min(columns, *(len(images) for images in rows.values()))
    figure, axes = _image_rows({name: list(images) for name, images in rows.items()}, columns)
    for axis, image in axes:
        _image(axis, image, vmin=0, vmax=1)
    return figure, f"{columns} images in {len(rows)} rows: {'; '.join(rows)}."


@themed
def component_images(
    palette: Palette, rows: Mapping[str, Tensor], *, columns: int = 8, image_shape: tuple[int, int] = (28, 28)
) -> tuple[Figure, str]:
    """Directions in pixel space drawn as images: blue negative, red positive, white zero, each scaled by itself.

    rows: name -> (D, k), one direction per column; the first ``columns`` are shown.
    """
    _refuse_nothing("rows", {name: directions.T for name, directions in rows.items()})
    columns = min(columns, *(directions.shape[1] for directions in rows.values()))
    figure, axes = _image_rows({name: list(directions.T) for name, directions in rows.items()}, columns)
    for axis, direction in axes:
        limit = direction.abs().max().item()
        _image(axis, direction.reshape(image_shape), cmap="RdBu_r", vmin=-limit, vmax=limit)
    return figure, f"The first {columns} directions as images, in {len(rows)} rows: {'; '.join(rows)}."


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
    _refuse_nothing("sizes", {"sizes": sizes})
    if models:
        _refuse_nothing("models", {name: [v for seeds in values for v in seeds] for name, values in models.items()})
    figure = Figure(figsize=(WIDTH, 3.6))
    axis = figure.subplots()
    axis.plot(sizes, floor, color=palette.ink, linestyle="--")
    ends = {floor_name: (sizes[-1], floor[-1], palette.ink)}
    for (name, values), hue in zip(models.items(), cycle(palette.hues), strict=False):
        x = [size for size, seeds in zip(sizes, values, strict=True) for _ in seeds]
        y = [value for seeds in values for value in seeds]
        axis.plot(x, y, "o", color=hue, markersize=5, alpha=0.7)
        means = {size: float(np.mean(seeds)) for size, seeds in zip(sizes, values, strict=True) if len(seeds)}
        axis.plot(list(means), list(means.values()), color=hue, linewidth=1, alpha=0.7)
        ends[name] = (max(means), means[max(means)], hue)
    axis.set(xscale="log", yscale="log", xlabel="numbers in the code", ylabel=unit)
    axis.set_xticks(list(sizes), [str(size) for size in sizes])
    axis.xaxis.set_minor_locator(NullLocator())
    _plain_log_ticks(axis)
    _label_ends(figure, axis, ends)
    described = ", ".join(f"{value:.4f} at {size}" for size, value in zip(sizes, floor, strict=True))
    return figure, f"{unit} against code size. {floor_name}: {described}. Beside it: {', '.join(models)}."


@themed
def dots(
    palette: Palette,
    groups: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    levels: Mapping[str, float] | None = None,
) -> tuple[Figure, str]:
    """One line of dots per group (a dot per seed, a bar at the mean), and vertical reference lines with names."""
    _refuse_nothing("groups", groups)
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


@themed
def code_scatter(
    palette: Palette, panels: Mapping[str, Tensor], labels: Tensor, class_names: Sequence[str]
) -> tuple[Figure, str]:
    """Codes in the plane, one panel under another, each class with a colour and its name at its median.

    panels: title -> (N, 2); labels: (N,) the same for all panels.
    """
    _refuse_nothing("panels", panels)
    figure = Figure(figsize=(WIDTH, 4.2 * len(panels)))
    ten = ["#3b6fb6", "#d1773a", "#3f9a6b", "#b5536f", "#8a6fc0", "#8f7a3d", "#cf74b4", "#6f7f8c", "#a3a532", "#3aa5b0"]
    for axis, (title, points) in zip(figure.subplots(len(panels), 1, squeeze=False)[:, 0], panels.items(), strict=True):
        for label, name in enumerate(class_names):
            mine = points[labels == label].detach().cpu().numpy()
            if len(mine) == 0:
                continue
            axis.plot(*mine.T, "o", markersize=3.2, alpha=0.6, color=ten[label % 10], markeredgewidth=0)
            text = axis.text(*np.median(mine, axis=0), name, ha="center", va="center", weight="bold", fontsize=12)
            text.set_bbox({"facecolor": palette.paper, "edgecolor": ten[label % 10], "alpha": 0.85, "pad": 1.5})
        axis.set_title(title, loc="left")
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    count = len(labels)
    return figure, f"{count} codes in the plane, coloured by class ({', '.join(class_names)}): {'; '.join(panels)}."


@themed
def autoencoder_diagram(
    palette: Palette, *, image: Tensor, reconstruction: Tensor, code_dim: int
) -> tuple[Figure, str]:
    """The idea in one picture: image x, encoder h, code z, decoder g, reconstruction.

    image, reconstruction: (1, H, W), shown at the two ends.
    """
    figure = Figure(figsize=(WIDTH, 2.3), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, 10.4), ylim=(0, 4.6))
    axis.axis("off")
    blue, orange = palette.hues[:2]
    wide, narrow, middle = 1.15, 0.45, 2.45
    for left, right, first, last, hue, name in (
        (2.5, 4.4, wide, narrow, blue, "encoder $h$"),
        (6.0, 7.9, narrow, wide, orange, "decoder $g$"),
    ):
        corners = [(left, middle - first), (left, middle + first), (right, middle + last), (right, middle - last)]
        axis.add_patch(Polygon(corners, closed=True, facecolor=hue, alpha=0.25, edgecolor=hue, linewidth=1.5))
        axis.text((left + right) / 2, middle, name.replace(" ", "\n"), ha="center", va="center")
    for number in range(5):
        bottom = middle - 0.55 + number * 0.22
        axis.add_patch(Rectangle((5.09, bottom), 0.22, 0.22, facecolor=palette.paper, edgecolor=palette.ink))
    for start, end in ((2.1, 2.5), (4.4, 5.05), (5.35, 6.0), (7.9, 8.3)):
        axis.add_patch(
            FancyArrowPatch((start, middle), (end, middle), arrowstyle="->", mutation_scale=10, color=palette.ink)
        )
    for left, picture in ((0.15, image), (8.35, reconstruction)):
        axis.imshow(picture.squeeze().numpy(), extent=(left, left + 1.9, middle - 0.95, middle + 0.95), vmin=0, vmax=1)
        axis.add_patch(Rectangle((left, middle - 0.95), 1.9, 1.9, fill=False, edgecolor=palette.faint))
    axis.set(xlim=(0, 10.4), ylim=(0, 4.6), aspect="auto")  # imshow moved the limits
    pixels = image.numel()
    for x, text in (
        (1.1, f"image $x$\n{pixels} numbers"),
        (5.2, f"code $z$\n{code_dim} numbers"),
        (9.3, f"$\\hat x = g(z)$\n{pixels} numbers"),
    ):
        axis.text(x, 1.1, text, ha="center", va="top")
    return figure, (
        f"An image x of {pixels} numbers goes through the encoder h, which narrows to a code z of {code_dim} numbers; "
        f"the decoder g widens it again to a reconstruction of {pixels} numbers, blurrier than the image."
    )


def _refuse_nothing(what: str, named: Mapping[str, Sequence | Tensor]) -> None:
    """A clear word where there is nothing to draw, instead of a division by zero inside."""
    if not named:
        raise ValueError(f"{what} is empty: give at least one name with something to draw")
    for name, values in named.items():
        if len(values) == 0:
            raise ValueError(f"{what}: there is nothing to draw for {name!r}")


def _image_rows(rows: Mapping[str, list[Tensor]], columns: int) -> tuple[Figure, list[tuple[Axes, Tensor]]]:
    """A figure with one named row of square cells per entry, and each cell's axes with the image that goes there."""
    gap, title = 0.06, 0.26  # inches
    cell = min(1.2, (WIDTH - gap * (columns - 1)) / columns)
    height = (cell + title + gap) * len(rows)
    figure = Figure(figsize=(WIDTH, height), layout="none")
    pairs = []
    for row, (name, images) in enumerate(rows.items()):
        top = height - row * (cell + title + gap)
        figure.text(0, (top - title + 0.07) / height, name, va="bottom")
        for column, image in enumerate(images[:columns]):
            left = column * (cell + gap)
            box = (left / WIDTH, (top - title - cell) / height, cell / WIDTH, cell / height)
            pairs.append((figure.add_axes(box), image))
    return figure, pairs


def _image(axis: Axes, image: Tensor, **options: object) -> None:
    axis.imshow(image.detach().squeeze().cpu().numpy(), **options)
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)


def _curves(
    palette: Palette,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x_label: str,
    y_label: str,
    levels: Mapping[str, float],
    log: bool,
) -> tuple[Figure, str]:
    _refuse_nothing("curves", {name: y for name, (_, y) in curves.items()})
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
    if x_label == "epoch":
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    _label_ends(figure, axis, ends)
    told = "; ".join(f"{name} from {y[0]:.4g} to {y[-1]:.4g}" for name, (_, y) in curves.items())
    marks = "".join(f" {name} at {value:.4g}." for name, value in levels.items())
    return figure, f"{y_label} against {x_label}: {told}.{marks}"


def _plain_log_ticks(axis: Axes) -> None:
    """0.01, 0.02, 0.05 on a logarithmic axis, rather than one lonely power of ten."""
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_locator(NullLocator())


def _label_ends(figure: Figure, axis: Axes, ends: Mapping[str, tuple[float, float, str]]) -> None:
    """Write each line's name at its right end, moved up or down just so far that no two names touch."""
    axis.autoscale_view()
    height = figure.get_figheight() * 72 * 0.75  # of the axes, in points, roughly
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
