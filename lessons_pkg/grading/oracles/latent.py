"""Exercise 4: the latent space of an autoencoder."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.latent_area_causes import shares_of
from lessons_pkg.checks.latent_evenness_causes import evenness_of
from lessons_pkg.checks.latent_grid_causes import grid_of
from lessons_pkg.checks.latent_hole_shares import hole_share_of
from lessons_pkg.checks.latent_holes import drawn_case
from lessons_pkg.checks.latent_search import ENOUGH
from lessons_pkg.checks.latent_search_causes import Case
from lessons_pkg.checks.latent_stand_ins import cloud_with_holes
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, value
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, float_of, listed, tensor_of
from lessons_pkg.grading.probes.asking import images_of
from lessons_pkg.grading.probes.latent_stand_ins import PIXELS, Coder

__all__ = ["ClassShares", "DecodeGrid", "EncodeAll", "FindHole", "HoleShare"]

ROUNDING = 5e-5  # of the largest value: what sums of a thousand float32 numbers lose, with room


def _weights(k: int, draw: torch.Generator) -> dict[str, Tensor]:
    """Those of a Coder; running statistics that are not those of any batch."""
    return {
        "inward.weight": torch.randn(k, PIXELS, generator=draw) / 16,
        "inward.bias": torch.randn(k, generator=draw),
        "norm.weight": 2 + 3 * torch.rand(k, generator=draw),
        "norm.bias": torch.randn(k, generator=draw),
        "norm.running_mean": torch.randn(k, generator=draw),
        "norm.running_var": 0.5 + torch.rand(k, generator=draw),
        "norm.num_batches_tracked": torch.tensor(7),
        "patterns": 0.1 * torch.randn(k, PIXELS, generator=draw),
        "grey": torch.rand(PIXELS, generator=draw),
    }


def _expect_modes(words: str, one: dict[str, Any], training: bool) -> None:
    modes = value(one, "modes", list)
    if not modes or any(mode is not training for mode in modes):
        raise Wrong(f"{words}: the model came in {'training' if training else 'evaluation'} mode and was not left so")


@oracle("4.1", probe="latent:encode_all")
class EncodeAll:
    """model.encode in evaluation mode, in float64, row by row."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        images = nn.functional.pad(pictures(300, seed), (2, 2, 2, 2))
        batch = 3 + seed % 4
        cases = [
            [0, 3 * batch, batch, False],
            [40, 40 + 3 * batch + 1, batch, seed % 2 == 0],  # a last batch of one image
            [80, 80 + 2 * batch - 1, batch, True],
            [120, 121, batch, False],
            [130, 137, 50, True],
            [0, 300, None, seed % 2 == 1],
        ]
        return {"weights": _weights(2 + seed % 5, draw), "images": as_bytes(images), "cases": cases}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        model = Coder(given["weights"]).double().eval()
        with torch.no_grad():
            right = model.encode(images_of(given["images"]).double())
        for (start, stop, batch, training), one in zip(
            given["cases"], listed(found, "cases", len(given["cases"])), strict=True
        ):
            size = batch or 256
            words = f"the codes of {stop - start} images in batches of {size}"
            codes = tensor_of(words, value(one, "codes", Tensor), (stop - start, right.shape[1]))
            same(words, codes, right[start:stop], rel=ROUNDING)
            _expect_modes(words, one, training)
            if any(not isinstance(n, int) or n > size for n in value(one, "sizes", list)):
                raise Wrong(f"{words}: the model was given more than {size} images at once")
            statistics = tensor_of("the batch statistics", value(one, "statistics", Tensor), (right.shape[1],))
            if not torch.equal(statistics, model.norm.running_mean):
                raise Wrong(f"{words}: the model's batch statistics have changed")


@oracle("4.2", probe="latent:decode_grid")
class DecodeGrid:
    """model.decode of the grid, in evaluation mode, in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        cases = []
        for steps, training in ((3 + seed % 5, False), (2, True), (8, True)):
            stretch = torch.randn(2, 2, generator=draw) + 2 * torch.eye(2)
            where = 2 * torch.randn(2, generator=draw)
            codes = torch.randn(40 + seed % 11 + steps, 2, generator=draw) @ stretch + where
            cases.append([codes, steps, training])
        return {"weights": _weights(2, draw), "cases": cases}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        model = Coder(given["weights"]).double().eval()
        for (codes, steps, training), one in zip(
            given["cases"], listed(found, "cases", len(given["cases"])), strict=True
        ):
            words = f"the images of a grid with steps={steps}"
            sheet = tensor_of(words, value(one, "sheet", Tensor), (steps, steps, 1, 32, 32))
            with torch.no_grad():
                right = model.decode(grid_of(codes, steps).flatten(0, 1)).unflatten(0, (steps, steps))
            same(words, sheet, right, rel=ROUNDING)
            _expect_modes(words, one, training)


@oracle("4.3", probe="latent:class_shares")
class ClassShares:
    """Counts over the number of points, and the entropy over log C, in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        sizes = (60 + seed % 9, 200, 2, 4), (290, 90 + seed % 7, 2, 6), (80, 120, 3, 3 + seed % 2), (1, 9, 2, 3)
        cases = [_areas(*size, draw) for size in sizes]
        uneven = torch.rand(3 + seed % 8, generator=draw, dtype=torch.float64) ** 3 + 0.01
        some = torch.rand(5, generator=draw) + 0.1
        some[seed % 4], some[4] = 0, 0
        classes, alone = 2 + seed % 12, torch.zeros(4)
        alone[seed % 4] = 1
        lists = [uneven / uneven.sum(), some / some.sum(), torch.full((classes,), 1 / classes), alone]
        pair = 0.05 + 0.4 * torch.rand((), generator=draw)
        return {"cases": cases, "lists": [*lists, torch.stack([pair, 1 - pair])]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        shares = listed(found, "shares", len(given["cases"]))
        for (points, codes, labels, classes), one in zip(given["cases"], shares, strict=True):
            words = f"the shares of {classes} classes, {len(points)} points, {len(codes)} codes"
            right = shares_of(points, codes, labels, classes)
            same(words, tensor_of(words, one, (classes,)), right, rel=1e-5)
        for one, even in zip(given["lists"], listed(found, "evenness", len(given["lists"])), strict=True):
            words = f"the evenness of {len(one)} shares"
            number(words, float_of(words, even), evenness_of(one), rel=1e-4, abs=2e-5)


def _areas(points: int, codes: int, k: int, classes: int, draw: torch.Generator) -> list[Any]:
    """Classes that overlap, of unequal spread; the last has no code. Points in the box, but for those near a border.

    A float32 distance could put a point near the border of two classes on either side, so there is none.
    """
    labels = torch.randint(classes - 1, (codes,), generator=draw)
    middles = 1.2 * torch.randn(classes, k, generator=draw)
    spread = torch.linspace(0.3, 1.5, classes)[labels, None]
    stretch = torch.tensor([4.0, 1.0, 2.0])[:k]
    z = (middles[labels] + spread * torch.randn(codes, k, generator=draw)) * stretch + 1.5
    low, high = z.amin(0), z.amax(0)
    drawn = low + (high - low) * torch.rand(4 * points + 30, k, generator=draw)
    squares = torch.cdist(drawn.double(), z.double()).square()
    nearest = [squares.masked_fill(labels != c, math.inf).amin(1) for c in range(classes)]
    first, second = torch.stack(nearest).sort(0).values[:2]
    drawn = drawn[second - first > 1e-4 * z.square().max()]
    return [drawn[:points], z, labels, classes]


@oracle("4.4", probe="latent:hole_share")
class HoleShare:
    """Whitened by the codes, in units of the held-out codes' median, in float64. No point lies near to the limit."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        kinds = (
            {"points": 380, "codes": 300, "held_out": 99, "radius": None},
            {"points": 250, "codes": 420, "held_out": 151, "radius": 1.6 + 0.1 * (seed % 9)},
            {"points": 300, "codes": 260, "held_out": 401, "radius": 3.6 + 0.2 * (seed % 7), "k": 3},
            {"points": 350, "codes": 300, "held_out": 75, "radius": 1.1 + 0.05 * (seed % 5)},
            {"points": 300, "codes": 250, "held_out": 99, "radius": 16.0 + seed % 8},
            {"points": 1, "codes": 200, "held_out": 45, "radius": 0.01},
            {"points": 150, "codes": 200, "held_out": 99, "radius": 2000.0},
        )
        draw = torch.Generator().manual_seed(seed)
        return {"cases": [list(drawn_case(another_seed(draw), **kind).values()) for kind in kinds]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        shares = listed(found, "shares", len(given["cases"]))
        for (points, codes, held_out, *radius), one in zip(given["cases"], shares, strict=True):
            words = f"the share of {len(points)} points, k={points.shape[1]}, radius {radius[0] if radius else 3:g}"
            number(words, float_of(words, one), hole_share_of(points, codes, held_out, *radius), rel=1e-5, abs=1e-6)


@oracle("4.5", probe="latent:find_hole")
class FindHole:
    """Any point with 1 % of the codes on all sides and nine tenths of the distance that a fine search finds."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        counts = 480 + 7 * (seed % 13), 700 - 11 * (seed % 9), 400 + seed % 41
        clouds = [_cloud(count, draw) for count in counts]
        # The order of the codes says nothing; but whoever looks at a part of them only sees another cloud.
        outermost = [_from_outside(codes) for codes in clouds]
        halves = outermost[2].chunk(2)
        mixed = torch.stack([part[: len(halves[1])] for part in halves], 1).flatten(0, 1)
        clouds = [clouds[0], outermost[1], torch.cat([mixed, halves[0][len(halves[1]) :]])]
        return {"clouds": clouds, "seed": another_seed(draw)}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for codes, one in zip(given["clouds"], listed(found, "points", len(given["clouds"])), strict=True):
            point = tensor_of("the hole", one, (2,))
            case = Case(codes.double(), torch.empty(0, 2), point)
            if not case.inside(point):
                side, share = case.emptiest_side()
                raise Wrong(f"the hole: {share:.1%} of {len(codes)} codes lie {side}, expected 1 % or more")
            far, best = case.distance(point), case.best
            if far < ENOUGH * best:
                raise Wrong(f"the hole: {far:.3g} from the nearest code, expected {ENOUGH * best:.3g} or more")


def _cloud(count: int, draw: torch.Generator) -> Tensor:
    """Codes whose hole lies well inside: no search that stays away from the limit of 1 % misses it."""
    while True:
        codes = cloud_with_holes(count, another_seed(draw))[0]
        case = Case(codes.double(), torch.empty(0, 2), codes[0].double())
        if case.farthest(side=81, inside=0.03) >= 0.98 * case.farthest(side=81):
            return codes


def _from_outside(codes: Tensor) -> Tensor:
    """The codes from the outermost to the innermost, in whitened space."""
    centred = codes - codes.mean(0)
    far = (centred @ torch.linalg.inv(torch.cov(codes.T)) * centred).sum(1)
    return codes[far.argsort(descending=True)]
