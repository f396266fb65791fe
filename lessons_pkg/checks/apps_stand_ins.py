"""Models for tasks 6.1 and 6.2. They note what they are given, and are another model in training mode."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Noting", "Scored"]

_BRIGHTER = 0.2  # in training mode, so that a call of eval() or train() is seen


class Noting(nn.Module):
    """An autoencoder for images of ``side`` by ``side`` pixels. seen, modes: what it was given, and in which mode."""

    def __init__(self, side: int, seed: int, k: int = 6) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.side = side
        self.inward = nn.Parameter(torch.randn(side * side, k, generator=draw) / side)
        self.outward = nn.Parameter(0.3 * torch.randn(k, side * side, generator=draw))
        self.grey = nn.Parameter(0.5 + 0.5 * torch.randn(side * side, generator=draw))  # beyond 0 and 1: a clamp shows
        self.seen: list[Tensor] = []
        self.modes: list[bool] = []

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, self.side, self.side):
            raise RuntimeError(f"encode takes images of shape (N, 1, {self.side}, {self.side}), not {tuple(x.shape)}")
        self.seen.append(x.detach().clone())
        self.modes.append(self.training)
        return torch.tanh(x.flatten(1) @ self.inward)

    def decode(self, z: Tensor) -> Tensor:
        flat = self.grey + z @ self.outward + (_BRIGHTER if self.training else 0.0)
        return flat.unflatten(1, (1, self.side, self.side))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class Scored(nn.Module):
    """Batch statistics that differ from the running ones, and dropout. modes: those in which it was asked."""

    def __init__(self, seed: int, k: int = 5) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.inward = nn.Parameter(torch.randn(784, k, generator=draw) / 10)
        self.norm = nn.BatchNorm1d(k)
        self.noise = nn.Dropout(0.3)
        self.outward = nn.Parameter(0.2 * torch.randn(k, 784, generator=draw))
        self.norm.running_mean.copy_(torch.randn(k, generator=draw))
        self.norm.running_var.copy_(0.5 + torch.rand(k, generator=draw))
        self.modes: list[bool] = []

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"encode takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        self.modes.append(self.training)
        return self.norm(self.noise(x).flatten(1) @ self.inward)

    def decode(self, z: Tensor) -> Tensor:
        return (0.3 + torch.tanh(z) @ self.outward).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))
