"""Taking apart what came back: lists of a known length, and what is in them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lessons_pkg.grading.oracles.framework import Wrong, tensor, value

__all__ = ["another_seed", "as_bytes", "expect_refused", "float_of", "listed", "tensor_of"]


def another_seed(draw: torch.Generator) -> int:
    """For the noise that an answer draws: with the seed of its inputs it would draw these very numbers again."""
    return int(torch.randint(2**31, (1,), generator=draw))


def as_bytes(images: Tensor) -> Tensor:
    """Images in [0, 1] as grey levels from 0 to 255, uint8: probes.asking.images_of undoes it."""
    return (images * 255).round().byte()


def listed(found: Any, key: str, count: int) -> list[Any]:
    """found[key], if it is a list of so many; else raises Wrong."""
    one = value(found, key, list)
    if len(one) != count:
        raise Wrong(f"{key}: {len(one)} came back, {count} were asked for")
    return one


def tensor_of(words: str, one: Any, shape: tuple[int, ...]) -> Tensor:
    """The value in float64, if it is a finite tensor of that shape; else raises Wrong. words: what it is."""
    return tensor({words: one}, words, shape)


def float_of(words: str, one: Any) -> float:
    """The value, if it is a float; else raises Wrong."""
    return value({words: one}, words, float)


def expect_refused(words: str, one: Any) -> None:
    """Raise Wrong if this is not "ValueError", the name of what should have been raised. words: by what."""
    name = value({words: one}, words, str)
    if name != "ValueError":
        raise Wrong(f"{words}: expected a ValueError, found {name[:60]!r}" if name else f"{words}: no ValueError")
