"""Are many linear layers the same as one? As functions, and after training; and with a layer narrower than the code.

Every network has a code of 32 numbers and no activation. Multiplied together, the layers of a stack are one layer
(``StackedLinearAE.collapsed``), so they share the floor of PCA. Gradient descent need not bring them equally near.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from lessons_pkg import latent
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import short_training
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.experiments.short_training import Short, train_and_measure
from lessons_pkg.models import base, linear


@dataclass(frozen=True)
class Settings:
    """widths: the encoder's layers, mirrored in the decoder; lr: one for all, found on seed 0; images to compare on."""

    widths: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("one layer", (32,)),
        ("three layers", (256, 64, 32)),
        ("three layers, one of 16", (256, 16, 32)),
    )
    short: Short = field(default_factory=lambda: Short(lr=1e-3))
    look_at: int = 2000


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    values = {}
    for name, widths in settings.widths:
        model = linear.StackedLinearAE(widths, seed=seed)
        measured = train_and_measure(model, train, test, seed=seed, short=settings.short, muon=False)
        x = test[: settings.look_at].images
        with torch.no_grad():
            apart = (model(x) - model.collapsed()(x)).abs().max().item()
        values[name] = measured | {"multiplied_together": apart}
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """The floor of each network: of a map through its narrowest layer."""
    fitted = latent.pca(train)
    floors = {}
    for name, widths in settings.widths:
        k = min(widths)
        floors[name] = {
            "k": k,
            "floor_train": latent.pca_floor(fitted, k),
            "pca_test": latent.pca_floor(fitted, k, on=test),
        }
    return floors


RECIPE = Recipe(
    question="Is a stack of linear layers the same as a single one?",
    settings=Settings(),
    smallest={
        "widths": (("one layer", (4,)), ("two layers", (8, 4))),
        "short": Short(epochs=1, batch_size=32),
        "look_at": 16,
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear, short_training),
    tolerance=0.02,
    tolerances={"multiplied_together": None},  # rounding
)
