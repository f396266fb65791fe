"""What typical mistakes with the share of holes give (task 4.4): as functions, known by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import torch
from torch import Tensor

from lessons_pkg.checks.latent_probes import Mistake

__all__ = ["HOLES", "hole_share_of", "in_units"]

Map = Callable[[Tensor], Tensor]


def in_units(points: Tensor, codes: Tensor, held_out: Tensor) -> Tensor:
    """Distance of each point to its nearest code, in whitened space and in units of the typical fresh code: (M,)."""
    w = _white(codes)
    return _nearest(w(points), w(codes)) / _median(_nearest(w(held_out), w(codes)))


def hole_share_of(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    return _share(in_units(points, codes, held_out) > radius)


def _share(chosen: Tensor) -> float:
    return chosen.double().mean().item()


def _white(by: Tensor, power: float = -0.5, rotate: bool = True) -> Map:
    """z -> S^power (z - m), with m and S the mean and covariance of ``by``."""
    by = by.double()
    mean = by.mean(0)
    centred = by - mean
    covariance = centred.T @ centred / len(by)
    if not rotate:
        covariance = covariance.diag().diag()
    values, vectors = torch.linalg.eigh(covariance)
    matrix = vectors @ torch.diag(values**power) @ vectors.T
    return lambda z: (z.double() - mean) @ matrix


def _principal(by: Tensor) -> list[Map]:
    """Whitening to the principal axes, for every choice of their signs: these are arbitrary."""
    mean = by.double().mean(0)
    centred = by.double() - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(by))
    signs = product((1.0, -1.0), repeat=len(values))
    matrices = [vectors / values.sqrt() * torch.tensor(sign, dtype=torch.float64) for sign in signs]
    return [lambda z, matrix=matrix: (z.double() - mean) @ matrix for matrix in matrices]


def _rotation(by: Tensor) -> Map:
    centred = by.double() - by.double().mean(0)
    vectors = torch.linalg.eigh(centred.T @ centred).eigenvectors
    return lambda z: z.double() @ vectors


def _wrong_multiplication(by: Tensor) -> Map:
    """The columns of the eigenvectors scaled, but multiplied from the wrong side."""
    centred = by.double() - by.double().mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(by))
    return lambda z: (z.double() - by.double().mean(0)) @ (vectors @ torch.diag(values**-0.5)).T


def _by_matrix(by: Tensor, matrices: Callable[[Tensor], Iterable[Tensor]]) -> list[Map]:
    """z -> (z - m) @ W for each W that is made of the covariance S of ``by``."""
    by = by.double()
    mean = by.mean(0)
    covariance = (by - mean).T @ (by - mean) / len(by)
    return [lambda z, w=w: (z.double() - mean) @ w for w in matrices(covariance)]


def _rows_for_columns(s: Tensor) -> list[Tensor]:
    """V^T in place of V, each coordinate then divided by the root of an eigenvalue; the signs of V are arbitrary."""
    values, vectors = torch.linalg.eigh(s)
    signs = product((1.0, -1.0), repeat=len(values))
    return [(vectors * torch.tensor(sign, dtype=s.dtype)).T / values.sqrt() for sign in signs]


def _in_any(matrices: Callable[[Tensor], Iterable[Tensor]]) -> Callable[..., list[float]]:
    """The shares that whitening by each of several matrices gives."""

    def does(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
        shares = []
        for w in _by_matrix(codes, matrices):
            unit = _median(_nearest(w(held_out), w(codes)))
            shares.append(_share(_nearest(w(points), w(codes)) / unit > radius))
        return shares

    return does


def _correlation(s: Tensor) -> Tensor:
    spread = s.diag().sqrt()
    return s / spread / spread[:, None]


def _root(s: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(s)
    return vectors @ torch.diag(values**-0.5) @ vectors.T


def _second_moment(by: Tensor) -> Map:
    by = by.double()
    w = _root(by.T @ by / len(by))
    return lambda z: z.double() @ w


def _nearest(a: Tensor, b: Tensor, p: float = 2.0) -> Tensor:
    return torch.cdist(a, b, p=p).amin(1)


def _median(x: Tensor) -> Tensor:
    return x.median()


def _others(codes: Tensor) -> Tensor:
    """Each code's distance to its nearest other code."""
    table = torch.cdist(codes, codes)
    return table.fill_diagonal_(torch.inf).amin(1)


def _with(
    white: Callable[[Tensor, Tensor, Tensor], Map] = lambda points, codes, held_out: _white(codes),
    distance: Callable[[Tensor, Tensor], Tensor] = _nearest,
    unit: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda points, codes, held_out: _median(
        _nearest(held_out, codes)
    ),
    beyond: Callable[[Tensor, Tensor, float], Tensor] = lambda d, unit, radius: d / unit > radius,
    answer: Callable[[Tensor], float] = _share,
) -> Callable[..., float]:
    """The right answer with one part of it replaced."""

    def does(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
        w = white(points, codes, held_out)
        p, c, h = w(points), w(codes), w(held_out)
        return answer(beyond(distance(p, c), unit(p, c, h), radius))

    return does


def _each_by_itself(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    c = _principal(codes)[0](codes)
    shares = [
        _share(_nearest(p(points), c) / _median(_nearest(h(held_out), c)) > radius)
        for p, h in product(_principal(points), _principal(held_out))
    ]
    p, c, h = (_white(z)(z) for z in (points, codes, held_out))
    return [*shares, _share(_nearest(p, c) / _median(_nearest(h, c)) > radius)]


def _held_out_raw(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = _white(codes)
    return _share(_nearest(w(points), w(codes)) / _median(_nearest(held_out.double(), codes.double())) > radius)


def _points_raw(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    return [
        _share(_nearest(points.double(), w(codes)) / _median(_nearest(w(held_out), w(codes))) > radius)
        for w in (_white(codes), *_principal(codes))
    ]


def _absolute(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    return [
        _share(_nearest(w(points), w(codes), 1.0) / _median(_nearest(w(held_out), w(codes), 1.0)) > radius)
        for w in (_white(codes), _principal(codes)[0])
    ]


def _wrong_axis(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = _white(codes)
    unit = _median(_nearest(w(held_out), w(codes)))
    return _share(_nearest(w(codes), w(points)) / unit > radius)


def _wrong_axis_twice(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = _white(codes)
    unit = _median(_nearest(w(codes), w(held_out)))
    return _share(_nearest(w(codes), w(points)) / unit > radius)


def _unwhitened(points: Tensor, codes: Tensor, held_out: Tensor) -> Map:
    return lambda z: z.double()


def _own_mean(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    p, c, h = (_white(codes)(z - z.mean(0) + codes.mean(0)) for z in (points, codes, held_out))
    return _share(_nearest(p, c) / _median(_nearest(h, c)) > radius)


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
    ("the unit is the mean, not the median, of the held-out distances", lambda p, c, h: _nearest(h, c).mean(), _UNIT),
    ("the unit is the largest of the held-out distances", lambda p, c, h: _nearest(h, c).max(), _UNIT),
    ("the unit is the smallest of the held-out distances", lambda p, c, h: _nearest(h, c).min(), _UNIT),
    ("the unit is the spread of the held-out distances", lambda p, c, h: _nearest(h, c).std(), _UNIT),
    (
        "the unit is 0: the held-out codes, or the codes, are compared with themselves",
        lambda p, c, h: _nearest(h, h).median(),
        _UNIT + " The nearest of all to a thing is itself.",
    ),
    (
        "the unit is taken among the codes, each to its nearest other one: the held-out codes play no part",
        lambda p, c, h: _others(c).median(),
        _UNIT,
    ),
    (
        "the unit is taken among the held-out codes, each to its nearest other one",
        lambda p, c, h: _others(h).median(),
        _UNIT,
    ),
    ("the unit is taken from the points themselves", lambda p, c, h: _nearest(p, c).median(), _UNIT),
    (
        "the unit is the distance from the codes to their nearest held-out code: the wrong axis",
        lambda p, c, h: _nearest(c, h).median(),
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
    ("the unit is a squared distance", lambda p, c, h: _nearest(h, c).median() ** 2, _UNIT),
    ("the unit is the root of a distance", lambda p, c, h: _nearest(h, c).median().sqrt(), _UNIT),
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
        _with(beyond=lambda d, unit, radius: d / unit <= radius),
        "A hole is where the nearest code is farther than the radius: >, not <.",
    ),
    (
        "a count, not a share",
        _with(answer=lambda chosen: float(chosen.sum())),
        _SHARE,
    ),
    (
        "whether there is any such point, not their share",
        _with(answer=lambda chosen: float(chosen.any())),
        "any() says yes or no for all points together; the mean of what is True is a share.",
    ),
    ("in percent", _with(answer=lambda chosen: 100 * _share(chosen)), _SHARE),
    (
        "the codes are not whitened",
        _with(white=_unwhitened),
        _WHITE,
    ),
    (
        "each dimension is divided by its standard deviation, but nothing is rotated",
        _with(white=lambda points, codes, held_out: _white(codes, rotate=False)),
        _ROTATE,
    ),
    (
        "the codes are rotated to their principal axes, but not scaled",
        _with(white=lambda points, codes, held_out: _rotation(codes), unit=lambda p, c, h: _nearest(h, c).mean()),
        _ROOT,
    ),
    (
        "whitened by the points, not by the codes",
        _with(white=lambda points, codes, held_out: _white(points)),
        _WHITE,
    ),
    (
        "whitened by the held-out codes, not by the codes",
        _with(white=lambda points, codes, held_out: _white(held_out)),
        _WHITE,
    ),
    (
        "whitened by codes and points together",
        _with(white=lambda points, codes, held_out: _white(torch.cat([codes, points]))),
        _WHITE,
    ),
    (
        "whitened by all three together",
        _with(white=lambda points, codes, held_out: _white(torch.cat([codes, points, held_out]))),
        _WHITE,
    ),
    (
        "whitened by codes and held-out codes together",
        _with(white=lambda points, codes, held_out: _white(torch.cat([codes, held_out]))),
        _WHITE,
    ),
    ("points, codes and held-out codes are each whitened by themselves", _each_by_itself, _WHITE),
    ("each set is centred by its own mean", _own_mean, _WHITE),
    ("the points are not whitened", _points_raw, _WHITE),
    ("the unit is taken before the whitening, the distances after it", _held_out_raw, _WHITE),
    (
        "multiplied by S^(-1), not by its root",
        _with(white=lambda points, codes, held_out: _white(codes, -1)),
        _ROOT,
    ),
    (
        "multiplied by S^(1/2), not by its inverse",
        _with(white=lambda points, codes, held_out: _white(codes, 0.5)),
        _ROOT,
    ),
    (
        "multiplied by S itself",
        _with(white=lambda points, codes, held_out: _white(codes, 1)),
        _ROOT,
    ),
    (
        "scaled along the wrong axes: the eigenvectors are multiplied from the wrong side",
        _with(white=lambda points, codes, held_out: _wrong_multiplication(codes)),
        "eigh's eigenvectors are columns: (z - m) @ V gives the coordinates, each then divided by its own root. "
        + _ROOT,
    ),
    (
        "scaled along the wrong axes: the eigenvectors are multiplied from the wrong side, V.T for V",
        _in_any(_rows_for_columns),
        "eigh's eigenvectors are columns: (z - m) @ V gives the coordinates, each then divided by its own root. "
        + _ROOT,
    ),
    (
        "multiplied by the inverse of Cholesky's L from the wrong side: L^-1 for L^-T",
        _in_any(lambda s: [torch.linalg.inv(torch.linalg.cholesky(s))]),
        "The codes are rows: (z - m) @ inv(L).T, or solve_triangular on the columns. " + _ROOT,
    ),
    (
        "whitened by the correlations in place of the covariances",
        _in_any(lambda s: [_root(_correlation(s))]),
        "A correlation has lost the spread of the dimensions: torch.cov, not torch.corrcoef. " + _ROOT,
    ),
    (
        "the mean is not subtracted in the covariance: these are second moments about 0",
        _with(white=lambda points, codes, held_out: _second_moment(codes)),
        _ROOT,
    ),
    (
        "only the first two dimensions are used",
        lambda points, codes, held_out, radius=3.0: hole_share_of(points[:, :2], codes[:, :2], held_out[:, :2], radius),
        "A code has k numbers, and k need not be 2.",
    ),
    (
        "each dimension is scaled to its range, from the lowest to the highest",
        _with(white=lambda points, codes, held_out: lambda z: z.double() / (codes.amax(0) - codes.amin(0)).double()),
        _ROTATE,
    ),
    (
        "divided by the variances, not by the standard deviations, and nothing is rotated",
        _with(white=lambda points, codes, held_out: _white(codes, -1, rotate=False)),
        _ROTATE,
    ),
    *((cause, _with(unit=unit), hint) for cause, unit, hint in _UNITS),
    (
        "a squared distance is held against the radius",
        _with(distance=lambda a, b: _nearest(a, b) ** 2),
        "The root of the sum of squares: distance and unit are both distances.",
    ),
    (
        "distances and unit are both squared, and the radius is not",
        _with(beyond=lambda d, unit, radius: (d / unit) ** 2 > radius),
        "The root of the sum of squares; or square the radius too.",
    ),
    (
        "distance and radius are compared without the unit of the median: the radius is divided by it",
        _with(beyond=lambda d, unit, radius: d > radius / unit),
        _RADIUS,
    ),
    ("the radius is squared", _with(beyond=lambda d, unit, radius: d / unit > radius**2), _RADIUS),
    (
        "the unit is added to the radius",
        _with(beyond=lambda d, unit, radius: d > radius + unit),
        _RADIUS,
    ),
    ("the argument radius is not used: it is always 3", _with(beyond=lambda d, unit, radius: d / unit > 3), _RADIUS),
    ("the radius is always 1", _with(beyond=lambda d, unit, radius: d / unit > 1), _RADIUS),
    (
        "the smallest distance is taken over the points, for each code: the wrong axis",
        _wrong_axis,
        _AXIS,
    ),
    ("the smallest distances are all taken along the wrong axis", _wrong_axis_twice, _AXIS),
    (
        "the distance to the middle of the codes, not to the nearest one",
        _with(distance=lambda a, b: (a - b.mean(0)).norm(dim=1)),
        _NEAREST,
    ),
    ("the mean distance to all codes", _with(distance=lambda a, b: torch.cdist(a, b).mean(1)), _NEAREST),
    ("the distance to the farthest code", _with(distance=lambda a, b: torch.cdist(a, b).amax(1)), _NEAREST),
    (
        "the distance to the second nearest code",
        _with(distance=lambda a, b: torch.cdist(a, b).topk(2, largest=False).values[:, 1]),
        "The points are no codes: the nearest code is not the point itself.",
    ),
    (
        "the place of the nearest code (argmin), not its distance",
        _with(distance=lambda a, b: torch.cdist(a, b).argmin(1).double()),
        "argmin says which code it is; amin or min(...).values says how far away.",
    ),
    (
        "distances that add up absolute differences (L1)",
        _absolute,
        "Euclidean distances, for points and held-out codes alike.",
    ),
    (
        "the share of all pairs of a point and a code that are farther apart, not of the points",
        _with(distance=torch.cdist),
        _NEAREST,
    ),
    (
        "points and held-out codes are exchanged",
        lambda points, codes, held_out, radius=3.0: hole_share_of(held_out, codes, points, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "points and codes are exchanged",
        lambda points, codes, held_out, radius=3.0: hole_share_of(codes, points, held_out, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "codes and held-out codes are exchanged",
        lambda points, codes, held_out, radius=3.0: hole_share_of(points, held_out, codes, radius),
        "The arguments come as (points, codes, held_out, radius).",
    ),
    (
        "the held-out codes are counted among the codes",
        lambda points, codes, held_out, radius=3.0: _share(
            _nearest(_white(codes)(points), _white(codes)(torch.cat([codes, held_out])))
            / _median(_nearest(_white(codes)(held_out), _white(codes)(codes)))
            > radius
        ),
        "A point's nearest code is looked for among the codes; the held-out ones give the unit and nothing else.",
    ),
    (
        "the median distance of the points in units, not a share",
        lambda points, codes, held_out, radius=3.0: in_units(points, codes, held_out).median().item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
    (
        "the mean distance of the points in units, not a share",
        lambda points, codes, held_out, radius=3.0: in_units(points, codes, held_out).mean().item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
    (
        "the unit, not a share",
        lambda points, codes, held_out, radius=3.0: _median(
            _nearest(_white(codes)(held_out), _white(codes)(codes))
        ).item(),
        "Of the points, which share is farther than radius units from every code?",
    ),
]
# Not whitening is often joined by a second mistake: then the first is what to say.
HOLES += [
    (f"the codes are not whitened, and {cause}", _with(white=_unwhitened, unit=unit), f"{_WHITE} {hint}")
    for cause, unit, hint in _UNITS
]
