"""Task 6.2: an anomaly score, and how well it tells two sets of images apart."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_auroc import judge_auroc
from lessons_pkg.checks.apps_scores_causes import explain_scores, squared_errors
from lessons_pkg.checks.apps_stand_ins import Scored
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_encoding import expect_mode_kept
from lessons_pkg.checks.latent_probes import expect_no_gradient
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import pictures, return_hint, shape_of, show

__all__ = ["anomaly"]


@check("6.2", "anomaly_score, auroc")
@untouched
def anomaly(t: Trial, answer: Any, seed: int) -> None:
    """Task 6.2: (anomaly_score, auroc); see solutions/06_applications."""
    anomaly_score, auroc = t.are_functions(answer, ("anomaly_score", "auroc"))
    images = pictures(120, seed)
    t.need("anomaly_score gives one number for each image: its squared error per pixel")
    _expect_scores(t, anomaly_score, images[:12], seed, training=False)
    t.need("... for a single image, and for many; an image's score does not depend on the others")
    _expect_scores(t, anomaly_score, images[20:21], seed, training=False)
    _expect_scores(t, anomaly_score, images, seed, training=False)
    t.need("a model that comes in training mode is read in evaluation mode and left in training mode")
    _expect_scores(t, anomaly_score, images[40:47], seed, training=True)
    judge_auroc(t, auroc, seed)


def _expect_scores(t: Trial, score: Callable, x: Tensor, seed: int, *, training: bool) -> None:
    model = Scored(seed).train(training)
    before, given = copy.deepcopy(model), x.clone()
    words = f"anomaly_score(model, x of shape {shape_of(x)})"
    value = t.call(score, model, given, doing=words, explain=_hint)
    expected = f"a tensor of shape {(len(x),)}"
    hint = "One tensor. torch.tensor makes one of a list, torch.stack of a list of tensors."
    if isinstance(value, float):
        hint = "One number for each image, not one for all: which images are odd could not be told from it."
    value = t.tensor(value, f"{words} returned", expected=expected, hint=return_hint(value, hint))
    _expect_shape(t, value, len(x), words, expected)
    if not value.is_floating_point():
        t.fail(expected="float numbers", found=f"{words} returned {show(value)}", hint="Leave the dtype as it comes.")
    right = squared_errors(before, x).mean(1)
    if not torch.allclose(value.detach().double(), right, rtol=1e-3, atol=1e-6):
        cause = explain_scores(value.detach().double(), before, x, any(model.modes))
        first = int((value.detach().double() - right).abs().argmax())
        t.fail(
            expected=f"{right[first].item():.5g} for image {first} of {len(x)}",
            found=f"{value[first].item():.5g}: {cause[0]}",
            hint=cause[1],
        )
    expect_no_gradient(t, value, "the scores")
    if not torch.equal(given, x):
        t.fail(expected="x as it was", found="anomaly_score changed x in place", hint="Make a new tensor.")
    expect_mode_kept(t, model, training)
    old, new = before.state_dict(), model.state_dict()
    if any(not torch.equal(old[name], new[name]) for name in old):
        hint = "In training mode batch norm learns from every batch it sees, even without gradients."
        t.fail(expected="the model unchanged", found="the model's weights or batch statistics changed", hint=hint)
    if any(not parameter.requires_grad for parameter in model.parameters()):
        found = "the model's weights have requires_grad=False now: nobody can train it any more"
        t.fail(expected="the model unchanged", found=found, hint="with torch.no_grad(): is for this call alone.")


def _expect_shape(t: Trial, value: Tensor, n: int, words: str, expected: str) -> None:
    if value.shape == (n,):
        return
    hint = "One number for each image."
    if value.shape == ():
        hint = "One number for each image, not one for all: the mean goes over the pixels, and not over the images."
        if n == 1:
            hint = "One image has a score of shape (1,): does squeeze(), or a mean without dim, take its axis away?"
    elif value.shape == (784,) or value.shape[-2:] == (28, 28):
        hint = "These are numbers of pixels. The mean over the pixels of an image is left to take."
        if value.shape[0] != n or value.shape == (784,):
            hint = "The mean was taken over the images, pixel by pixel. It goes over the pixels, image by image."
    elif value.ndim == 2 and value.shape[0] == n:
        hint = "An axis too many: take the mean over all three axes of an image, channel, height and width."
        if value.shape[1] == 5:
            hint = "These are numbers of the code. The images are compared."
    elif value.ndim > 1 and value.numel() == n:
        hint = "Axes of size 1 are left over: the result has one axis, that of the images."
    t.fail(expected=expected, found=f"{words} returned {show(value)}", hint=hint)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "Expected more than 1 value per channel" in text:
        return "Batch norm in training mode refuses a single image: read the model in evaluation mode."
    if "encode takes images" in text:
        return "The model takes a batch of images (N, 1, 28, 28): x[i] has lost its first axis, x[i : i + 1] has not."
    if "Can't call numpy()" in text or "requires grad" in text:
        return "The reconstructions carry gradients. Does anybody need them here?"
    if isinstance(error, AttributeError) and "Scored" in text:
        return "A model has encode, decode and forward. How it calls its layers is its own affair."
    return ""
