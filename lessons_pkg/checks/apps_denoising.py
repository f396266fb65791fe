"""Task 6.1: three kinds of noise, and the loss of a denoising autoencoder."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.apps_denoising_causes import expect_gradients, explain_loss, scalar
from lessons_pkg.checks.apps_noise import IMAGES, generator_of, grey_pictures, judge_noise, noise_hint, noisy_by
from lessons_pkg.checks.apps_noise_causes import noise_cause
from lessons_pkg.checks.apps_stand_ins import Noting
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import close, number, shape_of

__all__ = ["denoising"]

MODES = {True: "training", False: "evaluation"}


@check("6.1", "add_noise, denoising_loss")
@untouched
def denoising(t: Trial, answer: Any, seed: int) -> None:
    """Task 6.1: (add_noise, denoising_loss); see solutions/06_applications."""
    add_noise, denoising_loss = t.are_functions(answer, ("add_noise", "denoising_loss"))
    judge_noise(t, add_noise, seed)
    _judge_loss(t, add_noise, denoising_loss, seed)


def _judge_loss(t: Trial, add_noise: Callable, loss: Callable, seed: int) -> None:
    few = grey_pictures(5, seed + 2)
    t.need("denoising_loss gives one number, a tensor of shape ()")
    model = Noting(28, seed)
    _loss(t, loss, model, few, "gaussian", 0.3, generator_of(seed))

    t.need("the model is asked for noisy images, with noise of that kind and strength, in the mode it came in")
    many = grey_pictures(IMAGES, seed + 3)
    for kind, strength, training in (("gaussian", 0.3, True), ("salt and pepper", 0.4, False), ("masking", 0.6, True)):
        model = Noting(28, seed).train(training)
        _loss(t, loss, model, many, kind, strength, generator_of(seed))
        _expect_noisy_input(t, model, many, kind, strength, training)

    t.need("it is the squared error per pixel between the reconstruction and the clean image")
    for kind, n, side, training in (
        ("gaussian", 5, 28, True),
        ("masking", 1, 28, False),
        ("salt and pepper", 7, 12, True),
    ):
        x = grey_pictures(n, seed + n)[..., :side, :side]
        _expect_value(t, loss, add_noise, Noting(side, seed + n).train(training), x, kind, 0.4, seed)

    t.need("each call draws new noise, from the generator")
    _expect_new_noise(t, loss, few, seed)

    t.need("gradients flow to the model's weights, and taking the step is left to who calls")
    model = Noting(28, seed + 5).train()
    value = _loss(t, loss, model, few, "gaussian", 0.3, generator_of(seed))
    expect_gradients(t, model, value, few, _input_of(model, few))


def _loss(
    t: Trial, loss: Callable, model: Noting, x: Tensor, kind: str, strength: float, generator: torch.Generator
) -> Tensor:
    model.seen.clear(), model.modes.clear()
    given, training = x.clone(), model.training
    words = f"denoising_loss(model, x of shape {shape_of(x)}, {kind!r}, {strength:g}, generator)"
    value = t.call(loss, model, given, kind, strength, generator, doing=words, explain=_loss_hint)
    if not torch.equal(given, x):
        hint = "The clean image is what the reconstruction is compared with."
        t.fail(expected="x as it was", found=f"{words} changed x in place", hint=hint)
    value = scalar(t, value, len(x))
    if model.training is not training:
        found = f"the model was left in {MODES[not training]} mode, and came in {MODES[training]} mode"
        t.fail(expected="the model in the mode it came in", found=found, hint="A loss does not call train() or eval().")
    return value


def _loss_hint(error: BaseException) -> str:
    text = blame.message(error)
    if isinstance(error, NameError) and "add_noise" in text:
        return "Is add_noise defined in the same cell, and is that cell run?"
    if "encode takes images" in text:
        return "The model takes images (N, 1, H, W) as they come."
    return noise_hint(error)


def _input_of(model: Noting, x: Tensor) -> Tensor | None:
    """The noisy images that the model was given for x: the last as many as these are, or None if it was given fewer."""
    parts = [part for part in model.seen if not torch.equal(part, x)]
    seen = torch.cat(parts) if parts else torch.empty(0)
    return seen[-len(x) :] if len(seen) >= len(x) else None


def _expect_noisy_input(t: Trial, model: Noting, x: Tensor, kind: str, strength: float, training: bool) -> None:
    expected = f"model(noisy), the noise of kind {kind!r} and strength {strength:g}"
    noisy = _input_of(model, x)
    if noisy is None and any(torch.equal(part, x) for part in model.seen):
        hint = "What comes in is noisy, what is compared with is clean. A network that is shown clean images learns to "
        t.fail(expected=expected, found="the model is given the clean images", hint=hint + "copy, not to remove noise.")
    if noisy is None:
        found = "the model is never asked" if not model.seen else f"the model is given {len(model.seen[0])} images only"
        t.fail(expected=expected, found=found, hint="All images of the batch are made noisy and reconstructed.")
    if any(mode is not training for mode in model.modes):
        found = f"the model is asked in {MODES[not training]} mode, and came in {MODES[training]} mode"
        t.fail(expected=expected, found=found, hint="A loss does not call train() or eval().")
    if cause := noise_cause(x, noisy, kind, strength):
        hint = f"{cause[1]} Are x, kind, strength and generator passed on as they come?"
        if ((noisy == 0) | (noisy == 1)).any() and kind == "gaussian" and noisy.min() >= 0 and noisy.max() <= 1:
            hint = "The noisy images go into the model as add_noise gives them."
        t.fail(expected=expected, found=f"what the model is given: {cause[0]}", hint=hint)


def _expect_value(
    t: Trial, loss: Callable, add_noise: Callable, model: Noting, x: Tensor, kind: str, strength: float, seed: int
) -> None:
    twin = copy.deepcopy(model)
    found = _loss(t, loss, model, x, kind, strength, generator_of(seed)).item()
    noisy = _input_of(model, x)
    with torch.no_grad():
        out = twin(x if noisy is None else noisy)
    right = (out - x).double().square().mean().item()
    if close(found, right, rel=1e-4):
        return
    generator = generator_of(seed)
    copies = [noisy_by(t, add_noise, x, kind, strength, generator) for _ in range(2)]
    cause = explain_loss(found, twin, x, x if noisy is None else noisy, copies, strength)
    t.fail(expected=f"{number(right)} for {len(x)} images", found=f"{number(found)}: {cause[0]}", hint=cause[1])


def _expect_new_noise(t: Trial, loss: Callable, x: Tensor, seed: int) -> None:
    def given(generator: torch.Generator) -> Tensor:
        model = Noting(28, seed)
        _loss(t, loss, model, x, "gaussian", 0.3, generator)
        return _input_of(model, x)

    generator = generator_of(seed)
    first, second = given(generator), given(generator)
    expected = "other noise in the next call, the same noise again from a generator with the same seed"
    if torch.equal(first, second):
        hint = "Is a generator made or set back inside the function? Then the network learns this one noise by heart."
        t.fail(expected=expected, found="two calls show the model the same noise", hint=hint)
    if not torch.equal(first, given(generator_of(seed))):
        found = "a generator with the same seed gives other noise: it is not the one that reaches add_noise"
        t.fail(expected=expected, found=found, hint="Pass on the generator that denoising_loss is given.")
