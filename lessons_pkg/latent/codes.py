"""The codes of images, and what a code says about its label and its neighbours."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet, as_floats
from lessons_pkg.evaluating import evaluating
from lessons_pkg.latent.images import pixels_of


def codes(model: nn.Module, images: ImageSet | Tensor, *, batch_size: int = 1000) -> Tensor:
    """The codes of all the images, (N, k) on the CPU, whatever shape the model gives them."""
    with evaluating(model) as (device, _):
        return torch.cat(
            [model.encode(as_floats(some.to(device))).flatten(1).cpu() for some in pixels_of(images).split(batch_size)]
        )


def knn_accuracy(
    codes: Tensor,
    labels: Tensor,
    test_codes: Tensor | None = None,
    test_labels: Tensor | None = None,
    *,
    neighbours: int = 5,
) -> float:
    """Share of codes that bear the label of most of their nearest neighbours (Euclidean, ``neighbours`` of them).

    codes: (N, k), labels: (N,). With test codes and labels, those are judged by their neighbours in ``codes``;
    without, each code is judged by the others (leave one out).
    """
    from sklearn.neighbors import KNeighborsClassifier

    judge = KNeighborsClassifier(neighbours).fit(codes.numpy(), labels.numpy())
    if test_codes is not None:
        return float(judge.score(test_codes.numpy(), test_labels.numpy()))
    nearest = torch.from_numpy(judge.kneighbors(return_distance=False))  # without arguments: never the point itself
    return (labels[nearest].mode(dim=1).values == labels).float().mean().item()


def neighbours_kept(points: Tensor, picture: Tensor, *, neighbours: int = 5) -> float:
    """Of the nearest neighbours in a picture (N, 2), the share that are also nearest in the space it shows (N, k)."""
    from sklearn.neighbors import NearestNeighbors

    near_by, near_in_picture = (
        NearestNeighbors(n_neighbors=neighbours).fit(x.numpy()).kneighbors(return_distance=False)
        for x in (points, picture)
    )
    shared = [len(set(one) & set(other)) for one, other in zip(near_by, near_in_picture, strict=True)]
    return sum(shared) / (len(shared) * neighbours)


def unexplained_share(codes: Tensor, scores: Tensor) -> float:
    """Share of the variance of codes (N, k) that no affine map of scores (N, m) explains; 0: they determine it."""
    centred = (codes - codes.mean(0)).double()
    explained_by = (scores - scores.mean(0)).double()
    residual = centred - explained_by @ torch.linalg.lstsq(explained_by, centred).solution
    return (residual.square().sum() / centred.square().sum()).item()


def tsne(points: Tensor, *, perplexity: float = 30, init: str = "pca", seed: int = 0) -> Tensor:
    """A picture of many-dimensional points in the plane, (N, k) -> (N, 2) (van der Maaten & Hinton 2008).

    Most neighbours stay neighbours; distances between groups, their sizes and the axes cannot be read.
    init: where the points start, "pca" or "random". From PCA nearly the same picture comes out of every seed.
    """
    from sklearn.manifold import TSNE

    picture = TSNE(perplexity=perplexity, init=init, random_state=seed).fit_transform(points.numpy())
    return torch.from_numpy(picture)
