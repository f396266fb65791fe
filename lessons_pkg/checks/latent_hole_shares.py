"""The share of holes (task 4.4), and the same with each step done otherwise: whitening, nearest code, unit, share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import torch
from torch import Tensor

Map = Callable[[Tensor], Tensor]


def in_units(points: Tensor, codes: Tensor, held_out: Tensor) -> Tensor:
    """Distance of each point to its nearest code, in whitened space and in units of the typical fresh code: (M,)."""
    w = white(codes)
    return nearest(w(points), w(codes)) / median(nearest(w(held_out), w(codes)))


def hole_share_of(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    return share(in_units(points, codes, held_out) > radius)


def share(chosen: Tensor) -> float:
    return chosen.double().mean().item()


def white(by: Tensor, power: float = -0.5, rotate: bool = True) -> Map:
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


def principal(by: Tensor) -> list[Map]:
    """Whitening to the principal axes, for every choice of their signs: these are arbitrary."""
    mean = by.double().mean(0)
    centred = by.double() - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(by))
    signs = product((1.0, -1.0), repeat=len(values))
    matrices = [vectors / values.sqrt() * torch.tensor(sign, dtype=torch.float64) for sign in signs]
    return [lambda z, matrix=matrix: (z.double() - mean) @ matrix for matrix in matrices]


def rotation(by: Tensor) -> Map:
    centred = by.double() - by.double().mean(0)
    vectors = torch.linalg.eigh(centred.T @ centred).eigenvectors
    return lambda z: z.double() @ vectors


def wrong_multiplication(by: Tensor) -> Map:
    """The columns of the eigenvectors scaled, but multiplied from the wrong side."""
    centred = by.double() - by.double().mean(0)
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(by))
    return lambda z: (z.double() - by.double().mean(0)) @ (vectors @ torch.diag(values**-0.5)).T


def by_matrix(by: Tensor, matrices: Callable[[Tensor], Iterable[Tensor]]) -> list[Map]:
    """z -> (z - m) @ W for each W that is made of the covariance S of ``by``."""
    by = by.double()
    mean = by.mean(0)
    covariance = (by - mean).T @ (by - mean) / len(by)
    return [lambda z, w=w: (z.double() - mean) @ w for w in matrices(covariance)]


def rows_for_columns(s: Tensor) -> list[Tensor]:
    """V^T in place of V, each coordinate then divided by the root of an eigenvalue; the signs of V are arbitrary."""
    values, vectors = torch.linalg.eigh(s)
    signs = product((1.0, -1.0), repeat=len(values))
    return [(vectors * torch.tensor(sign, dtype=s.dtype)).T / values.sqrt() for sign in signs]


def in_any(matrices: Callable[[Tensor], Iterable[Tensor]]) -> Callable[..., list[float]]:
    """The shares that whitening by each of several matrices gives."""

    def does(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
        shares = []
        for w in by_matrix(codes, matrices):
            unit = median(nearest(w(held_out), w(codes)))
            shares.append(share(nearest(w(points), w(codes)) / unit > radius))
        return shares

    return does


def correlation(s: Tensor) -> Tensor:
    spread = s.diag().sqrt()
    return s / spread / spread[:, None]


def root(s: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(s)
    return vectors @ torch.diag(values**-0.5) @ vectors.T


def second_moment(by: Tensor) -> Map:
    by = by.double()
    w = root(by.T @ by / len(by))
    return lambda z: z.double() @ w


def nearest(a: Tensor, b: Tensor, p: float = 2.0) -> Tensor:
    return torch.cdist(a, b, p=p).amin(1)


def median(x: Tensor) -> Tensor:
    return x.median()


def others(codes: Tensor) -> Tensor:
    """Each code's distance to its nearest other code."""
    table = torch.cdist(codes, codes)
    return table.fill_diagonal_(torch.inf).amin(1)


def changed(
    white: Callable[[Tensor, Tensor, Tensor], Map] = lambda points, codes, held_out: white(codes),
    distance: Callable[[Tensor, Tensor], Tensor] = nearest,
    unit: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda points, codes, held_out: median(nearest(held_out, codes)),
    beyond: Callable[[Tensor, Tensor, float], Tensor] = lambda d, unit, radius: d / unit > radius,
    answer: Callable[[Tensor], float] = share,
) -> Callable[..., float]:
    """The right answer with one part of it replaced."""

    def does(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
        w = white(points, codes, held_out)
        p, c, h = w(points), w(codes), w(held_out)
        return answer(beyond(distance(p, c), unit(p, c, h), radius))

    return does


def each_by_itself(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    c = principal(codes)[0](codes)
    shares = [
        share(nearest(p(points), c) / median(nearest(h(held_out), c)) > radius)
        for p, h in product(principal(points), principal(held_out))
    ]
    p, c, h = (white(z)(z) for z in (points, codes, held_out))
    return [*shares, share(nearest(p, c) / median(nearest(h, c)) > radius)]


def held_out_raw(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = white(codes)
    return share(nearest(w(points), w(codes)) / median(nearest(held_out.double(), codes.double())) > radius)


def points_raw(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    return [
        share(nearest(points.double(), w(codes)) / median(nearest(w(held_out), w(codes))) > radius)
        for w in (white(codes), *principal(codes))
    ]


def absolute(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> list[float]:
    return [
        share(nearest(w(points), w(codes), 1.0) / median(nearest(w(held_out), w(codes), 1.0)) > radius)
        for w in (white(codes), principal(codes)[0])
    ]


def wrong_axis(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = white(codes)
    unit = median(nearest(w(held_out), w(codes)))
    return share(nearest(w(codes), w(points)) / unit > radius)


def wrong_axis_twice(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    w = white(codes)
    unit = median(nearest(w(codes), w(held_out)))
    return share(nearest(w(codes), w(points)) / unit > radius)


def unwhitened(points: Tensor, codes: Tensor, held_out: Tensor) -> Map:
    return lambda z: z.double()


def own_mean(points: Tensor, codes: Tensor, held_out: Tensor, radius: float = 3.0) -> float:
    p, c, h = (white(codes)(z - z.mean(0) + codes.mean(0)) for z in (points, codes, held_out))
    return share(nearest(p, c) / median(nearest(h, c)) > radius)
