"""How well do autoencoders reconstruct with 2 to 196 numbers, against PCA with as many, on two data sets?

Linear, dense, and convolutional with a code on a grid or through a fully connected bottleneck; all with 3 epochs of
60,000 images in batches of 256 and a cosine schedule. Weight matrices are trained by Muon, all else by Adam: under
Adam alone a 196-number bottleneck is far from done after so few epochs. The learning rates were found on seed 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lessons_pkg import latent, optimizers
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import short_training
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.experiments.short_training import Short, train_and_measure
from lessons_pkg.models import base, bottleneck, linear


@dataclass(frozen=True)
class Settings:
    sizes: tuple[int, ...] = (2, 10, 16, 32, 64, 196)
    # A purely convolutional code lies on a grid: code size -> the grid used. The other sizes are not applicable.
    grids: tuple[tuple[int, str], ...] = ((16, "4x4x1"), (32, "4x4x2"), (64, "4x4x4"), (196, "7x7x4"))
    # Two numbers need a decoder that bends the plane more than one layer can: one hidden layer more on each side.
    hidden: tuple[tuple[int, int], ...] = ((2, 128),)
    short: Short = field(default_factory=Short)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    values: dict[str, dict] = {}
    for name, k, model in _models(seed, settings):
        measured = train_and_measure(model, train, test, seed=seed, short=settings.short)
        values.setdefault(name, {})[str(k)] = measured
    return values


def _models(seed: int, settings: Settings) -> Iterator[tuple[str, int, base.Autoencoder]]:
    hidden, grids = dict(settings.hidden), dict(settings.grids)
    for k in settings.sizes:
        yield "linear", k, linear.LinearAE(k, seed=seed)
        yield "dense", k, linear.DenseAE(k, code_activation="none", seed=seed)
        yield "conv, FC bottleneck", k, bottleneck.BottleneckAE(k, hidden=hidden.get(k), seed=seed)
        if k in grids:
            yield "conv, code on a grid", k, bottleneck.BottleneckAE(k, bottleneck="conv", seed=seed)


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """PCA at every size, clipped to [0, 1] too; and at 196 PCA of 4x4 patches, 4 numbers a cell, one shared basis."""
    fitted, shared = latent.pca(train), latent.pca(latent.patches(train, 4))
    values: dict[str, dict] = {
        str(k): {
            "floor_train": latent.pca_floor(fitted, k),
            "pca_test": latent.pca_floor(fitted, k, on=test),
            "clipped_test": latent.pca_floor(fitted, k, on=test, clip=True),
        }
        for k in settings.sizes
    }
    values["196 as patches"] = {
        "floor_train": latent.pca_floor(shared, 4),
        "pca_test": latent.pca_floor(shared, 4, on=latent.patches(test, 4)),
        "clipped_test": latent.pca_floor(shared, 4, on=latent.patches(test, 4), clip=True),
    }
    return values


RECIPE = Recipe(
    question="Who reconstructs best with 2 to 196 numbers, against PCA with as many?",
    settings=Settings(),
    smallest={"sizes": (2, 16), "short": Short(epochs=1)},
    run_seed=run_seed,
    reference=reference,
    uses=(base, bottleneck, linear, optimizers, short_training),
    tolerance=0.03,
    dataset=("mnist", "fashion-mnist"),
)
