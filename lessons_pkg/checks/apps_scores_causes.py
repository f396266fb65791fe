"""Task 6.2: the scores of images, and what typical mistakes make of them. All in float64."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor

from lessons_pkg.checks.apps_stand_ins import Scored

__all__ = ["explain_scores", "squared_errors"]

PIXELS = 784
UNIT = "The mean over the pixels of an image of (reconstruction - image)^2, and nothing besides."


def squared_errors(model: Scored, x: Tensor) -> Tensor:
    """(x_hat - x)^2 of each pixel in evaluation mode: (N, 784)."""
    with torch.no_grad():
        return (copy.deepcopy(model).eval()(x) - x).flatten(1).double().square()


def explain_scores(found: Tensor, model: Scored, x: Tensor, read_in_training: bool) -> tuple[str, str]:
    """(what was done, hint) for wrong scores (N,). read_in_training: the model was asked in that mode."""
    right = squared_errors(model, x).mean(1)
    if len(found) > 1 and (found - found[0]).abs().max() <= 1e-6 * found[0].abs():
        hint = "The mean goes over the pixels of each image by itself: over the axes 1, 2 and 3."
        return "all images get one and the same score", hint
    for guess, cause, hint in _mistakes(model, x):
        if torch.allclose(found, guess, rtol=1e-3, atol=1e-7):
            return cause, hint
    if len(found) > 1 and torch.allclose(found.sort().values, right.sort().values, rtol=1e-3):
        return (
            "the right scores, but in another order than the images",
            "Score i belongs to image i: nothing is sorted.",
        )
    ratio = found / right
    if torch.allclose(ratio, ratio[0].expand_as(ratio), rtol=1e-3):
        return f"{ratio[0].item():.5g} times the right scores", UNIT
    if read_in_training:
        hint = "A trained model is read in evaluation mode: model.eval() before, and the old mode again afterwards."
        return "the model was read in training mode, with dropout and batch statistics at work", hint
    return "which no usual mistake explains", UNIT


def _mistakes(model: Scored, x: Tensor) -> Iterator[tuple[Tensor, str, str]]:
    """Wrong scores (N,), what gives them, and where to look."""
    model = copy.deepcopy(model).eval()
    with torch.no_grad():
        out, code = model(x), model.encode(x)
        again = model(out)
    flat, rebuilt = x.flatten(1).double(), out.flatten(1).double()
    gap = rebuilt - flat
    each = gap.square().mean(1)
    yield each * PIXELS, "the sum over the pixels, not their mean", UNIT
    yield each.sqrt(), "the root of the mean squared error", UNIT
    yield (each * PIXELS).sqrt(), "the length of the difference: the root of the sum", UNIT
    yield gap.abs().mean(1), "the mean absolute error", UNIT
    yield gap.abs().sum(1), "the sum of the absolute errors", UNIT
    yield gap.mean(1).square(), "the square of the mean, not the mean of the squares", "First squared, then averaged."
    yield gap.mean(1), "the mean difference, not squared: what is too bright and too dark cancels", UNIT
    yield gap.square().amax(1), "the largest error of a pixel in place of the mean", UNIT
    yield gap.abs().amax(1), "the largest error of a pixel in place of the mean", UNIT
    yield gap.square().median(1).values, "the median over the pixels", UNIT
    yield gap.var(1), "the variance of the difference: its mean is subtracted", UNIT
    yield gap.std(1), "the standard deviation of the difference", UNIT
    yield gap.square().mean(1) / flat.square().mean(1), "divided by the brightness of the image", UNIT
    yield gap.square().sum(1) / flat.square().sum(1), "divided by the brightness of the image", UNIT
    high = "A higher score stands for an odder image. "
    yield -each, "the negative of it", high + UNIT
    yield 1 - each, "one minus the error", high + UNIT
    yield 1 / (1 + each), "the smaller, the odder: a similarity", high + UNIT
    yield each / len(x), "divided by the number of images", "Every image stands by itself: their number does not count."
    yield each / each.sum(), "divided by the sum of all scores", "An image's score does not depend on the others."
    alone = "An image's score does not depend on the others: in another batch it would be another."
    if len(x) > 1:
        yield (each - each.min()) / (each.max() - each.min()), "stretched to [0, 1] over the batch", alone
        yield (each - each.mean()) / each.std(), "standardised over the batch", alone
        yield (each - each.mean()) / each.std(correction=0), "standardised over the batch", alone
        yield each / each.max(), "divided by the largest of the batch", alone
        yield each - each.mean(), "the mean over the batch is subtracted", alone
    yield (rebuilt.clamp(0, 1) - flat).square().mean(1), "of reconstructions clipped to [0, 1]", UNIT
    yield (torch.sigmoid(rebuilt) - flat).square().mean(1), "of a sigmoid of the output", UNIT
    yield code.double().square().mean(1), "the mean square of the code", "The images are compared, not the codes."
    yield code.double().norm(dim=1), "the length of the code", "The images are compared, not the codes."
    hint = "The model as a function gives the reconstruction already: model(x)."
    yield (again.flatten(1) - flat).square().mean(1), "the error of the reconstruction's reconstruction", hint
    yield (again.flatten(1) - rebuilt).square().mean(1), "the reconstruction is compared with its own", hint
    yield torch.zeros_like(each), "zero", "Is x compared with itself?"
    bce = torch.nn.functional.binary_cross_entropy(rebuilt.clamp(0, 1), flat, reduction="none")
    yield bce.mean(1), "a cross-entropy", UNIT
    yield bce.sum(1), "a cross-entropy", UNIT
