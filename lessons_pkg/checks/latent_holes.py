"""Task 4.4: the share of points that lie in holes, in units of a fresh code's distance."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_hole_shares import hole_share_of, in_units
from lessons_pkg.checks.latent_holes_causes import HOLES
from lessons_pkg.checks.latent_probes import Probe, asked, explained_throughout, first_wrong, words_of
from lessons_pkg.checks.values import as_float, close, number, return_hint, show

__all__ = ["drawn_case", "hole_share"]


@check("4.4", "hole_share")
def hole_share(t: Trial, answer: Any, seed: int) -> None:
    """Task 4.4: hole_share(points, codes, held_out, radius=3.0) -> float, distances whitened and in units."""
    t.need("hole_share is a function")
    t.is_function(answer, "hole_share")
    t.need("it gives the share of points farther than radius units from every code")
    probes = [
        drawn_case(seed, points=400, codes=300, held_out=99, radius=None),
        drawn_case(seed + 1, points=250, codes=420, held_out=151, radius=2.0),
        drawn_case(seed + 2, points=300, codes=260, held_out=401, radius=4.5, k=3),
        drawn_case(seed + 3, points=350, codes=300, held_out=75, radius=1.2),
        drawn_case(seed + 4, points=300, codes=250, held_out=99, radius=20.0),
        drawn_case(seed + 5, points=300, codes=350, held_out=99, radius=60.0),
        drawn_case(seed + 6, points=1, codes=200, held_out=45, radius=0.01),
        drawn_case(seed + 7, points=150, codes=200, held_out=99, radius=2000.0),
    ]
    found = [_number(t, asked(t, answer, "hole_share", probe, _hint), probe) for probe in probes]
    right = [hole_share_of(**probe) for probe in probes]
    first = first_wrong(found, right, _same)
    if first is None:
        return
    cause = explained_throughout(found, right, probes, HOLES, _same, alone=False)
    cause = cause or explained_throughout(found, right, probes, HOLES, _near, alone=False)
    cause = cause or _odd(found, right, first)
    t.fail(
        expected=f"{words_of('hole_share', probes[first])} = {number(right[first])}",
        found=f"{number(found[first])}: {cause[0]}",
        hint=cause[1],
    )


def drawn_case(seed: int, *, points: int, codes: int, held_out: int, radius: float | None, k: int = 2) -> Probe:
    """Correlated dimensions of very different size; points over the whole box; an odd number of held-out codes.

    No point lies so close to the radius that rounding would decide.
    """
    draw = torch.Generator().manual_seed(seed)
    stretch = torch.tensor([[4.0, 1.1, 0.5], [0.0, 0.6, 0.7], [0.0, 0.0, 0.4]])[:k, :k]
    where = torch.tensor([2.0, -1.0, 0.5])[:k]

    def cloud(count: int) -> Tensor:
        z = torch.randn(count, k, generator=draw)
        z[: count // 4] = 0.3 * z[: count // 4] + 1.5  # a dense part: so mean and median of distances differ
        return (z @ stretch + where)[torch.randperm(count, generator=draw)]

    known, fresh = cloud(codes), cloud(held_out)
    low, high = known.amin(0), known.amax(0)
    drawn = low + (high - low) * torch.rand(4 * points, k, generator=draw) * torch.tensor([1.0, 0.8, 0.9])[:k]
    limit = 3.0 if radius is None else radius
    far = in_units(drawn, known, fresh)
    drawn = drawn[(far / limit - 1).abs() > 5e-3][:points]
    probe = {"points": drawn, "codes": known, "held_out": fresh}
    return probe if radius is None else {**probe, "radius": radius}


def _number(t: Trial, value: Any, probe: Probe) -> float:
    found = as_float(value)
    call = words_of("hole_share", probe)
    if found is None:
        hint = return_hint(value, "Return one number, a float.")
        if isinstance(value, Tensor) and value.numel() == 1:
            hint = "A number in a tensor becomes a float by .item()."
        elif isinstance(value, Tensor):
            hint = "One number for all the points together: the mean of what is True is a share."
        elif isinstance(value, int):
            hint = "A share, not a count: divide by the number of points."
        t.fail(expected="a Python float", found=f"{call} returned {show(value)}", hint=hint)
    if not math.isfinite(found):
        t.fail(
            expected=f"{call} = {number(hole_share_of(**probe))}",
            found=f"{found}",
            hint="Is something divided by a unit of 0, or is the root of a negative number taken?",
        )
    return found


def _odd(found: list[float], right: list[float], first: int) -> tuple[str, str]:
    by_hand = (
        "Look at the steps by themselves. Whitened codes have the mean 0 and the covariance I; half of the held-out "
        "codes are nearer than one unit to a code; then the share of the points."
    )
    if all(value == 0 for value in found):
        return "no point lies in a hole, whatever the radius", "How large is your unit? " + by_hand
    if all(value == 1 for value in found):
        return (
            "every point lies in a hole, whatever the radius: is the unit 0?",
            "Whatever is compared with itself has the distance 0. " + by_hand,
        )
    if not all(0 <= value <= 1 for value in found):
        return "not a share", "A share lies between 0 and 1."
    if first > 0:
        wrong = [i for i, (value, target) in enumerate(zip(found, right, strict=True)) if not _same(value, target)]
        fixed = "Is k=2 fixed? " if wrong == [2] else "Is radius=3 fixed? " if 2 not in wrong else ""
        return "right with the default radius and the first codes, wrong here", fixed + by_hand
    more = found[first] > right[first]
    return f"too {'many' if more else 'few'} points are counted as holes, so a distance or the unit is wrong", by_hand


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "must match the size" in text or "mat1 and mat2" in text or ("shape" in text and "mismatch" in text):
        return "Points, codes and held-out codes differ in number and agree in k: which axis is which? (M, k), (N, k)."
    if "singular" in text or "positive-definite" in text or "not positive definite" in text:
        return (
            "The covariance of k dimensions is k by k: the codes are rows here, and torch.cov wants columns (codes.T)."
        )
    if "must be batches of square matrices" in text:
        return "A covariance matrix is k by k. torch.cov takes one row per dimension: torch.cov(codes.T)."
    if "no attribute 'median'" in text:
        return "numpy has np.median(x), torch has x.median()."
    if "unexpected keyword" in text or "positional argument" in text:
        return "hole_share(points, codes, held_out, radius=3.0): the radius has a default."
    return ""


def _same(value: float, target: float | list[float]) -> bool:
    """The same number, or one of several that the same mistake may give."""
    return any(close(value, one, rel=1e-4, abs=1e-6) for one in _listed(target))


def _near(value: float, target: float | list[float]) -> bool:
    """But for a point or two that rounding puts on the other side: a mistake has its own limit, near to some points."""
    return any(close(value, one, rel=1e-4, abs=0.006) for one in _listed(target))


def _listed(target: float | list[float]) -> list[float]:
    return target if isinstance(target, list) else [target]
