"""One line of memory and the ways to read it: view, transpose, and images with the channels first or last."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure

from lessons_pkg.diagrams.canvas import arrow, canvas, grid, label, tint
from lessons_pkg.memory import in_memory
from lessons_pkg.pictures import WIDTH, Palette, themed


@themed
def memory_order(palette: Palette) -> tuple[Figure, str]:
    """A tensor of 2 x 3 numbers, the line in which they lie, its view as 3 x 2 and its transpose, with strides."""
    a = torch.arange(1, 7).reshape(2, 3)
    readings = {"a": a, "a.view(3, 2)": a.view(3, 2), "a.T": a.T}
    copied = a.T.reshape(6)
    cell, top = 0.36, 1.42
    figure, axis = canvas(4.18)
    hue = {value: tint(palette.hues[(value - 1) // 3], palette, 0.35) for value in range(1, 7)}

    def line(tensor: torch.Tensor, y: float, name: str) -> None:
        cells = [in_memory(tensor).tolist()]
        grid(axis, palette, WIDTH / 2 - 3 * cell, y, cells, size=cell, name=name, face=lambda r, c: hue[cells[0][c]])

    label(axis, WIDTH / 2, 0.06, "memory of a, of its view and of its transpose: one line")
    line(a, 0.3, "line")
    for place, (name, tensor) in enumerate(readings.items()):
        columns = tensor.shape[1]
        middle = WIDTH * (place + 0.5) / 3
        arrow(axis, palette, (WIDTH / 2 + (place - 1) * 0.72, 0.72), (middle, top - 0.32))
        label(axis, middle, top - 0.27, name, family="monospace")
        grid(
            axis, palette, middle - columns * cell / 2, top, tensor.tolist(), size=cell, name=name,
            face=lambda r, c, tensor=tensor: hue[int(tensor[r, c])],
        )  # fmt: skip
        down, right = tensor.stride()
        label(
            axis, middle, top + 3 * cell + 0.08,
            f"shape {tuple(tensor.shape)}\nstrides {tensor.stride()}\none down: +{down}\none right: +{right}",
        )  # fmt: skip
    label(
        axis,
        WIDTH / 2,
        3.32,
        "a.T.view(6) is refused: no stride reads the line in this order.\na.T.reshape(6) copies it into a new one:",
    )
    line(copied, 3.72, "copy")
    return figure, (
        "Six numbers lie in memory as 1 2 3 4 5 6. Read as a, 2×3 with strides (3, 1): rows 1 2 3 and 4 5 6. As "
        "a.view(3, 2), strides (2, 1): rows 1 2, 3 4 and 5 6. As a.T, also 3×2 but with strides (1, 3): rows 1 4, "
        f"2 5 and 3 6. a.T.reshape(6) is a copy in a new order: {' '.join(map(str, copied.tolist()))}."
    )


@themed
def channel_order(palette: Palette) -> tuple[Figure, str]:
    """An image of 2 x 2 pixels with channels R, G, B: in memory channels first, channels last, and the two confused."""
    chw = torch.arange(12).reshape(3, 2, 2)
    hwc = chw.permute(1, 2, 0).contiguous()
    confused = hwc.view(3, 2, 2)
    names = [f"{channel}{pixel}" for channel in "RGB" for pixel in (1, 2, 3, 4)]
    hues = [tint(palette.hues[place], palette, 0.35) for place in (1, 2, 0)]
    cell = 0.36
    figure, axis = canvas(5.16)

    def line(tensor: torch.Tensor, y: float, name: str) -> None:
        values = in_memory(tensor).tolist()
        grid(
            axis, palette, WIDTH / 2 - 6 * cell, y, [[names[value] for value in values]], size=cell, name=name,
            face=lambda r, c: hues[values[c] // 4],
        )  # fmt: skip

    def planes(tensor: torch.Tensor, y: float, name: str) -> None:
        for place, plane in enumerate(tensor):
            grid(
                axis, palette, WIDTH / 2 + (place - 1) * 1.2 - cell, y,
                [[names[value] for value in row] for row in plane.tolist()], size=cell, name=name,
                face=lambda r, c, plane=plane: hues[int(plane[r, c]) // 4],
            )  # fmt: skip

    label(axis, WIDTH / 2, 0.06, "an image of 2×2 pixels: its three channels")
    planes(chw, 0.32, "planes")
    label(axis, WIDTH / 2, 1.24, f"channels first (PyTorch): shape {tuple(chw.shape)}, strides {chw.stride()}")
    line(chw, 1.5, "chw")
    label(axis, WIDTH / 2, 2.08, f"channels last (Keras): shape {tuple(hwc.shape)}, strides {hwc.stride()}")
    line(hwc, 2.34, "hwc")
    label(axis, WIDTH / 2, 2.92, "The second line with .view(3, 2, 2): the channels are torn apart.")
    planes(confused, 3.18, "confused")
    label(axis, WIDTH / 2, 4.1, "With .permute(2, 0, 1): the three channels again.")
    planes(hwc.permute(2, 0, 1), 4.34, "permuted")
    return figure, (
        "An image of 2×2 pixels with channels R, G and B. In memory with the channels first: "
        f"{_line(names, chw)}. With the channels last: {_line(names, hwc)}. The second line viewed as (3, 2, 2) gives "
        f"planes {'; '.join(_line(names, plane) for plane in confused)}: mixed channels. "
        "permute(2, 0, 1) gives the three channels back."
    )


def _line(names: list[str], tensor: torch.Tensor) -> str:
    return " ".join(names[value] for value in tensor.flatten().tolist())
