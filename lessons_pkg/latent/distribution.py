"""Problem 2 of an autoencoder's latent space: nothing says which distribution its codes follow."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from lessons_pkg.latent.sampling import checked

_FOR_BANDWIDTH = 2000  # points whose 1,999,000 pairwise distances give the median
_ROWS = 500  # of the kernel matrix at a time: 40 MB where there are 10,000 points


def code_ranges(codes: Tensor) -> Tensor:
    """Lowest and highest value per dimension: (N, k) -> (k, 2), float64. Raises ValueError for NaN and wrong shapes."""
    points = checked(codes, "codes")
    return torch.stack([points.amin(0), points.amax(0)], dim=1)


def asymmetry(codes: Tensor) -> float:
    """How far the mean lies from 0, as a share of the mean square: |mean z|^2 / mean |z|^2, from 0 to 1.

    0 if the mean is 0; 1 if all codes are one point away from 0. Sees the mean and nothing else: codes in a lopsided
    cloud whose mean happens to be 0 get 0. ``mirror_asymmetry`` sees the shape too. The mean of N independent
    codes is not exactly 0 even where its expectation is: then expect about 1 / N.
    Unchanged by rotation and scaling, not by translation: it asks about 0.

    Raises ValueError for NaN, wrong shapes, and codes that are all 0.
    """
    points = checked(codes, "codes")
    square = points.square().sum(1).mean()
    if square == 0:
        raise ValueError("all codes are 0: they have no side to lie on")
    return float(points.mean(0).square().sum() / square)


def mmd(x: Tensor, y: Tensor, *, bandwidth: float | None = None) -> float:
    """Squared maximum mean discrepancy between samples x (m, k) and y (n, k), unbiased, with a Gaussian kernel.

        sum_{i != j} k(x_i, x_j) / (m (m-1)) + sum_{i != j} k(y_i, y_j) / (n (n-1)) - 2 sum_{i, j} k(x_i, y_j) / (m n)
        k(a, b) = exp(-|a - b|^2 / (2 h^2))

    (Gretton et al. 2012, JMLR 13, equation 3: two U-statistics and a sample average). In expectation 0 if and only
    if the two distributions are the same, at most 2; a single value can be slightly negative.
    The two samples are to be independent: a set and its own mirror image, or a set and a part of itself, are not.

    bandwidth: h. Without one, the median distance between pairs of points of x and y together (of 2,000 of them,
    drawn with a fixed seed, if there are more). Values with different h cannot be compared: give one to compare.
    Unchanged by translation and rotation of both samples, and, with the median, by scaling.

    Raises ValueError for fewer than two points, NaN, different k, and a bandwidth that is not above 0 - the median
    is 0 where most points are one and the same.
    """
    x = checked(x, "x", least=2)
    y = checked(y, "y", least=2, dims=x.shape[1])
    h = _median_distance(torch.cat([x, y])) if bandwidth is None else float(bandwidth)
    if not (math.isfinite(h) and h > 0):
        raise ValueError(f"the bandwidth is {h}, and a Gaussian kernel needs one above 0")
    centre = torch.cat([x, y]).mean(0)  # squares are subtracted below: far from the origin they would lose digits
    x, y = (x - centre) / h, (y - centre) / h
    m, n = len(x), len(y)
    between = sum(float(_kernel(rows, y).sum()) for rows in x.split(_ROWS))
    return _others(x) / (m * (m - 1)) + _others(y) / (n * (n - 1)) - 2 * between / (m * n)


def mirror_asymmetry(codes: Tensor, *, bandwidth: float | None = None) -> float:
    """Are the codes symmetric about 0? ``mmd`` between one half of them and the mirror image -z of the other half.

    For independent codes 0 in expectation if and only if z and -z have the same distribution. Two disjoint halves,
    because a set and its own mirror image are not independent; shuffled with a fixed seed first, because codes are
    often sorted, by class for example. With an odd number one code is left out. (N, k), N at least 4.

    Raises ValueError as ``mmd`` does.
    """
    points = checked(codes, "codes", least=4)
    order = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))
    half = len(points) // 2
    return mmd(points[order[:half]], -points[order[half : 2 * half]], bandwidth=bandwidth)


def _median_distance(points: Tensor) -> float:
    if len(points) > _FOR_BANDWIDTH:
        chosen = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))[:_FOR_BANDWIDTH]
        points = points[chosen]
    return float(np.median(torch.pdist(points).numpy()))


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    squared = torch.addmm(b.square().sum(1) + a.square().sum(1, keepdim=True), a, b.T, alpha=-2)
    return squared.clamp_(min=0).mul_(-0.5).exp_()


def _others(x: Tensor) -> float:
    """Sum of the kernel over all ordered pairs of different points."""
    total = 0.0
    for start in range(0, len(x), _ROWS):
        rows = x[start : start + _ROWS]
        block = _kernel(rows, x[start:])  # pairs with earlier rows are in the blocks before: count those twice
        own = block[:, : len(rows)]
        total += float(2 * block.sum() - own.sum() - own.diagonal().sum())
    return total
