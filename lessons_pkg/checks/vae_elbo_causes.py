"""The negative ELBO of task 5.3, and the numbers that one mistake, or two of them, make of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.vae_kl_causes import kl_terms, wrong_kl_terms

__all__ = ["bernoulli", "elbo_terms", "explain_elbo"]

Cause = tuple[Tensor, str, str]

_SUM = (
    "The pixels are independent given z, so their log-likelihoods add up: a sum over the pixels, a mean over images "
    "only. With a mean over the pixels the KL weighs as many times more as there are pixels: an effective beta."
)
_FROM_LOGITS = "F.binary_cross_entropy_with_logits takes the logits and the pixels, in this order, and works in [0, 1]."
_KL = "The negative ELBO is the reconstruction term plus the KL of each image, once."


def bernoulli(x: Tensor, logits: Tensor) -> Tensor:
    """-log p(x|z) of each pixel, in nats: the shape of x, float64."""
    return F.binary_cross_entropy_with_logits(logits.double(), x.double(), reduction="none")


def elbo_terms(x: Tensor, logits: Tensor, mean: Tensor, log_var: Tensor) -> tuple[Tensor, Tensor]:
    """The two terms of the negative ELBO, each (N,), in nats per image."""
    return bernoulli(x, logits).flatten(1).sum(1), kl_terms(mean.double(), log_var.double()).sum(1)


Inputs = tuple[Tensor, Tensor, Tensor, Tensor]


def explain_elbo(
    value: float,
    x: Tensor,
    logits: Tensor,
    mean: Tensor,
    log_var: Tensor,
    *,
    rel: float = 2e-6,
    again: Callable[[], tuple[float, Inputs]] | None = None,
) -> tuple[str, str] | None:
    """What was done, and a hint, for a number in place of the mean over images of the two terms' sum.

    One mistake is looked for first, then two at once. Thousands of pairs of mistakes give thousands of numbers, so a
    pair has to explain a second number too: ``again`` gives it, and what it was computed from. None: nothing does.
    """
    found = _explanations(value, x, logits, mean, log_var, rel)
    right, divergence = (term.mean().item() for term in elbo_terms(x, logits, mean, log_var))
    beta = (value - right) / divergence
    weighted = f"the KL counts {beta:.3g} times", f"{_KL} A weight other than 1 makes it no bound on log p(x) any more."
    if beta > 2.5 and abs(round(beta) / beta - 1) < 1e-4 and not (found and min(found.values())[0] == 1):
        return weighted  # a whole number is no chance
    if again is not None and found and min(found.values())[0] > 1:
        other, inputs = again()
        seconds = _explanations(other, *inputs, rel)
        found = {words: rest for words, rest in found.items() if words in seconds}
    if found:
        words, (_, _, hint) = min(found.items(), key=lambda item: item[1])
        return words, hint
    if 1e-3 < beta < 1e4 and abs(float(f"{beta:.2g}") / beta - 1) < 2e-4:
        return weighted
    return None


def _explanations(
    value: float, x: Tensor, logits: Tensor, mean: Tensor, log_var: Tensor, rel: float
) -> dict[str, tuple[int, int, str]]:
    """What gives this number: in words -> (how many mistakes, how far down the lists, hint)."""
    x, logits, mean, log_var = (v.double() for v in (x, logits, mean, log_var))
    right, divergence = elbo_terms(x, logits, mean, log_var)
    pixels = [(right, "", ""), *_wrong_pixels(x, logits)]
    kls = [(divergence, "", ""), *_wrong_kl(mean, log_var)]
    found: dict[str, tuple[int, int, str]] = {}
    for i, (one, first, hint) in enumerate(pixels):
        for j, (other, second, more) in enumerate(kls):
            for place, (total, third, less) in enumerate(_put_together(one.numpy(), other.numpy(), x[0].numel())):
                mistakes = [words for words in (first, second, third) if words]
                gap = abs(total - value)
                if 0 < len(mistakes) < 3 and gap <= rel * abs(value) + 1e-9:
                    words, why = "; and ".join(mistakes), " ".join(dict.fromkeys(filter(None, (hint, more, less))))
                    rank = len(mistakes), i + j + place, why
                    found[words] = min(found.get(words, rank), rank)
    return found


def _put_together(pixels: np.ndarray, divergences: np.ndarray, size: int) -> Iterator[tuple[float, str, str]]:
    n = len(pixels)
    one, other = float(pixels.mean()), float(divergences.mean())
    yield one + other, "", ""
    over = "An average over the images: the number does not grow with the batch."
    yield n * (one + other), "the sum over the batch, not the mean over the images", over
    yield n * one + other, "the pixels summed over the batch, the KL averaged over it", over
    yield one + n * other, "the KL summed over the batch, the pixels averaged over it", over
    yield (one + other) / n, "divided by the number of images twice", over
    yield one + other / n, "the KL divided by the number of images twice", over
    yield one / n + other, "the reconstruction divided by the number of images twice", over
    price = "The KL is never negative, and it is a price: the loss is minimised."
    yield one - other, "the KL has the wrong sign: it is subtracted, or its formula has the sign of the ELBO", price
    sign = "-log p(x|z) is what is minimised: the cross-entropy with its plus sign."
    yield other - one, "the reconstruction term has the wrong sign", sign
    yield -one - other, "the ELBO itself, not its negative", "What is minimised is minus the ELBO."
    yield one + 2 * other, "the KL counts twice: it is added twice, or its factor 1/2 is missing", _KL
    yield one + other / 2, "the KL counts half: there is a factor 1/2 too many", _KL
    yield 2 * one + other, "the reconstruction is added twice", "Each of the two terms counts once."
    yield float(pixels[0] + divergences[0]), "the first image only", over
    yield (one + other) * n / 128, "the sum over the batch, divided by a fixed 128", over
    yield (one + other) / size, "both terms divided by the number of pixels", "In nats per image: nothing is divided."
    yield (
        one + size * other,
        "the KL counts once for each pixel",
        f"Is it added before the sum over the pixels, where it is copied to each of them? {_KL}",
    )


def _wrong_pixels(x: Tensor, logits: Tensor) -> Iterator[Cause]:
    p = torch.sigmoid(logits)
    cross, squares = bernoulli(x, logits).flatten(1), (p - x).square().flatten(1)
    count = cross.shape[1]
    yield cross.mean(1), "the mean over the pixels, not the sum", _SUM
    if count != 784:
        yield cross.mean(1) * 784, "the mean over the pixels times a fixed 784", "Sum instead: images have other sizes."
    twice = bernoulli(x, p).flatten(1)
    again = "A sigmoid twice: the logits become probabilities, and those are taken for logits."
    yield twice.sum(1), "a sigmoid too many: the probabilities are given where logits belong", f"{again} {_FROM_LOGITS}"
    yield twice.mean(1), "a sigmoid too many, and the mean over the pixels", f"{again} {_SUM}"
    none = "Every pixel's -log p(x|z) belongs into the loss."
    yield cross.sum(1) * 0, "the reconstruction term is missing", none
    bits = "A Bernoulli pixel: -x log p - (1 - x) log(1 - p). A squared error belongs to a Gaussian pixel."
    yield squares.sum(1), "the squared error in place of the cross-entropy", bits
    yield squares.sum(1) / 2, "half of the squared error in place of the cross-entropy", bits
    yield squares.mean(1), "the mean squared error per pixel in place of the cross-entropy", bits
    straight = (logits - x).square().flatten(1)
    yield straight.sum(1), "the squared error between logits and pixels", bits
    yield straight.mean(1), "the mean squared error between logits and pixels", bits
    yield (p - x).abs().flatten(1).sum(1), "the absolute error in place of the cross-entropy", bits
    halves = squares / 2 + math.log(2 * math.pi) / 2
    yield halves.sum(1), "a Gaussian pixel of variance 1 in place of the cross-entropy", bits
    softmax = -(x.flatten(1) * logits.flatten(1).log_softmax(1)).sum(1)
    alone = "Each pixel is white or black by itself: a sigmoid for each. A softmax lets the pixels compete."
    yield softmax, "a softmax over the pixels, as if one of them were to be chosen", alone
    normalised = -torch.distributions.ContinuousBernoulli(logits=logits, validate_args=False).log_prob(x)
    yield normalised.flatten(1).sum(1), "a continuous Bernoulli, which has a constant of its own", bits
    yield cross.sum(1) / x.shape[-2], "the mean over the rows of an image, and the sum over its columns", _SUM
    unit = "The pixels come in [0, 1], and stay as they are."
    yield bernoulli(2 * x - 1, logits).flatten(1).sum(1), "the pixels are scaled to [-1, 1]", unit
    yield bernoulli(x / 255, logits).flatten(1).sum(1), "the pixels are divided by 255", unit
    one_side = "Both terms are needed: x log p, and (1 - x) log(1 - p). A black pixel is to be explained too."
    yield -(x * F.logsigmoid(logits)).flatten(1).sum(1), "only the term x log p: white pixels alone count", one_side
    yield -((1 - x) * F.logsigmoid(-logits)).flatten(1).sum(1), "only the term (1 - x) log(1 - p)", one_side
    exchanged = bernoulli(logits, x).flatten(1)
    yield exchanged.sum(1), "x and the logits are exchanged", _FROM_LOGITS
    yield exchanged.mean(1), "x and the logits are exchanged, and a mean over the pixels", f"{_FROM_LOGITS} {_SUM}"
    yield (
        bernoulli(1 - x, logits).flatten(1).sum(1),
        "the images are inverted",
        "White is 1: p is its probability.",
    )
    yield cross.sum(1) / math.log(2), "the reconstruction term in bits", "Nats: the natural logarithm."
    rounded = bernoulli((x > 0.5).double(), logits).flatten(1).sum(1)
    yield rounded, "the pixels are rounded to 0 and 1", "Grey values stay as they are."
    for least in (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
        q = p.clamp(least, 1 - least)
        words = f"the probabilities are clamped to [{least:g}, 1 - {least:g}]"
        yield -(x * q.log() + (1 - x) * (1 - q).log()).flatten(1).sum(1), words, f"Nothing to clamp: {_FROM_LOGITS}"
        shifted = -(x * (p + least).log() + (1 - x) * (1 - p + least).log()).flatten(1).sum(1)
        yield shifted, f"{least:g} is added inside the logarithms", f"Not needed: {_FROM_LOGITS}"


def _wrong_kl(mean: Tensor, log_var: Tensor) -> Iterator[Cause]:
    terms = kl_terms(mean, log_var)
    weights = "The divergences of the dimensions add up. A mean makes the KL k times lighter: an effective beta."
    yield terms.mean(1), "the mean of the KL over the dimensions, not the sum", weights
    yield terms.sum(1) * 0, "the KL term is missing", f"{_KL} Without it nothing holds the codes near the prior."
    yield terms.sum(1) / 784, "the KL is divided by the number of pixels", f"{_KL} {_SUM}"
    for value, words, hint in wrong_kl_terms(mean, log_var):
        if not words.startswith(("minus the", "twice the", "half of the")):  # told by how it is put together
            yield value.sum(1), f"in the KL: {words}", hint
