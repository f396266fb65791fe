"""Task 6.1: what the typical mistakes of a denoising loss look like from outside."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.apps_stand_ins import Noting
from lessons_pkg.checks.error_causes import UNIT, mse, wrong_units
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import explained_by, return_hint, show

__all__ = ["expect_gradients", "explain_loss", "scalar"]

TARGET = "The clean image is what the network is to give back, so it is what the reconstruction is compared with."


def scalar(t: Trial, value: Any, n: int) -> Tensor:
    """The loss as a tensor of shape (); anything else ends the check."""
    hint = return_hint(value, "One tensor with one number in it.")
    if isinstance(value, (int, float)):
        hint = "A float has no gradient: leave .item() and float() to who prints."
    elif isinstance(value, (tuple, list)):
        hint = "The loss alone: an optimizer minimises one number."
    value = t.tensor(value, "it returned", expected="a tensor of shape ()", hint=hint)
    if value.shape != ():
        hint = "One number: the mean over all pixels of all images."
        if value.shape == (n,) and n > 1:
            hint = "These are the errors of the images: take their mean."
        elif value.ndim >= 3:
            hint = "These are numbers of pixels: take their mean."
        t.fail(expected="a tensor of shape (), one number", found=f"it returned {show(value)}", hint=hint)
    return value


def explain_loss(
    found: float, model: Noting, x: Tensor, noisy: Tensor, copies: list[Tensor], strength: float
) -> tuple[str, str]:
    """(what was done, hint) for a wrong loss. copies: what add_noise gives in two calls with a fresh generator."""
    with torch.no_grad():
        mistakes = [*_mistakes(model, x, noisy, copies), *_other_sums(model, x, noisy, strength)]
        cause = explained_by(found, mistakes, rel=1e-4)
    return cause or (
        "which no usual mistake explains",
        f"Three steps: the noisy images, their reconstruction, and how far it is from the clean ones. {UNIT}",
    )


def _mistakes(model: Noting, x: Tensor, noisy: Tensor, copies: list[Tensor]) -> Iterator[tuple[float, str, str]]:
    model = copy.deepcopy(model)
    out, of_clean = model(noisy), model(x)
    learns = "So it learns to copy the noise."
    yield mse(out, noisy), "the reconstruction is compared with the noisy image", f"{TARGET} {learns}"
    for other in copies:
        cause = "the reconstruction is compared with a second noisy image, with noise of its own"
        yield mse(out, other), cause, TARGET
        yield mse(model(other), x), "another noisy image is reconstructed than the one that was compared", TARGET
        yield mse(out + other - x, x), "noise is added to the reconstruction as well", "Only what goes in is noisy."
    noise = noisy - x
    cause = "the output is taken for the noise: it is compared with the noise, or subtracted from the noisy image"
    yield mse(out, noise), cause, "The network gives back the clean image, not the noise."
    yield mse(noisy, x), "the noisy image is compared with the clean one: the model's output is not used", TARGET
    yield mse(of_clean, x), "the clean image is reconstructed, not the noisy one", "What goes in is noisy."
    yield mse(of_clean, noisy), "noise on the wrong side: the clean image goes in, the noisy one is the target", TARGET
    yield mse(out, of_clean), "the reconstruction of the clean image is the target, not the image itself", TARGET
    yield mse(model.encode(noisy), model.encode(x)), "the codes are compared, not the images", TARGET
    yield mse(out.clamp(0, 1), x), "the reconstruction is clipped to [0, 1] first", "A clipped pixel has no gradient."
    yield mse(torch.sigmoid(out), x), "a sigmoid is put on the reconstruction", "The model's output as it is."
    yield from wrong_units(out, x, len(x))
    yield mse(out[0], x[0]), "the error of the first image only", "All images of the batch count."
    yield mse(out[-1], x[-1]), "the error of the last image only", "All images of the batch count."
    yield mse(out, x) + mse(of_clean, x), "the error of the clean image is added", "One term: the noisy image's error."
    yield mse(out, x) + mse(out, noisy), "the error to the noisy image is added", TARGET
    yield F.l1_loss(out, x).item(), "the mean absolute error", UNIT
    yield F.smooth_l1_loss(out, x).item(), "the smooth L1 (Huber) loss", UNIT
    yield F.binary_cross_entropy_with_logits(out, x).item(), "a cross-entropy of logits", UNIT
    yield F.binary_cross_entropy(out.clamp(0, 1), x).item(), "a cross-entropy", UNIT


def _other_sums(model: Noting, x: Tensor, noisy: Tensor, strength: float) -> Iterator[tuple[float, str, str]]:
    """The right difference, but some pixels count more than others, or the result is scaled."""
    out = copy.deepcopy(model)(noisy)
    error, gap = mse(out, x), (out - x).square()
    yield strength * error, "the error times strength", "Noise of any strength counts alike."
    yield error / strength, "the error divided by strength", "Noise of any strength counts alike."
    if (noisy != x).any():
        cause = "only the pixels that the noise has changed are compared"
        yield gap[noisy != x].mean().item(), cause, "All pixels count: those that were left alone must come back too."
    if (noisy == x).any():
        yield gap[noisy == x].mean().item(), "only the pixels that the noise has left alone are compared", "All count."
    yield (error + mse(out, noisy)) / 2, "half of it is the error to the noisy image", TARGET
    yield error - mse(noisy, x), "the error of the noisy image is subtracted", UNIT
    yield error / mse(noisy, x), "the error is divided by that of the noisy image", UNIT
    brightness = (out - x).flatten(1).mean(1).square().mean().item()
    yield brightness, "the mean of each image is compared, not its pixels", UNIT


def expect_gradients(t: Trial, model: Noting, value: Tensor, x: Tensor, noisy: Tensor | None) -> None:
    """The loss can be learned from, and backward() has not been called yet."""
    expected = "a loss from which the model's weights can learn"
    if any(parameter.grad is not None for parameter in model.parameters()):
        hint = "The loss is returned; zero_grad, backward and step are the training's."
        t.fail(expected=expected, found="backward() is called inside the loss", hint=hint)
    hint = "Is there no_grad(), detach(), .data, .item() or NumPy between the model and what is returned?"
    if not value.requires_grad:
        t.fail(expected=expected, found="the loss has no gradient", hint=hint)
    if any(not parameter.requires_grad for parameter in model.parameters()):
        found = "the model's weights have requires_grad=False now"
        t.fail(expected=expected, found=found, hint="The loss changes nothing about the model.")
    twin = copy.deepcopy(model)
    right = torch.autograd.grad((twin(x if noisy is None else noisy) - x).square().mean(), list(twin.parameters()))
    got = torch.autograd.grad(value, list(model.parameters()), allow_unused=True)
    for one, other in zip(got, right, strict=True):
        if one is None or not torch.allclose(one, other, rtol=1e-3, atol=1e-6):
            words = "no gradient reaches some of the weights" if one is None else "the gradient is another one"
            t.fail(expected=expected, found=words, hint=hint)
