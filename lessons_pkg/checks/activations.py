"""Activations by name, for checks that find out which one a learner's layer has and should not have (or should)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["ACTIVATIONS"]

# The most usual first: checks that try them two at a time stop early.
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "a ReLU": torch.relu,
    "a sigmoid": torch.sigmoid,
    "a tanh": torch.tanh,
    "a leaky ReLU": F.leaky_relu,
    "a leaky ReLU (slope 0.2)": lambda v: F.leaky_relu(v, 0.2),
    "a clamp to [0, 1]": lambda v: v.clamp(0, 1),
    "a GELU": F.gelu,
    "a SiLU": F.silu,
    "an ELU": F.elu,
    "a softplus": F.softplus,
    "a leaky ReLU (slope 0.1)": lambda v: F.leaky_relu(v, 0.1),
    "a ReLU6": F.relu6,
    "a clamp to [-1, 1]": lambda v: v.clamp(-1, 1),
    "an absolute value": torch.abs,
    "a softmax over the channels": lambda v: v.softmax(1),
}
