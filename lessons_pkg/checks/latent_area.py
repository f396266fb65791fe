"""Task 4.3: how much of the plane is nearest to each class, and how even that is."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_area_causes import SHARES, shares_of
from lessons_pkg.checks.latent_evenness_causes import EVENNESS, evenness_of
from lessons_pkg.checks.latent_probes import Probe, asked, explained_throughout, first_wrong, words_of
from lessons_pkg.checks.values import as_float, close, number, return_hint, show

__all__ = ["class_shares"]

NAMES = ("class_shares", "evenness")


@check("4.3", ", ".join(NAMES))
def class_shares(t: Trial, answer: Any, seed: int) -> None:
    """Task 4.3: class_shares(points, codes, labels, classes) -> (classes,); evenness(shares) -> float."""
    shares_function, evenness_function = t.are_functions(answer, NAMES)

    t.need("class_shares gives the share of the points whose nearest code belongs to each class")
    probes = _share_probes(seed)
    found = [_shares(t, asked(t, shares_function, NAMES[0], probe, _shares_hint), probe) for probe in probes]
    _expect_shares(t, probes, found)

    t.need("evenness gives the entropy of the shares over its largest value")
    probes = [{"shares": shares} for shares in _share_lists(seed)]
    numbers = [_number(t, asked(t, evenness_function, NAMES[1], probe, _evenness_hint), probe) for probe in probes]
    _expect_evenness(t, probes, numbers)


def _share_probes(seed: int) -> list[Probe]:
    """Classes that overlap, of unequal number and spread; points drawn in the box of the codes, as in the notebook."""
    draw = torch.Generator().manual_seed(seed)
    probes = []
    for count, codes, k, classes, absent in (
        (60, 200, 2, 4, ()),
        (300, 90, 2, 6, (2,)),
        (80, 120, 3, 3, ()),
        (1, 9, 2, 2, ()),
    ):
        labels = torch.arange(codes) % classes
        labels = torch.where(torch.rand(codes, generator=draw) < 0.4, 0, labels)
        if absent or count == 300:
            labels[(labels == absent[0]) | (labels == classes - 1)] = 1
            labels[:4] = classes - 1  # the last class: four codes in the middle of others, nearest to hardly a point
        middles = torch.randn(classes, k, generator=draw) * 1.2
        spread = torch.linspace(0.3, 1.5, classes)[labels, None]
        stretch = torch.tensor([4.0, 1.0, 2.0])[:k]
        z = (middles[labels] + spread * torch.randn(codes, k, generator=draw)) * stretch + 1.5
        if absent:
            z[:4] = z[labels == 0][0] + 1e-4 * torch.randn(4, k, generator=draw)
        low, high = z.amin(0), z.amax(0)
        points = low + (high - low) * torch.rand(count, k, generator=draw)
        if absent:  # no point is nearest to the last class, although it has codes
            points = points[_nearest_class(points, z, labels) != classes - 1]
        probes.append({"points": points, "codes": z, "labels": labels, "classes": classes})
    return probes


def _nearest_class(points: Tensor, codes: Tensor, labels: Tensor) -> Tensor:
    """The class of the nearest code of each point, (M,)."""
    return labels[torch.cdist(points.double(), codes.double()).argmin(1)]


def _shares(t: Trial, value: Any, probe: Probe) -> Tensor:
    classes = probe["classes"]
    expected = f"a tensor of shape ({classes},)"
    hint = "torch.tensor makes a tensor of a list of numbers; torch.stack of a list of tensors."
    if isinstance(value, dict):
        hint = "Place c of the tensor holds the share of class c."
    elif isinstance(value, float):
        hint = "One share for each class, all in one tensor."
    shares = t.tensor(value, "class_shares returned", expected=expected, hint=hint, finite=False)
    if torch.isnan(shares.double()).any():
        t.fail(expected=expected, found="NaN among the shares", hint="Is something divided by a count of 0?")
    if shares.ndim == 2 or shares.numel() == 0:
        found = f"class_shares returned {show(shares)}"
        t.fail(expected=expected, found=found, hint="One number for each class: over which axis is counted?")
    return shares.detach().double().reshape(-1)


def _expect_shares(t: Trial, probes: list[Probe], found: list[Tensor]) -> None:
    right = [shares_of(**probe) for probe in probes]
    first = first_wrong(found, right, _same_shares)
    if first is None:
        return
    probe, value, target = probes[first], found[first], right[first]
    cause = explained_throughout(found, right, probes, SHARES, _same_shares)
    if cause is None and not all(map(_near_shares, found, right)):
        cause = explained_throughout(found, right, probes, SHARES, _near_shares, alone=False)
    if cause is None and value.shape != target.shape:
        cause = f"{len(value)} shares for {len(target)} classes", "Place c is class c, and there are classes of them."
    if cause is None and torch.allclose(value.sort().values, target.sort().values, atol=1e-5):
        cause = (
            "the right shares, but in other places",
            "Place c of the result is the share of class c, also where other classes have no point.",
        )
    if cause is None and (value < 0).any():
        cause = "a share below 0", "A share is a count over a count."
    points, codes = len(probe["points"]), len(probe["codes"])
    if cause is None and close(float(value.sum()) * points, codes, rel=1e-3):
        cause = (
            "as many are counted as there are codes: is the smallest distance taken along the wrong axis?",
            "Each point has a nearest code: M points give M counts.",
        )
    if cause is None and not close(float(value.sum()), 1, rel=1e-3):
        cause = f"shares that add up to {number(float(value.sum()))}", "Each point belongs to exactly one class."
    counts = value * points
    if cause is None and (counts - counts.round()).abs().max() > 0.01:
        part = counts[(counts - counts.round()).abs().argmax()]
        cause = (
            f"no counts over {points}: one share stands for {part:.4g} points",
            "Each point counts once, as a whole, for one class: nothing is weighted, smoothed or rounded.",
        )
    if cause is None:
        cause = (
            "some points are given to another class than that of their nearest code",
            "For one point by hand: all distances to the codes, the place of the smallest, the label at that place.",
        )
    t.fail(
        expected=f"{words_of(NAMES[0], probe)} = {_listed(target)}",
        found=f"{_listed(value)}: {cause[0]}",
        hint=cause[1],
    )


def _shares_hint(error: BaseException) -> str:
    text = blame.message(error)
    if "indices should be either on" in text or "tensors used as indices" in text:
        return "An index is a whole number: argmin gives one, min and amin give the distance."
    if isinstance(error, IndexError) or "out of bounds" in text:
        return (
            "labels has one entry for each code, so its indices must come from the codes: is the smallest distance "
            "taken over the points, along the wrong axis? argmin(dim=1) searches each row."
        )
    if "must match the size" in text or "mat1 and mat2" in text:
        return "points (M, k) and codes (N, k) differ in their number: points[:, None] - codes makes a table (M, N, k)."
    return ""


def _same_shares(value: Tensor, target: Tensor) -> bool:
    return value.shape == target.shape and torch.allclose(value, target, atol=1e-5, rtol=1e-5)


def _near_shares(value: Tensor, target: Tensor) -> bool:
    """But for a point or two that rounding gives to another class: a mistake may decide between equals."""
    return value.shape == target.shape and torch.allclose(value, target, atol=0.008, rtol=1e-5)


def _listed(shares: Tensor) -> str:
    return f"({', '.join(f'{share:.4g}' for share in shares[:8].tolist())}{', ...' if len(shares) > 8 else ''})"


def _share_lists(seed: int) -> list[Tensor]:
    draw = torch.Generator().manual_seed(seed + 1)
    uneven = torch.rand(7, generator=draw, dtype=torch.float64) ** 3 + 0.01
    return [
        torch.tensor([0.5, 0.25, 0.125, 0.125]),
        (uneven / uneven.sum()),
        torch.tensor([0.7, 0.2, 0.1, 0.0, 0.0]),
        torch.tensor([0.9, 0.1]),
        torch.full((10,), 0.1),
        torch.tensor([0.0, 1.0, 0.0]),
    ]


def _number(t: Trial, value: Any, probe: Probe) -> float:
    call = f"evenness({_listed(probe['shares'])})"
    found = as_float(value)
    if found is None:
        hint = return_hint(value, "Return one number, a float.")
        if isinstance(value, Tensor) and value.numel() == 1:
            hint = "A number in a tensor becomes a float by .item()."
        elif isinstance(value, Tensor):
            hint = "One number for all the classes together: is the sum missing?"
        t.fail(expected="a Python float", found=f"{call} returned {show(value)}", hint=hint)
    if math.isnan(found):
        t.fail(
            expected=f"{call} = {number(evenness_of(probe['shares']))}",
            found="NaN: the logarithm of 0 is minus infinity, and 0 times that is NaN",
            hint="0 log 0 counts as 0: leave such classes out of the sum, or use torch.special.entr or xlogy.",
        )
    return found


def _expect_evenness(t: Trial, probes: list[Probe], found: list[float]) -> None:
    right = [evenness_of(**probe) for probe in probes]
    first = first_wrong(found, right, _same_number)
    if first is None:
        return
    cause = explained_throughout(found, right, probes, EVENNESS, _same_number)
    if cause is None and any(not math.isfinite(value) for value in found):
        cause = "infinite: the logarithm of 0", "0 log 0 counts as 0."
    if cause is None and first and (probes[first]["shares"] == 0).any():
        cause = (
            "right without empty classes, wrong with them",
            "A class with share 0 adds nothing to the sum, and still counts among the C classes.",
        )
    if cause is None:
        cause = "another number", "By hand for the first: p log p for each share, their sum, and log C."
    t.fail(
        expected=f"evenness({_listed(probes[first]['shares'])}) = {number(right[first])}",
        found=f"{number(found[first])}: {cause[0]}",
        hint=cause[1],
    )


def _evenness_hint(error: BaseException) -> str:
    text = blame.message(error)
    if "math domain error" in text or "expected a positive input" in text:
        return "The logarithm of 0: 0 log 0 counts as 0, so leave such classes out of the sum."
    if isinstance(error, ZeroDivisionError):
        return "log 1 is 0: is the number of classes that have a share counted, instead of all of them?"
    if "must be Tensor, not" in text:
        return "math.log takes a number and torch.log a tensor: log C is math.log(len(shares))."
    return ""


def _same_number(value: float, target: float) -> bool:
    return close(value, target, rel=1e-4, abs=2e-5)
