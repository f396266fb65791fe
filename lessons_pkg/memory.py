"""Where the numbers of a tensor lie: one line of memory, and a stride for each axis."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["in_memory", "place", "row_major_strides"]


def row_major_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """How many places further along the line one step along each axis leads, where the last axis runs fastest.

    (2, 3) -> (3, 1). This is what ``tensor.stride()`` says of a contiguous tensor; empty ones are refused.
    """
    if any(size < 1 for size in shape):
        raise ValueError(f"shape {tuple(shape)}: every size must be at least 1")
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))


def place(index: Sequence[int], strides: Sequence[int]) -> int:
    """Where on the line the number with this index lies, counted from the first: the sum of index times stride."""
    if len(index) != len(strides):
        raise ValueError(f"index {tuple(index)} has {len(index)} axes, strides {tuple(strides)} have {len(strides)}")
    return sum(i * step for i, step in zip(index, strides, strict=True))


def in_memory(tensor: Tensor) -> Tensor:
    """All the numbers that ``tensor`` shares memory with, (n,), in the order in which they lie there.

    A view, not a copy: ``a`` and ``a.T`` give the same line. A slice gives the whole line that it was cut from.
    """
    storage = tensor.untyped_storage()
    return torch.as_strided(tensor.detach(), (storage.nbytes() // tensor.element_size(),), (1,), 0)
