"""Data sets for task 6.4 on which each part of a probe with few labels shows by the accuracy alone.

spread_apart: any images of each class give the same number, if there are some of each.
alike: all codes of a class are equal, so which ones are drawn makes no difference, but how they are scaled does.
all_labelled: each class has per_class images, so that every one is drawn.
ladder: the accuracy tells which images were drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
import torch
from torch import Tensor

from lessons_pkg.checks.apps_probe_causes import (
    Case,
    accuracy_of,
    first_of_each,
    fitted,
    standardised,
)

__all__ = ["Ladder", "alike", "all_labelled", "ladder", "spread_apart"]

_CLEAR = 0.1  # of the largest logit above the second: no other solver and no other rounding decides differently


def _shuffled(codes: Tensor, labels: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    order = torch.randperm(len(labels), generator=draw)
    return codes[order], labels[order]


def _some_wrong(labels: Tensor, classes: int, share: float, draw: torch.Generator) -> Tensor:
    """Some of the labels moved to another class, most of them in the first class: classes differ in their accuracy."""
    chance = torch.where(labels == 0, min(2.5 * share, 0.9), share)
    moved = (labels + torch.randint(1, classes, labels.shape, generator=draw)) % classes
    return torch.where(torch.rand(labels.shape, generator=draw) < chance, moved, labels)


def spread_apart(seed: int) -> Case:
    """Six classes far from each other, one of them twenty times as frequent as another: three labels of each."""
    draw = torch.Generator().manual_seed(seed)
    sizes = torch.tensor([3, 20, 4, 60, 3, 6])
    middles = 4 * torch.eye(6) + 1
    # A prime number of test images: no share of them is by chance that of the first 50, or a rounded one.
    number = (449, 457, 461, 463, 467, 479, 487)[seed % 7]
    labels, truth = torch.arange(6).repeat_interleave(sizes), torch.arange(6).repeat(82)[:number]
    near = lambda which: middles[which] + 0.02 * torch.randn(len(which), 6, generator=draw)  # noqa: E731
    codes, labels = _shuffled(near(labels), labels, draw)
    test, truth = _shuffled(near(truth), truth, draw)
    truth = _some_wrong(truth, 6, 0.15, draw)
    return {"codes_train": codes, "labels_train": labels, "codes_test": test, "labels_test": truth, "per_class": 3}


def alike(seed: int, per_class: int = 2) -> Case:
    """Four classes of unequal number, in each of which all codes are equal. The test codes lie elsewhere."""
    middles = torch.tensor([[0.0, 0.0, 0.0], [3.0, 0.4, 2.0], [0.5, 5.0, 1.0], [4.0, 3.0, -1.5]])
    sizes = torch.tensor([60, 24, 11, 7])

    def drawn(draw: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        moved = middles + 0.25 * torch.randn(middles.shape, generator=draw)
        labels = torch.arange(4).repeat_interleave(sizes)
        test = torch.tensor([3.5, 4.0, 1.5]) + torch.tensor([3.0, 3.5, 2.5]) * torch.randn(900, 3, generator=draw)
        stretch = torch.tensor([1.0, 5.0, 0.2])
        return *_shuffled(moved[labels] * stretch, labels, draw), test * stretch

    return _with_borders(seed, per_class, drawn)


def all_labelled(seed: int, per_class: int = 6) -> Case:
    """Three classes with per_class images each, two dimensions that say something and one that is always the same."""

    def drawn(draw: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        middles = torch.tensor([[0.0, 0.0], [2.0, 0.5], [0.6, 2.2]])
        labels = torch.arange(3).repeat_interleave(per_class)
        codes = middles[labels] + 0.7 * torch.randn(len(labels), 2, generator=draw)
        test = torch.tensor([1.5, 1.2]) + 1.6 * torch.randn(700, 2, generator=draw)
        stretch = torch.tensor([6.0, 0.5])
        codes, test = (torch.cat([z * stretch, torch.full((len(z), 1), 2.0)], 1) for z in (codes, test))
        return *_shuffled(codes, labels, draw), test

    return _with_borders(seed, per_class, drawn)


def _with_borders(seed: int, per_class: int, drawn: Callable[[torch.Generator], tuple[Tensor, Tensor, Tensor]]) -> Case:
    """A case whose test codes lie on both sides of every border of the right classifier, and none of them near to one.

    Most of them have the label that it gives them, so whatever moves a border makes another accuracy.
    """
    draw = torch.Generator().manual_seed(seed)
    codes, labels, test = drawn(draw)
    known, fresh = standardised(codes.double().numpy(), test.double().numpy())
    chosen = first_of_each(labels.numpy(), per_class)
    model = fitted(known[chosen], labels.numpy()[chosen])
    logits = np.sort(model.decision_function(fresh), axis=1)
    clear = torch.from_numpy(logits[:, -1] - logits[:, -2] > _CLEAR)
    predicted = torch.from_numpy(model.predict(fresh))[clear]
    truth = _some_wrong(predicted, len(labels.unique()), 0.18, draw)
    case = {"codes_train": codes, "labels_train": labels, "codes_test": test[clear], "labels_test": truth}
    return {**case, "per_class": per_class}


@dataclass(frozen=True, eq=False)
class Ladder:
    """A case, and what its accuracy is for each set of labelled images of the class that stands in a row.

    varied: that class. places: where its images are among the training images, in their order.
    """

    case: Case
    varied: int
    places: tuple[int, ...]
    _tables: dict[int, dict[tuple[int, ...], float]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def size(self) -> int:
        return len(self.places)

    def by_set(self, count: int) -> dict[tuple[int, ...], float]:
        """The accuracy for each set of so many images, numbers into ``places``, ascending; one may be there twice."""
        if count not in self._tables:
            sets = combinations_with_replacement(range(self.size), count)
            self._tables[count] = {one: self._accuracy(one) for one in sets}
        return self._tables[count]

    @cached_property
    def of_all(self) -> float:
        """The accuracy with all images of all classes."""
        return accuracy_of(self.case, np.arange(len(self.case["labels_train"])))

    def sets(self, accuracy: float, count: int, *, twice: bool = False) -> list[tuple[int, ...]]:
        """The sets of so many images that give this accuracy. twice: those too in which an image is there twice."""
        fits = [one for one, share in self.by_set(count).items() if self.same(share, accuracy)]
        return [one for one in fits if twice or len(set(one)) == count]

    def same(self, one: float, other: float) -> bool:
        """But for a rung: no solver finds the border exactly."""
        return abs(one - other) < 1.6 / len(self.case["labels_test"])

    def _accuracy(self, numbers: tuple[int, ...]) -> float:
        labels = self.case["labels_train"].numpy()
        others = [np.flatnonzero(labels == c)[: len(numbers)] for c in range(3) if c != self.varied]
        return accuracy_of(self.case, np.concatenate([np.array(self.places)[list(numbers)], *others]))


def ladder(seed: int, per_class: int, varied: int, images: int = 0) -> Ladder:
    """Three classes: one whose images lie in a row, and two that are each in one place, one of them before the row.

    varied: the class in the row. Its test codes stand like the rungs of a ladder between the row and the class before
    it, and how many of them are classified rightly tells where the border is, and so which images were drawn.
    """
    draw = torch.Generator().manual_seed(seed)
    images = images or (12 if per_class == 1 else 6)
    row = torch.arange(1.0, images + 1) if per_class == 1 else 1.6 ** torch.arange(1.0, images + 1)
    row = 4 * row[torch.randperm(images, generator=draw)]
    far = 40.0 + 5 * torch.rand((), generator=draw)
    others = [c for c in range(3) if c != varied]
    labels = torch.cat([torch.full((images,), varied), torch.tensor(others).repeat_interleave(images + 3)])
    codes = torch.zeros(len(labels), 2)
    codes[:images, 0] = row
    codes[labels == others[1], 1] = far
    rungs = 60 * images + seed % 41
    test = torch.zeros(rungs + 9, 2)
    test[:rungs, 0] = torch.linspace(0.2, 0.8 * float(row.max()), rungs)
    test[rungs:, 0] = -3.0
    truth = torch.full((rungs + 9,), varied)
    truth[rungs:] = others[0]
    codes, labels = _shuffled(codes, labels, draw)
    test, truth = _shuffled(test, truth, draw)
    case = {"codes_train": codes, "labels_train": labels, "codes_test": test, "labels_test": truth}
    case["per_class"] = per_class
    return Ladder(case, varied, tuple((labels == varied).nonzero().flatten().tolist()))
