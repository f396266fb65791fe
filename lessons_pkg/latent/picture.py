"""Can a picture of codes in the plane be read as a map? Asked of its distances, its groups and their sizes."""

from __future__ import annotations

import torch
from torch import Tensor

from lessons_pkg.latent.sampling import checked


def trustworthiness(points: Tensor, picture: Tensor, *, neighbours: int = 10) -> float:
    """How near the neighbours in the picture (N, 2) are in the space it shows (N, k), from 0 to 1 (Venna & Kaski 2001).

    1: all neighbours in the picture are neighbours in the space; a false one costs more, the further down it is in the
    space's own order. By scikit-learn. Raises ValueError for 2 ``neighbours`` or more as a share of N, and for NaN.
    """
    from sklearn.manifold import trustworthiness as of

    return float(of(checked(points, "points").numpy(), checked(picture, "picture").numpy(), n_neighbors=neighbours))


def distance_agreement(points: Tensor, picture: Tensor, *, near: float = 0.1, far: float = 0.5) -> dict[str, float]:
    """Spearman's rank correlation of the distances in the space (N, k) and in the picture (N, 2), over pairs of points.

    "all" pairs; "near": the share of the pairs that are nearest *in the space*; "far": the share that are farthest
    there. In a part the distances span less, so its correlation is lower: compare parts between pictures only.
    Raises ValueError for fewer than three points, NaN, and different numbers of points.
    """
    inside, shown = _pair_distances(points, "points"), _pair_distances(picture, "picture")
    if len(inside) != len(shown):
        raise ValueError(f"{len(points)} points and {len(picture)} in the picture: they are to be the same ones")
    order = inside.argsort()
    count = len(order)
    parts = {
        "all": order,
        "near": order[: max(2, round(near * count))],
        "far": order[-max(2, round(far * count)) :],
    }
    return {name: rank_correlation(inside[chosen], shown[chosen]) for name, chosen in parts.items()}


def rank_correlation(one: Tensor, other: Tensor) -> float:
    """Spearman's rank correlation of two lists (N,), from -1 to 1; 0 where one of them is constant."""
    from scipy.stats import rankdata

    if len(one) != len(other) or len(one) < 2:
        raise ValueError(f"two lists of the same length, at least 2; got {len(one)} and {len(other)}")
    ranks = torch.stack([torch.from_numpy(rankdata(values.numpy())).double() for values in (one, other)])
    ranks = ranks - ranks.mean(1, keepdim=True)
    spread = ranks.square().sum(1).sqrt().prod()
    return float(ranks.prod(0).sum() / spread) if spread > 0 else 0.0


def class_centres(points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Of each class that occurs: its mean (C, k), and the median distance of its points to it (C,); float64.

    points: (N, k), labels: (N,). The classes are in the order of their labels.
    """
    points = checked(points, "points")
    groups = [points[labels == label] for label in labels.unique().tolist()]
    centres = torch.stack([group.mean(0) for group in groups])
    sizes = [(group - centre).norm(dim=1).median() for group, centre in zip(groups, centres, strict=True)]
    return centres, torch.stack(sizes)


def groups_found(points: Tensor, labels: Tensor, *, seed: int = 0) -> float:
    """Do groups that know no label agree with the labels? The adjusted Rand index of k-means with as many groups.

    points: (N, k), labels: (N,). 1: the groups are the classes; 0: no better than chance (Hubert & Arabie 1985).
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    points = checked(points, "points")
    found = KMeans(len(labels.unique()), n_init=10, random_state=seed).fit_predict(points.numpy())
    return float(adjusted_rand_score(labels.numpy(), found))


def _pair_distances(points: Tensor, name: str) -> Tensor:
    return torch.pdist(checked(points, name, least=3))
