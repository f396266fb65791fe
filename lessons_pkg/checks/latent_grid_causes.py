"""Which codes typical mistakes decode (task 4.2): as functions of the codes and the number of steps."""

from __future__ import annotations

import torch
from torch import Tensor

from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["GRIDS", "grid_of"]


def grid_of(codes: Tensor, steps: int) -> Tensor:
    """The codes (steps, steps, 2): row 0 has the highest z_2, column 0 the lowest z_1, ends included."""
    low, high = _box(codes)
    return _laid_out(_line(low[0], high[0], steps), _line(low[1], high[1], steps).flip(0))


def _box(codes: Tensor) -> tuple[Tensor, Tensor]:
    return codes.double().amin(0), codes.double().amax(0)


def _line(low: float | Tensor, high: float | Tensor, steps: int) -> Tensor:
    return float(low) + (float(high) - float(low)) * torch.linspace(0, 1, steps, dtype=torch.float64)


def _laid_out(z_1: Tensor, z_2: Tensor) -> Tensor:
    """z_1 of each column and z_2 of each row -> (rows, columns, 2)."""
    return torch.stack([z_1.expand(len(z_2), -1), z_2[:, None].expand(-1, len(z_1))], dim=-1)


def _between(low: Tensor, high: Tensor, steps: int) -> Tensor:
    return _laid_out(_line(low[0], high[0], steps), _line(low[1], high[1], steps).flip(0))


def _fixed(low: float, high: float) -> Mistake:
    def does(codes: Tensor, steps: int) -> Tensor:
        return _between(torch.tensor([low, low]), torch.tensor([high, high]), steps)

    return f"the grid lies between {low:g} and {high:g}, wherever the codes are", does, _BOX


def _spread(times: float) -> Mistake:
    def does(codes: Tensor, steps: int) -> Tensor:
        middle, spread = codes.double().mean(0), codes.double().std(0)
        return _between(middle - times * spread, middle + times * spread, steps)

    return f"the grid spans the mean plus and minus {times:g} standard deviations, not the box", does, _BOX


def _quantiles(outside: float) -> Mistake:
    def does(codes: Tensor, steps: int) -> Tensor:
        levels = torch.tensor([outside, 1 - outside], dtype=torch.float64)
        return _between(*torch.quantile(codes.double(), levels, dim=0), steps)

    return f"the grid leaves {outside:.0%} of the codes out on each side", does, _BOX


def _common(codes: Tensor, steps: int) -> Tensor:
    low, high = codes.min(), codes.max()
    return _between(torch.stack([low, low]), torch.stack([high, high]), steps)


def _symmetric(codes: Tensor, steps: int) -> Tensor:
    far = codes.abs().amax(0)
    return _between(-far, far, steps)


def _most_symmetric(codes: Tensor, steps: int) -> Tensor:
    far = codes.abs().max().expand(2)
    return _between(-far, far, steps)


def _from_zero(codes: Tensor, steps: int) -> Tensor:
    return _between(torch.zeros(2), codes.amax(0), steps)


def _wider(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    room = 0.1 * (high - low)
    return _between(low - room, high + room, steps)


def _unit_wider(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    return _between(low - 1, high + 1, steps)


def _without_last(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    lines = [_line(low[j], high[j], steps + 1)[:-1] for j in range(2)]
    return _laid_out(lines[0], lines[1].flip(0))


def _without_last_downwards(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    return _laid_out(_line(low[0], high[0], steps + 1)[:-1], _line(high[1], low[1], steps + 1)[:-1])


def _inner(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    lines = [_line(low[j], high[j], steps + 2)[1:-1] for j in range(2)]
    return _laid_out(lines[0], lines[1].flip(0))


def _centres(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    half = (high - low) / (2 * steps)
    return _between(low + half, high - half, steps)


def _first_and_last(codes: Tensor, steps: int) -> Tensor:
    return _between(codes[0], codes[-1], steps)


def _ranges_exchanged(codes: Tensor, steps: int) -> Tensor:
    return _between(*(side.flip(0) for side in _box(codes)), steps)


def _diagonal(codes: Tensor, steps: int) -> Tensor:
    low, high = _box(codes)
    line = torch.stack([_line(low[0], high[0], steps), _line(low[1], high[1], steps)], dim=-1)
    return line.expand(steps, steps, 2)


def _one_everywhere(codes: Tensor, steps: int) -> Tensor:
    return codes.double().mean(0).expand(steps, steps, 2)


def _quantile_grid(codes: Tensor, steps: int) -> Tensor:
    levels = torch.linspace(0, 1, steps, dtype=torch.float64)
    places = torch.quantile(codes.double(), levels, dim=0)
    return _laid_out(places[:, 0], places[:, 1].flip(0))


_BOX = "The box reaches, in each dimension by itself, from the lowest number among the codes to the highest."
_ROWS = "Images are written from the top down, and z_2 grows upwards: the top row has the highest z_2."
_COLUMNS = "z_1 grows to the right: column 0 has the lowest z_1."
_AXES = (
    "grid[row, column]: the row decides z_2 and the column z_1. meshgrid gives the first index to its first argument "
    'with indexing="ij", and to its second with "xy".'
)
_ENDS = "linspace(low, high, steps) includes both ends; arange and a slice may not."

_ARRANGEMENTS: list[Mistake] = [
    ("the rows are upside down: row 0 has the lowest z_2", lambda codes, steps: grid_of(codes, steps).flip(0), _ROWS),
    (
        "rows and columns are exchanged: z_1 changes from row to row and z_2 along a row",
        lambda codes, steps: grid_of(codes, steps).flip(0).transpose(0, 1),
        _AXES,
    ),
    (
        "rows and columns are exchanged: z_1 changes from row to row, and z_2 falls along a row",
        lambda codes, steps: grid_of(codes, steps).transpose(0, 1),
        _AXES,
    ),
    (
        "rows and columns are exchanged: z_1 falls from row to row, and z_2 grows along a row",
        lambda codes, steps: grid_of(codes, steps).flip(0).transpose(0, 1).flip(0),
        _AXES,
    ),
    ("the columns run from right to left", lambda codes, steps: grid_of(codes, steps).flip(1), _COLUMNS),
    (
        "the sheet is turned by half a turn: upside down, and right to left",
        lambda codes, steps: grid_of(codes, steps).flip(0, 1),
        f"{_ROWS} {_COLUMNS}",
    ),
    (
        "z_1 and z_2 are exchanged in the codes: decode got (z_2, z_1)",
        lambda codes, steps: grid_of(codes, steps).flip(2),
        "The first number of a code is z_1, which the column decides: stack([z_1, z_2], dim=-1).",
    ),
    (
        "z_1 and z_2 are exchanged in the codes: decode got (z_2, z_1), and the rows are upside down",
        lambda codes, steps: grid_of(codes, steps).flip(0).flip(2),
        "The first number of a code is z_1, which the column decides: stack([z_1, z_2], dim=-1).",
    ),
    (
        "the ranges of z_1 and z_2 are exchanged",
        _ranges_exchanged,
        "Dimension 0 of the codes is z_1: its lowest and highest number belong to the columns.",
    ),
]
_PLACES: list[Mistake] = [
    _fixed(-1, 1),
    _fixed(-2, 2),
    _fixed(-3, 3),
    _fixed(0, 1),
    _spread(1),
    _spread(2),
    _spread(3),
    _quantiles(0.01),
    _quantiles(0.05),
    ("one range for both dimensions: the lowest and highest of all numbers", _common, _BOX + " amin(0), not min()."),
    ("the grid is symmetric about 0", _symmetric, _BOX),
    ("the grid is symmetric about 0, with one range for both dimensions", _most_symmetric, _BOX),
    ("the grid begins at 0", _from_zero, _BOX),
    ("the grid is larger than the box, by a tenth on each side", _wider, _BOX),
    ("the grid is larger than the box, by 1 on each side", _unit_wider, _BOX),
    ("the upper end of each range is missing", _without_last, _ENDS),
    ("the last step of each line is missing", _without_last_downwards, _ENDS),
    ("both ends of each range are missing", _inner, _ENDS),
    ("the middles of steps x steps cells, not a grid from end to end", _centres, _ENDS),
    ("the grid spans the first code and the last", _first_and_last, _BOX),
    (
        "only a diagonal: every row has the same codes",
        _diagonal,
        "Every z_1 meets every z_2: meshgrid, or two loops. zip pairs them once.",
    ),
    ("every cell decodes one and the same code, the mean", _one_everywhere, "Every cell has a code of its own."),
    (
        "the steps are unequal: quantiles of the codes",
        _quantile_grid,
        "Equal steps from the lowest number to the highest: torch.linspace.",
    ),
]
_UPSIDE_DOWN: list[Mistake] = [
    (f"{cause}; and the rows are upside down", lambda codes, steps, does=does: does(codes, steps).flip(0), hint)
    for cause, does, hint in _PLACES
]
GRIDS = [*_ARRANGEMENTS, *_PLACES, *_UPSIDE_DOWN]
