"""The KL divergence of task 5.2 and what the usual mistakes make of it; task 5.3, 5.4 and 5.6 look here too."""

from __future__ import annotations

import math
from collections.abc import Iterator

from torch import Tensor

__all__ = ["kl_terms", "wrong_kl_terms", "wrong_sums"]

Cause = tuple[Tensor, str, str]

_FORMULA = "Compare term by term with (mean^2 + variance - 1 - log variance) / 2, where variance = exp(z_log_var)."


def kl_terms(mean: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mean, exp(log_var)) || N(0, 1)) of each number, in nats."""
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var)


def wrong_kl_terms(mean: Tensor, log_var: Tensor) -> Iterator[Cause]:
    """What typical mistakes give in place of each number's divergence: (N, k), what was done, hint."""
    m2, var = mean.square(), log_var.exp()
    right = kl_terms(mean, log_var)
    log_sign = "Watch the signs: -log of the standard deviation, + variance / 2 + mean^2 / 2 - 1/2."
    yield -right, "minus the divergence: the sign is wrong", "A divergence is never negative; 0 only for N(0, I)."
    yield 2 * right, "twice the divergence: the factor 1/2 is missing", _FORMULA
    yield right / 2, "half of the divergence: there is a factor 1/2 too many", _FORMULA
    yield -2 * right, "minus twice the divergence: the sign is wrong and the factor 1/2 is missing", _FORMULA
    logarithm = "z_log_var is log(sigma^2), the logarithm of the variance."
    yield (
        0.5 * (m2 + log_var.square() - 1 - log_var.square().log()),
        "z_log_var taken for the standard deviation",
        logarithm,
    )
    yield (
        0.5 * (m2 + (2 * log_var).exp() - 1 - 2 * log_var),
        "z_log_var taken for the logarithm of the standard deviation",
        logarithm,
    )
    yield 0.5 * (m2 + log_var - 1 - log_var.log()), "z_log_var taken for the variance: no exponential", logarithm
    yield 0.5 * (m2 + log_var - 1 - log_var.abs().log()), "z_log_var taken for the variance: no exponential", logarithm
    yield 0.5 * (m2 - 1), "z_log_var is not exponentiated, so that it cancels out", logarithm
    yield 0.5 * (m2 + log_var.square() - 1 - log_var), "z_log_var squared, where its exponential belongs", logarithm
    yield (
        0.5 * (m2 + (log_var / 2).exp() - 1 - log_var),
        "the standard deviation exp(z_log_var / 2) where the variance belongs",
        _FORMULA,
    )
    yield (
        0.5 * (m2 + (2 * log_var).exp() - 1 - log_var),
        "the variance squared, where the variance belongs",
        _FORMULA,
    )
    yield (
        0.5 * (m2 + var - 1 - log_var / 2),
        "the logarithm of the standard deviation where that of the variance belongs",
        log_sign,
    )
    yield 0.5 * (m2 + var - 1 + log_var), "+ z_log_var, where - z_log_var belongs", log_sign
    yield 0.5 * (m2 - var - 1 - log_var), "- exp(z_log_var), where + belongs", log_sign
    yield 0.5 * (m2 - var + 1 + log_var), "the terms of the variance with the wrong sign", log_sign
    yield 0.5 * (-m2 + var - 1 - log_var), "- z_mean^2, where + belongs", log_sign
    yield 0.5 * (m2 + var + 1 - log_var), "+ 1, where - 1 belongs", "For N(0, I) itself the divergence is 0."
    yield 0.5 * (m2 + var - log_var), "the - 1 is missing", "For N(0, I) itself the divergence is 0."
    yield m2 / 2, "the terms of the variance are missing: half of z_mean^2 alone", _FORMULA
    yield m2, "z_mean^2 alone", _FORMULA
    yield 0.5 * (var - 1 - log_var), "the term z_mean^2 is missing", _FORMULA
    yield 0.5 * (m2 + var - 1), "the term - z_log_var is missing", _FORMULA
    yield 0.5 * (m2 - 1 - log_var), "the term exp(z_log_var) is missing", _FORMULA
    yield 0.5 * (mean + var - 1 - log_var), "z_mean is not squared", _FORMULA
    yield 0.5 * (mean.abs() + var - 1 - log_var), "the absolute value of z_mean in place of its square", _FORMULA
    yield m2 + 0.5 * (var - 1 - log_var), "the factor 1/2 is missing before z_mean^2", _FORMULA
    yield 0.5 * m2 + var - 1 - log_var, "the factor 1/2 is there for z_mean^2 only", _FORMULA
    yield m2 + var - 1 - log_var / 2, "the factor 1/2 is there for the last term, - z_log_var, only", _FORMULA
    yield m2 + var / 2 - 1 - log_var, "the factor 1/2 is there for exp(z_log_var) only", _FORMULA
    both = "Of the average of log q - log p there are two parts: minus the entropy of q, and the average of -log p."
    yield 0.5 * (m2 + var + math.log(2 * math.pi)), "the average of -log p(z) alone: the entropy of q is missing", both
    yield -0.5 * (1 + log_var + math.log(2 * math.pi)), "minus the entropy of q alone: the prior is missing", both
    yield (
        0.5 * ((1 + m2) / var - 1 + log_var),
        "KL(N(0, I) || q): the two distributions are exchanged",
        "The divergence is not symmetric: q comes first, under the integral and in its average.",
    )
    yield right / math.log(2), "the divergence in bits", "Nats: the natural logarithm."
    yield right / math.log(10), "a logarithm with base 10", "Nats: the natural logarithm."
    yield 0.5 * (log_var.square() + mean.exp() - 1 - mean), "z_mean and z_log_var are exchanged", "z_mean comes first."
    yield right.clamp(max=1), "each number is clamped to 1 at most", "Leave the divergence as it is."
    for least in (0.05, 0.1, 0.25, 0.5, 1.0, 2.0):
        words = f"no dimension counts for less than {least:g} nats ('free bits')"
        yield right.clamp(min=least), words, "A trick for training; the divergence itself has no floor but 0."
    for limit in (1, 2, 4, 5, 6, 8, 10, 20, 30):
        clamped = kl_terms(mean, log_var.clamp(-limit, limit))
        yield clamped, f"z_log_var is clamped to [{-limit}, {limit}]", "Leave it as it comes."
    for added in (1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3):
        words = f"{added:g} is added to the variance before its logarithm is taken"
        hint = "z_log_var is the logarithm already: log(exp(v)) is v, and nothing has to be kept away from 0."
        yield 0.5 * (m2 + var + added - 1 - (var + added).log()), words, hint
        yield 0.5 * (m2 + var - 1 - (var + added).log()), words, hint


def wrong_sums(terms: Tensor) -> Iterator[Cause]:
    """The right terms (N, k) put together in another way than by a sum over the k dimensions."""
    n = len(terms)
    over_k = "The dimensions are independent, so their divergences add up: a sum over k. A mean weighs the KL by 1 / k."
    per_image = "One number for each image: sum over the dimensions, axis 1, and leave the axis of the images."
    yield terms.mean(1), "the mean over the dimensions, not the sum", over_k
    yield terms, "one number for each dimension of each image: nothing is summed", per_image
    yield terms.sum(0), "summed over the images: one number for each dimension is left", per_image
    yield terms.mean(0), "averaged over the images: one number for each dimension is left", per_image
    yield terms.sum(1).mean(), "the mean over the images too: one number for the whole batch", per_image
    yield terms.sum(), "the sum over the whole batch: one number", per_image
    yield terms.mean(), "the mean over dimensions and images: one number", f"{per_image} {over_k}"
    yield terms.sum(1, keepdim=True), "an axis too many is left over by the sum", "keepdim=False, or squeeze(1)."
    yield terms.sum(1) / n, "divided by the number of images", "One image's divergence does not depend on the others."
    yield terms[:, 0], "the first dimension alone", over_k
    yield terms.amax(1), "the largest dimension alone", over_k
    yield terms.sum(1)[0], "the first image alone", per_image
