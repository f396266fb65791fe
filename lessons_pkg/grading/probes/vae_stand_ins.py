"""The models and the metric that the answers of tasks 5.5 and 5.6 are given, built from drawn numbers."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Collapsing", "Metric", "PlainCoder", "SamplingCoder"]

_MOVED = 0.3  # in training mode all is moved, as a model with dropout would be another one then


class _Seeing(nn.Module):
    """Features of the images, with mean 0 and spread 1 over those that it was made for."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        for name, weight in weights.items():
            self.register_parameter(name, nn.Parameter(weight.clone()))

    def _features(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"images have the shape (N, 1, 28, 28), not {tuple(x.shape)}")
        return (x.flatten(1) @ self.look - self.centre) / self.spread

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class PlainCoder(_Seeing):
    """An autoencoder whose codes lie in two clouds along a diagonal, far from 0: no Gaussian at all."""

    def encode(self, x: Tensor) -> Tensor:
        z = self._features(x) + _MOVED * self.training
        return (0.3 * z + torch.where(z[:, :1] > 0, 1.5, -1.5)) @ self.mix + 5

    def decode(self, z: Tensor) -> Tensor:
        return (0.4 + 0.2 * self.training + z @ self.outward).unflatten(1, (1, 28, 28))


class _Posterior(_Seeing):
    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    def forward(self, x: Tensor) -> Tensor:
        mean, log_var = self.posterior(x)
        return self.decode(mean + (log_var / 2).exp() * torch.randn_like(mean))


class SamplingCoder(_Posterior):
    """A VAE with correlated means and another variance in each dimension."""

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z = self._features(x) + _MOVED * self.training
        return 0.7 * (z @ self.mix) - 1, self.level + 0.1 * torch.tanh(z)

    def decode(self, z: Tensor) -> Tensor:
        return (0.5 + 0.2 * self.training + 4 * z @ self.outward).unflatten(1, (1, 28, 28))


class Collapsing(_Posterior):
    """A VAE in which each dimension says as much about the images as ``size``, ``rare`` and ``level`` make it."""

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = self._features(x)
        mean = self.size * (seen + 0.2) + self.rare * (seen > 1.4) + _MOVED * self.training
        return mean, self.level.expand_as(mean)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z @ self.outward).unflatten(1, (1, 28, 28))


class Metric:
    """A metric that only pretends: it notes what it is given, and gives numbers by which a call is known."""

    def __init__(self, numbers: list[float]) -> None:
        self._numbers = numbers
        self.calls: list[list[Tensor]] = []

    def __call__(self, codes: Tensor, points: Tensor) -> float:
        for one, name in ((codes, "codes"), (points, "points")):
            if not isinstance(one, Tensor) or one.ndim != 2:
                raise TypeError(f"metric(codes, points): the {name} are no tensor (N, k)")
        self.calls.append([codes.detach().clone(), points.detach().clone()])
        return self._numbers[len(self.calls) - 1]
