"""Three ways to spoil images, and how well one was mended.

    noisy = noise.gaussian(test.images, 0.5, seed=0)
    noise.psnr(noisy, test.images).mean()       # decibels

Each takes images (N, C, H, W) of floats in [0, 1] and returns new ones; nothing is changed in place, and nothing global
is drawn from: ``seed`` is a number, which always gives the same noise, or a generator, which goes on from where it is.
The strength may also be a tensor (N, 1, 1, 1): one for every image.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["KINDS", "expectation", "gaussian", "masking", "psnr", "salt_and_pepper"]


def gaussian(images: Tensor, sigma: float | Tensor, seed: int | torch.Generator) -> Tensor:
    """Independent normal noise of standard deviation ``sigma`` on every pixel.

    Not clipped: values leave [0, 1]. Cut to [0, 1], the noise on a black pixel would no longer have the mean zero.
    Raises ValueError for a negative sigma.
    """
    if torch.as_tensor(sigma).min() < 0:
        raise ValueError(f"sigma={sigma}: a standard deviation is not negative")
    return images + sigma * torch.randn(images.shape, generator=_generator(seed))


def salt_and_pepper(images: Tensor, share: float | Tensor, seed: int | torch.Generator) -> Tensor:
    """Every pixel is replaced with probability ``share``: by 0 or by 1, both equally likely. Values stay in [0, 1].

    One that is replaced may have had that value before: on black images ``share`` / 2 of the pixels change.
    Raises ValueError for a share outside 0 to 1.
    """
    _check_share(share)
    drawn = torch.rand(images.shape, generator=_generator(seed))
    spoiled = torch.where(drawn < share, torch.zeros_like(images), images)
    return torch.where(drawn < torch.as_tensor(share) / 2, torch.ones_like(images), spoiled)


def masking(images: Tensor, share: float | Tensor, seed: int | torch.Generator) -> Tensor:
    """Every pixel becomes 0 with probability ``share`` (Vincent et al. 2008, section 2.3). Values stay in [0, 1].

    They set a fixed number of pixels to 0; here each pixel decides by itself, so the number varies a little.
    Raises ValueError for a share outside 0 to 1.
    """
    _check_share(share)
    kept = torch.rand(images.shape, generator=_generator(seed)) >= share
    return images * kept


def psnr(answers: Tensor, originals: Tensor) -> float:
    """Peak signal-to-noise ratio in decibels: -10 log10 of the mean squared error per pixel, over all the images.

    For pixels whose peak is 1. Nothing is clipped here. An error of zero gives infinity; that is why it is not the mean
    of the ratios of single images, in which one untouched image would outweigh all others.
    """
    if answers.shape != originals.shape:
        raise ValueError(f"answers {tuple(answers.shape)} and originals {tuple(originals.shape)} differ in shape")
    return -10 * (answers - originals).square().mean().log10().item()


# name -> noise(images, strength, seed)
KINDS: dict[str, Callable[[Tensor, float | Tensor, int | torch.Generator], Tensor]] = {
    "Gaussian": gaussian,
    "salt and pepper": salt_and_pepper,
    "masking": masking,
}


def expectation(kind: str, strength: float) -> tuple[float, float]:
    """(a, b): given its original x, a noisy pixel has the mean a x + b. Raises ValueError for another kind."""
    if kind not in KINDS:
        raise ValueError(f"no noise of the kind {kind!r} here: choose one of {', '.join(KINDS)}")
    return {"Gaussian": (1.0, 0.0), "salt and pepper": (1 - strength, strength / 2), "masking": (1 - strength, 0.0)}[
        kind
    ]


def _generator(seed: int | torch.Generator) -> torch.Generator:
    return seed if isinstance(seed, torch.Generator) else torch.Generator().manual_seed(seed)


def _check_share(share: float | Tensor) -> None:
    low, high = torch.as_tensor(share).aminmax()
    if low < 0 or high > 1:
        raise ValueError(f"share={share}: a share of the pixels lies between 0 and 1")
