"""Task 5.6: which dimensions of a VAE have collapsed, asked of models in which that is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.vae_collapse_causes import THRESHOLD, collapse_of, kl_of, wrong_active, wrong_kl
from lessons_pkg.checks.vae_stand_ins import Collapsing, Made
from lessons_pkg.checks.vae_untouched import untouched
from lessons_pkg.checks.values import as_int, number, pictures, return_hint, shape_of, show

__all__ = ["diagnose"]

KEYS = ("kl", "active", "collapse")


def _speaking(size: float, level: float) -> Made:
    """A dimension whose mean varies over the images with this standard deviation, nearly around 0."""

    def made(seen: Tensor) -> tuple[Tensor, Tensor]:
        return size * (seen + 0.2), torch.full_like(seen, level)

    return made


def _rarely(size: float) -> Made:
    """A dimension that says something about one image in ten or so, and nothing about the others."""

    def made(seen: Tensor) -> tuple[Tensor, Tensor]:
        return size * (seen > 1.4).float(), torch.zeros_like(seen)

    return made


# name: (the dimensions, those that the decoder looks at)
MODELS: dict[str, tuple[tuple[Made, ...], tuple[int, ...]]] = {
    "six dimensions": (
        (
            _speaking(1.4, -2.5),
            _speaking(0.03, 0.0),  # nothing
            _speaking(0.12, 0.01),  # the variance of its mean is above 0.01, its KL is 0.007
            _speaking(0.8, -1.0),
            _speaking(0.0, 0.0),  # exactly the prior
            _speaking(0.07, -0.6),  # the variance of its mean is below 0.01, its KL is 0.08
        ),
        (1, 2, 3),
    ),
    "four dimensions, one of which says something about few images": (
        (_rarely(1.6), _speaking(0.02, 0.03), _speaking(0.5, -0.4), _speaking(0.05, 0.0)),
        (0, 1, 2, 3),
    ),
    "eight dimensions, none of which says anything": (
        tuple(_speaking(size, 0.02) for size in (0.11, 0.05, 0.0, 0.09, 0.1, 0.03, 0.08, 0.115)),
        (0, 1, 2, 3, 4, 5, 6, 7),
    ),
    "two dimensions, one of them in use": ((_speaking(0.4, 0.3), _speaking(0.03, 0.02)), (1,)),
    "three dimensions that are all in use": (
        (_speaking(0.19, 0.0), _speaking(1.2, -3.0), _speaking(0.4, -0.2)),
        (1,),
    ),
}


@check("5.6", "diagnose")
@untouched
def diagnose(t: Trial, answer: Any, seed: int) -> None:
    """Task 5.6: diagnose(model, images) -> dict."""
    t.need("diagnose is a function")
    t.is_function(answer, "diagnose")
    images = pictures(200, seed, rank=15)
    cases = {}
    for place, (name, (dims, loud)) in enumerate(MODELS.items()):
        some = images[: 200 - 35 * place]
        cases[name] = Collapsing(dims, loud, some, seed + place).eval(), some
    for name, (model, some) in cases.items():
        t.need(f"a model with {name}")
        _expect_diagnosis(t, answer, model, some, name, list(cases.values()))
    t.need("a model that was left in training mode")
    dims, loud = MODELS["six dimensions"]
    model = Collapsing(dims[::-1], loud, images, seed + 9).train()
    _expect_diagnosis(t, answer, model, images, "six dimensions, in training mode", [])


def _expect_diagnosis(
    t: Trial, answer: Callable, model: Collapsing, images: Tensor, name: str, others: list[tuple[Collapsing, Tensor]]
) -> None:
    given, training = images.clone(), model.training
    weights = [p.detach().clone() for p in model.parameters()]
    result = t.call(answer, model, given, doing=f"diagnose of a model with {name}", explain=_hint)
    if not torch.equal(given, images) or not all(map(torch.equal, weights, model.parameters())):
        found = "diagnose changed the images or the model"
        t.fail(expected="both as they were", found=found, hint="Look, and change nothing in place.")
    expected = f"a dict with the keys {', '.join(KEYS)}"
    if not isinstance(result, dict):
        hint = return_hint(result, "One dictionary with the three results.")
        t.fail(expected=expected, found=f"it returned {show(result)}", hint=hint)
    if missing := [key for key in KEYS if key not in result]:
        keys = ", ".join(repr(key) if isinstance(key, str) else show(key) for key in list(result)[:6])
        found = f"there is no {', '.join(map(repr, missing))}; the keys are {keys}"
        t.fail(expected=expected, found=found, hint="The names of the keys are part of the task.")
    right = kl_of(model.eval(), images)
    _expect_kl(t, result["kl"], model, images, right, training)
    _expect_active(t, answer, result["active"], model, images, others)
    active = int((right > THRESHOLD).sum())
    word = collapse_of(active, len(right))
    said = result["collapse"]
    if not (isinstance(said, str) and said == word):
        hint = "'none' if every dimension is active, 'all' if not one is, else 'some': it is collapse that is counted."
        if said in ("none", "all") and word in ("none", "all"):
            hint = f"The word is about what has collapsed, not about what is active. {hint}"
        found = f"'collapse' is {said!r}" if isinstance(said, str) and len(said) < 30 else f"it is {show(said)}"
        t.fail(expected=f"{word!r}: {active} of {len(right)} are active", found=found, hint=hint)


def _expect_kl(t: Trial, value: Any, model: Collapsing, images: Tensor, right: Tensor, training: bool) -> None:
    k = len(right)
    expected = f"'kl': a tensor ({k},), the KL of each dimension in nats, averaged over the images"
    hint = return_hint(value, "One tensor with a number for each dimension.")
    value = t.tensor(value, "'kl' is", expected=expected, hint=hint)
    if value.shape == (k,) and torch.allclose(value.double(), right, rtol=1e-3, atol=1e-5):
        return
    for candidate, words, hint in wrong_kl(model, images, training=training):
        if value.shape == candidate.shape and torch.allclose(value.double(), candidate, rtol=1e-3, atol=1e-5):
            t.fail(expected=expected, found=f"'kl': {words}", hint=hint)
    if value.shape != (k,):
        hint = "The mean over the images, axis 0; the axis of the dimensions stays."
        if value.shape == (int((right > THRESHOLD).sum()),) and torch.allclose(
            value.double(), right[right > THRESHOLD], rtol=1e-3, atol=1e-5
        ):
            hint = f"These are the active dimensions: 'kl' has all {k} of them, the collapsed ones too."
        t.fail(expected=expected, found=f"'kl' has shape {shape_of(value)}", hint=hint)
    first = (value.double() - right).abs().argmax().item()
    found = f"dimension {first} has {number(value[first].item())}, where {number(right[first].item())} is right"
    hint = "(mean^2 + exp(log_var) - 1 - log_var) / 2 of each image and dimension, then the mean over the images."
    t.fail(expected=expected, found=f"'kl': {found}", hint=hint)


def _expect_active(
    t: Trial, answer: Callable, value: Any, model: Collapsing, images: Tensor, others: list[tuple[Collapsing, Tensor]]
) -> None:
    right = kl_of(model, images)
    active = [j for j, nats in enumerate(right.tolist()) if nats > THRESHOLD]
    nats = ", ".join(number(one) for one in right.tolist())
    expected = f"'active': {active}, the dimensions with more than {THRESHOLD} nats of {nats}"
    numbers = [as_int(item) for item in value] if isinstance(value, (list, tuple)) else [None]
    if None in numbers:
        hint = "A list of Python ints: .tolist() makes one of a tensor of indices."
        if isinstance(value, (list, tuple)) and any(isinstance(item, bool) for item in value):
            hint = "The indices of the active dimensions, not True and False."
        if as_int(value) is not None:
            hint = "Which dimensions, not how many: a list of their indices, counted from 0."
        t.fail(expected=expected, found=f"'active' is {show(value)}", hint=hint)
    if numbers == active:
        return
    found, hint = f"'active' is {numbers}", "kl > 0.01, dimension by dimension, counted from 0."
    fitting = {words: why for other, words, why in wrong_active(model, images, right) if numbers == other}
    for model, images in others:  # one list has many explanations; which of them holds for the other models too?
        answered = t.call(answer, model.eval(), images.clone(), doing="diagnose of another model")
        given = answered.get("active") if isinstance(answered, dict) else None
        same = {words for other, words, _ in wrong_active(model, images, kl_of(model, images)) if given == other}
        fitting = {words: why for words, why in fitting.items() if words in same}
    for words, why in list(fitting.items())[:1]:
        found, hint = f"{found}: {words}", why
    t.fail(expected=expected, found=found, hint=hint)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if isinstance(error, AttributeError) and "Collapsing" in text:
        return "The model has posterior, encode, decode and forward; the names of its layers are not known."
    if "posterior takes images" in text:
        return "posterior takes a batch of images, as they are: (N, 1, 28, 28)."
    if "numpy()" in text or "requires grad" in text:
        return "Measuring needs no gradients: with torch.no_grad()."
    return ""
