"""A picture of 32 numbers in the plane, by t-SNE: what of it can be read?

The source's figure: t-SNE of the codes of 500 test digits, from a linear autoencoder 784-32-784. Here with 500 and
2,000, beside the first two principal scores and a code that has two numbers from the start. t-SNE starts from PCA or
from random places; of the latter two pictures are made, which differ in their seed only.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import picture
from lessons_pkg.models import base, linear, vae


@dataclass(frozen=True)
class Settings:
    """shown: how many test images are in a picture; images: of the training images, for the code of two numbers."""

    code_dim: int = 32
    shown: tuple[int, ...] = (500, 2000)
    perplexity: float = 30
    neighbours: int = 10
    epochs: int = 5
    lr: float = 3e-3
    images: int = 20_000
    hidden: tuple[int, ...] = (256,)
    epochs_two: int = 15
    lr_two: float = 3e-3
    batch_size: int = 128


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """Number of images -> picture -> measures; of every picture against the 32 numbers, not against the pixels."""
    model = linear.LinearAE(settings.code_dim, seed=seed)
    _fit(model, train, settings.epochs, settings.lr, seed, settings)
    # An autoencoder: the VAE's network without its noise and its KL term.
    two = vae.DenseVAE(2, hidden=settings.hidden, seed=seed)
    _fit(two, train.take(min(settings.images, len(train)), seed), settings.epochs_two, settings.lr_two, seed, settings)
    values: dict[str, dict] = {
        "test_mse": {
            "linear": training.evaluate(model, test, loss=training.mse_per_pixel),
            "two": training.evaluate(two, test, loss=training.mse_per_pixel),
        }
    }
    for count in settings.shown:
        some = test.take(min(count, len(test)), seed)
        perplexity = min(settings.perplexity, (len(some) - 1) / 3)
        codes = latent.codes(model, some)
        pictures = {
            "t-SNE": latent.tsne(codes, perplexity=perplexity, seed=seed),
            "t-SNE, random": latent.tsne(codes, perplexity=perplexity, init="random", seed=seed),
            "t-SNE, random again": latent.tsne(codes, perplexity=perplexity, init="random", seed=seed + 100),
            "PCA": latent.pca(codes[:, :, None, None]).encode(codes[:, :, None, None], 2).float(),
            "two numbers": latent.codes(two, some),
        }
        values[str(count)] = {
            "code": _of_points(codes, some.labels, seed),
            **{name: _of_picture(codes, points, some.labels, seed, settings) for name, points in pictures.items()},
            "two pictures": {
                "from PCA and random": _agree(pictures["t-SNE"], pictures["t-SNE, random"], some.labels),
                "random, two seeds": _agree(pictures["t-SNE, random"], pictures["t-SNE, random again"], some.labels),
            },
        }
    return values


def _of_points(points: Tensor, labels: Tensor, seed: int) -> dict[str, float]:
    return {
        "knn_accuracy": latent.knn_accuracy(points, labels),
        "groups_found": latent.groups_found(points, labels, seed=seed),
    }


def _of_picture(codes: Tensor, points: Tensor, labels: Tensor, seed: int, settings: Settings) -> dict:
    """What a picture keeps of the codes: neighbours, distances, classes, and the map of the classes."""
    centres, sizes = latent.class_centres(codes, labels)
    shown_centres, shown_sizes = latent.class_centres(points, labels)
    neighbours = min(settings.neighbours, len(points) // 2 - 1)
    return _of_points(points, labels, seed) | {
        "trustworthiness": latent.trustworthiness(codes, points, neighbours=neighbours),
        "neighbours_kept": latent.neighbours_kept(codes, points, neighbours=neighbours),
        "distances": latent.distance_agreement(codes, points),
        "between_classes": latent.rank_correlation(torch.pdist(centres), torch.pdist(shown_centres)),
        "class_sizes": latent.rank_correlation(sizes, shown_sizes),
    }


def _agree(one: Tensor, other: Tensor, labels: Tensor) -> dict[str, float]:
    """Two pictures of the same codes: distances between all points, between the classes' centres, and neighbours."""
    (centres, _), (others, _) = (latent.class_centres(points, labels) for points in (one, other))
    return {
        "distances": latent.distance_agreement(one, other)["all"],
        "between_classes": latent.rank_correlation(torch.pdist(centres), torch.pdist(others)),
        "neighbours_kept": latent.neighbours_kept(one, other, neighbours=min(10, len(one) // 2 - 1)),
    }


def _fit(model: base.Autoencoder, train: ImageSet, epochs: int, lr: float, seed: int, settings: Settings) -> None:
    training.fit(
        model,
        train,
        loss=training.mse_per_pixel,
        epochs=epochs,
        batch_size=settings.batch_size,
        lr=lr,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    return {
        "pca_test": {
            "linear": latent.pca_floor(fitted, settings.code_dim, on=test),
            "two": latent.pca_floor(fitted, 2, on=test),
        },
        "pixels": {
            str(count): _of_points(some.images.flatten(1), some.labels, 0)
            for count in settings.shown
            for some in [test.take(min(count, len(test)), 0)]
        },
    }


RECIPE = Recipe(
    question="What can be read from a picture of 32 numbers in the plane?",
    settings=Settings(),
    smallest={"code_dim": 4, "shown": (60,), "images": 48, "hidden": (8,), "epochs": 1, "epochs_two": 1},
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear, vae, picture),
    tolerance=0.05,
    # A picture by t-SNE is chaotic: another rounding gives another one, and its map of the classes is by chance.
    tolerances={
        **dict.fromkeys(("between_classes", "class_sizes", "distances", "two pictures", "groups_found")),
        **dict.fromkeys(("neighbours_kept", "knn_accuracy"), 0.1),
    },
)
