"""A network as blocks: how high a block is says the size of its maps, how thick how many channels there are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, log2

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from torch import nn

from lessons_pkg.diagrams.canvas import arrow, by, canvas, label, tint
from lessons_pkg.diagrams.chain import PREPARING, Block, Chain, chain
from lessons_pkg.pictures import WIDTH, Palette, themed

HIGHEST = 0.72  # inches, of the largest map
CELL = 0.055  # inches, of one number of a short row of numbers
SIDE = 0.42  # inches between the edge of the sheet and the middle of a block: half a shape in letters
ARROWS = 4  # at most so many in one row, else their names do not fit
ROW = 1.82  # inches


@themed
def architecture(
    palette: Palette, model: nn.Module | Chain, *, image_shape: tuple[int, int, int] = (1, 28, 28), name: str = ""
) -> tuple[Figure, str]:
    """Encoder over decoder, from image to code and back, with shapes under the blocks and layers on the arrows.

    model: one with ``encode`` and ``decode``, which is run once on zeros; or a Chain of blocks. name: instead of the
    class's own, in the description. Heights are in proportion to the map, thickness grows with log2 of the channels;
    rows of numbers are drawn as bars, one cell a number up to 13.

    Raises ValueError where the model is no chain from image to code to image (see ``chain``).
    """
    shown = model if isinstance(model, Chain) else chain(model, image_shape)
    rows = [("encoder", part) for part in _rows(shown.encoder)] + [("decoder", part) for part in _rows(shown.decoder)]
    figure, axis = canvas(ROW * len(rows) + 0.06)
    largest = max((side for _, part in rows for block in part for side in block.shape[1:]), default=1)
    codes = [shown.encoder[-1], shown.decoder[0]]
    seen: set[str] = set()
    for place, (half, part) in enumerate(rows):
        title = f"{half}, continued" if half in seen else half
        seen.add(half)
        label(axis, 0.06, ROW * place + 0.06, title, size=11, ha="left", weight="bold")
        _row(axis, palette, ROW * place + 0.86, part, largest, codes)
    words = name or (type(model).__name__ if isinstance(model, nn.Module) else "The network")
    return figure, (
        f"{words}. Encoder: {_told(shown.encoder)}, the code, {shown.code.numbers:,} numbers. "
        f"Decoder: {_told(shown.decoder)}."
    )


def _rows(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """As many rows as are needed, about equally long; a row begins with the block that ended the one before."""
    arrows = len(blocks) - 1
    count = max(1, ceil(arrows / ARROWS))
    cuts = [round(arrows * part / count) for part in range(count + 1)]
    return [blocks[first : last + 1] for first, last in pairwise(cuts)]


def _told(blocks: Sequence[Block]) -> str:
    return " to ".join(
        f"{by(*block.shape)}{f', by {chr(32).join(following.steps)}' if following else ''}"
        for block, following in zip(blocks, [*blocks[1:], None], strict=True)
    )


def _row(
    axis: Axes, palette: Palette, middle: float, blocks: Sequence[Block], largest: int, codes: list[Block]
) -> None:
    is_code = [any(block is code for code in codes) for block in blocks]
    widths = [_size(block, largest)[0] for block in blocks]
    sides = [SIDE + 0.14 * (is_code[end] and len(blocks[end].shape) > 1) for end in (0, -1)]  # for bold letters
    first, last = max(0.06, sides[0] - widths[0] / 2), WIDTH - max(0.06, sides[1] - widths[-1] / 2)
    gap = (last - first - sum(widths)) / max(1, len(blocks) - 1)
    left = first
    for place, (block, width) in enumerate(zip(blocks, widths, strict=True)):
        hue = palette.hues[1 if is_code[place] else 0]
        _block(axis, palette, left, middle, block, largest, hue)
        text = by(*block.shape) if len(block.shape) > 1 else f"{block.numbers}"
        if is_code[place]:
            text = f"{text}\ncode" + (f" = {block.numbers:,}" if len(block.shape) > 1 else "")
        label(
            axis, left + width / 2, middle + 0.56, text, color=hue if is_code[place] else palette.ink,
            weight="bold" if is_code[place] else "normal", gid="shape",
        )  # fmt: skip
        if place + 1 < len(blocks):
            right = left + width + gap
            arrow(axis, palette, (left + width + 0.05, middle), (right - 0.05, middle))
            above, below = _split(blocks[place + 1].steps)
            x = left + width + gap / 2
            label(axis, x, middle - 0.05, above, va="bottom", gid="steps", linespacing=1.15)
            label(axis, x, middle + 0.05, below, gid="steps", linespacing=1.15)
        left += width + gap


def _split(steps: Sequence[str]) -> tuple[str, str]:
    """The layer above its arrow, what follows from it below; a long name in two lines."""
    kind = next((place for place, step in enumerate(steps) if step not in PREPARING), len(steps) - 1)
    kernel = kind + 1 < len(steps) and "\N{MULTIPLICATION SIGN}" in steps[kind + 1]
    lines = [step.replace(" ", "\n") if len(step) > 8 else step for step in steps]
    cut = kind + 1 + kernel
    return "\n".join(lines[:cut]), "\n".join(lines[cut:])


def _size(block: Block, largest: int) -> tuple[float, float, float, float]:
    """Inches: the whole width; height and thickness of the front; how far the depth leads aside."""
    if len(block.shape) != 3:
        return 0.13, min(block.numbers, 13) * CELL, 0.13, 0.0
    channels, height, width = block.shape
    high = 0.04 + (HIGHEST - 0.04) * height / largest
    thick, aside = 0.04 + 0.045 * log2(channels), 0.3 * HIGHEST * width / largest
    return thick + aside, high, thick, aside


def _block(axis: Axes, palette: Palette, left: float, middle: float, block: Block, largest: int, hue: str) -> None:
    _, high, thick, aside = _size(block, largest)
    edge = {"edgecolor": hue, "linewidth": 1.2, "joinstyle": "round"}
    up = 0.6 * aside
    top = middle - (high - up) / 2  # of the front; the whole block is centred
    front = Rectangle((left, top), thick, high, facecolor=tint(hue, palette, 0.55), **edge)
    axis.add_patch(front)
    if len(block.shape) != 3:
        for cell in range(1, block.numbers if block.numbers <= 13 else 0):
            axis.plot([left, left + thick], [top + cell * CELL] * 2, color=hue, linewidth=0.8)
        return
    right = left + thick
    lid = [(left, top), (left + aside, top - up), (right + aside, top - up), (right, top)]
    side = [(right, top), (right + aside, top - up), (right + aside, top - up + high), (right, top + high)]
    axis.add_patch(Polygon(lid, closed=True, facecolor=tint(hue, palette, 0.35), **edge))
    axis.add_patch(Polygon(side, closed=True, facecolor=tint(hue, palette, 0.18), **edge))
