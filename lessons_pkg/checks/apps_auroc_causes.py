"""The area under the ROC curve (task 6.2), and what typical mistakes make of it."""

from __future__ import annotations

import torch
from torch import Tensor

from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["AUROC_MISTAKES", "auroc_of"]


def auroc_of(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    """The share of pairs in which the anomaly scores higher, ties one half: by sorting, in whole numbers."""
    return _counts(normal_scores, anomaly_scores) / (len(normal_scores) * len(anomaly_scores))


def _counts(normal: Tensor, anomaly: Tensor, tie: float = 0.5) -> float:
    ordered = normal.double().sort().values
    below = torch.searchsorted(ordered, anomaly.double()).sum().item()
    not_above = torch.searchsorted(ordered, anomaly.double(), right=True).sum().item()
    return below + tie * (not_above - below)


def _with_ties(tie: float):
    return lambda normal_scores, anomaly_scores: (
        _counts(normal_scores, anomaly_scores, tie) / (len(normal_scores) * len(anomaly_scores))
    )


def _paired(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    n = min(len(normal_scores), len(anomaly_scores))
    one, other = normal_scores[:n], anomaly_scores[:n]
    return ((other > one).double() + 0.5 * (other == one).double()).mean().item()


def _paired_in_order(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    return _paired(normal_scores.sort().values, anomaly_scores.sort().values)


def _ahead_in_order(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    n = min(len(normal_scores), len(anomaly_scores))
    return (anomaly_scores.sort().values[:n] > normal_scores.sort().values[:n]).double().mean().item()


def _balanced(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    limit = torch.cat([normal_scores, anomaly_scores]).median()
    return (((anomaly_scores > limit).double().mean() + (normal_scores <= limit).double().mean()) / 2).item()


def _grid(count: int, low: float | None = None, high: float | None = None):
    """Trapezoids through the points of ``count`` thresholds, evenly between the lowest and the highest score."""

    def area(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
        both = torch.cat([normal_scores, anomaly_scores])
        ends = (both.min() if low is None else low), (both.max() if high is None else high)
        limits = torch.linspace(float(ends[0]), float(ends[1]), count, dtype=torch.float64)
        false = (normal_scores[None].double() >= limits[:, None]).double().mean(1)
        true = (anomaly_scores[None].double() >= limits[:, None]).double().mean(1)
        return torch.trapezoid(true.flip(0), false.flip(0)).item()

    return area


def _rates(normal: Tensor, anomaly: Tensor) -> tuple[Tensor, Tensor]:
    limits = torch.cat([normal, anomaly]).double().unique()
    false = (normal.double()[None] >= limits[:, None]).double().mean(1)
    return false, (anomaly.double()[None] >= limits[:, None]).double().mean(1)


def _best_accuracy(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    false, true = _rates(normal_scores, anomaly_scores)
    n, m = len(normal_scores), len(anomaly_scores)
    return (((1 - false) * n + true * m) / (n + m)).max().item()


def _average_precision(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
    false, true = (one.flip(0) for one in _rates(normal_scores, anomaly_scores))
    caught, wrong = true * len(anomaly_scores), false * len(normal_scores)
    return (torch.cat([true[:1], true.diff()]) * caught / (caught + wrong)).sum().item()


def _scaled(change):
    def value(normal_scores: Tensor, anomaly_scores: Tensor) -> float:
        n, m = len(normal_scores), len(anomaly_scores)
        return change(_counts(normal_scores, anomaly_scores), n, m)

    return value


_PAIRS = "All pairs of one anomaly and one normal image are counted, {n} times {m} of them.".format(n="N", m="M")
_TIES = "In a pair with equal scores nobody is ahead: it counts one half."
_LOST = (
    "So do > and >= alone, ranks by argsort, and rectangles in place of trapezoids under the curve: each picks a side."
)
_SIDE = "A good detector gives anomalies the higher scores, and 1 is the best that can be reached."
_RANKS = (
    "The ranks of the anomalies are at least 1, 2, ..., M, whatever the detector does: that sum is to be subtracted."
)
_THRESHOLDS = "Every score that occurs is a threshold. Or without any threshold: count pairs."

AUROC_MISTAKES: list[Mistake] = [
    (
        "the other way round: the share of pairs in which the normal image scores higher",
        _scaled(lambda u, n, m: 1 - u / (n * m)),
        _SIDE,
    ),
    ("equal scores count as 0", _with_ties(0.0), f"{_TIES} {_LOST}"),
    ("equal scores count as 1", _with_ties(1.0), f"{_TIES} {_LOST}"),
    ("the other way round, and equal scores count as 0", lambda **p: 1 - _with_ties(1.0)(**p), f"{_SIDE} {_TIES}"),
    ("the other way round, and equal scores count as 1", lambda **p: 1 - _with_ties(0.0)(**p), f"{_SIDE} {_TIES}"),
    (
        "values below one half are turned round: max(a, 1 - a)",
        _scaled(lambda u, n, m: max(u / (n * m), 1 - u / (n * m))),
        "A detector that is worse than chance is told so: which side is odd is known before, not chosen afterwards.",
    ),
    ("score i of the one list is compared with score i of the other only", _paired, _PAIRS),
    ("both lists are sorted, and score i of the one is compared with score i of the other", _paired_in_order, _PAIRS),
    ("both lists are sorted, and score i of the one is compared with score i of the other", _ahead_in_order, _PAIRS),
    ("the accuracy at the median of all scores", _balanced, "No threshold is chosen: all of them count."),
    (
        "the scores are cut to whole numbers first",
        lambda normal_scores, anomaly_scores: auroc_of(normal_scores.long(), anomaly_scores.long()),
        "Scores may be of any size: compare them as they are.",
    ),
    ("the negative of it", _scaled(lambda u, n, m: -u / (n * m)), "Does the area's axis run from right to left?"),
    ("the number of pairs, not their share", _scaled(lambda u, n, m: u), "Divide by the number of all pairs."),
    ("divided by N + M, not by the number of pairs", _scaled(lambda u, n, m: u / (n + m)), _PAIRS),
    ("divided by the number of normal images only", _scaled(lambda u, n, m: u / n), _PAIRS),
    ("divided by the number of anomalies only", _scaled(lambda u, n, m: u / m), _PAIRS),
    ("divided by the square of the number of normal images", _scaled(lambda u, n, m: u / n**2), _PAIRS),
    ("divided by the square of the number of anomalies", _scaled(lambda u, n, m: u / m**2), _PAIRS),
    (
        "divided by the pairs of all images with all others",
        _scaled(lambda u, n, m: 2 * u / ((n + m) * (n + m - 1))),
        _PAIRS,
    ),
    (
        "the sum of ranks, from which nothing was subtracted",
        _scaled(lambda u, n, m: (u + m * (m + 1) / 2) / (n * m)),
        _RANKS,
    ),
    ("the ranks begin at 0, and M (M + 1) / 2 is subtracted", _scaled(lambda u, n, m: (u - m) / (n * m)), _RANKS),
    ("the ranks begin at 1, and M (M - 1) / 2 is subtracted", _scaled(lambda u, n, m: (u + m) / (n * m)), _RANKS),
    (
        "the sum of ranks, from which N (N + 1) / 2 was subtracted: that of the other side",
        _scaled(lambda u, n, m: (u + m * (m + 1) / 2 - n * (n + 1) / 2) / (n * m)),
        _RANKS,
    ),
    ("2 a - 1, the Gini coefficient", _scaled(lambda u, n, m: 2 * u / (n * m) - 1), "One half stands for chance here."),
    ("in per cent", _scaled(lambda u, n, m: 100 * u / (n * m)), "A share lies between 0 and 1."),
    ("rounded to two digits", _scaled(lambda u, n, m: round(u / (n * m), 2)), "Rounding is for print."),
    ("rounded to three digits", _scaled(lambda u, n, m: round(u / (n * m), 3)), "Rounding is for print."),
    ("rounded to four digits", _scaled(lambda u, n, m: round(u / (n * m), 4)), "Rounding is for print."),
    ("the accuracy at the best threshold", _best_accuracy, "No threshold is chosen: all of them count."),
    ("the average precision, the area under another curve", _average_precision, _PAIRS),
    (
        "the difference of the two means",
        lambda normal_scores, anomaly_scores: (anomaly_scores.double().mean() - normal_scores.double().mean()).item(),
        "Only the order of the scores counts, not their size.",
    ),
    (
        "the share of anomalies above the mean of the normal scores",
        lambda normal_scores, anomaly_scores: (anomaly_scores > normal_scores.mean()).double().mean().item(),
        _PAIRS,
    ),
    (
        "the share of anomalies above the median of the normal scores",
        lambda normal_scores, anomaly_scores: (anomaly_scores > normal_scores.median()).double().mean().item(),
        _PAIRS,
    ),
    (
        "the share of anomalies above the highest normal score",
        lambda normal_scores, anomaly_scores: (anomaly_scores > normal_scores.max()).double().mean().item(),
        _PAIRS,
    ),
    *(
        (
            f"the area under a curve through {count} thresholds between 0 and 1",
            _grid(count, 0.0, 1.0),
            f"Scores may be of any size and sign. {_THRESHOLDS}",
        )
        for count in (10, 11, 50, 51, 100, 101, 200, 201, 500, 501, 1000, 1001)
    ),
    *(
        (f"the area under a curve through {count} thresholds", _grid(count), _THRESHOLDS)
        for count in (10, 11, 20, 21, 50, 51, 100, 101, 200, 201, 500, 501, 1000, 1001)
    ),
]
