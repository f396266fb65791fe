"""Task 5.6: the KL of each dimension, and what else people look at to find a collapsed one."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from lessons_pkg.checks.vae_kl_causes import kl_terms, wrong_kl_terms
from lessons_pkg.checks.vae_stand_ins import Collapsing

__all__ = ["THRESHOLD", "collapse_of", "kl_of", "wrong_active", "wrong_kl"]

THRESHOLD = 0.01  # nats
_EACH = "Each image has its divergence in each dimension; the mean over the images comes after the formula."


@torch.no_grad()
def kl_of(model: Collapsing, images: Tensor) -> Tensor:
    """KL of each dimension in nats, averaged over the images: (k,), float64."""
    return kl_terms(*(v.double() for v in model.posterior(images))).mean(0)


def collapse_of(active: int, k: int) -> str:
    return "none" if active == k else "some" if active else "all"


@torch.no_grad()
def wrong_kl(model: Collapsing, images: Tensor, *, training: bool) -> Iterator[tuple[Tensor, str, str]]:
    """What typical mistakes give in place of the mean KL per dimension: of any shape, what was done, hint."""
    if training:
        loud = kl_of(model.train(), images)
        model.eval()
        yield loud, "measured in training mode", "A model is measured after model.eval()."
    mean, log_var = (v.double() for v in model.posterior(images))
    terms = kl_terms(mean, log_var)
    yield terms.sum(0), "the sum over the images, not the mean", "The mean does not grow with the number of images."
    yield terms.mean(), "one number, the mean over images and dimensions", "One number for each dimension."
    yield (
        terms.sum(1).mean(),
        "one number, the KL of the whole code",
        "One number for each dimension.",
    )
    yield terms.sum(), "one number, the sum of everything", "One number for each dimension."
    yield terms.sum(1), "one number for each image: summed over the dimensions", "The mean over the images, axis 0."
    yield terms.mean(1), "one number for each image: averaged over the dimensions", "The mean over the images, axis 0."
    yield terms, "one number for each image and dimension", "The mean over the images, axis 0, is missing."
    yield terms.median(0).values, "the median over the images", "A dimension may be in use for few images: the mean."
    yield terms[0], "the first image only", "All the images, and their mean."
    yield terms.amax(0), "the largest over the images", "The mean over the images."
    for size in (8, 16, 32, 50, 64, 100, 128):
        yield terms[:size].mean(0), f"the first {size} images only", "All the images, and their mean."
        if size < len(terms) and len(terms) % size:
            full = len(terms) // size * size
            last = f"the last, smaller batch of {len(terms) - full} is left out"
            yield terms[:full].mean(0), last, "All the images, and their mean."
            means = torch.stack([part.mean(0) for part in terms.split(size)]).mean(0)
            words = f"the mean of the means of batches of {size}: the smaller last batch counts as much as a full one"
            yield means, words, "Join what the batches give, and take the mean over all the images at the end."
    yield terms.mean(0) / terms.shape[1], "divided by the number of dimensions", "The mean over the images, axis 0."
    yield (
        terms.sum(0) / terms.shape[1],
        "the sum over the images, divided by the number of dimensions",
        ("The mean over the images: divide by their number, or .mean(0)."),
    )
    yield (
        kl_terms(mean.mean(0), log_var.mean(0)),
        "the KL of the averaged mean and log variance, not the average of the KL",
        f"{_EACH} Means of both signs cancel when they are averaged first.",
    )
    yield mean.var(0), "the variance of z_mean over the images", "A measure of its own (Burda et al.), and not the KL."
    yield mean.var(0, correction=0), "the variance of z_mean over the images", "A measure of its own, and not the KL."
    yield log_var.exp().mean(0), "the mean variance exp(z_log_var)", _EACH
    sampled = mean.var(0, correction=0) + log_var.exp().mean(0)
    aggregate = kl_terms(mean.mean(0), sampled.log())
    yield aggregate, "the KL of all codes together against the prior, not of each image's q(z|x)", _EACH
    yield terms.mean(0) / terms.mean(0).sum(), "shares of the whole KL", "In nats, as they are."
    yield terms.mean(0).sort().values, "sorted", "In the order of the dimensions: number j is that of dimension j."
    yield terms.mean(0).sort(descending=True).values, "sorted", "In the order of the dimensions."
    for value, words, hint in wrong_kl_terms(mean, log_var):
        yield value.mean(0), words, hint
        yield value.sum(0), f"{words}; and the sum over the images", hint


@torch.no_grad()
def wrong_active(model: Collapsing, images: Tensor, kl: Tensor) -> Iterator[tuple[list[int], str, str]]:
    """What typical mistakes give in place of the active dimensions."""

    def where(mask: Tensor) -> list[int]:
        return mask.nonzero().flatten().tolist()

    active = where(kl > THRESHOLD)
    mean, log_var = model.posterior(images)
    look = "The task asks for the KL of each dimension: kl > 0.01."
    yield where(kl <= THRESHOLD), "the collapsed dimensions, not the active ones", "More than 0.01 nats is active."
    yield [j + 1 for j in active], "counted from 1", "Dimensions are counted from 0."
    yield sorted(active, key=lambda j: -kl[j].item()), "sorted by their KL", "In ascending order of the index."
    yield sorted(active, key=lambda j: kl[j].item()), "sorted by their KL", "In ascending order of the index."
    yield active[::-1], "in reverse order", "In ascending order."
    each = kl_terms(*(v.double() for v in (mean, log_var)))
    yield where(kl / math.log(2) > THRESHOLD), "more than 0.01 bits, not nats", "More than 0.01 nats is active."
    rounded = "kl as it is against 0.01: rounding is for print."
    yield where(kl.round(decimals=2) >= THRESHOLD), "rounded before it is compared", rounded
    yield where(kl.round(decimals=2) > 0), "rounded before it is compared", rounded
    average = "The mean over the images is compared, not each of them."
    yield where(each.amax(0) > THRESHOLD), "some image has more than 0.01 nats there", average
    yield where((each > THRESHOLD).double().mean(0) > 0.5), "more than half of the images have 0.01 nats there", average
    yield where(each.median(0).values > THRESHOLD), "the median of the images has more than 0.01 nats there", average
    yield where(kl > THRESHOLD * kl.max()), "more than 1 per cent of the largest", "0.01 nats, not a share."
    for least in (0.0, 1e-6, 1e-4, 1e-3, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0):
        yield where(kl > least), f"a threshold of {least:g}, not 0.01", "More than 0.01 nats is active."
    reach = model.outward.abs().sum(1)
    yield (
        where(reach > 0),
        "the dimensions that the decoder looks at",
        (f"What the decoder would do with a code says nothing about what the encoder puts there. {look}"),
    )
    yield (
        where(mean.var(0) > THRESHOLD),
        "the dimensions whose z_mean varies by more than 0.01",
        (f"That is another criterion (Burda et al.): a mean may vary and be lost in the noise of q(z|x). {look}"),
    )
    yield where(mean.abs().mean(0) > THRESHOLD), "the dimensions whose z_mean is not 0", look
    yield where(log_var.exp().mean(0) < 1 - THRESHOLD), "the dimensions whose variance is below 1", look
    yield where(kl > kl.mean()), "the dimensions above the mean KL", look
    yield where(kl / kl.sum() > THRESHOLD), "a threshold of 1 per cent of the whole KL", "0.01 nats, not a share."
    yield list(range(len(kl))), "all dimensions", look
    yield [], "none", look
