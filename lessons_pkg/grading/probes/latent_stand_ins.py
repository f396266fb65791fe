"""The model that the answers of exercise 4 are given: built from drawn weights, and it notes how it was used."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["PIXELS", "Coder"]

PIXELS = 32 * 32


class Coder(nn.Module):
    """An autoencoder for images (N, 1, 32, 32) with dropout and batch norm, so that the two modes differ.

    sizes: how many images encode was given, call by call.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        k = len(weights["patterns"])
        self.inward = nn.Linear(PIXELS, k)
        self.norm = nn.BatchNorm1d(k)
        self.noise = nn.Dropout(0.3)
        self.patterns = nn.Parameter(torch.empty(k, PIXELS))
        self.grey = nn.Parameter(torch.empty(PIXELS))
        self.load_state_dict(weights)
        self.sizes: list[int] = []

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 32, 32):
            raise RuntimeError(f"encode takes images of shape (N, 1, 32, 32), not {tuple(x.shape)}")
        self.sizes.append(len(x))
        return self.norm(self.inward(self.noise(x).flatten(1)))

    def decode(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != len(self.patterns):
            raise RuntimeError(f"decode takes codes of shape (N, {len(self.patterns)}), not {tuple(z.shape)}")
        # Bent, so that no image is a blend of others, and beyond [0, 1], so that a clamp shows.
        return self.noise(1.5 * torch.sin(self.grey + z @ self.patterns)).unflatten(1, (1, 32, 32))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))
