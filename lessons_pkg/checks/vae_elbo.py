"""Task 5.3: the negative ELBO in nats per image, for Bernoulli pixels given as logits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_elbo_causes import elbo_terms, explain_elbo
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import close, number, pictures, return_hint, show

__all__ = ["negative_elbo"]

NAMES = ("x", "logits", "z_mean", "z_log_var")
Inputs = tuple[Tensor, Tensor, Tensor, Tensor]


@check("5.3", "negative_elbo")
@untouched
def negative_elbo(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.3: negative_elbo(x, logits, z_mean, z_log_var) -> scalar."""
    t.need("negative_elbo is a function")
    t.is_function(answer, "negative_elbo")
    draw = torch.Generator().manual_seed(seed)

    t.need("it gives the negative ELBO in nats per image, as a tensor with one number")
    inputs = _inputs(draw, pictures(6, seed), 7)
    _expect_right(t, answer, inputs, "six images, seven dimensions")

    t.need("... for one image, for many, and for images of another size")
    for n, side, k in ((1, 28, 3), (17, 28, 1), (4, 9, 6)):
        size = f"{n} image{'s' if n > 1 else ''} of {side}x{side} pixels, {k} dimension{'s' if k > 1 else ''}"
        _expect_right(t, answer, _inputs(draw, pictures(n, seed + n)[..., :side, :side], k), size)

    t.need("gradients flow to the logits, to z_mean and to z_log_var")
    _expect_gradients(t, answer, inputs)

    t.need("it stays right where the decoder is certain: logits of 30 and 200, of both signs")
    _expect_certain(t, answer, draw, seed)

    t.need("ValueError for pixels outside [0, 1]")
    for low, high in ((-1.0, 1.0), (0.0, 255.0), (0.0, 1.5), (-0.4, 0.9)):
        x, *rest = inputs
        t.expect_refused(
            answer,
            low + (high - low) * x,
            *(value.clone() for value in rest),
            doing=f"negative_elbo of images in [{low:g}, {high:g}]",
            why="a Bernoulli pixel lies in [0, 1]",
            hint="The cross-entropy of such pixels is no likelihood, has no lower bound, and torch does not complain.",
        )
    for value in (1.01, -0.01):
        x, *rest = inputs
        t.expect_refused(
            answer,
            _one_pixel(x, value),
            *(value.clone() for value in rest),
            doing=f"negative_elbo of six images in which a single pixel is {value:g}",
            why="each pixel lies in [0, 1]",
            hint="Every pixel of every image counts, and by how much it lies outside does not.",
        )


def _one_pixel(x: Tensor, value: float) -> Tensor:
    """The images with a single pixel of another value, in the last of them."""
    other = x.clone()
    other[-1, 0, -2, -3] = value
    return other


def _inputs(draw: torch.Generator, x: Tensor, k: int) -> Inputs:
    logits = 2 * torch.randn(x.shape, generator=draw)
    return x, logits, torch.randn(len(x), k, generator=draw) + 0.3, torch.randn(len(x), k, generator=draw) - 0.5


def _asked(t: Trial, answer: Callable, inputs: Inputs, words: str) -> Tensor:
    given = [value.clone() for value in inputs]
    value = t.call(answer, *given, doing=f"negative_elbo with {words}", explain=_hint)
    for old, now, name in zip(inputs, given, NAMES, strict=True):
        if not torch.equal(old, now):
            found, hint = (
                f"negative_elbo changed {name} in place",
                "clamp_, exp_ and += write in the caller's tensor.",
            )
            t.fail(expected="the arguments unchanged", found=found, hint=hint)
    return _scalar(t, value, len(inputs[0]))


def _scalar(t: Trial, value: Any, n: int) -> Tensor:
    hint = return_hint(value, "One tensor with one number in it.")
    if isinstance(value, (int, float)):
        hint = "A float has no gradient: leave .item() and float() to who prints."
    if isinstance(value, (tuple, list)):
        hint = "The sum of the two terms alone: an optimizer minimises one number."
    value = t.tensor(value, "it returned", expected="a tensor of shape ()", hint=hint, finite=False)
    if value.shape != ():
        hint = "One number: the mean over the images at the end."
        if value.shape == (n,):
            hint = "These are the numbers of the images: take their mean."
        elif value.ndim >= 3:
            hint = "These are numbers of pixels: sum over the pixels of an image, then the mean over the images."
        t.fail(expected="a tensor of shape (), one number", found=f"it returned {show(value)}", hint=hint)
    return value


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "between 0 and 1" in text or "satisfy the constraint" in text:
        return (
            "F.binary_cross_entropy takes probabilities, and was given numbers outside [0, 1]. What comes in are "
            "logits: binary_cross_entropy_with_logits takes those, the pixels second."
        )
    if isinstance(error, ValueError) and "unpack" not in text and "size" not in text:
        if "within the support" in text:
            return (
                "torch.distributions.Bernoulli takes 0 and 1 only, unless validate_args=False; grey lies between. "
                "F.binary_cross_entropy_with_logits takes them as they are."
            )
        return "Nothing is to be refused here: the pixels lie in [0, 1], ends included. Logits may be any."
    if isinstance(error, NameError):
        return "Is the cell of task 5.2 run? kl is used here."
    if "must match the size" in text:
        return "Two tensors do not fit: pixels have (N, 1, H, W), and z_mean (N, k). Sum each of the two terms first."
    return ""


def _expect_right(t: Trial, answer: Callable, inputs: Inputs, words: str) -> None:
    value = _asked(t, answer, inputs, words).item()
    right = sum(elbo_terms(*inputs)).mean().item()
    if close(value, right, rel=2e-5):
        return
    expected = f"{number(right)} nats for {words}"
    if value != (again := _asked(t, answer, inputs, words).item()) and value == value:
        t.fail(
            expected=expected,
            found=f"{number(value)} and then {number(again)}: something random is in it",
            hint="The sample is drawn before: the logits that come in were computed from it. The KL has a closed form.",
        )
    cause = explain_elbo(value, *inputs, again=lambda: _elsewhere(t, answer))
    if cause is not None:
        t.fail(expected=expected, found=f"{number(value)}: {cause[0]}", hint=cause[1])
    if value != value:
        cause = "NaN", "The logarithm of a negative number? The logits are no probabilities, and may be negative."
    cause = cause or (
        f"{number(value)}, which no usual mistake explains",
        "Compute the two terms apart and print them: "
        f"the pixels give {number(elbo_terms(*inputs)[0].mean().item())} and the KL "
        f"{number(elbo_terms(*inputs)[1].mean().item())} in the mean over these images.",
    )
    t.fail(expected=expected, found=cause[0], hint=cause[1])


def _elsewhere(t: Trial, answer: Callable) -> tuple[float, Inputs]:
    """Other inputs, and what the answer gives for them: to tell two causes apart that give nearly the same number."""
    other = _inputs(torch.Generator().manual_seed(77), pictures(9, 77)[..., :21], 4)
    return _asked(t, answer, other, "nine images").item(), other


def _expect_gradients(t: Trial, answer: Callable, inputs: Inputs) -> None:
    x, *rest = inputs
    leaves = [value.clone().requires_grad_() for value in rest]
    value = _scalar(t, t.call(answer, x, *leaves, doing="negative_elbo with gradients", explain=_hint), len(x))
    ours = [value.clone().requires_grad_() for value in rest]
    wanted = torch.autograd.grad(sum(elbo_terms(x, *ours)).mean(), ours)
    expected = "a gradient for each of the three"
    hint = "Is there detach(), no_grad(), .data, .item() or NumPy? Nothing is learned from what has no gradient."
    if not value.requires_grad:
        t.fail(expected=expected, found="the loss has no gradient at all", hint=hint)
    got = torch.autograd.grad(value, leaves, allow_unused=True)
    for name, one, other in zip(NAMES[1:], got, wanted, strict=True):
        if one is None or not torch.allclose(one, other, rtol=1e-3, atol=1e-5):
            found = f"no gradient reaches {name}" if one is None or not one.any() else f"another gradient for {name}"
            t.fail(expected=expected, found=found, hint=hint)


def _expect_certain(t: Trial, answer: Callable, draw: torch.Generator, seed: int) -> None:
    for size in (30.0, 200.0):
        x, logits, mean, log_var = _inputs(draw, pictures(5, seed + 9), 4)
        logits = size * logits.sign()
        value = _asked(t, answer, (x, logits, mean, log_var), f"logits of {size:g} and -{size:g}").item()
        right = sum(elbo_terms(x, logits, mean, log_var)).mean().item()
        if not close(value, right, rel=1e-4):
            clamped = _clamped(value, x, logits, mean, log_var)
            if clamped:
                found, hint = f"the logits are clamped to [-{clamped:g}, {clamped:g}]", "Leave them as they come."
                expected = f"{number(right)} nats for logits of {size:g} and -{size:g}"
                t.fail(expected=expected, found=found, hint=f"{hint} F.binary_cross_entropy_with_logits takes any.")
            cause = explain_elbo(value, x, logits, mean, log_var)
            t.fail(
                expected=f"{number(right)} nats for logits of {size:g} and -{size:g}",
                found=cause[0] if cause else f"{number(value)}: the probability was rounded before its logarithm",
                hint="sigmoid(30) is 1 in float32, and the logarithm of 1 - 1 is lost: clamped, infinite or NaN. "
                "F.binary_cross_entropy_with_logits never forms the probability.",
            )


def _clamped(value: float, *inputs: Tensor) -> float | None:
    """The limit of the logits that explains this number; None if none does."""
    x, logits, mean, log_var = inputs
    for limit in (3, 4, 5, 6, 8, 10, 12, 15, 16, 20, 25, 30, 50, 80, 88, 100):
        if limit < logits.abs().max():
            guess = sum(elbo_terms(x, logits.clamp(-limit, limit), mean, log_var)).mean().item()
            if close(value, guess, rel=2e-5):
                return limit
    return None
