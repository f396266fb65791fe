"""What typical mistakes with the share of holes give (task 4.4): as functions, known by their numbers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lessons_pkg.checks import latent_hole_shares as shares
from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["HOLES"]

_WHITE = "Whiten by the codes: one mean and one covariance, those of the codes, for codes, points and held-out codes."
_ROTATE = (
    "The dimensions of the codes are correlated. Dividing each by its own standard deviation leaves the cloud slanted: "
    "use the whole covariance matrix."
)
_ROOT = "Whitening multiplies by S^(-1/2): afterwards the covariance of the codes is the identity. Test that."
_UNIT = "The unit is the median, over the held-out codes, of the distance to the nearest code."
_RADIUS = "Farther than radius units: distance / unit > radius."
_NEAREST = "The distance of a point is that to its nearest code, in whitened space: the smallest of its row."
_AXIS = "A table (M, N) with one row per point: the smallest of each row is amin(dim=1), M numbers."
_SHARE = "A share lies between 0 and 1: divide by the number of points."

_UNITS: list[tuple[str, Callable[[Tensor, Tensor, Tensor], Tensor], str]] = [
    (
        "the unit is the mean, not the median, of the held-out distances",
        lambda p, c, h: shares.nearest(h, c).mean(),
        _UNIT,
    ),
    ("the unit is the largest of the held-out distances", lambda p, c, h: shares.nearest(h, c).max(), _UNIT),
    ("the unit is the smallest of the held-out distances", lambda p, c, h: shares.nearest(h, c).min(), _UNIT),
    ("the unit is the spread of the held-out distances", lambda p, c, h: shares.nearest(h, c).std(), _UNIT),
    (
        "the unit is 0: the held-out codes, or the codes, are compared with themselves",
        lambda p, c, h: shares.nearest(h, h).median(),
        _UNIT + " The nearest of all to a thing is itself.",
    ),
    (
        "the unit is taken among the codes, each to its nearest other one: the held-out codes play no part",
        lambda p, c, h: shares.others(c).median(),
        _UNIT,
    ),
    (
        "the unit is taken among the held-out codes, each to its nearest other one",
        lambda p, c, h: shares.others(h).median(),
        _UNIT,
    ),
    ("the unit is taken from the points themselves", lambda p, c, h: shares.nearest(p, c).median(), _UNIT),
    (
        "the unit is the distance from the codes to their nearest held-out code: the wrong axis",
        lambda p, c, h: shares.nearest(c, h).median(),
        _UNIT + " " + _AXIS,
    ),
    (
        "the unit is the median of all distances between held-out codes and codes, not of the nearest ones",
        lambda p, c, h: torch.cdist(h, c).median(),
        _UNIT,
    ),
    (
        "the unit is the median of all distances between codes",
        lambda p, c, h: torch.pdist(c).median(),
        _UNIT,
    ),
    ("the unit is a squared distance", lambda p, c, h: shares.nearest(h, c).median() ** 2, _UNIT),
    ("the unit is the root of a distance", lambda p, c, h: shares.nearest(h, c).median().sqrt(), _UNIT),
    (
        "the unit is the distance of the held-out codes to the middle of the codes",
        lambda p, c, h: (h - c.mean(0)).norm(dim=1).median(),
        _UNIT,
    ),
    (
        "there is no unit: the radius is taken in standard deviations",
        lambda p, c, h: torch.tensor(1.0, dtype=torch.float64),
        _UNIT,
    ),
]

HOLES: list[Mistake] = [
    (
        "the share of points that do have a code within the radius",
        shares.changed(beyond=lambda d, unit, radius: d / unit <= radius),
        "A hole is where the nearest code is farther than the radius: >, not <.",
    ),
    (
        "a count, not a share",
        shares.changed(answer=lambda chosen: float(chosen.sum())),
        _SHARE,
    ),
    (
        "whether there is any such point, not their share",
        shares.changed(answer=lambda chosen: float(chosen.any())),
        "any() says yes or no for all points together; the mean of what is True is a share.",
    ),
    ("in percent", shares.changed(answer=lambda chosen: 100 * shares.share(chosen)), _SHARE),
    (
        "the codes are not whitened",
        shares.changed(white=shares.unwhitened),
        _WHITE,
    ),
    (
        "each dimension is divided by its standard deviation, but nothing is rotated",
        shares.changed(white=lambda points, codes, held_out: shares.white(codes, rotate=False)),
        _ROTATE,
    ),
    (
        "the codes are rotated to their principal axes, but not scaled",
        shares.changed(
            white=lambda points, codes, held_out: shares.rotation(codes),
            unit=lambda p, c, h: shares.nearest(h, c).mean(),
        ),
        _ROOT,
    ),
    (
        "whitened by the points, not by the codes",
        shares.changed(white=lambda points, codes, held_out: shares.white(points)),
        _WHITE,
    ),
    (
        "whitened by the held-out codes, not by the codes",
        shares.changed(white=lambda points, codes, held_out: shares.white(held_out)),
        _WHITE,
    ),
    (
        "whitened by codes and points together",
        shares.changed(white=lambda points, codes, held_out: shares.white(torch.cat([codes, points]))),
        _WHITE,
    ),
    (
        "whitened by all three together",
        shares.changed(white=lambda points, codes, held_out: shares.white(torch.cat([codes, points, held_out]))),
        _WHITE,
    ),
    (
        "whitened by codes and held-out codes together",
        shares.changed(white=lambda points, codes, held_out: shares.white(torch.cat([codes, held_out]))),
        _WHITE,
    ),
    ("points, codes and held-out codes are each whitened by themselves", shares.each_by_itself, _WHITE),
    ("each set is centred by its own mean", shares.own_mean, _WHITE),
    ("the points are not whitened", shares.points_raw, _WHITE),
    ("the unit is taken before the whitening, the distances after it", shares.held_out_raw, _WHITE),
    (
        "multiplied by S^(-1), not by its root",
        shares.changed(white=lambda points, codes, held_out: shares.white(codes, -1)),
        _ROOT,
    ),
    (
        "multiplied by S^(1/2), not by its inverse",
        shares.changed(white=lambda points, codes, held_out: shares.white(codes, 0.5)),
        _ROOT,
    ),
    (
        "multiplied by S itself",
        shares.changed(white=lambda points, codes, held_out: shares.white(codes, 1)),
        _ROOT,
    ),
    (
        "scaled along the wrong axes: the eigenvectors are multiplied from the wrong side",
        shares.changed(white=lambda points, codes, held_out: shares.wrong_multiplication(codes)),
        "eigh's eigenvectors are columns: (z - m) @ V gives the coordinates, each then divided by its own root. "
        + _ROOT,
    ),
    (
        "scaled along the wrong axes: the eigenvectors are multiplied from the wrong side, V.T for V",
        shares.in_any(shares.rows_for_columns),
        "eigh's eigenvectors are columns: (z - m) @ V gives the coordinates, each then divided by its own root. "
        + _ROOT,
    ),
    (
        "multiplied by the inverse of Cholesky's L from the wrong side: L^-1 for L^-T",
        shares.in_any(lambda s: [torch.linalg.inv(torch.linalg.cholesky(s))]),
        "The codes are rows: (z - m) @ inv(L).T, or solve_triangular on the columns. " + _ROOT,
    ),
    (
        "whitened by the correlations in place of the covariances",
        shares.in_any(lambda s: [shares.root(shares.correlation(s))]),
        "A correlation has lost the spread of the dimensions: torch.cov, not torch.corrcoef. " + _ROOT,
    ),
    (
        "the mean is not subtracted in the covariance: these are second moments about 0",
        shares.changed(white=lambda points, codes, held_out: shares.second_moment(codes)),
        _ROOT,
    ),
    (
        "only the first two dimensions are used",
        lambda points, codes, held_out, radius=3.0: shares.hole_share_of(
            points[:, :2], codes[:, :2], held_out[:, :2], radius
        ),
        "A code has k numbers, and k need not be 2.",
    ),
    (
        "each dimension is scaled to its range, from the lowest to the highest",
        shares.changed(
            white=lambda points, codes, held_out: lambda z: z.double() / (codes.amax(0) - codes.amin(0)).double()
        ),
        _ROTATE,
    ),
    (
        "divided by the variances, not by the standard deviations, and nothing is rotated",
        shares.changed(white=lambda points, codes, held_out: shares.white(codes, -1, rotate=False)),
        _ROTATE,
    ),
    *((cause, shares.changed(unit=unit), hint) for cause, unit, hint in _UNITS),
    (
        "a squared distance is held against the radius",
        shares.changed(distance=lambda a, b: shares.nearest(a, b) ** 2),
        "The root of the sum of squares: distance and unit are both distances.",
    ),
    (
        "distances and unit are both squared, and the radius is not",
        shares.changed(beyond=lambda d, unit, radius: (d / unit) ** 2 > radius),
        "The root of the sum of squares; or square the radius too.",
    ),
    (
        "distance and radius are compared without the unit of the median: the radius is divided by it",
        shares.changed(beyond=lambda d, unit, radius: d > radius / unit),
        _RADIUS,
    ),
    ("the radius is squared", shares.changed(beyond=lambda d, unit, radius: d / unit > radius**2), _RADIUS),
    (
        "the unit is added to the radius",
        shares.changed(beyond=lambda d, unit, radius: d > radius + unit),
        _RADIUS,
    ),
    (
        "the argument radius is not used: it is always 3",
        shares.changed(beyond=lambda d, unit, radius: d / unit > 3),
        _RADIUS,
    ),
    ("the radius is always 1", shares.changed(beyond=lambda d, unit, radius: d / unit > 1), _RADIUS),
    (
        "the smallest distance is taken over the points, for each code: the wrong axis",
        shares.wrong_axis,
        _AXIS,
    ),
    ("the smallest distances are all taken along the wrong axis", shares.wrong_axis_twice, _AXIS),
    (
        "the distance to the middle of the codes, not to the nearest one",
        shares.changed(distance=lambda a, b: (a - b.mean(0)).norm(dim=1)),
        _NEAREST,
    ),
    ("the mean distance to all codes", shares.changed(distance=lambda a, b: torch.cdist(a, b).mean(1)), _NEAREST),
    ("the distance to the farthest code", shares.changed(distance=lambda a, b: torch.cdist(a, b).amax(1)), _NEAREST),
    (
        "the distance to the second nearest code",
        shares.changed(distance=lambda a, b: torch.cdist(a, b).topk(2, largest=False).values[:, 1]),
        "The points are no codes: the nearest code is not the point itself.",
    ),
    (
        "the place of the nearest code (argmin), not its distance",
        shares.changed(distance=lambda a, b: torch.cdist(a, b).argmin(1).double()),
        "argmin says which code it is; amin or min(...).values says how far away.",
    ),
    (
        "distances that add up absolute differences (L1)",
        shares.absolute,
        "Euclidean distances, for points and held-out codes alike.",
    ),
    (
        "the share of all pairs of a point and a code that are farther apart, not of the points",
        shares.changed(distance=torch.cdist),
        _NEAREST,
    ),
    (
        "points and held-out codes are exchanged",
        lambda points, codes, held_out, radius=3.0: shares.hole_share_of(held_out, codes, points, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "points and codes are exchanged",
        lambda points, codes, held_out, radius=3.0: shares.hole_share_of(codes, points, held_out, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "codes and held-out codes are exchanged",
        lambda points, codes, held_out, radius=3.0: shares.hole_share_of(points, held_out, codes, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "the held-out codes are counted among the codes",
        lambda points, codes, held_out, radius=3.0: shares.share(
            shares.nearest(shares.white(codes)(points), shares.white(codes)(torch.cat([codes, held_out])))
            / shares.median(shares.nearest(shares.white(codes)(held_out), shares.white(codes)(codes)))
            > radius
        ),
        "A point's nearest code is looked for among the codes; the held-out ones give the unit and nothing else.",
    ),
    (
        "the median distance of the points in units, not a share",
        lambda points, codes, held_out, radius=3.0: shares.in_units(points, codes, held_out).median().item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
    (
        "the mean distance of the points in units, not a share",
        lambda points, codes, held_out, radius=3.0: shares.in_units(points, codes, held_out).mean().item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
    (
        "the unit, not a share",
        lambda points, codes, held_out, radius=3.0: shares.median(
            shares.nearest(shares.white(codes)(held_out), shares.white(codes)(codes))
        ).item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
]
# Not whitening is often joined by a second mistake: then the first is what to say.
HOLES += [
    (f"the codes are not whitened, and {cause}", shares.changed(white=shares.unwhitened, unit=unit), f"{_WHITE} {hint}")
    for cause, unit, hint in _UNITS
]
