"""Task 4.5: a hole inside the cloud of codes. There is no one answer: whatever lies inside and far enough is right."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.latent_probes import asked
from lessons_pkg.checks.latent_search_causes import Case, outside, too_near
from lessons_pkg.checks.latent_stand_ins import cloud_with_holes
from lessons_pkg.checks.values import number, show

__all__ = ["find_hole"]

ENOUGH = 0.9  # of the largest distance that a fine search finds


@check("4.5", "find_hole")
def find_hole(t: Trial, answer: Any, seed: int) -> None:
    """Task 4.5: find_hole(codes) -> a point (2,) with codes on all sides, as far from every code as can be."""
    t.need("find_hole is a function")
    t.is_function(answer, "find_hole")
    clouds = [cloud_with_holes(count, 10 * seed + place) for place, count in enumerate((500, 700, 400))]
    found = []
    for place, (codes, _) in enumerate(clouds):
        t.need(f"in cloud {place + 1} of 3 it finds a point (2,)")
        found.append(_point(t, asked(t, answer, "find_hole", {"codes": codes}, _hint), codes))
    if len({tuple(point.tolist()) for point in found}) == 1:
        t.need("another cloud has its hole in another place")
        t.fail(
            expected="a point that depends on the codes",
            found=f"({found[0][0]:.2f}, {found[0][1]:.2f}) for three different clouds: the codes are not used",
            hint="Look for it among many candidates: how far is each of them from its nearest code?",
        )
    cases = [Case(codes.double(), holes.double(), point) for (codes, holes), point in zip(clouds, found, strict=True)]
    for place, case in enumerate(cases):
        words = f"in cloud {place + 1} of 3"
        t.need(f"{words} the point is inside: at least 1 % of the codes in each quadrant around it")
        if not case.inside(case.point):
            side, share = case.emptiest_side()
            what, hint = outside(case, cases)
            t.fail(
                expected="codes on all sides: 1 % or more in each of the four quadrants",
                found=f"{case} has {share:.1%} of the codes {side}: {what}",
                hint=hint,
            )
        t.need(f"{words} its distance is at least 90 % of the best that a fine search finds")
        if case.distance(case.point) < ENOUGH * case.best:
            what, hint = too_near(case, cases)
            t.fail(
                expected=f"a distance of {number(ENOUGH * case.best)} or more; a fine search finds {number(case.best)}",
                found=f"{case} is {number(case.distance(case.point))} from its nearest code: {what}",
                hint=hint,
            )


def _point(t: Trial, value: Any, codes: Tensor) -> Tensor:
    expected = "a tensor of shape (2,): one point of the plane"
    if isinstance(value, (tuple, list)) and len(value) == 2 and all(isinstance(one, (int, float)) for one in value):
        hint = "torch.tensor([z_1, z_2]) makes a point of two numbers."
    elif isinstance(value, (int, float)):
        hint = "The point itself is asked for: not its number among the candidates, and not its distance."
    else:
        hint = "Return the point with its two coordinates."
    point = t.tensor(value, "it returned", expected=expected, hint=hint)
    if point.shape == (2,) and point.dtype.is_floating_point:
        return point.detach().double()
    found, hint = f"it returned {show(point)}", "Return one point, without further dimensions."
    if point.numel() == 1:
        hint = "The point itself is asked for: not its number among the candidates (argmax), and not its distance."
        found += ": one number, not a point"
    elif point.shape == (1, 2):
        found, hint = found + ": a list with one point in it", "best[0], or an index that is a number."
    elif not point.dtype.is_floating_point:
        found += ": places in a list or a grid, not coordinates"
        hint = "Use them as an index into the candidates."
    elif point.shape == (len(codes),):
        found, hint = found + ": a number for each code", "One point (2,) is asked for."
    elif point.ndim == 2 and point.shape[1] == 2:
        found, hint = found + f": {len(point)} points", "Only the best of them is asked for."
    t.fail(expected=expected, found=found, hint=hint)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if isinstance(error, MemoryError) or "can't allocate memory" in text:
        return "Too many candidates at once: candidates.split(1000) takes them in parts."
    if "list is empty" in text or "numel() == 0" in text or "non-empty" in text or "empty sequence" in text:
        return "No candidate is left: does one of the conditions refuse all of them?"
    if "linspace" in text:
        return "linspace takes two numbers, a lowest and a highest: one dimension of the codes at a time."
    return ""
