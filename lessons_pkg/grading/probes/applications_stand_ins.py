"""The models that the answers of exercise 6 are given: built from drawn weights, and they note how they are used."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Noting", "Scored"]


class _Coder(nn.Module):
    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.side = round(weights["grey"].numel() ** 0.5)
        for name in ("inward", "outward", "grey"):
            self.register_parameter(name, nn.Parameter(weights[name].clone()))

    def _rows(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, self.side, self.side):
            raise RuntimeError(f"images have the shape (N, 1, {self.side}, {self.side}), not {tuple(x.shape)}")
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        # Brighter in training mode, so that a call of eval() or train() is seen; beyond [0, 1], so that a clamp is.
        flat = self.grey + torch.tanh(z) @ self.outward + 0.2 * self.training
        return flat.unflatten(1, (1, self.side, self.side))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class Noting(_Coder):
    """seen, modes: what it was given to encode, and in which mode it was then."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__(weights)
        self.seen: list[Tensor] = []
        self.modes: list[bool] = []

    def encode(self, x: Tensor) -> Tensor:
        rows = self._rows(x)
        self.seen.append(x.detach().clone())
        self.modes.append(self.training)
        return rows @ self.inward


class Scored(_Coder):
    """Dropout, and batch statistics that are not the running ones: in training mode an image depends on the others."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__(weights)
        self.norm = nn.BatchNorm1d(weights["inward"].shape[1])
        self.noise = nn.Dropout(0.3)
        with torch.no_grad():
            self.norm.running_mean.copy_(weights["running_mean"])
            self.norm.running_var.copy_(weights["running_var"])

    def encode(self, x: Tensor) -> Tensor:
        return self.norm(self.noise(self._rows(x)) @ self.inward)
