"""What typical mistakes with the areas of classes give (task 4.3): as functions, known by their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["SHARES", "shares_of"]


def shares_of(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return _counted(labels[_distances(points, codes).argmin(1)], classes) / len(points)


def _distances(a: Tensor, b: Tensor, p: float = 2.0) -> Tensor:
    return torch.cdist(a.double(), b.double(), p=p)


def _counted(labels: Tensor, classes: int) -> Tensor:
    return torch.bincount(labels, minlength=classes).double()


def _by(pick: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    """The shares by the indices that ``pick(points, codes)`` gives, one for each point."""

    def does(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
        return _counted(labels[pick(points.double(), codes.double())], classes) / len(points)

    return does


def _wrong_axis(over: str) -> Callable[..., Tensor]:
    def does(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
        counts = _counted(labels[_distances(points, codes).argmin(0)], classes)
        return counts / {"codes": len(codes), "points": len(points), "sum": counts.sum()}[over]

    return does


def _scaled(by: Callable[[Tensor, Tensor, int], float]) -> Callable[..., Tensor]:
    def does(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
        return shares_of(points, codes, labels, classes) * by(points, codes, classes)

    return does


def _of_labels(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return _counted(labels, classes) / len(labels)


def _of_neighbours(near: int, majority: bool) -> Callable[..., Tensor]:
    def does(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
        found = labels[_distances(points, codes).topk(near, largest=False).indices]
        if majority:
            return _counted(found.mode(dim=1).values, classes) / len(points)
        return _counted(found.flatten(), classes) / found.numel()

    return does


def _nearest_middle(median: bool) -> Callable[..., Tensor]:
    def does(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
        present = labels.unique()
        rows = [codes[labels == label].double() for label in present]
        middles = torch.stack([row.median(0).values if median else row.mean(0) for row in rows])
        return _counted(present[_distances(points, middles).argmin(1)], classes) / len(points)

    return does


def _least_on_average(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    present = labels.unique()
    table = _distances(points, codes)
    average = torch.stack([table[:, labels == label].mean(1) for label in present], dim=1)
    return _counted(present[average.argmin(1)], classes) / len(points)


def _per_code(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    size = _counted(labels, classes)
    rates = torch.where(size > 0, shares_of(points, codes, labels, classes) / size.clamp(min=1), 0)
    return rates / rates.sum()


def _without_empty(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    shares = shares_of(points, codes, labels, classes)
    return shares[shares > 0]


def _without_missing_labels(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return shares_of(points, codes, labels, classes)[labels.unique()]


def _up_to_the_last(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    shares = shares_of(points, codes, labels, classes)
    return shares[: int(shares.nonzero().max()) + 1]


def _up_to_the_last_label(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return shares_of(points, codes, labels, classes)[: int(labels.max()) + 1]


def _exchanged(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return _counted(labels[_distances(codes, points).argmin(1)], classes) / len(codes)


def _cosine(points: Tensor, codes: Tensor) -> Tensor:
    unit = points / points.norm(dim=1, keepdim=True), codes / codes.norm(dim=1, keepdim=True)
    return (unit[0] @ unit[1].T).argmax(1)


def _whole(points: Tensor, codes: Tensor, labels: Tensor, classes: int) -> Tensor:
    return shares_of(points, codes, labels, classes).floor()


_AXIS = (
    "Each point has a nearest code: a table (M, N) with one row per point is searched along its rows, argmin(dim=1), "
    "and gives M indices into the codes."
)
_SHARE = "Divide by the number of points: the shares add up to 1."
_POINTS = "Count points, not codes: each point is given the class of its nearest code."
_PLAIN = "Plain Euclidean distance to every single code, in the codes' own numbers: nothing else is asked for."
_LENGTH = "A class to which no point belongs has the share 0, and its place: (classes,) always. See minlength."

SHARES: list[Mistake] = [
    ("counts, not shares", _scaled(lambda points, codes, classes: len(points)), _SHARE),
    ("in percent", _scaled(lambda points, codes, classes: 100), "Shares add up to 1."),
    (
        "the counts divided by the number of codes, not of points",
        _scaled(lambda points, codes, classes: len(points) / len(codes)),
        _SHARE,
    ),
    (
        "the counts divided by the number of classes, not of points",
        _scaled(lambda points, codes, classes: len(points) / classes),
        _SHARE,
    ),
    ("the shares divided by the number of classes", _scaled(lambda points, codes, classes: 1 / classes), _SHARE),
    (
        "the shares of the labels among the codes: the points play no part",
        _of_labels,
        _POINTS,
    ),
    ("the smallest distance is taken over the points, for each code: the wrong axis", _wrong_axis("codes"), _AXIS),
    ("the smallest distance is taken over the points, for each code: the wrong axis", _wrong_axis("points"), _AXIS),
    ("points and codes are exchanged", _exchanged, "The arguments come as (points, codes, labels, classes)."),
    (
        "the class of the farthest code, not of the nearest",
        _by(lambda points, codes: _distances(points, codes).argmax(1)),
        "argmin finds the smallest distance; argmax would be for similarities.",
    ),
    (
        "the code with the largest dot product, not the nearest",
        _by(lambda points, codes: (points @ codes.T).argmax(1)),
        _PLAIN,
    ),
    ("the code in the most similar direction (cosine), not the nearest", _by(_cosine), _PLAIN),
    (
        "distances that add up absolute differences (L1)",
        _by(lambda points, codes: _distances(points, codes, 1.0).argmin(1)),
        _PLAIN,
    ),
    (
        "distances that take the largest difference",
        _by(lambda points, codes: _distances(points, codes, math.inf).argmin(1)),
        _PLAIN,
    ),
    (
        "differences that are summed without a square, so that they cancel",
        _by(lambda points, codes: (points[:, None] - codes).sum(-1).argmin(1)),
        "Square each difference before they are added.",
    ),
    (
        "differences that are summed before the absolute value, so that they cancel",
        _by(lambda points, codes: (points[:, None] - codes).sum(-1).abs().argmin(1)),
        "Square each difference before they are added.",
    ),
    (
        "only the first number of each code is compared",
        _by(lambda points, codes: _distances(points[:, :1], codes[:, :1]).argmin(1)),
        "The distance takes all k numbers.",
    ),
    (
        "only the first two numbers of each code are compared",
        _by(lambda points, codes: _distances(points[:, :2], codes[:, :2]).argmin(1)),
        "A code has k numbers, and k need not be 2.",
    ),
    (
        "only the last number of each code is compared",
        _by(lambda points, codes: _distances(points[:, -1:], codes[:, -1:]).argmin(1)),
        "The distance takes all k numbers.",
    ),
    (
        "each dimension is divided by its standard deviation first",
        _by(lambda points, codes: _distances(points / codes.std(0), codes / codes.std(0)).argmin(1)),
        _PLAIN,
    ),
    ("the nearest class mean, not the nearest code", _nearest_middle(False), _PLAIN),
    ("the nearest class median, not the nearest code", _nearest_middle(True), _PLAIN),
    ("the class whose codes are nearest on average, not the nearest code", _least_on_average, _PLAIN),
    ("a vote among the 5 nearest codes, not the nearest one", _of_neighbours(5, True), "One code decides."),
    ("a vote among the 3 nearest codes, not the nearest one", _of_neighbours(3, True), "One code decides."),
    ("all of the 5 nearest codes are counted, not the nearest one", _of_neighbours(5, False), "One code decides."),
    (
        "the second nearest code, as if the point were itself among the codes",
        _by(lambda points, codes: _distances(points, codes).topk(2, largest=False).indices[:, 1]),
        "The points are no codes: the nearest code is another thing than the point already.",
    ),
    (
        "divided by how many codes a class has",
        _per_code,
        "The share of the points is asked for, however many codes a class has.",
    ),
    ("the classes without a point are left out", _without_empty, _LENGTH),
    ("the classes without a point are left out at the end", _up_to_the_last, _LENGTH),
    ("as many shares as the labels have values, not as there are classes", _without_missing_labels, _LENGTH),
    ("as many shares as the highest label says, not as there are classes", _up_to_the_last_label, _LENGTH),
    (
        "the classes are in another order: from the largest share down",
        lambda **probe: shares_of(**probe).sort(descending=True).values,
        "Place c is class c.",
    ),
    ("the shares are cut to whole numbers", _whole, "A whole-number dtype and // cut off: / gives the share."),
    (
        "a softmax of the counts",
        lambda points, **rest: torch.softmax(shares_of(points, **rest) * len(points), dim=0),
        _SHARE,
    ),
    *(
        (
            "the shares are rounded",
            lambda digits=digits, **probe: shares_of(**probe).round(decimals=digits),
            "Rounding is for print: return the shares as they are.",
        )
        for digits in (1, 2, 3, 4)
    ),
    ("a softmax of the shares", lambda **probe: torch.softmax(shares_of(**probe), dim=0), _SHARE),
    (
        "divided by the largest share",
        lambda **probe: shares_of(**probe) / shares_of(**probe).max(),
        _SHARE,
    ),
]
