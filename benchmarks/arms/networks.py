"""The networks that are timed, by a short name."""

from __future__ import annotations

from torch import nn

from lessons_pkg import models

NETWORKS = {
    "conv": lambda seed: models.ConvAE(seed=seed),  # exercise 2: 1,077 parameters, no ReLU
    "linear": lambda seed: models.LinearAE(32, seed=seed),
    "dense": lambda seed: models.DenseAE(32, seed=seed),  # ReLU code, sigmoid output
    "vae": lambda seed: models.DenseVAE(40, hidden=(400,), seed=seed),
}


def network(name: str, seed: int = 0) -> nn.Module:
    """One of NETWORKS with fresh weights."""
    return NETWORKS[name](seed)
