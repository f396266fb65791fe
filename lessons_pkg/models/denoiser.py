"""Denoising is knowing the score: a small denoiser of points, a mixture whose score is known, and Langevin sampling.

The score of a density p is the field grad log p(x): at every point, the direction in which p grows fastest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessons_pkg.models.base import initial_weights

__all__ = ["Denoiser", "GaussianMixture", "annealed_langevin"]

_POINTS = 1000  # at a time, so that points times components fit into memory


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Round bells: weights (M,) that sum to 1, means (M, D), and one standard deviation for all of them, 0 or more.

    ``noise`` in the methods is the standard deviation s of Gaussian noise that was added to the points: what is asked
    about is then the smoothed density p_s, which is a mixture again, of variance std^2 + s^2.
    """

    means: Tensor
    std: float
    weights: Tensor

    def sample(self, count: int, *, noise: float = 0.0, seed: int = 0) -> Tensor:
        """Independent points of p_s: (count, D)."""
        draw = torch.Generator().manual_seed(seed)
        which = torch.multinomial(self.weights, count, replacement=True, generator=draw)
        bell = torch.randn(count, self.means.shape[1], generator=draw, dtype=self.means.dtype)
        return self.means[which] + math.hypot(self.std, noise) * bell

    def log_density(self, x: Tensor, noise: float = 0.0) -> Tensor:
        """log p_s, in nats: (N, D) -> (N,)."""
        return torch.cat([self._log_joint(some, noise).logsumexp(1) for some in x.split(_POINTS)])

    def score(self, x: Tensor, noise: float = 0.0) -> Tensor:
        """grad log p_s, in closed form: (N, D) -> (N, D)."""
        return (self._expected_mean(x, noise) - x) / (self.std**2 + noise**2)

    def denoise(self, x: Tensor, noise: float) -> Tensor:
        """The best denoiser under the squared error, E[clean point | noisy point x]: (N, D) -> (N, D).

        By Bayes' rule, component by component; nothing here knows of a gradient.
        """
        kept = self.std**2 / (self.std**2 + noise**2)  # of the way from a mean to x, what is no noise
        return (1 - kept) * self._expected_mean(x, noise) + kept * x

    def _log_joint(self, x: Tensor, noise: float) -> Tensor:
        """log of weight times density of each component: (N, D) -> (N, M)."""
        variance = self.std**2 + noise**2
        squared = torch.cdist(x, self.means, compute_mode="donot_use_mm_for_euclid_dist").square()
        log_scale = 0.5 * x.shape[1] * math.log(2 * math.pi * variance)
        return self.weights.log() - squared / (2 * variance) - log_scale

    def _expected_mean(self, x: Tensor, noise: float) -> Tensor:
        """The means, weighted by how probable it is that each made x: (N, D) -> (N, D)."""
        return torch.cat([self._log_joint(some, noise).softmax(1) @ self.means for some in x.split(_POINTS)])


class Denoiser(nn.Module):
    """r(x, s): a network that sees a noisy point and the level of the noise, and names the clean point.

    residual=True: the network names the noise in units of s, and r(x, s) = x - s * network; False: it names the point.
    scale: about the standard deviation of the clean points, so that what goes in is of size 1 at every level.
    levels: between which s is drawn in training, evenly in log s.
    """

    def __init__(
        self,
        dim: int = 2,
        hidden: int = 128,
        *,
        residual: bool = True,
        scale: float = 1.0,
        levels: tuple[float, float] = (0.05, 1.6),
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.residual, self.scale, self.levels = residual, scale, levels
        with initial_weights(seed):
            self.network = nn.Sequential(
                *(nn.Linear(dim + 1, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU()),
                *(nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, dim)),
            )

    def forward(self, x: Tensor, noise: Tensor | float) -> Tensor:
        """(N, D), with one level for all or one for each, (N, 1) -> (N, D)."""
        s = torch.as_tensor(noise, dtype=x.dtype).expand(len(x), 1)
        told = self.network(torch.cat([x / (self.scale**2 + s.square()).sqrt(), s.log()], dim=1))
        return x - s * told if self.residual else told

    def score(self, x: Tensor, noise: Tensor | float) -> Tensor:
        """(r(x) - x) / s^2, the estimate of grad log p_s(x): (N, D) -> (N, D) (Alain & Bengio 2014, theorem 1)."""
        return (self(x, noise) - x) / torch.as_tensor(noise, dtype=x.dtype).square()

    def loss(self, clean: Tensor) -> Tensor:
        """Squared error of the clean points (N, D) in units of s^2, each at a level of its own, averaged (a scalar).

        Up to a constant it is s^2 times the squared error of the score (Vincent 2011), so that all levels count alike.
        """
        low, high = (math.log(level) for level in self.levels)
        s = torch.exp(low + (high - low) * torch.rand(len(clean), 1))
        return ((self(clean + s * torch.randn_like(clean), s) - clean) / s).square().mean()


@torch.no_grad()
def annealed_langevin(
    score: Callable[[Tensor, float], Tensor],
    start: Tensor,
    levels: Sequence[float],
    *,
    steps: int = 100,
    rate: float = 0.2,
    seed: int = 0,
) -> Tensor:
    """Points led by a score from strong noise to weak (Song & Ermon 2019, algorithm 1): (N, D) -> (N, D).

    levels: the standard deviations s, one after the other, ``steps`` steps at each: half of a = rate * s^2 times the
    score, and noise of variance a. One level alone is Langevin's method without annealing.
    """
    draw = torch.Generator().manual_seed(seed)
    x = start
    for s in levels:
        size = rate * s**2
        for _ in range(steps):
            x = x + 0.5 * size * score(x, s) + math.sqrt(size) * torch.randn(x.shape, generator=draw, dtype=x.dtype)
    return x
