"""The numbers that typical mistakes in task 2.5 give: wrong sets, sizes, means, units and patches."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks.error_causes import PCA, UNIT, Cause, mse, pca_error, wrong_batches, wrong_units

__all__ = ["NUMBERS", "PER_CELL", "model_mistakes", "patch_mistakes", "pca_mistakes", "squares"]

NUMBERS, PER_CELL = 196, 4

SETS = "Fit on train (mean and components), then apply the same mean and components to test."
MEAN = "Subtract the mean of train, project, and add the same mean again."
SIZE = "The model's code is 4x7x7: that is 196 numbers for an image, 4 for each of the 49 cells."
CUT = "A patch is 4 rows by 4 columns of one image: split height and width into 7 x 4, and bring the two 7s together."


def squares(images: Tensor, size: int = 4) -> Tensor:
    """All patches of a grid without overlap: (N, 1, 28, 28) -> (N * cells, size * size)."""
    cut = images.unfold(2, size, size).unfold(3, size, size)  # (N, 1, 7, 7, 4, 4)
    return cut.reshape(-1, size * size)


def _units(rebuilt: Tensor, rows: Tensor, images: int) -> Iterator[Cause]:
    """wrong_units, and what depends on the rows: whole images or patches."""
    error = mse(rebuilt, rows)
    if len(rows) != images:
        yield error * rows.shape[1], "summed over the numbers of each patch, not per pixel", UNIT
    yield from wrong_units(rebuilt, rows, images)
    yield error / 49, "divided by the number of squares once more", UNIT
    yield error * 49, "summed over the 49 squares of an image, not per pixel", UNIT
    cut_off = mse(rebuilt.clamp(0, 1), rows.double())
    yield cut_off, "of reconstructions cut off to [0, 1]", "As they come, without clamp."
    yield error / rows.double().var(0, unbiased=False).mean().item(), "the share of the variance, not the error", UNIT


def model_mistakes(model: nn.Module, train: Tensor, test: Tensor) -> Iterator[Cause]:
    out = model(test)
    yield (
        mse(model(train), train),
        "the error on the training images",
        "The question is about images never seen: test.",
    )
    both = torch.cat([train, test])
    yield mse(model(both), both), "the error on train and test together", "test only."
    yield from wrong_batches((out - test).square().mean((1, 2, 3)))
    yield from _units(out.flatten(1), test.flatten(1), len(test))
    same = "The model gets the images as they are, in [0, 1], and is compared with the same images."
    yield mse(model(2 * test - 1), 2 * test - 1), "the error on images scaled to [-1, 1]", same
    yield mse(model(2 * test - 1), test), "the model was given images scaled to [-1, 1]", same
    yield mse(model(test - train.mean(0)), test - train.mean(0)), "the error on centred images", same
    yield mse(torch.sigmoid(out), test), "the error of a sigmoid of the output", "The model's output as it is."
    yield mse(model(out), test), "the images went through the model twice", "model(test), once."
    yield mse(model.encode(test), model.encode(out)), "a loss between codes", "Images are compared, not codes."
    if ((out > 0) & (out < 1)).all():
        yield F.binary_cross_entropy(out, test).item(), "a cross-entropy", UNIT
    yield mse(out.mean(0), test.mean(0)), "the error of the mean image", "The error of each image, and then the mean."


def _pca_readings(train: Tensor, test: Tensor, k: int, other_k: Iterable[int], images: int) -> Iterator[Cause]:
    """What goes wrong in a PCA of rows, whatever the rows are."""
    right = PCA(train)
    for size in other_k:
        if 0 < size < train.shape[1]:
            yield (
                mse(right.rebuilt(test, size), test),
                f"{size} component{'s' if size > 1 else ''} instead of {k}",
                SIZE,
            )
    yield mse(right.rebuilt(train, k), train), "the error on the training images: the floor, not the test", SETS
    on_test = PCA(test)
    yield mse(on_test.rebuilt(test, k), test), "the components are fitted on the test images", SETS
    both = PCA(torch.cat([train, test]))
    yield mse(both.rebuilt(test, k), test), "the components are fitted on train and test together", SETS
    yield mse(right.rebuilt(test, k, mean=on_test.mean), test), "the test images are centred by their own mean", SETS
    exchanged = "train and test are exchanged: fitted on test, tried on train"
    yield mse(on_test.rebuilt(train, k), train), exchanged, SETS
    none = torch.zeros_like(right.mean)
    yield mse(right.rebuilt(test, k, mean=none), test), "the mean is not subtracted before projecting", MEAN
    yield mse(right.rebuilt(test, k, back=none), test), "the mean is subtracted and not added again", MEAN
    yield mse(right.rebuilt(test, k, mean=none, back=right.mean), test), "the mean is added but never subtracted", MEAN
    raw = PCA(train, centre=False)
    yield mse(raw.rebuilt(test, k), test), "the components are those of data that was not centred", MEAN
    own = PCA(_without_own_mean(train)).rebuilt(_without_own_mean(test), k)
    whose = f"each {'patch' if len(test) > images else 'image'} loses its own mean"
    yield mse(own, _without_own_mean(test)), f"{whose}, instead of the one mean that train has", MEAN
    weakest = "eigh sorts the smallest first; svd the largest."
    kept = (right.rebuilt(test, k) - right.mean).square().mean().item()
    lost = "The error is what the components leave out, not what they keep."
    yield kept, "the variance that is kept, not the error that is left", lost
    yield (
        mse(test.double(), right.mean.expand_as(test)) - mse(right.rebuilt(test, k), test),
        "the variance that is explained",
        lost,
    )
    spread = train.double().std(0)
    scaled, scaled_test = (train.double() - right.mean) / spread, (test.double() - right.mean) / spread
    error = PCA(scaled).rebuilt(scaled_test, k) - scaled_test
    scale = "Only the mean is subtracted; nothing is divided by a standard deviation."
    yield error.square().mean().item(), "the error of standardised pixels", scale
    yield (error * spread).square().mean().item(), "the components are those of standardised pixels", scale
    least = copy.copy(right)
    least.directions = right.directions[:, -k:]
    yield mse(least.rebuilt(test, k), test), "the components with the LEAST variance are taken", weakest
    yield from _units(right.rebuilt(test, k), test, images)
    per_image = len(test) // images
    for size in (100, 128, 200, 256, 300, 500, 512, 1000):
        if len(train) > size * per_image:
            part = PCA(train[: size * per_image]).rebuilt(test, k)
            yield mse(part, test), f"the components are fitted on the first {size} training images only", SETS


def _without_own_mean(rows: Tensor) -> Tensor:
    return rows - rows.mean(1, keepdim=True)


def pca_mistakes(train: Tensor, test: Tensor) -> Iterator[Cause]:
    near = [size for size in range(NUMBERS - 6, NUMBERS + 7) if size != NUMBERS]
    sizes = (*near, 2, 4, 7, 10, 16, 28, 32, 49, 50, 64, 98, 100, 128, 256, 392, 400)
    yield from _pca_readings(train.flatten(1), test.flatten(1), NUMBERS, sizes, len(test))


def patch_mistakes(train: Tensor, test: Tensor) -> Iterator[Cause]:
    yield from _pca_readings(squares(train), squares(test), PER_CELL, (1, 2, 3, 5, 7, 8, 10, 12), len(test))
    whole = PCA(train.flatten(1)).rebuilt(test.flatten(1), PER_CELL)
    yield mse(whole, test.flatten(1)), "4 components of the whole image, not of each patch", CUT
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
    black = "blank squares are left out, though they are squares as well: empty ones are easy, and all of them count"
    inked, test_inked = (rows[rows.sum(1) > 0] for rows in (squares(train), squares(test)))
    for fitted, tried in ((inked, test_inked), (inked, squares(test)), (squares(train), test_inked)):
        yield pca_error(fitted, tried, PER_CELL), black, CUT
    for words, cut in pieces.items():
        yield pca_error(cut(train), cut(test), PER_CELL), f"the patches are {words}", CUT
    cells, test_cells = squares(train).unflatten(0, (-1, 49)), squares(test).unflatten(0, (-1, 49))
    own = [pca_error(cells[:, i], test_cells[:, i], PER_CELL) for i in range(49)]
    shared = "All patches of all places together: one mean and 4 components, as the model's kernels serve all places."
    yield sum(own) / 49, "each of the 49 places has components of its own; they are to be shared", shared
    yield own[0], "the patches of the first place only", shared
    basis = PCA(squares(train)).directions[:, :PER_CELL]
    rest = test_cells - cells.mean(0)
    yield mse(rest.double() @ basis @ basis.T, rest), "each of the 49 places has a mean of its own", shared
