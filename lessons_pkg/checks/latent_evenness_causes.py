"""What typical mistakes with the evenness of shares give (task 4.3): as functions, known by their numbers."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["EVENNESS", "evenness_of"]


def evenness_of(shares: Tensor) -> float:
    return _entropy(shares) / math.log(len(shares))


def _entropy(shares: Tensor) -> float:
    return float(torch.special.entr(shares.double()).sum())


def _filled(shares: Tensor) -> int:
    return int((shares > 0).sum())


_LOG = "-sum of p log p, divided by log C with C the number of classes: then 1 means that all are equal."

EVENNESS: list[Mistake] = [
    ("the entropy in nats, not divided by log C", _entropy, _LOG),
    ("the entropy in bits, not divided by its largest value", lambda shares: _entropy(shares) / math.log(2), _LOG),
    (
        "the entropy to base 10, not divided by its largest value; or divided by log 10 for any number of classes",
        lambda shares: _entropy(shares) / math.log(10),
        _LOG,
    ),
    (
        "two logarithms of different bases: log2 above and the natural one below",
        lambda shares: evenness_of(shares) / math.log(2),
        "Above and below the line stands the same logarithm; which one does not matter.",
    ),
    (
        "two logarithms of different bases: the natural one above and log2 below",
        lambda shares: evenness_of(shares) * math.log(2),
        "Above and below the line stands the same logarithm; which one does not matter.",
    ),
    (
        "divided by the logarithm of the classes that have a share",
        lambda shares: _entropy(shares) / math.log(_filled(shares)),
        "C counts all the classes, those without a point too: that they have none is uneven.",
    ),
    ("divided by C, not by log C", lambda shares: _entropy(shares) / len(shares), _LOG),
    ("the sign is missing: p log p is negative", lambda shares: -evenness_of(shares), _LOG),
    ("the sign is missing, and the division by log C", lambda shares: -_entropy(shares), _LOG),
    ("1 minus the evenness", lambda shares: 1 - evenness_of(shares), "1 if all shares are equal, 0 for one class."),
    ("a mean over the classes, not a sum", lambda shares: evenness_of(shares) / len(shares), _LOG),
    (
        "the number of classes that the entropy is worth, exp(H)",
        lambda shares: math.exp(_entropy(shares)),
        _LOG,
    ),
    (
        "exp(H) divided by C",
        lambda shares: math.exp(_entropy(shares)) / len(shares),
        _LOG,
    ),
    ("the largest share", lambda shares: float(shares.max()), _LOG),
    ("the smallest share", lambda shares: float(shares.min()), _LOG),
    ("the smallest share over the largest", lambda shares: float(shares.min() / shares.max()), _LOG),
    ("1 minus the sum of squares (Gini)", lambda shares: 1 - float(shares.square().sum()), _LOG),
    (
        "1 minus the sum of squares (Gini), over its largest value",
        lambda shares: (1 - float(shares.square().sum())) / (1 - 1 / len(shares)),
        _LOG,
    ),
    (
        "the divergence from equal shares, not an entropy",
        lambda shares: math.log(len(shares)) - _entropy(shares),
        _LOG,
    ),
    (
        "the logarithm without the share before it",
        lambda shares: -float(shares[shares > 0].double().log().sum()) / math.log(len(shares)),
        "Each logarithm is weighted by its share: p log p.",
    ),
    (
        "a softmax is put on the shares first",
        lambda shares: evenness_of(torch.softmax(shares.double(), dim=0)),
        "The shares add up to 1 already.",
    ),
    ("the spread of the shares", lambda shares: float(shares.std()), _LOG),
    ("1 minus the spread of the shares", lambda shares: 1 - float(shares.std()), _LOG),
    (
        "log(p + 1), which has no trouble at 0 and is another function",
        lambda shares: -float((shares.double() * (shares.double() + 1).log()).sum()) / math.log(len(shares)),
        "What is 0 log 0 meant to be? Leave such classes out of the sum, or use torch.special.entr or xlogy.",
    ),
    (
        "log(p + 1), which has no trouble at 0 and is another function",
        lambda shares: float((shares.double() * (shares.double() + 1).log()).sum()) / math.log(len(shares)),
        "What is 0 log 0 meant to be? Leave such classes out of the sum, or use torch.special.entr or xlogy.",
    ),
    ("rounded", lambda shares: round(evenness_of(shares), 2), "Rounding is for print: return the number as it is."),
]
for _eps in (0.1, 1e-2, 1e-3):
    EVENNESS.append(
        (
            f"{_eps:g} is added inside the logarithm, and changes the result",
            lambda shares, eps=_eps: (
                -float((shares.double() * (shares.double() + eps).log()).sum()) / math.log(len(shares))
            ),
            "Leave the classes with share 0 out of the sum, or use torch.special.entr or xlogy.",
        )
    )
