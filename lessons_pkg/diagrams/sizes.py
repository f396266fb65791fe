"""Two input sizes that give one output size, and the way back to each of them."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessons_pkg.diagrams.canvas import SMALL, canvas, grid, label, tint
from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.shapes import conv_size, transposed_conv_size

MOST = 18  # cells in a row that can still be read


@themed
def output_padding_pair(
    palette: Palette, sizes: tuple[int, int] = (13, 14), *, kernel: int = 3, stride: int = 2, padding: int = 1
) -> tuple[Figure, str]:
    """Two sizes that a convolution makes equal, and how ``output_padding`` says which of them is to come back.

    Drawn along one axis: the pixels with their padding and the windows over them; then the way back, the stamps and
    what is left of them. sizes: two that give one output size, at most 18 with their padding; the larger may need no
    more output_padding than there is padding.
    """
    counts = [conv_size(size, kernel, stride, padding) for size in sizes]
    count, longest = counts[0], max(sizes) + 2 * padding
    extra = [size - transposed_conv_size(count, kernel, stride, padding) for size in sizes]
    if counts != [count] * 2 or len(set(sizes)) != 2 or count < 1 or longest > MOST or max(extra) > padding:
        raise ValueError(
            f"sizes={sizes} with kernel {kernel}, stride {stride} and padding {padding} give outputs of {counts}; "
            f"two sizes of one output can be drawn, at most {MOST} with padding, output_padding up to the padding"
        )
    cell = min(0.29, (WIDTH - 0.1) / longest)
    left, pitch = (WIDTH - longest * cell) / 2, 1.24
    figure, axis = canvas(4 * pitch + 0.1)
    told = []
    for place, size in enumerate(sizes):
        top = 0.36 + place * pitch
        unread = size + 2 * padding - (count - 1) * stride - kernel
        told.append(f"{size} pixels, padding {padding}: {count} windows, {_unread(unread)}")
        label(axis, left, top - 0.27, told[-1], ha="left")
        _strip(axis, palette, left, top, cell, size, (padding, padding), f"pixels {size}")
        _windows(axis, palette, left, top + cell, cell, (count, kernel, stride), f"windows {size}")
    for place, (size, more) in enumerate(zip(sizes, extra, strict=True)):
        top = 0.36 + (2 + place) * pitch + 0.52
        told.append(f"back, output_padding={more}: {padding} cut off left, {padding - more} right: {size} pixels")
        label(axis, left, top - 0.79, told[-1], ha="left")
        _windows(axis, palette, left, top, cell, (count, kernel, stride), f"stamps {size}", up=True)
        _strip(axis, palette, left, top, cell, size, (padding, padding - more), f"back {size}")
    return figure, (
        f"A convolution with kernel {kernel} and stride {stride} along one axis, and the transposed convolution of its "
        f"{count} numbers. {'; '.join(told)}."
    )


def _unread(number: int) -> str:
    told = ("all cells are read", "the last cell is not read")
    return told[number] if number < 2 else f"the last {number} cells are not read"


def _strip(
    axis: Axes, palette: Palette, left: float, top: float, cell: float, size: int, ends: tuple[int, int], name: str
) -> None:
    """A row of numbered pixels with what is padded, or cut off, at its two ends drawn faint and empty."""
    inside = range(ends[0], ends[0] + size)
    cells = [None] * ends[0] + list(range(1, size + 1)) + [None] * ends[1]
    grid(
        axis, palette, left, top, [cells], size=cell, name=name, faint=lambda r, c: c not in inside,
        face=lambda r, c: tint(palette.hues[0], palette, 0.25) if c in inside else None,
    )  # fmt: skip


def _windows(
    axis: Axes, palette: Palette, left: float, y: float, cell: float, windows: tuple[int, int, int], name: str,
    *, up: bool = False,
) -> None:  # fmt: skip
    """A bracket for each window, by turns in two lines and two colours, with its number in its middle.

    windows: how many, how wide, how far apart.
    """
    count, kernel, stride = windows
    sign = -1 if up else 1
    for place in range(count):
        hue, line = palette.hues[1 + place % 2], y + sign * (0.09 + 0.16 * (place % 2))
        first = left + place * stride * cell
        ends = first + 0.03, first + kernel * cell - 0.03
        axis.plot(
            [ends[0], *ends, ends[1]], [line - sign * 0.05, line, line, line - sign * 0.05], color=hue, linewidth=1.8
        )
        axis.text(
            sum(ends) / 2,
            y + sign * 0.42,
            str(place + 1),
            color=hue,
            fontsize=SMALL,
            ha="center",
            va="center",
            gid=name,
        )
