"""Problem 1 of an autoencoder's latent space: the classes take up areas of very different size."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from lessons_pkg.latent.sampling import checked


def class_shares(points: Tensor, codes: Tensor, labels: Tensor, classes: int = 10) -> Tensor:
    """Share of the points whose nearest code (Euclidean) belongs to each class: (classes,), float64, sum 1.

    points: (M, k), drawn where one would sample; codes: (N, k) with labels (N,), whole numbers below ``classes``.
    With points drawn uniformly it is the share of the area. What to compare it with is each class's share of the
    labels: a class of few images may well have a small area.

    Raises ValueError for shapes that do not fit together, NaN, and labels outside 0 to classes - 1.
    """
    reference = checked(codes, "codes")
    if labels.shape != (len(reference),) or labels.is_floating_point() or labels.dtype == torch.bool:
        raise ValueError(
            f"labels are whole numbers ({len(reference)},), one per code; got {tuple(labels.shape)} {labels.dtype}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels lie in 0 to {classes - 1}; these reach from {labels.min()} to {labels.max()}")
    _, nearest = nearest_codes(checked(points, "points", dims=reference.shape[1]), reference)
    return torch.bincount(labels.cpu()[nearest], minlength=classes).double() / len(points)


def evenness(shares: Tensor) -> float:
    """Entropy of shares (C,) over its largest value, -sum_c p_c log p_c / log C: 1 if all are equal, 0 for one class.

    Raises ValueError unless the shares are two or more, none negative, with sum 1.
    """
    if shares.ndim != 1 or len(shares) < 2 or not bool((shares >= 0).all()) or abs(float(shares.sum()) - 1) > 1e-5:
        raise ValueError(f"shares are two or more numbers, none negative, with sum 1; got {shares.tolist()}")
    # at most 1: the sum can exceed log C by a rounding error
    return min(float(torch.special.entr(shares.double()).sum()) / math.log(len(shares)), 1.0)


def nearest_codes(points: Tensor, codes: Tensor) -> tuple[Tensor, Tensor]:
    """Distance from each point (M, k) to its nearest code (N, k), and which one it is: (M,) and (M,)."""
    from sklearn.neighbors import NearestNeighbors

    centre = codes.mean(0)  # brute force subtracts squares: far from the origin they would lose digits
    search = NearestNeighbors(n_neighbors=1, algorithm=search_method(codes)).fit((codes - centre).numpy())
    distance, index = search.kneighbors((points - centre).numpy())
    return torch.from_numpy(distance[:, 0]), torch.from_numpy(index[:, 0])


def search_method(points: Tensor) -> str:
    """A tree is exact and fast in few dimensions; in more it visits every point, and brute force is faster."""
    return "kd_tree" if points.shape[1] <= 8 else "brute"
