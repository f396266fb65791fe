"""Scores of how unlike the training images an image is, and how well a score tells anomalies from normal images.

A score is one number per image, higher for what is less normal. No score here was ever shown an anomaly.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating, noise_from
from lessons_pkg.latent.images import tensor_of
from lessons_pkg.latent.linear import PCA
from lessons_pkg.latent.sampling import checked
from lessons_pkg.models.vae import VAE

_ROWS = 500  # of the distance matrix at a time: 120 MB in float32 where there are 60,000 points


def reconstruction_errors(model: nn.Module | PCA, images: ImageSet | Tensor, k: int | None = None) -> Tensor:
    """Mean squared error per pixel of each image's own reconstruction: (N, C, H, W) -> (N,), float64.

    model: an autoencoder, or a PCA with k scores; with k = 0 it is the distance to the mean image.
    Raises ValueError for a PCA without a k, and for an autoencoder with one.
    """
    if isinstance(model, PCA) == (k is None):
        raise ValueError("k is how many scores a PCA keeps: give it with a PCA, and only there")
    batches = tensor_of(images).split(1000)
    if isinstance(model, PCA):
        return torch.cat([_squares(model.reconstruct(x, k), x) for x in batches])
    with evaluating(model) as (device, _):
        return torch.cat([_squares(model(x.to(device)).cpu(), x.cpu()) for x in batches])


def minus_elbos(model: VAE, images: ImageSet | Tensor, *, samples: int = 4, seed: int = 0) -> Tensor:
    """Minus the ELBO of each image in nats, (N, C, H, W) -> (N,), float64: the mean over samples of q(z|x).

    An upper bound of -log p(x) in expectation, whatever beta the model was trained with; the KL term is exact.
    Raises ValueError for fewer than one sample.
    """
    if samples < 1:
        raise ValueError(f"samples={samples}: at least one")
    values = []
    with evaluating(model) as (device, _), noise_from(seed, device):
        for batch in tensor_of(images).split(1000):
            x = batch.to(device)
            drawn = [model.terms(x) for _ in range(samples)]
            values.append(torch.stack([divergence - likelihood for likelihood, divergence in drawn]).double().mean(0))
    return torch.cat([value.cpu() for value in values])


def nearest_distances(known: Tensor, asked: Tensor, count: int = 1) -> Tensor:
    """Euclidean distances from each asked point to its nearest known ones, nearest first: (N, d), (M, d) -> (M, count).

    Two points that are the same can come out 1e-3 of the points' size apart where the points are float32, because
    squares are subtracted: give float64 where that matters. Raises ValueError for fewer known points than ``count``.
    """
    checked(known, "known", least=count)
    checked(asked, "asked", dims=known.shape[1])
    centre = known.mean(0)  # squares are subtracted below: far from the origin they would lose digits
    known, asked = known - centre, asked - centre
    squares = known.square().sum(1)
    rows = []
    for part in asked.split(_ROWS):
        squared = torch.addmm(squares + part.square().sum(1, keepdim=True), part, known.T, alpha=-2)
        rows.append(squared.topk(count, dim=1, largest=False).values.clamp(min=0).sqrt())
    return torch.cat(rows)


def auroc(normal: Tensor, anomalous: Tensor) -> float:
    """Share of all pairs of a normal (N,) and an anomalous (M,) score in which the anomaly's is higher; ties half.

    1: every anomaly above every normal image; 0.5: no better than a coin; below: anomalies look *more* normal. By
    scikit-learn: the area under the receiver operating characteristic. It does not depend on how rare anomalies are.
    Raises ValueError for empty scores and NaN.
    """
    from sklearn.metrics import roc_auc_score

    normal, anomalous = _scores(normal, "normal"), _scores(anomalous, "anomalous")
    truth = torch.cat([torch.zeros(len(normal)), torch.ones(len(anomalous))])
    return float(roc_auc_score(truth.numpy(), torch.cat([normal, anomalous]).numpy()))


def share_found(normal: Tensor, anomalous: Tensor, *, false_alarms: float = 0.05) -> float:
    """Share of the anomalies (M,) above the threshold that this share of the normal scores (N,) exceeds.

    The threshold is the quantile of the normal scores themselves. Raises ValueError for empty scores, NaN, and a
    share of false alarms that does not lie between 0 and 1.
    """
    if not 0 < false_alarms < 1:
        raise ValueError(f"false_alarms={false_alarms}: a share between 0 and 1")
    normal, anomalous = _scores(normal, "normal"), _scores(anomalous, "anomalous")
    threshold = normal.quantile(1 - false_alarms, interpolation="higher")
    return (anomalous > threshold).double().mean().item()


def _squares(one: Tensor, other: Tensor) -> Tensor:
    return (one - other).flatten(1).square().mean(1, dtype=torch.float64)


def _scores(values: Tensor, name: str) -> Tensor:
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"{name}: scores are one number per image, (N,); got shape {tuple(values.shape)}")
    if not torch.isfinite(values).all():
        raise ValueError(f"{name}: the scores contain NaN or infinity")
    return values.double()
