"""Does a denoiser know the score, near the data and far from them, and can one sample with what it knows?

Points in the plane, from a mixture whose score is known at every level of noise. No images: the data set is not used.
Beside the two networks stand two denoisers without training: the best linear one, which is PCA's relative (it knows
mean and covariance), and the best one for the training points themselves, as if there were no others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import noise_from
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import distribution
from lessons_pkg.models import base, denoiser
from lessons_pkg.models.denoiser import Denoiser, GaussianMixture, annealed_langevin

Score = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True)
class Settings:
    """levels: standard deviations s of the noise; square: points far from the data are sought in [-square, square]^2;

    rare: of the points of p_s itself so many are less probable than what is called empty.
    """

    points: int = 4000
    levels: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
    hidden: int = 128
    steps: int = 6000
    batch_size: int = 512
    lr: float = 2e-3
    asked: int = 10_000
    square: float = 2.5
    rare: float = 0.001
    samples: int = 2000
    langevin_levels: int = 10
    langevin_steps: int = 100


def truth() -> GaussianMixture:
    """Three bells in the plane, of unequal weight, far enough apart that almost nothing lies between them."""
    means = torch.tensor([[-1.2, -0.8], [1.3, -0.6], [0.1, 1.4]])
    return GaussianMixture(means, 0.15, torch.tensor([0.6, 0.3, 0.1]))


def train_denoiser(points: Tensor, settings: Settings, *, residual: bool, seed: int) -> Denoiser:
    """A denoiser of these points (N, 2): Adam, a cosine schedule, new noise at every step."""
    levels = (settings.levels[0], settings.levels[-1])
    model = Denoiser(2, settings.hidden, residual=residual, levels=levels, seed=seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.lr)
    with noise_from(seed, torch.device("cpu")):
        for step in range(settings.steps):
            for group in optimizer.param_groups:
                group["lr"] = settings.lr * training.cosine(step / settings.steps)
            loss = model.loss(points[torch.randint(len(points), (settings.batch_size,))])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval().requires_grad_(False)


def linear_score(points: Tensor) -> Score:
    """The score of the Gaussian with the mean and covariance of these points; its denoiser is the best linear one."""
    mean, covariance = points.mean(0), torch.cov(points.T, correction=0)

    def score(x: Tensor, noise: float) -> Tensor:
        return torch.linalg.solve(covariance + noise**2 * torch.eye(2), (mean - x).T).T

    return score


def scores_of(points: Tensor, settings: Settings, seed: int) -> dict[str, Score]:
    """Name -> an estimate of the score from these points (N, 2)."""
    return {
        "network, names the noise": train_denoiser(points, settings, residual=True, seed=seed).score,
        "network, names the point": train_denoiser(points, settings, residual=False, seed=seed).score,
        "training points": GaussianMixture(points, 0.0, torch.full((len(points),), 1 / len(points))).score,
        "linear": linear_score(points),
    }


def empty(known: GaussianMixture, x: Tensor, noise: float, rare: float) -> Tensor:
    """True where p_s is so small that only the share ``rare`` of its own points lies at smaller values: (N,)."""
    own = known.log_density(known.sample(20_000, noise=noise, seed=99), noise)
    return known.log_density(x, noise) < own.quantile(rare)


def relative_error(estimate: Tensor, exact: Tensor) -> float:
    """Root of the mean squared error over the root of the mean square: 0 exact, 1 as good as the answer 0."""
    return ((estimate - exact).square().sum() / exact.square().sum()).sqrt().item()


def errors(score: Score, known: GaussianMixture, settings: Settings, seed: int) -> dict[str, list[float | None]]:
    """Per level, the relative error on points of p_s and on the empty part of the square (None: no part is empty)."""
    draw = torch.Generator().manual_seed(seed + 1000)
    square = settings.square * (2 * torch.rand(settings.asked, 2, generator=draw) - 1)
    found: dict[str, list[float | None]] = {"near": [], "empty": []}
    for s in settings.levels:
        near = known.sample(settings.asked, noise=s, seed=seed + 1000)
        far = square[empty(known, square, s, settings.rare)]
        found["near"].append(relative_error(score(near, s), known.score(near, s)))
        enough = len(far) >= settings.asked // 100
        found["empty"].append(relative_error(score(far, s), known.score(far, s)) if enough else None)
    return found


def judge(samples: Tensor, known: GaussianMixture, noise: float, seed: int) -> dict:
    """Share of each bell, share astray (more than four standard deviations from all), MMD^2 to exact points of p_s."""
    distance, nearest = torch.cdist(samples, known.means).min(1)
    at_home = distance < 4 * math.hypot(known.std, noise)
    shares = torch.bincount(nearest[at_home], minlength=len(known.means)) / len(samples)
    exact = known.sample(len(samples), noise=noise, seed=seed + 2000)
    return {
        "shares": shares.tolist(),
        "astray": 1 - at_home.double().mean().item(),
        "share_error": 0.5 * (shares - known.weights).abs().sum().item(),
        "mmd": latent.mmd(samples, exact, bandwidth=0.5),
    }


def sampled(score: Score, settings: Settings, seed: int, *, annealed: bool = True) -> Tensor:
    """Points by Langevin's method from evenly spread ones; without annealing the same number of steps at the last s."""
    low, high = settings.levels[0], settings.levels[-1]
    count = settings.langevin_levels
    levels = [high * (low / high) ** (i / (count - 1)) for i in range(count)] if annealed else [low] * count
    draw = torch.Generator().manual_seed(seed + 3000)
    start = settings.square * (2 * torch.rand(settings.samples, 2, generator=draw) - 1)
    return annealed_langevin(score, start, levels, steps=settings.langevin_steps, seed=seed)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    known, low = truth(), settings.levels[0]
    scores = scores_of(known.sample(settings.points, seed=seed), settings, seed)
    values: dict[str, dict] = {name: errors(score, known, settings, seed) for name, score in scores.items()}
    best = "network, names the noise"
    samplers = {"exact score": known.score, "network": scores[best], "linear": scores["linear"]}
    values["samples"] = {
        **{name: judge(sampled(score, settings, seed), known, low, seed) for name, score in samplers.items()},
        **{
            f"{name}, not annealed": judge(sampled(samplers[name], settings, seed, annealed=False), known, low, seed)
            for name in ("exact score", "network")
        },
        "drawn exactly": judge(known.sample(settings.samples, noise=low, seed=seed + 4000), known, low, seed),
    }
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    known = truth()
    draw = torch.Generator().manual_seed(0)
    square = settings.square * (2 * torch.rand(settings.asked, 2, generator=draw) - 1)
    return {
        "weights": known.weights.tolist(),
        "empty_share": [empty(known, square, s, settings.rare).double().mean().item() for s in settings.levels],
    }


RECIPE = Recipe(
    question="Does a denoiser know the score, near the data and far from them, and can one sample with it?",
    settings=Settings(),
    smallest={"points": 200, "steps": 3, "asked": 300, "samples": 50, "langevin_levels": 2, "langevin_steps": 2},
    run_seed=run_seed,
    reference=reference,
    uses=(base, denoiser, distribution),
    tolerance=0.05,
    # Shares of some thousand samples and differences near 0: chance decides these.
    tolerances={"mmd": None, "astray": None, "share_error": None, "shares": 0.1, "empty": 0.5},
    dataset="digits",
)
