"""Looking at values that may be anything, and comparing them with what was expected and with typical mistakes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = [
    "as_float",
    "as_int",
    "close",
    "explained_by",
    "is_unwritten",
    "number",
    "numbered",
    "pictures",
    "return_hint",
    "same",
    "shape_of",
    "show",
]


def is_unwritten(answer: Any) -> bool:
    return answer is None or answer is Ellipsis


def shape_of(value: Tensor) -> str:
    return str(tuple(value.shape))


def show(value: Any) -> str:
    """A value in a few words. Never raises, whatever the value's own repr does."""
    try:
        if value is None or value is Ellipsis:
            return str(value)
        if isinstance(value, Tensor):
            kind = str(value.dtype).removeprefix("torch.")
            return f"a tensor of shape {shape_of(value)}, {kind}" + (", with gradient" if value.requires_grad else "")
        if isinstance(value, np.ndarray):
            return f"a numpy array of shape {value.shape}, {value.dtype}"
        if isinstance(value, type):
            return f"the class {value.__name__}"
        kind = type(value).__name__
        article = "an" if kind[0].lower() in "aeiou" else "a"
        if isinstance(value, (tuple, list)):
            inside = ", ".join(show(item) for item in value[:3])
            return f"{article} {kind} of {len(value)}: {inside}" + (", ..." if len(value) > 3 else "")
        if type(value) is float:
            return f"a float, {number(value)}"
        if type(value) in (bool, int, str, complex):
            text = repr(value)
            return f"{article} {kind}, {text if len(text) <= 60 else text[:57] + '...'}"
        return f"{article} {kind}"
    except BaseException:
        return "an object that cannot even be described"


def number(value: float) -> str:
    return f"{value:.5g}"


def close(value: float, target: float, rel: float = 1e-3, abs: float = 1e-9) -> bool:
    return math.isclose(value, target, rel_tol=rel, abs_tol=abs)


def same(one: Tensor, other: Tensor) -> bool:
    """Equal shapes, and equal numbers but for what float32 loses."""
    return one.shape == other.shape and torch.allclose(one, other, atol=1e-5, rtol=1e-4)


def as_float(value: Any) -> float | None:
    """The float inside, or None if it is not a Python float (numpy's float64 is one)."""
    return float(value) if isinstance(value, float) else None


def as_int(value: Any) -> int | None:
    """The whole number inside, or None if it is neither a Python int nor one of numpy's (a bool is none)."""
    return int(value) if isinstance(value, (int, np.integer)) and not isinstance(value, bool) else None


def return_hint(value: Any, otherwise: str) -> str:
    """The hint for a result of the wrong kind: the usual reason where there is no result at all."""
    return "Is a return missing? print shows a result and gives nothing back." if value is None else otherwise


def explained_by(
    value: float, mistakes: Iterable[tuple[float, str, str]], rel: float = 1e-3, abs: float = 1e-9
) -> tuple[str, str] | None:
    """The typical mistake whose number is the nearest to this one: (what was done, hint), or None if none is near.

    mistakes: (the number it gives, what was done, hint); of two that are equally near the first is taken.
    """
    near = [
        (max(math.fabs(value - target), 1e-6 * math.fabs(target)), cause, hint)
        for target, cause, hint in mistakes
        if math.isfinite(target) and close(value, target, rel, abs)
    ]
    return min(near, key=lambda entry: entry[0])[1:] if near else None


def pictures(n: int, seed: int, *, rank: int = 12) -> Tensor:
    """n images (n, 1, 28, 28) in [0, 1] with structure, drawn from a seed: bright blobs on black, some noise."""
    draw = torch.Generator().manual_seed(seed)
    grid = torch.linspace(-1, 1, 28)
    y, x = torch.meshgrid(grid, grid, indexing="ij")
    centres = torch.rand(rank, 2, generator=draw) * 1.4 - 0.7
    blobs = torch.stack([torch.exp(-((x - a) ** 2 + (y - b) ** 2) / 0.05) for a, b in centres.tolist()])
    weights = torch.rand(n, rank, generator=draw) * torch.linspace(1, 0.3, rank)
    noise = 0.1 * torch.rand(n, 28, 28, generator=draw)
    # Cut off at black and white, as strokes are, so that clipping a reconstruction makes a difference.
    return (torch.einsum("nr,rhw->nhw", weights, blobs) * 2 + noise - 0.3).clamp(0, 1).unsqueeze(1)


def numbered(shape: tuple[int, ...], seed: int) -> Tensor:
    """A tensor in which every number is another one (below 2,000), so that each can be followed."""
    count = torch.Size(shape).numel()
    draw = torch.Generator().manual_seed(seed)
    return torch.randperm(2000, generator=draw)[:count].float().reshape(shape)
