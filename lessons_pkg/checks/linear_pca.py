"""Task 1.3: the floor of all linear methods, and the numbers that typical mistakes give instead of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import as_float, close, explained_by, number, pictures, show

__all__ = ["pca_floor"]

PIXELS = 784


@check("1.3", "pca_floor")
def pca_floor(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.3: squared error per pixel of the best affine rank-k reconstruction of these images."""
    t.need("pca_floor is a function")
    t.is_function(answer, "pca_floor")
    few, more = pictures(11 + seed % 3, seed), pictures(80, seed + 1)
    # The mean image apart, everything in the first cases is about k in the middle; the edges of k come after.
    for images, k in ((few, 3), (few, 1), (more, 6), (more, 20), (few, 0), (few, PIXELS), (more, 0), (more, PIXELS)):
        t.need(f"it is right for {len(images)} images and k={k}")
        _expect_floor(t, answer, images, k)
    t.need("it is right for more images than pixels")
    _expect_floor(t, answer, pictures(PIXELS + 40, seed + 2), 9)


def _expect_floor(t: Trial, answer: Any, images: Tensor, k: int) -> None:
    given = images.clone()
    value = t.call(answer, given, k, doing=f"pca_floor(images of shape {tuple(images.shape)}, {k})", explain=_pca_hint)
    found = as_float(value)
    if found is None:
        hint = "Return one number."
        if isinstance(value, Tensor) and value.numel() == 1:
            hint = "A number in a tensor becomes a float by .item()."
        t.fail(expected="a Python float", found=f"it returned {show(value)}", hint=hint)
    if not torch.equal(given, images):
        t.fail(
            expected="the images unchanged",
            found="it changed the images in place",
            hint="x -= x.mean(0) writes into the caller's images; x = x - x.mean(0) does not.",
        )
    variances = _variances(images)
    target, total = variances[k:].sum() / PIXELS, variances.sum() / PIXELS
    slack = 2e-5 * total + 1e-9  # what float32 loses
    if close(found, target, rel=1e-3, abs=slack):
        return
    expected = f"{number(target)} squared error per pixel"
    if not math.isfinite(found):
        hint = "Rounding can make an eigenvalue slightly negative; a root or a division then gives NaN."
        t.fail(expected=expected, found=f"{found}", hint=hint)
    cause = explained_by(found, _floor_mistakes(images, k, variances), rel=5e-4)
    if cause is None and found < target:
        cause = (
            "less than any affine reconstruction of rank k can have: a part of the error is not counted",
            "Which variances belong to the directions that are left out? Count all of them.",
        )
    elif cause is None:
        cause = (
            "more than the best subspace leaves: this is not the subspace of largest variance, or only nearly",
            "Are the directions orthonormal, sorted by variance, largest first? Is an exact method used?",
        )
    t.fail(expected=expected, found=f"{number(found)}: {cause[0]}", hint=cause[1])


def _pca_hint(error: BaseException) -> str:
    text = blame.message(error)
    if "mat1 and mat2" in text and f"x{PIXELS}" in text:
        return "Which axis of your matrix of directions is the one with 784 entries? Directions are the rows of Vh."
    if "mat1 and mat2" in text or "must be a matrix" in text or "2 dimensions" in text or "must match the size" in text:
        return "Flatten each image to a row first: (N, 1, 28, 28) to (N, 784)."
    if "non-finite" in text:
        return "Some pixels never change: dividing by their standard deviation divides by zero. Do not scale."
    if "n_components" in text:
        return "Fewer images than pixels have fewer components: cut k to what there is."
    if isinstance(error, IndexError):
        return "N images have at most min(N, 784) singular values: k may be larger than that."
    return ""


def _variances(images: Tensor) -> np.ndarray:
    """The eigenvalues of the covariance (divided by N), all 784 of them, largest first."""
    flat = images.flatten(1).double().numpy()
    values = np.linalg.svd(flat - flat.mean(0), compute_uv=False) ** 2 / len(flat)
    return np.pad(values, (0, PIXELS - len(values)))


def _floor_mistakes(images: Tensor, k: int, variances: np.ndarray) -> Iterator[tuple[float, str, str]]:
    """The numbers that typical mistakes give on these images, each with its name and a hint."""
    n, flat = len(images), images.flatten(1).double().numpy()
    mean = flat.mean(0)
    kept, lost, total = variances[:k].sum(), variances[k:].sum(), variances.sum()
    scale = "The images are in [0, 1], and stay there."
    yield 4 * lost / PIXELS, "as for images scaled to [-1, 1]", scale
    yield 255**2 * lost / PIXELS, "as for images scaled to 0 to 255", scale
    for fixed in (60_000, 5_000):
        yield lost * n / fixed / PIXELS, f"divided by a fixed number of images, {fixed:,}", "Divide by len(images)."
    if 0 < k < n - 1:
        yield 0.0, "nothing is lost, as with a k of at least the number of images: is k ignored?", "Use the argument k."
    unit = "Divide by the number of pixels as well as by the number of images: both axes have a mean."
    centre = "The subspace goes through the mean image, not through zero. What is subtracted before, and added after?"
    if k == 0:
        yield 0.0, "zero, as an empty tail gives: the slice [:-k] is empty for k=0", "Try your slices with k=0 by hand."
    if k >= min(n, PIXELS):
        yield (
            total / PIXELS,
            "the whole variance, although k leaves nothing out",
            "Try your slices with this k by hand.",
        )
    raw = np.linalg.svd(flat, compute_uv=False) ** 2 / n
    yield raw[k:].sum() / PIXELS, "as without centring: the mean image was not subtracted", centre
    yield raw[k:].sum(), "as without centring, and per image instead of per pixel", centre + " " + unit
    yield lost, "the error per image (a sum over its pixels), not per pixel", unit
    yield lost * n, "the sum over all images and pixels, not the mean per pixel", unit
    yield lost * n / PIXELS, "divided by the pixels, but summed over the images: a mean over both is asked for", unit
    yield lost / (n - 1) * n / PIXELS, "divided by N - 1 instead of N", "These images are all there is: divide by N."
    yield lost * n / (n - 1), "divided by N - 1 instead of N, and per image instead of per pixel", unit
    singular = np.sqrt(variances * n)
    squared = "A variance is the square of a singular value, divided by N."
    for scale in (n * PIXELS, PIXELS, n, 1, math.sqrt(n) * PIXELS, n - 1, (n - 1) * PIXELS):
        yield singular[k:].sum() / scale, "the singular values are not squared", squared
    yield (variances[k:] ** 2).sum() / PIXELS, "the eigenvalues are squared: they are variances already", squared
    yield (
        variances[k:].sum() / max(1, PIXELS - k),
        "divided by the number of directions left out, not by the pixels",
        unit,
    )
    yield lost / PIXELS / 2, "half of the error", "Nothing in this task has a factor of one half."
    yield math.sqrt(lost / PIXELS), "the root of the error", "Squared error is asked for."
    yield math.sqrt(lost * n), "the root of the summed error (a norm)", "Squared error per pixel is asked for."
    side = "Which end of the list holds the large variances? eigh sorts them upwards, svd downwards."
    r = min(n, PIXELS)
    yield (
        (variances.sum() - variances[PIXELS - k :].sum()) / PIXELS,
        "the directions of smallest variance were kept",
        side,
    )
    yield (variances[: r - k].sum() if k < r else 0.0) / PIXELS, "the directions of smallest variance were kept", side
    yield (
        kept / PIXELS,
        "the variance that is kept, not what is lost",
        "The error is what the k directions do not explain.",
    )
    yield kept, "the variance that is kept, and per image", "The error is what the k directions do not explain. " + unit
    share = "The answer has the unit of a squared pixel value; it is not a share."
    yield lost / total if total else 0.0, "the share of the variance that is lost, not an error", share
    yield kept / total if total else 0.0, "the share of the variance that is explained, not an error", share
    count = "Count the directions that are kept: exactly k."
    if k > 0:
        yield variances[k - 1 :].sum() / PIXELS, f"one direction too few is kept ({k - 1} instead of {k})", count
    yield variances[k + 1 :].sum() / PIXELS, f"one direction too many is kept ({k + 1} instead of {k})", count
    if 0 < k < n:
        yield from _reconstruction_mistakes(flat, mean, k, centre)


def _reconstruction_mistakes(
    flat: np.ndarray, mean: np.ndarray, k: int, centre: str
) -> Iterator[tuple[float, str, str]]:
    n = len(flat)
    centred = flat - mean
    left, values, right = np.linalg.svd(centred, full_matrices=False)
    basis = right[:k].T
    yield np.mean((flat - centred @ basis @ basis.T) ** 2), "the mean image was not added back", centre
    yield (
        np.mean((flat - flat @ basis @ basis.T) ** 2),
        "directions from centred images, but applied to images without centring",
        centre,
    )
    rebuilt = flat @ basis @ basis.T + mean
    yield np.mean((flat - rebuilt) ** 2), "the mean image was added, but not subtracted before", centre
    yield (
        np.mean(np.abs(centred - centred @ basis @ basis.T)),
        "the absolute error, not the squared error",
        "Square it.",
    )
    wide = left[:, :k] * values[:k] @ right[:k]
    yield (
        np.mean((flat - np.clip(wide + mean, 0, 1)) ** 2),
        "the reconstruction was clipped to [0, 1]",
        "Clipping is not affine.",
    )
    per_pixel = "Subtract the mean image: one mean for each pixel, over the images."
    for axis, name in ((1, "each image's own mean was subtracted"), (None, "one mean over all pixels was subtracted")):
        other = flat - flat.mean(axis, keepdims=True)
        values = np.linalg.svd(other, compute_uv=False)
        yield (values[k:] ** 2).sum() / flat.size, f"{name} instead of the mean image", per_pixel
    scaling = "Every pixel counts as it is: subtract the mean, do not divide by the spread."
    for ddof in (0, 1):
        spread = centred.std(0, ddof=ddof)
        spread = np.where(spread > 0, spread, 1)
        left, values, right = np.linalg.svd(centred / spread, full_matrices=False)
        for size in (flat.size, n, (n - 1) * PIXELS):
            yield (values[k:] ** 2).sum() / size, "the pixels were scaled by their standard deviation", scaling
        back = (left[:, :k] * values[:k] @ right[:k]) * spread
        yield (
            np.mean((centred - back) ** 2),
            "the pixels were scaled by their standard deviation, and scaled back",
            scaling,
        )
