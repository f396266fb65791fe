"""What removes noise without an autoencoder: the methods that a denoising autoencoder has to beat.

Each takes noisy images (N, 1, H, W) and returns mended ones of the same shape, float32, not clipped. Each has one free
parameter or two; ``chosen`` finds the best of some candidates on pairs whose originals are known.

    size = denoisers.chosen(denoisers.median, [3, 5], noisy, originals)
    mended = denoisers.median(noisy, size)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.noise import expectation, psnr

__all__ = ["LinearDenoiser", "PairMoments", "chosen", "median", "non_local_means", "total_variation"]

T = TypeVar("T")


def chosen(method: Callable[[Tensor, T], Tensor], candidates: Sequence[T], noisy: Tensor, originals: Tensor) -> T:
    """The candidate with the highest PSNR (answers cut to [0, 1]), the first of equals."""
    if not candidates:
        raise ValueError("candidates is empty: there is nothing to choose from")
    return max(candidates, key=lambda one: psnr(method(noisy, one).clamp(0, 1), originals))


def median(noisy: Tensor, size: int, *, extremes_only: bool = False) -> Tensor:
    """Each pixel becomes the median of the size x size pixels around it; beyond the edge the image is mirrored.

    extremes_only: pixels strictly between 0 and 1 stay as they are. Salt, pepper and masks leave none such, so that
    what is surely sound is not touched.
    """
    filtered = torch.from_numpy(ndimage.median_filter(noisy.numpy(), size=(1, 1, size, size)))
    return torch.where((noisy > 0) & (noisy < 1), noisy, filtered) if extremes_only else filtered


def total_variation(noisy: Tensor, weight: float, *, steps: int = 60) -> Tensor:
    """The images u that minimise |u - noisy|^2 / 2 + weight * TV(u), by Chambolle's projections (2004, section 3).

    TV is the sum over the pixels of the length of the gradient (differences to the pixel below and on the right). The
    dual field p gives u = noisy - div p; p moves along the gradient of u and is scaled down where it is too long.
    """
    field = torch.zeros(2, *noisy.shape)
    step = 0.25  # below 1/4 it is proved to converge (for 1/8), at 1/4 it does in practice and is faster
    u = noisy
    for _ in range(steps):
        gradient = torch.stack(
            [F.pad(u.diff(dim=-2), (0, 0, 0, 1)), F.pad(u.diff(dim=-1), (0, 1))]
        )  # (2, N, 1, H, W), zero at the last row and column
        length = gradient.square().sum(0).sqrt()
        field = (field - step * gradient) / (1 + step / weight * length)
        u = noisy - _divergence(field)
    return u


def _divergence(field: Tensor) -> Tensor:
    """Differences to the pixel above and on the left, (2, N, 1, H, W) -> (N, 1, H, W): minus the gradient's adjoint."""
    down, right = field
    return down - F.pad(down[..., :-1, :], (0, 0, 1, 0)) + right - F.pad(right[..., :-1], (1, 0))


def non_local_means(noisy: Tensor, h: float, *, sigma: float = 0.0, patch: int = 5, reach: int = 5) -> Tensor:
    """Each pixel becomes a mean of the pixels up to ``reach`` away, weighted by how alike their patches are.

    Buades, Coll & Morel (2005): weight exp(-max(d - 2 sigma^2, 0) / h^2), d the mean squared difference of the two
    patches (of patch x patch pixels, an odd number); sigma the standard deviation of the noise. Beyond the edge the
    image is mirrored.
    """
    # A few images at a time, so that all of it stays in the processor's cache.
    return torch.cat([_non_local_means(some, h, sigma, patch, reach) for some in noisy.split(25)])


def _non_local_means(noisy: Tensor, h: float, sigma: float, patch: int, reach: int) -> Tensor:
    half = patch // 2
    pad = reach + half
    height, width = noisy.shape[-2:]
    padded = F.pad(noisy, (pad, pad, pad, pad), mode="reflect")

    def moved(down: int, right: int, margin: int) -> Tensor:
        rows = slice(pad + down - margin, pad + down + height + margin)
        return padded[..., rows, pad + right - margin : pad + right + width + margin]

    total, weights = torch.zeros_like(noisy), torch.zeros_like(noisy)
    here = moved(0, 0, half)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            squares = (here - moved(down, right, half)).square()
            rows = sum(squares[..., i : i + height, :] for i in range(patch))  # first along one axis, then the other
            distance = sum(rows[..., i : i + width] for i in range(patch)) / patch**2
            weight = (-(distance - 2 * sigma**2).clamp(min=0) / h**2).exp()
            total += weight * moved(down, right, 0)
            weights += weight
    return total / weights


@dataclass(frozen=True, eq=False)
class PairMoments:
    """Means and second moments of (noisy, original) pairs, float64, D pixels: all that a linear denoiser needs.

    noisy_mean, original_mean: (D,); noisy: (D, D), the covariance of the noisy pixels; cross: (D, D), the covariance of
    noisy pixels (rows) with original ones (columns).
    """

    noisy_mean: Tensor
    original_mean: Tensor
    noisy: Tensor
    cross: Tensor

    @classmethod
    def of(cls, noisy: Tensor, originals: Tensor) -> PairMoments:
        """Of these very pairs, (N, C, H, W) each."""
        rows = torch.cat([noisy.flatten(1), originals.flatten(1)], dim=1).double()
        mean = rows.mean(0)
        covariance = (rows - mean).T @ (rows - mean) / len(rows)
        pixels = originals[0].numel()
        return cls(mean[:pixels], mean[pixels:], covariance[:pixels, :pixels], covariance[:pixels, pixels:])

    @classmethod
    def expected(cls, kind: str, strength: float, mean: Tensor, covariance: Tensor) -> PairMoments:
        """Of images with this mean (D,) and covariance (D, D), over all noise that could be drawn.

        kind: a name in noise.KINDS. Given its original x, a noisy pixel has the mean a x + b and some variance, and it
        is independent of the others. So the cross covariance is a C, and that of the noisy pixels is a^2 C plus the
        mean of the variance on the diagonal: no noise has to be drawn at all.
        Raises ValueError for another kind.
        """
        scale, shift = expectation(kind, strength)
        squares = covariance.diagonal() + mean.square()  # E x^2
        noisy_squares = {
            "Gaussian": squares + strength**2,
            "salt and pepper": (1 - strength) * squares + strength / 2,  # a half of them became 1
            "masking": (1 - strength) * squares,
        }[kind]
        noisy_mean = scale * mean + shift
        noisy = scale**2 * covariance
        noisy.diagonal().copy_(noisy_squares - noisy_mean.square())
        return cls(noisy_mean, mean, noisy, scale * covariance)


@dataclass(frozen=True, eq=False)
class LinearDenoiser:
    """An affine map of pixels: x_hat = W (noisy - mean of the noisy) + mean of the originals.

    weight: W, (D, D); noisy_mean, original_mean: (D,); all float32.
    """

    weight: Tensor
    noisy_mean: Tensor
    original_mean: Tensor

    @classmethod
    def fitted(cls, moments: PairMoments, ridge: float = 0.0) -> LinearDenoiser:
        """The one with the least mean squared error on pairs with these moments: a Wiener filter that was learned.

        ridge: a penalty on the squares of W, in units of the mean variance of a noisy pixel. Without it, pixels that
        never vary make the system singular (then torch raises an error).
        """
        penalty = ridge * moments.noisy.diagonal().mean() * torch.eye(len(moments.noisy), dtype=torch.float64)
        weight = torch.linalg.solve(moments.noisy + penalty, moments.cross).T
        return cls(weight.float(), moments.noisy_mean.float(), moments.original_mean.float())

    def __call__(self, noisy: Tensor) -> Tensor:
        answer = (noisy.flatten(1) - self.noisy_mean) @ self.weight.T + self.original_mean
        return answer.reshape(noisy.shape)
