"""Images beside and under each other."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing


@themed
def reconstructions(palette: Palette, rows: Mapping[str, Tensor], *, columns: int = 8) -> tuple[Figure, str]:
    """Rows of images under each other, each with its name: originals first, then what each model makes of them.

    rows: name -> (N, 1, H, W); the first ``columns`` images of each are shown, grey values 0 to 1.
    """
    refuse_nothing("rows", rows)
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
    refuse_nothing("rows", {name: directions.T for name, directions in rows.items()})
    columns = min(columns, *(directions.shape[1] for directions in rows.values()))
    figure, axes = _image_rows({name: list(directions.T) for name, directions in rows.items()}, columns)
    for axis, direction in axes:
        limit = direction.abs().max().item()
        _image(axis, direction.reshape(image_shape), cmap="RdBu_r", vmin=-limit, vmax=limit)
    return figure, f"The first {columns} directions as images, in {len(rows)} rows: {'; '.join(rows)}."


@themed
def image_sheet(
    palette: Palette,
    images: Tensor,
    *,
    x: Tensor | None = None,
    y: Tensor | None = None,
    x_label: str = "$z_1$",
    y_label: str = "$z_2$",
) -> tuple[Figure, str]:
    """Many small images edge to edge, as on a sheet: what a decoder makes of a grid of codes.

    images: (rows, columns, 1, H, W), grey values 0 to 1, the first row at the top.
    x: (columns,), y: (rows,): the codes' coordinates, written at the sides; without them the sheet has no axes.
    """
    if images.ndim != 5 or 0 in images.shape[:2]:
        raise ValueError(f"images has shape {tuple(images.shape)}; a sheet is (rows, columns, 1, H, W)")
    if (x is None) != (y is None):
        raise ValueError("a sheet has coordinates on both sides or on none: give x and y")
    rows, columns, _, height, width = images.shape
    sheet = images.detach().cpu()[:, :, 0].permute(0, 2, 1, 3).reshape(rows * height, columns * width)
    room = 0.0 if x is None or y is None else 0.55  # inches for the numbers
    figure = Figure(figsize=(WIDTH, (WIDTH - room) * rows * height / (columns * width) + room), layout="none")
    inner = figure.get_figheight() - room
    axis = figure.add_axes((room / WIDTH, room / figure.get_figheight(), 1 - room / WIDTH, inner / (inner + room)))
    _image(axis, sheet, vmin=0, vmax=1, aspect="auto")
    where = ""
    if x is not None and y is not None:
        for places, values, side, set_ticks in (
            (columns, x, width, axis.set_xticks),
            (rows, y, height, axis.set_yticks),
        ):
            if len(values) != places:
                raise ValueError(f"{len(values)} coordinates for {places} images in a line")
            chosen = sorted({0, places // 2, places - 1})
            set_ticks([(i + 0.5) * side for i in chosen], [f"{float(values[i]):.1f}" for i in chosen])
        axis.tick_params(length=0)
        axis.set_xlabel(x_label, labelpad=0)
        axis.set_ylabel(y_label)
        axis.yaxis.set_label_coords(-0.5 * room / (WIDTH - room), 0.75)  # between two numbers, not on one of them
        where = (
            f" Columns: {x_label} from {float(x[0]):.1f} to {float(x[-1]):.1f}; "
            f"rows, from the bottom: {y_label} from {float(y[-1]):.1f} to {float(y[0]):.1f}."
        )
    return figure, f"{rows} rows of {columns} images, edge to edge.{where}"


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
