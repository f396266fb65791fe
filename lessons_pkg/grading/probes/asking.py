"""What the probes share: numbers that come as bytes, seeds, refusals and gradients."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["gradients", "images_of", "refusal", "seed_all"]


def images_of(levels: Tensor) -> Tensor:
    """Grey levels as bytes, 0 to 255 -> images in [0, 1], float32. A quarter of the size crosses the wall."""
    return levels.float() / 255


def seed_all(seed: int) -> None:
    """The random numbers of torch, NumPy and Python: an answer that draws is then judged alike each time."""
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def refusal(function: Callable, *args: Any) -> str:
    """ "ValueError" if the call raises one, the name of another error, or "" if there is none."""
    try:
        function(*args)
    except ValueError:
        return "ValueError"
    except Exception as error:
        return type(error).__name__
    return ""


def gradients(value: Any, leaves: Sequence[Tensor]) -> list[Tensor | None]:
    """Those of one number in these leaves; None for a leaf that it does not depend on."""
    if not leaves or not isinstance(value, Tensor) or not value.requires_grad or value.numel() != 1:
        return [None] * len(leaves)
    return list(torch.autograd.grad(value, list(leaves), allow_unused=True))
