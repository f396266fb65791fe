"""Where a search for a hole went instead (task 4.5): what a point is, and what three points have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from scipy.spatial import cKDTree
from torch import Tensor

__all__ = ["INSIDE", "Case", "outside", "too_near"]

INSIDE = 0.01  # of the codes, in each of the four quadrants around a point
_SIDES = ("to the right and above", "to the right and below", "to the left and above", "to the left and below")
_FAR = "For each candidate the distance to its nearest code; of the candidates, the one where that is largest."
_FINER = "More candidates, or a second search with finer steps around the best of the first."
_KEEP = (
    "The largest distances are outside the cloud. Of the candidates, first keep those that are inside, "
    "then take the farthest of them."
)
_A_CODE = (
    "it is one of the codes",
    "A hole is where no code is. Candidates lie between the codes: a grid, for one.",
)
_ALL = "Every code counts: the nearest of all of them decides."


@dataclass(frozen=True)
class Case:
    """A cloud of codes (N, 2), the centres of its two holes (2, 2), the larger first, and the point that was found."""

    codes: Tensor
    holes: Tensor
    point: Tensor

    def __str__(self) -> str:
        return f"({self.point[0]:.2f}, {self.point[1]:.2f})"

    def sides(self, point: Tensor) -> list[float]:
        """Share of the codes in each open quadrant around a point, in the order of _SIDES."""
        (right, above), (left, below) = (self.codes > point).T, (self.codes < point).T
        return [float((x & y).double().mean()) for x in (right, left) for y in (above, below)]

    def inside(self, point: Tensor) -> bool:
        return min(self.sides(point)) >= INSIDE

    def emptiest_side(self) -> tuple[str, float]:
        shares = self.sides(self.point)
        least = shares.index(min(shares))
        return _SIDES[least], shares[least]

    def distance(self, point: Tensor) -> float:
        return torch.cdist(point[None], self.codes).min().item()

    def good(self, point: Tensor) -> bool:
        """A hole, and nearly the largest."""
        return self.inside(point) and self.distance(point) > 0.8 * self.best

    @cached_property
    def best(self) -> float:
        """The largest distance to the nearest code that a fine search finds inside."""
        return self.farthest(side=161)

    def farthest(self, side: int, inside: float = INSIDE) -> float:
        """The largest distance to the nearest code on a grid, with this share of the codes in each quadrant or more."""
        return self.largest(lambda grid: _nearest(grid, self.codes), side, inside=inside)

    def largest(self, measure: Callable[[np.ndarray], np.ndarray], side: int = 41, *, inside: float = INSIDE) -> float:
        """The largest value of a measure of points (n, 2) -> (n,) on a grid, among those inside; 0: in all the box."""
        ends = zip(self.codes.amin(0).tolist(), self.codes.amax(0).tolist(), strict=True)
        axes = [np.linspace(low, high, side) for low, high in ends]
        # Codes per cell of the grid, summed from each of its corners: how many lie in each quadrant of each place.
        # The outermost places, where codes lie on the line itself, are outside in any case.
        cells, _, _ = np.histogram2d(*self.codes.numpy().T, bins=axes)
        least = np.full((side, side), np.inf)
        for turn in range(4):
            sums = np.zeros((side, side))
            sums[1:, 1:] = np.rot90(cells, turn).cumsum(0).cumsum(1)
            least = np.minimum(least, np.rot90(sums, -turn))
        grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)[least >= inside * len(self.codes)]
        return float(measure(grid).max())


def outside(case: Case, cases: list[Case]) -> tuple[str, str]:
    """(what is known about a point that is not inside, where to look)."""
    if case.distance(case.point) < 1e-6:
        return _A_CODE
    if cause := _in_common(cases):
        return cause
    low, high = case.codes.amin(0), case.codes.amax(0)
    if (case.point < low).any() or (case.point > high).any():
        return "it is outside the box of the codes", _KEEP
    if case.distance(case.point) >= 0.9 * case.farthest(side=41, inside=0):
        return "it is the farthest place of the whole box, where the cloud does not reach", _KEEP
    if min(case.sides(case.point)) > 0:
        return "a few outliers lie on that side, the cloud does not", _KEEP
    return "it is in the box, but at the edge of the cloud or beyond it", _KEEP


def too_near(case: Case, cases: list[Case]) -> tuple[str, str]:
    """(what is known about a point that is inside and too near to a code, where to look)."""
    point, codes = case.point, case.codes
    distance = case.distance(point)
    if distance < 1e-6:
        return _A_CODE
    known = {
        "the mean of the codes": codes.mean(0),
        "the median of the codes": codes.median(0).values,
        "the middle of the box": (codes.amin(0) + codes.amax(0)) / 2,
    }
    for name, place in known.items():
        if torch.allclose(point, place, atol=1e-3):
            return f"it is {name}", _FAR
    if cause := _in_common(cases):
        return cause
    to_large, to_small = torch.cdist(point[None], case.holes)[0].tolist()
    radius_large, radius_small = (case.distance(hole) for hole in case.holes)
    if to_small < radius_small:
        return "a smaller hole than the largest", f"Is the search local? {_FINER}"
    if to_large < radius_large:
        return "the right hole, but not far enough from its edge", _FINER
    if distance < 0.3:
        return "it lies among the codes, in no hole at all", f"{_FAR} {_FINER}"
    return "not the largest hole", f"{_FAR} {_FINER}"


def _in_common(cases: list[Case]) -> tuple[str, str] | None:
    """What the points of all the clouds are, if it is one and the same thing."""
    kinds: list[tuple[str, Callable[[Case], bool], str]] = [
        (
            "z_1 and z_2 are exchanged",
            lambda case: case.good(case.point.flip(0)),
            "The point is (z_1, z_2): dimension 0 of the codes comes first.",
        ),
        (
            "a hole of the standardised codes, not carried back to the codes' own numbers",
            lambda case: case.good(case.codes.mean(0) + case.point * case.codes.std(0)),
            "What was divided by the spread is to be multiplied by it again, and the mean is to be added.",
        ),
        (
            "a hole of the centred codes, not carried back to the codes' own numbers",
            lambda case: case.good(case.codes.mean(0) + case.point),
            "Add the mean again.",
        ),
        (
            "the smallest distance was chosen, not the largest",
            lambda case: case.distance(case.point) < 0.02,
            _FAR,
        ),
        (
            "the mean distance to the codes is largest there, or the median one, not that to the nearest",
            lambda case: _is_largest(case, _mean),
            _FAR,
        ),
        (
            "the median distance to the codes is largest there, not that to the nearest one",
            lambda case: _is_largest(case, _median),
            _FAR,
        ),
        (
            "the sum of the absolute differences to the nearest code (L1) is largest there",
            lambda case: _is_largest(case, _nearest_l1),
            "Plain Euclidean distance: the root of the sum of squares.",
        ),
        (
            "the distance to the farthest code is largest there, not that to the nearest one",
            lambda case: _is_largest(case, _farthest),
            _FAR,
        ),
    ]
    for cause, holds, hint in kinds:
        if all(holds(case) for case in cases):
            return cause, hint
    parts: list[tuple[str, Callable[[Tensor], Tensor]]] = [
        *((f"the first {n} of the codes", lambda codes, n=n: codes[:n]) for n in (10, 50, 100, 200, 256)),
        ("the first half of the codes", lambda codes: codes[: len(codes) // 2]),
        ("the last half of the codes", lambda codes: codes[len(codes) // 2 :]),
        ("every second code", lambda codes: codes[::2]),
        ("every tenth code", lambda codes: codes[::10]),
    ]
    for name, pick in parts:
        looked_at = [pick(case.codes) for case in cases]
        if all(map(_is_hole_of, cases, looked_at)) and any(map(_differ, cases, looked_at)):
            return f"right for {name}, the others are not looked at", _ALL
    return None


def _is_largest(case: Case, measure: Callable[[np.ndarray, Tensor], np.ndarray]) -> bool:
    value = measure(case.point.numpy()[None], case.codes)[0]
    return case.inside(case.point) and bool(value >= 0.97 * case.largest(lambda grid: measure(grid, case.codes)))


def _is_hole_of(case: Case, part: Tensor) -> bool:
    distance = torch.cdist(case.point[None], part).min().item()
    return case.inside(case.point) and distance >= 0.95 * case.largest(lambda grid: _nearest(grid, part))


def _differ(case: Case, part: Tensor) -> bool:
    return torch.cdist(case.point[None], part).min().item() > 1.1 * case.distance(case.point)


def _nearest(points: np.ndarray, codes: Tensor) -> np.ndarray:
    return cKDTree(codes.numpy()).query(points)[0]


def _mean(points: np.ndarray, codes: Tensor) -> np.ndarray:
    return torch.cdist(torch.from_numpy(points), codes).mean(1).numpy()


def _median(points: np.ndarray, codes: Tensor) -> np.ndarray:
    return torch.cdist(torch.from_numpy(points), codes).median(1).values.numpy()


def _nearest_l1(points: np.ndarray, codes: Tensor) -> np.ndarray:
    return cKDTree(codes.numpy()).query(points, p=1)[0]


def _farthest(points: np.ndarray, codes: Tensor) -> np.ndarray:
    return torch.cdist(torch.from_numpy(points), codes).amax(1).numpy()
