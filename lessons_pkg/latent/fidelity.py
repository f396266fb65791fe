"""Are decoded samples like the images? Asked of a classifier, and of the distances between its features."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating
from lessons_pkg.latent.area import search_method
from lessons_pkg.latent.images import tensor_of
from lessons_pkg.latent.sampling import checked

_ROWS = 500  # of the distance matrix at a time: 40 MB where there are 10,000 points


def doubt(judge: nn.Module, images: ImageSet | Tensor, *, batch_size: int = 1000) -> Tensor:
    """How undecided a classifier is about each image: -sum_c p_c log p_c / log C, (N, C', H, W) -> (N,), float64.

    judge(images) gives logits (N, C); p is their softmax. 0: certain; 1: all classes alike. Sees only what the judge
    sees: it can be certain and wrong about an image that is like none it knows. So show the doubt about real images
    beside it. The judge is put in eval mode for the while, without gradients.

    Raises ValueError where there is no image, NaN in the images, and a judge that gives anything but finite logits
    (N, C) with C at least 2.
    """
    images = tensor_of(images)
    if not torch.isfinite(images).all():
        raise ValueError("the images contain NaN or infinity")
    with evaluating(judge) as (device, dtype):
        logits = torch.cat([judge(batch.to(device, dtype)).cpu() for batch in images.split(batch_size)])
    logits = checked(logits, "judge(images)")
    if logits.shape[0] != len(images) or logits.shape[1] < 2:
        raise ValueError(f"the judge gives logits ({len(images)}, C), C at least 2; got {tuple(logits.shape)}")
    # clamp: the sum can exceed log C by a rounding error
    return torch.special.entr(logits.softmax(1)).sum(1).div(math.log(logits.shape[1])).clamp(max=1)


def precision_recall(real: Tensor, fake: Tensor, *, neighbours: int = 3) -> tuple[float, float]:
    """Precision and recall of fake (M, d) for real (N, d) features (Kynkäänniemi et al. 2019, equations 1 and 2).

    Around every point of a set lies a ball that reaches to its k-th nearest neighbour in that set, itself not
    counted; the balls together stand for where the set lives. Precision: share of the fake points inside a ball of
    the real ones. Recall: share of the real points inside a ball of the fake ones.

    Not 1 for two samples of the same distribution, and an outlier among the real points has a large ball that
    excuses any fake inside it: see ``density_coverage``. Compare values of the same N, M and k only.
    Unchanged by moving, rotating or scaling all features together.

    Raises ValueError for wrong shapes, NaN, and sets of no more than ``neighbours`` points.
    """
    real, fake = _features(real, fake, neighbours, both=True)
    real_reach, fake_reach = _squared_radii(real, neighbours), _squared_radii(fake, neighbours)
    precise = []
    recalled = torch.zeros(len(real), dtype=torch.bool)
    for start in range(0, len(fake), _ROWS):
        distance = _squared_distances(fake[start : start + _ROWS], real)
        precise.append((distance <= real_reach).any(1))
        recalled |= (distance <= fake_reach[start : start + _ROWS, None]).any(0)
    return float(torch.cat(precise).double().mean()), float(recalled.double().mean())


def density_coverage(real: Tensor, fake: Tensor, *, neighbours: int = 5) -> tuple[float, float]:
    """Density and coverage of fake (M, d) for real (N, d) features (Naeem et al. 2020, section 3).

    B_i is the ball around real point i that reaches to its k-th nearest real neighbour, itself not counted.
    Density: (1 / (k M)) sum_j sum_i [fake j lies in B_i], in how many balls a fake lies, over k; can exceed 1.
    Coverage: (1 / N) sum_i [some fake lies in B_i].

    For two samples of one distribution the expectations are exactly 1 and
    1 - (N-1) ... (N-k) / ((M+N-1) ... (M+N-k)), which tends to 1 - 2^-k for N = M: .969 for k = 5.
    Unchanged by moving, rotating or scaling all features together.

    Raises ValueError for wrong shapes, NaN, and no more than ``neighbours`` real points.
    """
    real, fake = _features(real, fake, neighbours, both=False)
    reach = _squared_radii(real, neighbours)
    balls = 0
    covered = torch.zeros(len(real), dtype=torch.bool)
    for rows in fake.split(_ROWS):
        inside = _squared_distances(rows, real) <= reach
        balls += int(inside.sum())
        covered |= inside.any(0)
    return balls / (neighbours * len(fake)), float(covered.double().mean())


def _features(real: Tensor, fake: Tensor, neighbours: int, *, both: bool) -> tuple[Tensor, Tensor]:
    if isinstance(neighbours, bool) or not isinstance(neighbours, int) or neighbours < 1:
        raise ValueError(f"neighbours is a whole number of at least 1, not {neighbours!r}")
    real = checked(real, "real", least=neighbours + 1)
    fake = checked(fake, "fake", least=neighbours + 1 if both else 1, dims=real.shape[1])
    centre = real.mean(0)
    return real - centre, fake - centre


def _squared_radii(points: Tensor, neighbours: int) -> Tensor:
    """Squared distance of each point to its k-th nearest neighbour among the others, (N,)."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=neighbours, algorithm=search_method(points)).fit(points.numpy())
    distance, _ = search.kneighbors()  # without arguments: never the point itself
    # The k-th neighbour lies on the ball's surface and belongs to it, whatever the last digits say.
    return torch.from_numpy(distance[:, -1]).square() + 1e-12 * points.square().sum(1).max()


def _squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """(A, d), (B, d) -> (A, B), by |a|^2 + |b|^2 - 2ab: one matrix product, faster than subtracting."""
    return torch.addmm(b.square().sum(1) + a.square().sum(1, keepdim=True), a, b.T, alpha=-2)
