"""A kernel walks over an image: with zeros around it, in steps of two, and through several channels."""

from __future__ import annotations

import textwrap

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.convolution import conv2d, conv2d_channels
from lessons_pkg.diagrams.canvas import by, canvas, grid, label, number, outline, tint
from lessons_pkg.pictures import WIDTH, Palette, themed

IMAGE = [[1, 2, 0, 1, 0], [3, 0, 1, 0, 2], [2, 1, 0, 1, 1], [0, 2, 1, 3, 0], [1, 0, 1, 2, 1]]
KERNEL = [[0, 1, 0], [1, 2, 1], [0, 1, 0]]
CHANNELS = [[[1, 0, 2], [0, 3, 1], [2, 1, 0]], [[0, 1, 1], [2, 0, 1], [1, 1, 0]], [[3, 0, 1], [1, 2, 0], [0, 1, 1]]]
PLANES = [[[1, 0], [0, 1]], [[0, 2], [1, 0]], [[1, 1], [0, -1]]]


@themed
def padding_same(
    palette: Palette, image: Tensor | None = None, kernel: Tensor | None = None, *, at: tuple[int, int] = (0, 0)
) -> tuple[Figure, str]:
    """A ring of zeros keeps the size: image with its padding, kernel, output, and one output number worked out.

    image: (H, W), at most 5 a side; kernel: 3 x 3; whole numbers from -9 to 9. at: which output number is worked out.
    One channel in, so the kernel has one channel: 3 x 3 x 1.
    """
    image, kernel = numbers(image, IMAGE, 5), numbers(kernel, KERNEL, 3)
    if kernel.shape != (3, 3):
        raise ValueError(f"the kernel has shape {tuple(kernel.shape)}: one ring of zeros keeps the size for 3 x 3 only")
    out = conv2d(image, kernel, padding=1)
    if not (0 <= at[0] < out.shape[0] and 0 <= at[1] < out.shape[1]):
        raise ValueError(f"at={at}: there is no such place in an output of {tuple(out.shape)}")
    rows, columns = image.shape
    cell, gap = 0.295, 0.33
    left = (WIDTH - (2 * columns + 5) * cell - 2 * gap) / 2
    window = F.pad(image, (1,) * 4)[at[0] : at[0] + 3, at[1] : at[1] + 3]
    pairs = zip(kernel.flatten().tolist(), window.flatten().tolist(), strict=True)
    products = " + ".join(f"{_factor(k)}·{_factor(x)}" for k, x in pairs if k != 0) or "0"
    value = number(out[at])
    told = f"In the frames (zeros of the kernel left out):\n{textwrap.fill(f'{products} = {value}', 62)}"
    if min(rows, columns) > 2:
        told += f"\nWithout the ring, the output would be {by(rows - 2, columns - 2)}."
    top = 0.62
    figure, axis = canvas(top + (rows + 2) * cell + 0.28 + 0.176 * (1 + told.count("\n")))
    blue, orange = palette.hues[:2]
    middle = top + (rows + 2) * cell / 2

    grid(
        axis, palette, left, top, F.pad(image, (1,) * 4), size=cell, name="input",
        faint=lambda r, c: r in (0, rows + 1) or c in (0, columns + 1),
        face=lambda r, c: None if r in (0, rows + 1) or c in (0, columns + 1) else tint(blue, palette, 0.22),
    )  # fmt: skip
    outline(axis, left + at[1] * cell, top + at[0] * cell, 3 * cell, 3 * cell, palette.ink)
    label(axis, left + (columns + 2) * cell / 2, top - 0.52, f"input {by(rows, columns, 1)}\nand a ring of zeros")

    second = left + (columns + 2) * cell + gap
    label(axis, second - gap / 2, middle, "∗", size=16, va="center")
    grid(axis, palette, second, middle - 1.5 * cell, kernel, size=cell, name="kernel")
    outline(axis, second, middle - 1.5 * cell, 3 * cell, 3 * cell, palette.ink)
    label(axis, second + 1.5 * cell, middle - 1.5 * cell - 0.52, f"kernel\n{by(3, 3, 1)}")

    third = second + 3 * cell + gap
    label(axis, third - gap / 2, middle, "=", size=16, va="center")
    grid(
        axis, palette, third, middle - rows * cell / 2, out, size=cell, name="output",
        face=lambda r, c: tint(orange, palette, 0.5 if (r, c) == at else 0.2),
    )  # fmt: skip
    label(axis, third + columns * cell / 2, middle - rows * cell / 2 - 0.3, f"output {by(rows, columns, 1)}")

    label(axis, WIDTH / 2, top + (rows + 2) * cell + 0.14, told)
    return figure, (
        f"An input of {by(rows, columns, 1)} with one ring of zeros around it, a kernel of {by(3, 3, 1)}, and an "
        f"output of {by(rows, columns, 1)}, as large as the input. The marked window gives {products} = {value}, "
        f"the output in row {at[0] + 1}, column {at[1] + 1}."
    )


@themed
def strided_convolution(
    palette: Palette,
    image: Tensor | None = None,
    kernel: Tensor | None = None,
    *,
    stride: int = 2,
) -> tuple[Figure, str]:
    """The kernel stands at every second place only: its windows in four colours, and the output number of each.

    image: (H, W), at most 6 a side; kernel: (kh, kw); whole numbers from -9 to 9. The windows must be four, two by two.
    """
    image, kernel = numbers(image, IMAGE, 6), numbers(kernel, KERNEL, 4)
    out = conv2d(image, kernel, stride=stride)
    if out.shape != (2, 2):
        raise ValueError(f"stride {stride} gives {by(*out.shape)} windows; four, two by two, can be told apart here")
    (rows, columns), (kh, kw) = image.shape, kernel.shape
    cell, gap, top = 0.34, 0.42, 0.4
    wide = (columns + kw + 2) * cell + 2 * gap
    left = (WIDTH - wide) / 2
    figure, axis = canvas(rows * cell + top + 0.85)
    middle = top + rows * cell / 2

    grid(axis, palette, left, top, image, size=cell, name="input")
    label(axis, left + columns * cell / 2, top - 0.28, f"input {by(rows, columns)}")
    for place in range(4):
        row, column = divmod(place, 2)
        outline(
            axis, left + column * stride * cell, top + row * stride * cell, kw * cell, kh * cell, palette.hues[place],
            inset=(0.02, 0.055)[(row + column) % 2],
        )  # fmt: skip
    second = left + columns * cell + gap
    label(axis, second - gap / 2, middle, "∗", size=16, va="center")
    grid(axis, palette, second, middle - kh * cell / 2, kernel, size=cell, name="kernel")
    label(axis, second + kw * cell / 2, middle - kh * cell / 2 - 0.28, f"kernel {by(kh, kw)}")
    third = second + kw * cell + gap
    label(axis, third - gap / 2, middle, "=", size=16, va="center")
    grid(
        axis, palette, third, middle - cell, out, size=cell, name="output",
        face=lambda r, c: tint(palette.hues[2 * r + c], palette, 0.35),
    )  # fmt: skip
    label(axis, third + cell, middle - cell - 0.28, "output 2×2")
    label(
        axis, WIDTH / 2, top + rows * cell + 0.14,
        f"Stride {stride}: the next window starts {stride} places further.\nEach frame gives the number of its colour.",
    )  # fmt: skip
    values = ", ".join(number(value) for value in out.flatten())
    return figure, (
        f"An input of {by(rows, columns)} with four windows of {by(kh, kw)}, each {stride} places from the next, "
        f"and the output of 2×2, one number for each window: {values}."
    )


@themed
def convolution_of_channels(
    palette: Palette, image: Tensor | None = None, kernel: Tensor | None = None
) -> tuple[Figure, str]:
    """One kernel over an image of several channels: each channel has a plane of the kernel, and the results add up.

    image: (C, H, W); kernel: (C, kh, kw); C from 1 to 4, sides at most 4; whole numbers from -9 to 9. The result is
    one map: as many maps come out of a layer as it has kernels.
    """
    image = torch.as_tensor(CHANNELS if image is None else image)
    kernel = torch.as_tensor(PLANES if kernel is None else kernel)
    if image.ndim != 3 or kernel.ndim != 3 or len(image) > 4:
        raise ValueError(f"shapes {tuple(image.shape)} and {tuple(kernel.shape)}: (C, H, W) is wanted, C at most 4")
    out = conv2d_channels(image, kernel[None])[0]
    image, kernel = ([numbers(plane, [], 4) for plane in planes] for planes in (image, kernel))
    parts = [conv2d(channel, plane) for channel, plane in zip(image, kernel, strict=True)]
    count, cell, gap, top = len(image), 0.3, 0.36, 0.62
    sides = [image[0].shape, kernel[0].shape, out.shape, out.shape]
    tall = image[0].shape[0] * cell
    pitch = tall + 0.18
    left = (WIDTH - sum(side[1] for side in sides) * cell - 3 * gap) / 2
    lefts = [left + sum(side[1] * cell + gap for side in sides[:column]) for column in range(4)]
    figure, axis = canvas(top + count * pitch + 0.5)

    def put(column: int, middle: float, values: Tensor, name: str, face: str | None) -> None:
        high = values.shape[0] * cell
        grid(axis, palette, lefts[column], middle - high / 2, values, size=cell, name=name, face=lambda r, c: face)

    def sign(column: int, middle: float, text: str) -> None:
        label(axis, lefts[column] - gap / 2, middle, text, size=16, va="center")

    def centre(column: int) -> float:
        return lefts[column] + sides[column][1] * cell / 2

    for place in range(count):
        middle, face = top + place * pitch + tall / 2, tint(palette.hues[place], palette, 0.28)
        put(0, middle, image[place], f"channel {place}", face)
        sign(1, middle, "∗")
        put(1, middle, kernel[place], f"plane {place}", face)
        sign(2, middle, "=")
        put(2, middle, parts[place], f"part {place}", face)
        if place:
            label(axis, centre(2), middle - pitch / 2, "+", size=16, va="center")
    middle = top + (count * pitch - 0.18) / 2
    sign(3, middle, "=")
    put(3, middle, out, "output", None)
    image_shape, kernel_shape, out_shape = by(*sides[0], count), by(*sides[1], count), by(*sides[2], 1)
    label(axis, centre(0), top - 0.54, f"input\n{image_shape}")
    label(axis, centre(1), top - 0.54, f"one kernel\n{kernel_shape}")
    label(axis, centre(3), middle - out.shape[0] * cell / 2 - 0.5, f"one map\n{out_shape}")
    words = "A kernel has as many channels as its input.\nEvery kernel makes one map."
    label(axis, WIDTH / 2, top + count * pitch, words)
    listed = "; ".join(", ".join(number(value) for value in row) for row in out)
    return figure, (
        f"An input of {image_shape} and one kernel of {kernel_shape}: each channel is convolved with its own plane of "
        f"the kernel, and the {count} results add up to one map of {out_shape}, row by row: {listed}."
    )


def numbers(values: Tensor | None, default: list[list[int]], most: int) -> Tensor:
    """What is to be drawn, or the default: (H, W), small enough to be read."""
    values = torch.as_tensor(default if values is None else values)
    if values.ndim != 2 or values.numel() == 0 or max(values.shape) > most:
        raise ValueError(f"shape {tuple(values.shape)}: (H, W) with sides from 1 to {most} can be drawn here")
    if values.is_floating_point() or values.abs().max() > 9:
        raise ValueError("whole numbers from -9 to 9 can be read in this picture")
    return values


def _factor(value: int) -> str:
    return number(value) if value >= 0 else f"({number(value)})"
