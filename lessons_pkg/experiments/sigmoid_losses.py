"""Behind a sigmoid, does cross-entropy learn faster than squared error? With plain gradient descent, and with Adam.

A 784-32-784 network with ReLU code and sigmoid output, 5,000 images, four epochs, both losses summed over the pixels
of an image. Whatever it was trained with, it is judged by squared error per pixel on the test images.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, linear


def squared_error_per_image(model: nn.Module, x: Tensor) -> Tensor:
    """Squared error, summed over the pixels, averaged over the batch: in step with ``bce_per_image``."""
    return (model(x) - x).square().sum() / len(x)


LOSSES = {"squared error": squared_error_per_image, "cross-entropy": training.bce_per_image}
OPTIMIZERS = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}


@dataclass(frozen=True)
class Settings:
    rates: tuple[tuple[str, tuple[float, ...]], ...] = (
        ("SGD", (0.003, 0.01, 0.03, 0.1)),
        ("Adam", (0.001, 0.003, 0.01)),
    )
    images: int = 5000
    epochs: int = 4
    batch_size: int = 50
    code_dim: int = 32


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    few = train[: settings.images]
    values = {}
    for optimizer, rates in settings.rates:
        values[optimizer] = {name: {} for name in LOSSES}
        for name, loss in LOSSES.items():
            for rate in rates:
                model = linear.DenseAE(settings.code_dim, seed=seed)
                training.fit(
                    model,
                    few,
                    loss=loss,
                    epochs=settings.epochs,
                    batch_size=settings.batch_size,
                    seed=seed,
                    optimizer=OPTIMIZERS[optimizer](model.parameters(), lr=rate),
                    device="cpu",
                )
                values[optimizer][name][str(rate)] = training.evaluate(model, test, loss=training.mse_per_pixel)
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    few = train[: settings.images]
    return {"pca_test": latent.pca_floor(few, settings.code_dim, on=test)}


RECIPE = Recipe(
    question="Behind a sigmoid, does cross-entropy learn faster than squared error?",
    settings=Settings(),
    smallest={"epochs": 1, "images": 64, "code_dim": 4},
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear),
    tolerance=0.05,
)
