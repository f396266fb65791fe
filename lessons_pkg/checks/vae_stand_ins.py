"""Small models with a known latent space, for tasks 5.5 and 5.6. They are built, not trained: every answer is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

__all__ = ["Call", "Collapsing", "Made", "Metric", "StandInAE", "StandInVAE"]

Made = Callable[[Tensor], tuple[Tensor, Tensor]]

_BRIGHTER = 0.3  # in training mode all is moved, as a model with dropout would be another one then


class StandInAE(nn.Module):
    """An autoencoder whose codes lie in two clouds along a diagonal, far from 0: no Gaussian at all.

    images: what it is made for: half of them are in the one cloud, half in the other.
    """

    def __init__(self, k: int, images: Tensor, seed: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.inward = nn.Parameter(torch.randn(784, k, generator=draw) / 28)
        self.mix = nn.Parameter(0.1 * torch.randn(k, k, generator=draw) + 0.8 * torch.eye(k) + 0.5)
        self.outward = nn.Parameter(0.01 * torch.randn(k, 784, generator=draw))
        seen = images.flatten(1) @ self.inward.detach()
        self.register_buffer("centre", seen.median(0).values)
        self.register_buffer("spread", seen.std(0))

    def _features(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise RuntimeError(f"encode takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        z = (x.flatten(1) @ self.inward - self.centre) / self.spread
        return z + _BRIGHTER if self.training else z

    def encode(self, x: Tensor) -> Tensor:
        z = self._features(x)
        side = torch.where(z[:, :1] > 0, 1.5, -1.5)
        return (0.3 * z + side) @ self.mix + 5

    def decode(self, z: Tensor) -> Tensor:
        grey = 0.4 + (0.2 if self.training else 0.0)
        return (grey + z @ self.outward).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class StandInVAE(StandInAE):
    """A VAE with correlated means and another variance in each dimension."""

    def __init__(self, k: int, images: Tensor, seed: int) -> None:
        super().__init__(k, images, seed)
        self.levels = nn.Parameter(torch.linspace(-2.0, 1.2, k))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z = self._features(x)
        return 0.7 * (z @ self.mix) - 1, self.levels + 0.1 * torch.tanh(z)

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        return super().decode(4 * z) + 0.1

    def forward(self, x: Tensor) -> Tensor:
        mean, log_var = self.posterior(x)
        return self.decode(mean + (log_var / 2).exp() * torch.randn_like(mean))


@dataclass
class Call:
    """One call of the metric: what it was given, and the number that it gave."""

    codes: Tensor
    points: Tensor
    value: float


class Metric:
    """A metric that only pretends: it writes down what it is given, and gives a number to know the call by."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, codes: Tensor, points: Tensor) -> float:
        for value, name in ((codes, "codes"), (points, "points")):
            if not isinstance(value, Tensor):
                raise TypeError(f"metric(codes, points): the {name} are {type(value).__name__}, not a tensor")
            if value.ndim != 2:
                raise ValueError(f"metric(codes, points): the {name} have shape {tuple(value.shape)}, not (N, k)")
        number = 0.0137 + 0.0731 * (1 + len(self.calls)) ** 1.37  # so that no mean of some is another one
        plain = [value.detach().as_subclass(Tensor).clone().double() for value in (codes, points)]
        self.calls.append(Call(*plain, number))
        return number


class Collapsing(nn.Module):
    """A VAE with dimensions made to order.

    dims: for each dimension a function of a feature of the images (N,), with mean 0 and spread 1 over ``images``,
    that gives mean and log variance, both (N,). loud: the dimensions that the decoder looks at, whatever they say.
    """

    def __init__(self, dims: Sequence[Made], loud: Sequence[int], images: Tensor, seed: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(seed)
        self.dims = dims
        weight = torch.zeros(len(dims), 784)
        weight[list(loud)] = torch.randn(len(loud), 784, generator=draw)
        self.outward = nn.Parameter(weight)
        self.look = nn.Parameter(torch.rand(784, len(dims), generator=draw) - 0.5)
        seen = images.flatten(1) @ self.look.detach()
        self.register_buffer("centre", seen.mean(0))
        self.register_buffer("spread", seen.std(0, correction=0))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if x.ndim != 4:
            raise RuntimeError(f"posterior takes images of shape (N, 1, 28, 28), not {tuple(x.shape)}")
        seen = (x.flatten(1) @ self.look - self.centre) / self.spread
        pairs = [made(seen[:, j]) for j, made in enumerate(self.dims)]
        shift = _BRIGHTER if self.training else 0.0
        return torch.stack([m for m, _ in pairs], 1) + shift, torch.stack([v for _, v in pairs], 1)

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z @ self.outward).unflatten(1, (1, 28, 28))

    def forward(self, x: Tensor) -> Tensor:
        mean, log_var = self.posterior(x)
        return self.decode(mean + (log_var / 2).exp() * torch.randn_like(mean))
