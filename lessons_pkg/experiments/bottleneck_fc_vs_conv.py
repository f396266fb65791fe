"""Does a fully connected bottleneck lose what a convolutional one keeps? The same trunk, the same code size.

"fc": Flatten and Linear. "conv": no layer whose kernel covers its whole input; such a code lies on a grid of 7x7, so
its size is a multiple of 49. "pooled": global average pooling before the Linear layer, as in the Keras network of the
source. The fully connected ones are trained twice: by Adam throughout, as the convolutional one has to be, and with
Muon on their weight matrices. See short_training for the schedule and the rates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lessons_pkg import latent, optimizers
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import short_training
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.experiments.short_training import Short, train_and_measure
from lessons_pkg.models import base, bottleneck


@dataclass(frozen=True)
class Settings:
    # name of the arm, bottleneck, whether Muon trains its matrices, code sizes
    arms: tuple[tuple[str, str, bool, tuple[int, ...]], ...] = (
        ("conv, Adam", "conv", False, (49, 98, 196)),
        ("FC, Adam", "fc", False, (49, 98, 196)),
        ("FC, Muon", "fc", True, (10, 49, 64, 98, 196)),
        ("pooled, Muon", "pooled", True, (10, 64)),
    )
    short: Short = field(default_factory=Short)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    values: dict[str, dict] = {}
    for name, kind, muon, sizes in settings.arms:
        for k in sizes:
            model = bottleneck.BottleneckAE(k, bottleneck=kind, seed=seed)
            measured = train_and_measure(model, train, test, seed=seed, short=settings.short, muon=muon)
            values.setdefault(name, {})[str(k)] = measured
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train)
    return {
        str(k): {
            "floor_train": latent.pca_floor(fitted, k),
            "pca_test": latent.pca_floor(fitted, k, on=test),
            "clipped_test": latent.pca_floor(fitted, k, on=test, clip=True),
        }
        for k in sorted({k for *_, sizes in settings.arms for k in sizes})
    }


RECIPE = Recipe(
    question="At equal code size, what does a fully connected bottleneck lose against a convolutional one?",
    settings=Settings(),
    smallest={"arms": (("conv", "conv", False, (49,)), ("FC", "fc", True, (10,))), "short": Short(epochs=1)},
    run_seed=run_seed,
    reference=reference,
    uses=(base, bottleneck, optimizers, short_training),
    tolerance=0.03,
    dataset=("mnist", "fashion-mnist"),
)
