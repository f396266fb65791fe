"""The numbers that typical mistakes in task 2.5 give: wrong sets, sizes, means, units and patches."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["NUMBERS", "PER_CELL", "model_mistakes", "patch_mistakes", "pca_error", "pca_mistakes", "squares"]

NUMBERS, PER_CELL, PIXELS = 196, 4, 784
Cause = tuple[float, str, str]

UNIT = "Mean squared error per pixel: the mean over all pixels of all test images, and nothing divided or multiplied."
SETS = "Fit on train (mean and components), then apply the same mean and components to test."
MEAN = "Subtract the mean of train, project, and add the same mean again."
SIZE = "The model's code is 4x7x7: that is 196 numbers for an image, 4 for each of the 49 cells."
CUT = "A patch is 4 rows by 4 columns of one image: split height and width into 7 x 4, and bring the two 7s together."


def squares(images: Tensor, size: int = 4) -> Tensor:
    """All patches of a grid without overlap: (N, 1, 28, 28) -> (N * cells, size * size)."""
    cut = images.unfold(2, size, size).unfold(3, size, size)  # (N, 1, 7, 7, 4, 4)
    return cut.reshape(-1, size * size)


class _PCA:
    def __init__(self, rows: Tensor, centre: bool = True) -> None:
        self.mean = rows.double().mean(0) if centre else torch.zeros(rows.shape[1], dtype=torch.float64)
        _, _, rows_of = torch.linalg.svd(rows.double() - self.mean, full_matrices=False)
        self.directions = rows_of.T  # (D, min(N, D)), largest variance first

    def rebuilt(self, rows: Tensor, k: int, mean: Tensor | None = None, back: Tensor | None = None) -> Tensor:
        basis = self.directions[:, :k]
        mean = self.mean if mean is None else mean
        return (rows.double() - mean) @ basis @ basis.T + (mean if back is None else back)


def pca_error(train: Tensor, test: Tensor, k: int) -> float:
    """Squared error per number on test of the k principal components of train."""
    rows = test.flatten(1)
    return _mse(_PCA(train.flatten(1)).rebuilt(rows, k), rows)


def _mse(a: Tensor, b: Tensor) -> float:
    return (a - b).square().mean().item()


def _units(rebuilt: Tensor, rows: Tensor, images: int) -> Iterator[Cause]:
    """The same error in other units, and other errors of the same reconstruction."""
    mse = _mse(rebuilt, rows)
    yield mse * PIXELS, "summed over the pixels of each image, not per pixel", UNIT
    yield mse * rows.shape[1], "summed over the numbers of each patch, not per pixel", UNIT
    yield mse * PIXELS * images, "the sum over all pixels of all images", UNIT
    yield mse * images, "a sum over the images, not a mean", UNIT
    yield mse / PIXELS, "divided by the number of pixels once more", UNIT
    yield mse / images, "divided by the number of images once more", UNIT
    for size in (16, 20, 32, 64, 100, 128, 256):
        yield mse * size, f"times {size}, as in the unit that sums over a batch of {size}", UNIT
    yield mse**0.5, "the root of the mean squared error", UNIT
    yield mse / 2, "half of it", UNIT
    yield mse / 49, "divided by the number of squares once more", UNIT
    yield mse * 49, "summed over the 49 squares of an image, not per pixel", UNIT
    yield mse * 4, "as for images scaled to [-1, 1]", UNIT
    yield mse * 255**2, "as for images scaled to 0 to 255", UNIT
    yield (rebuilt - rows).abs().mean().item(), "the mean absolute error", UNIT
    yield (
        _mse(rebuilt.clamp(0, 1), rows.double()),
        "of reconstructions cut off to [0, 1]",
        "As they come, without clamp.",
    )
    yield mse / rows.double().var(0, unbiased=False).mean().item(), "the share of the variance, not the error", UNIT
    for digits in (2, 3, 4):
        if round(mse, digits):
            yield round(mse, digits), "rounded", "Return the number as it is; rounding is for print."


def model_mistakes(model: nn.Module, train: Tensor, test: Tensor) -> Iterator[Cause]:
    out = model(test)
    yield (
        _mse(model(train), train),
        "the error on the training images",
        "The question is about images never seen: test.",
    )
    both = torch.cat([train, test])
    yield _mse(model(both), both), "the error on train and test together", "test only."
    each = (out - test).square().mean((1, 2, 3))
    weighted = "Batches differ in size: add up squared errors and divide once, or weigh each batch's mean by its size."
    for size in (16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 256, 400, 500, 512, 600, 800, 1000, 1024):
        means = [part.mean() for part in each.split(size)]
        if len(test) % size:
            cause = f"the mean of the means of batches of {size}: the smaller last batch counts as much as a full one"
            yield torch.stack(means).mean().item(), cause, weighted
            full = len(test) // size * size
            if full:
                yield each[:full].mean().item(), "the last, smaller batch is left out", "All test images count."
        yield means[0].item(), f"the error of the first {size} images only", "All test images count."
        yield means[-1].item(), "the error of the last batch only", "All test images count."
        yield torch.stack(means).sum().item(), "the sum over the batches, not a mean", weighted
    yield each[0].item(), "the error of the first image only", "All test images count."
    yield from _units(out.flatten(1), test.flatten(1), len(test))
    same = "The model gets the images as they are, in [0, 1], and is compared with the same images."
    yield _mse(model(2 * test - 1), 2 * test - 1), "the error on images scaled to [-1, 1]", same
    yield _mse(model(2 * test - 1), test), "the model was given images scaled to [-1, 1]", same
    yield _mse(model(test - train.mean(0)), test - train.mean(0)), "the error on centred images", same
    yield _mse(torch.sigmoid(out), test), "the error of a sigmoid of the output", "The model's output as it is."
    yield _mse(model(out), test), "the images went through the model twice", "model(test), once."
    yield _mse(model.encode(test), model.encode(out)), "a loss between codes", "Images are compared, not codes."
    if ((out > 0) & (out < 1)).all():
        yield F.binary_cross_entropy(out, test).item(), "a cross-entropy", UNIT
    yield _mse(out.mean(0), test.mean(0)), "the error of the mean image", "The error of each image, and then the mean."


def _pca_readings(train: Tensor, test: Tensor, k: int, other_k: tuple[int, ...], images: int) -> Iterator[Cause]:
    """What goes wrong in a PCA of rows, whatever the rows are."""
    right = _PCA(train)
    for size in other_k:
        if 0 < size < train.shape[1]:
            yield (
                _mse(right.rebuilt(test, size), test),
                f"{size} component{'s' if size > 1 else ''} instead of {k}",
                SIZE,
            )
    yield _mse(right.rebuilt(train, k), train), "the error on the training images: the floor, not the test", SETS
    on_test = _PCA(test)
    yield _mse(on_test.rebuilt(test, k), test), "the components are fitted on the test images", SETS
    both = _PCA(torch.cat([train, test]))
    yield _mse(both.rebuilt(test, k), test), "the components are fitted on train and test together", SETS
    yield _mse(right.rebuilt(test, k, mean=on_test.mean), test), "the test images are centred by their own mean", SETS
    exchanged = "train and test are exchanged: fitted on test, tried on train"
    yield _mse(on_test.rebuilt(train, k), train), exchanged, SETS
    none = torch.zeros_like(right.mean)
    yield _mse(right.rebuilt(test, k, mean=none), test), "the mean is not subtracted before projecting", MEAN
    yield _mse(right.rebuilt(test, k, back=none), test), "the mean is subtracted and not added again", MEAN
    yield _mse(right.rebuilt(test, k, mean=none, back=right.mean), test), "the mean is added but never subtracted", MEAN
    raw = _PCA(train, centre=False)
    yield _mse(raw.rebuilt(test, k), test), "the components are those of data that was not centred", MEAN
    weakest = "eigh sorts the smallest first; svd the largest."
    kept = (right.rebuilt(test, k) - right.mean).square().mean().item()
    lost = "The error is what the components leave out, not what they keep."
    yield kept, "the variance that is kept, not the error that is left", lost
    yield (
        _mse(test.double(), right.mean.expand_as(test)) - _mse(right.rebuilt(test, k), test),
        "the variance that is explained",
        lost,
    )
    spread = train.double().std(0)
    scaled, scaled_test = (train.double() - right.mean) / spread, (test.double() - right.mean) / spread
    error = _PCA(scaled).rebuilt(scaled_test, k) - scaled_test
    scale = "Only the mean is subtracted; nothing is divided by a standard deviation."
    yield error.square().mean().item(), "the error of standardised pixels", scale
    yield (error * spread).square().mean().item(), "the components are those of standardised pixels", scale
    least = copy.copy(right)
    least.directions = right.directions[:, -k:]
    yield _mse(least.rebuilt(test, k), test), "the components with the LEAST variance are taken", weakest
    yield from _units(right.rebuilt(test, k), test, images)


def pca_mistakes(train: Tensor, test: Tensor) -> Iterator[Cause]:
    sizes = (2, 4, 7, 10, 16, 28, 32, 49, 50, 64, 98, 100, 128, 256, 392, 400)
    yield from _pca_readings(train.flatten(1), test.flatten(1), NUMBERS, sizes, len(test))


def patch_mistakes(train: Tensor, test: Tensor) -> Iterator[Cause]:
    yield from _pca_readings(squares(train), squares(test), PER_CELL, (1, 2, 3, 5, 7, 8, 10, 12), len(test))
    whole = _PCA(train.flatten(1)).rebuilt(test.flatten(1), PER_CELL)
    yield _mse(whole, test.flatten(1)), "4 components of the whole image, not of each patch", CUT
    for size in (2, 7, 14):
        cause = f"patches of {size}x{size} pixels instead of 4x4"
        yield pca_error(squares(train, size), squares(test, size), PER_CELL), cause, CUT
    pieces = {
        "16 pixels in a line, not 4 rows of 4: reshape reads row by row": lambda x: x.reshape(-1, 16),
        "pixels from all over the image: which two axes belong to the patch? (F.unfold has them as columns)": (
            lambda x: x.reshape(-1, 7, 4, 7, 4).permute(0, 2, 4, 1, 3).reshape(-1, 16)
        ),
        "every seventh pixel of the image: the 7 and the 4 of the reshape are exchanged": (
            lambda x: x.reshape(-1, 4, 7, 4, 7).permute(0, 2, 4, 1, 3).reshape(-1, 16)
        ),
        "overlapping: the window moves by one pixel": lambda x: F.unfold(x, 4).transpose(1, 2).reshape(-1, 16),
    }
    for words, cut in pieces.items():
        yield pca_error(cut(train), cut(test), PER_CELL), f"the patches are {words}", CUT
    cells, test_cells = squares(train).unflatten(0, (-1, 49)), squares(test).unflatten(0, (-1, 49))
    own = [pca_error(cells[:, i], test_cells[:, i], PER_CELL) for i in range(49)]
    shared = "All patches of all places together: one mean and 4 components, as the model's kernels serve all places."
    yield sum(own) / 49, "each of the 49 places has components of its own; they are to be shared", shared
    yield own[0], "the patches of the first place only", shared
    basis = _PCA(squares(train)).directions[:, :PER_CELL]
    rest = test_cells - cells.mean(0)
    yield _mse(rest.double() @ basis @ basis.T, rest), "each of the 49 places has a mean of its own", shared
