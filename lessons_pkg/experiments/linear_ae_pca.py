"""Does a linear autoencoder, trained by gradient descent from random weights, find the principal subspace?

Adam with a cosine schedule down to zero, batch 256, 60,000 images. The first learning rate depends on the code size:
the rates were found by trying, with the floor as the judge; too small a rate leaves small codes at a saddle.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, linear


@dataclass(frozen=True)
class Settings:
    sizes: tuple[tuple[int, float], ...] = ((2, 1e-2), (8, 1e-2), (16, 1e-2), (32, 5e-3), (64, 5e-3))
    epochs: int = 25
    batch_size: int = 256


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    values = {}
    for k, lr in settings.sizes:
        model = linear.LinearAE(k, seed=seed)
        history = training.fit(
            model,
            train,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            lr=lr,
            seed=seed,
            schedule=training.cosine,
            device="cpu",
        )
        principal = fitted.components[:, :k]
        decoder = latent.decoder_matrix(model, k).double()
        alone = torch.linalg.svd(decoder, full_matrices=False)[0]
        angles = latent.principal_angles(decoder, principal).rad2deg()
        train_error = training.evaluate(model, train)
        values[str(k)] = {
            "train": train_error,
            "above_floor": train_error / latent.pca_floor(fitted, k) - 1,
            "test": training.evaluate(model, test),
            "largest_angle_degrees": angles[-1].item(),
            "median_angle_degrees": angles.median().item(),
            # |cosine| between the i-th direction found and the i-th principal one, for the first ten.
            "cosines_decoder_alone": (alone * principal).sum(0).abs()[:10].tolist(),
            "cosines_with_code_covariance": (latent.principal_directions(model, train) * principal)
            .sum(0)
            .abs()[:10]
            .tolist(),
            "seconds": round(history.seconds, 1),
        }
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    return {
        str(k): {
            "floor_train": latent.pca_floor(fitted, k),
            "pca_test": latent.pca_floor(fitted, k, on=test),
            # How far the last direction inside stands out from the first outside: close to 1, the two are near equal.
            "eigenvalue_ratio": float(fitted.eigenvalues[k - 1] / fitted.eigenvalues[k]),
        }
        for k, _ in settings.sizes
    }


RECIPE = Recipe(
    question="Does a linear autoencoder reach the PCA floor, and in which directions?",
    settings=Settings(),
    smallest={"sizes": ((2, 1e-2),), "epochs": 1},
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear),
    tolerance=0.001,
    tolerances={
        "above_floor": 1.0,  # a difference of two nearly equal numbers
        "largest_angle_degrees": 1.0,  # between directions whose eigenvalues are nearly equal
        "median_angle_degrees": 1.0,
        "cosines_decoder_alone": None,  # any basis of the subspace is as good: chance decides
    },
)
