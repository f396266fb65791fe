"""The scores that the recipes anomaly and foreign_images compare, all made from normal images only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.models import vae

__all__ = ["Scores", "flat", "judged", "scores_of"]

Score = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Scores:
    """Settings of the networks, 784-hidden-k-hidden-784, and of what they are compared with.

    images: of the training images, drawn by the seed, the same ones for every score.
    code_dims: of the autoencoder; vae_dim, likelihoods: of the VAEs; variance: of a Gaussian pixel, fixed, because to
    learn it takes longer than this training: about the squared error that the autoencoder reaches.
    pca_sizes: 0 is the distance to the mean image; neighbours: distance in pixels to the nearest training image, or
    the mean over so many; samples: of q(z|x), for the ELBO.
    """

    images: int = 20_000
    code_dims: tuple[int, ...] = (8, 32)
    vae_dim: int = 32
    likelihoods: tuple[str, ...] = ("bernoulli", "gaussian")
    variance: float = 0.01
    pca_sizes: tuple[int, ...] = (0, 8, 32, 128)
    neighbours: tuple[int, ...] = (1, 5)
    hidden: tuple[int, ...] = (256,)
    epochs: int = 8
    batch_size: int = 128
    lr: float = 3e-3
    samples: int = 4


def scores_of(train: ImageSet, seed: int, settings: Scores) -> dict[str, Score]:
    """Name -> score, (N, 1, 28, 28) -> (N,), of everything but the neighbours: trained on these images, all of them.

    "relative": the error as a share of the image's squared distance to the mean image, so that an image with little
    on it gets no low score for that alone.
    """
    fitted = latent.pca(train)
    scores: dict[str, Score] = {
        f"PCA {k}": partial(latent.reconstruction_errors, fitted, k=k) for k in settings.pca_sizes
    }
    for k in settings.code_dims:
        # The VAE's network without its noise and its KL term: encode gives the mean, and the loss is the error alone.
        model = vae.DenseVAE(k, hidden=settings.hidden, seed=seed)
        _fit(model, train, seed, settings, loss=training.mse_per_pixel)
        scores[f"AE {k}"] = partial(latent.reconstruction_errors, model)
    distance = partial(latent.reconstruction_errors, fitted, k=0)
    for name in (f"AE {settings.code_dims[-1]}", f"PCA {settings.code_dims[-1]}"):
        if name in scores:
            scores[f"{name}, relative"] = partial(_share, scores[name], distance)
    for likelihood in settings.likelihoods:
        variance = settings.variance if likelihood == "gaussian" else None
        model = vae.DenseVAE(
            settings.vae_dim, hidden=settings.hidden, likelihood=likelihood, variance=variance, seed=seed
        )
        _fit(model, train, seed, settings)
        scores[f"VAE, {likelihood}"] = partial(latent.minus_elbos, model, samples=settings.samples, seed=seed)
    return scores


def judged(normal: Tensor, anomalous: Tensor) -> dict[str, float]:
    """What a score is worth: auroc, the share found at one false alarm in twenty, and the mean score of both."""
    return {
        "auroc": latent.auroc(normal, anomalous),
        "found": latent.share_found(normal, anomalous),
        "normal": normal.double().mean().item(),
        "anomalous": anomalous.double().mean().item(),
    }


def _share(error: Score, distance: Score, images: Tensor) -> Tensor:
    return error(images) / distance(images).clamp(min=1e-8)


def _fit(model: vae.VAE, train: ImageSet, seed: int, settings: Scores, loss: training.Loss | None = None) -> None:
    training.fit(
        model,
        train,
        loss=loss,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        lr=settings.lr,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )


def flat(images: Tensor) -> Tensor:
    """Images as points of pixel space, (N, 1, H, W) -> (N, H W)."""
    return torch.flatten(images, 1)
