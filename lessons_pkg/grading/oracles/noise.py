"""Is this standard normal noise, each number drawn by itself? As far as a finite number of draws can tell.

Every limit is at least six standard errors wide, so that a right answer is refused less than once in a million times.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lessons_pkg.grading.oracles.framework import Wrong

__all__ = ["SIGMAS", "expect_standard_normal", "expect_unrelated"]

SIGMAS = 6.0
CHANCE = 1e-9  # of the largest number to lie beyond its limits, each way


def expect_standard_normal(words: str, noise: Tensor, *, wider: float = 1.0) -> None:
    """Raise Wrong if noise (N, k), float64, N some hundreds or more, is not drawn from N(0, I), row by row.

    wider: by how much mean and covariance may scatter more than those of N draws, because they were estimated too.
    """
    n = len(noise)
    limit = SIGMAS * wider / math.sqrt(n)
    mean = noise.mean(0)
    if not (off := mean.abs().max().item()) < limit:
        raise Wrong(f"{words}: the noise has a mean of {off:.3g}, expected 0 but for {limit:.2g}")
    moments = noise.T @ noise / n
    spread = moments.diagonal().sqrt()
    if not ((moments.diagonal() - 1).abs() < math.sqrt(2) * limit).all():
        worst = spread[(spread.log()).abs().argmax()].item()
        raise Wrong(f"{words}: the noise has a spread of {worst:.3g}, expected 1 but for {limit:.2g}")
    if not ((moments - moments.diag().diag()).abs() < limit).all():
        raise Wrong(f"{words}: the noise of one dimension depends on that of another")
    scaled = (noise - mean) / spread
    _expect_shape(words, scaled)
    # Every distance between two rows at once, and every row in which the noise might be mirrored.
    padded = torch.fft.rfft(scaled, dim=0)
    shifted = torch.fft.irfft(padded.abs().square(), n=n, dim=0)[1:] / n
    mirrored = torch.fft.irfft(padded.square(), n=n, dim=0) / n
    if shifted.abs().max() > 8 * math.sqrt(2 / n) or mirrored.abs().max() > 8 * math.sqrt(2 / n):
        raise Wrong(f"{words}: the noise of one row depends on that of another")


def _expect_shape(words: str, scaled: Tensor) -> None:
    """A normal distribution by Kolmogorov's distance, by its fourth moment and by its largest number."""
    n, k = scaled.shape
    count = n * k
    for part in (*scaled.T, scaled.flatten()):
        steps = torch.arange(1, len(part) + 1, dtype=part.dtype) / len(part)
        far = (torch.special.ndtr(part.sort().values) - steps).abs().max().item() * math.sqrt(len(part))
        if not far < 3:
            raise Wrong(f"{words}: the noise is not normal: Kolmogorov's distance is {far:.2g} / sqrt(N), expected < 3")
    fourth = scaled.pow(4).mean().item()
    if not abs(fourth - 3) < 2 * SIGMAS * math.sqrt(24 / count) + 24 / n:
        raise Wrong(f"{words}: the noise is not normal: its fourth moment is {fourth:.3g}, expected 3")
    largest = scaled.abs().max().item()
    beyond = count * math.erfc(largest / math.sqrt(2))  # numbers that one expects farther out than the largest
    if not CHANCE < beyond < -math.log(CHANCE):
        raise Wrong(f"{words}: the largest of {count} numbers is {largest:.3g} standard deviations out")


def expect_unrelated(words: str, noise: Tensor, *others: Tensor) -> None:
    """Raise Wrong if noise (N, k), or its square, goes with a column of one of the others (N, k)."""
    n = len(noise)
    for other in others:
        scaled = (other - other.mean(0)) / other.std(0, correction=0).clamp(min=1e-12)
        for value, spread, what in ((noise, 1.0, "noise"), (noise.square() - 1, math.sqrt(2), "size of the noise")):
            if not ((scaled.T @ value / n).abs() < 1.5 * SIGMAS * spread / math.sqrt(n)).all():
                raise Wrong(f"{words}: the {what} depends on z_mean or z_log_var")
