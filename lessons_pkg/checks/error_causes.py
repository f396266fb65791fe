"""Reconstruction errors: what PCA leaves, and the numbers that an error becomes in another unit."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["PCA", "UNIT", "Cause", "mse", "pca_error", "wrong_batches", "wrong_units"]

Cause = tuple[float, str, str]  # the number, what was done, hint
UNIT = (
    "Mean squared error per pixel: (x_hat - x)**2, and its mean over all pixels of all images. "
    "Nothing is divided or multiplied besides."
)


def mse(a: Tensor, b: Tensor) -> float:
    return (a - b).square().mean().item()


class PCA:
    """The principal components of rows (N, D), in double precision."""

    def __init__(self, rows: Tensor, centre: bool = True) -> None:
        self.mean = rows.double().mean(0) if centre else torch.zeros(rows.shape[1], dtype=torch.float64)
        centred = rows.double() - self.mean
        if len(rows) < rows.shape[1]:
            self.directions = torch.linalg.svd(centred, full_matrices=False).Vh.T
        else:  # much quicker where there are many rows
            self.directions = torch.linalg.eigh(centred.T @ centred).eigenvectors.flip(1)
        # (D, min(N, D)), largest variance first

    def rebuilt(self, rows: Tensor, k: int, mean: Tensor | None = None, back: Tensor | None = None) -> Tensor:
        basis = self.directions[:, :k]
        mean = self.mean if mean is None else mean
        return (rows.double() - mean) @ basis @ basis.T + (mean if back is None else back)


def pca_error(train: Tensor, test: Tensor, k: int) -> float:
    """Squared error per number on test of the k principal components of train."""
    rows = test.flatten(1)
    return mse(PCA(train.flatten(1)).rebuilt(rows, k), rows)


def wrong_batches(each: Tensor) -> Iterator[Cause]:
    """What a loop over batches makes of the errors of single images, (N,)."""
    weighted = "Batches differ in size: add up squared errors and divide once, or weigh each batch's mean by its size."
    for size in (10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 256, 400, 500, 512, 600, 800, 1000, 1024):
        means = [part.mean() for part in each.split(size)]
        if len(each) % size:
            cause = f"the mean of the means of batches of {size}: the smaller last batch counts as much as a full one"
            yield torch.stack(means).mean().item(), cause, weighted
            full = len(each) // size * size
            if full:
                lost = f"the last, smaller batch is left out: this is the error of the first {full} images only"
                yield each[:full].mean().item(), lost, "All test images count."
        yield means[0].item(), f"the error of the first {size} images only", "All test images count."
        yield means[-1].item(), "the error of the last batch only", "All test images count."
        yield torch.stack(means).sum().item(), "the sum over the batches, not a mean", weighted
    yield each[0].item(), "the error of the first image only", "All test images count."


def wrong_units(rebuilt: Tensor, target: Tensor, images: int) -> Iterator[Cause]:
    """The same error in other units, and other errors of the same reconstruction. images: how many target holds."""
    error, gap, pixels = mse(rebuilt, target), rebuilt - target, target.numel() // images
    yield error * pixels, "summed over the pixels of each image, not per pixel", UNIT
    yield error * pixels * images, "the sum over all pixels of all images, not the mean", UNIT
    yield error * images, "a sum over the images, not a mean", UNIT
    yield error / pixels, "divided by the number of pixels once more", UNIT
    yield error / images, "divided by the number of images once more", UNIT
    for size in (16, 20, 32, 64, 100, 128, 256):
        unit = "the unit of the sources" if size == 20 else f"as a sum over a batch of {size} gives it"
        yield error * size, f"times {size}, {unit}", UNIT
    yield error**0.5, "the root of the mean squared error", UNIT
    yield error / 2, "half of it", UNIT
    yield -error, "the negative of it", UNIT
    yield error * 4, "as for images scaled to [-1, 1]", UNIT
    yield error * 255**2, "as for images scaled to 0 to 255", UNIT
    yield gap.abs().mean().item(), "the mean absolute error", UNIT
    yield gap.mean().square().item(), "the square of the mean, not the mean of the squares", UNIT
    yield gap.mean().item(), "the mean difference, not squared", UNIT
    for digits in (1, 2, 3, 4):
        if round(error, digits):
            yield (
                round(error, digits),
                "the right number, but rounded",
                "Return the number as it is; rounding is for print.",
            )
