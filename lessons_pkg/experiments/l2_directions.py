"""With L2 on both maps, do the decoder's own singular vectors become the principal directions? (Kunin et al. 2019)

Loss: squared error per image, summed over the pixels, plus strength * (|W_e|^2 + |W_d|^2), k = 32.
At the optimum W_e is the transpose of W_d, and the squared singular values of W_d are 1 - strength / eigenvalue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, linear


@dataclass(frozen=True)
class Settings:
    code_dim: int = 32
    strengths: tuple[float, ...] = (0.0, 0.1, 0.3)
    epochs: int = 15
    batch_size: int = 256
    lr: float = 3e-3


def l2_loss(strength: float) -> Callable[[linear.LinearAE, Tensor], Tensor]:
    """Squared error per image (summed over pixels, mean over the batch) plus strength times all squared weights."""

    def loss(model: linear.LinearAE, x: Tensor) -> Tensor:
        weights = model.encoder.weight.square().sum() + model.decoder.weight.square().sum()
        return (model(x) - x).square().sum() / len(x) + strength * weights

    return loss


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    k = settings.code_dim
    principal = fitted.components[:, :k]
    values = {}
    for strength in settings.strengths:
        model = linear.LinearAE(k, seed=seed)
        training.fit(
            model,
            train,
            loss=l2_loss(strength),
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            seed=seed,
            schedule=training.cosine,
            device="cpu",
        )
        with torch.no_grad():
            encoder, decoder = model.encoder.weight.double(), model.decoder.weight.double()
            left, singular, _ = torch.linalg.svd(decoder, full_matrices=False)
            values[str(strength)] = {
                "cosines_decoder_alone": (left * principal).sum(0).abs().tolist(),
                "largest_angle_degrees": latent.principal_angles(decoder, principal)[-1].rad2deg().item(),
                "not_transposed": ((encoder.T - decoder).norm() / decoder.norm()).item(),
                "squared_singular_values": singular.square().tolist(),
                "train": training.evaluate(model, train),
                "test": training.evaluate(model, test),
            }
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    return {
        "floor_train": latent.pca_floor(fitted, settings.code_dim),
        "eigenvalues": fitted.eigenvalues[: settings.code_dim].tolist(),
    }


RECIPE = Recipe(
    question="Does L2 on encoder and decoder turn the decoder's singular vectors into principal directions?",
    settings=Settings(),
    smallest={"epochs": 1, "code_dim": 4},
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear),
    tolerance=0.01,
    tolerances={
        "cosines_decoder_alone": None,  # without L2, and between nearly equal directions, chance decides
        "largest_angle_degrees": 1.0,
        "not_transposed": 0.5,
    },
)
