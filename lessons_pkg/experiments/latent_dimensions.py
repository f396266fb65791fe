"""The same measures against the size of the code, on a network small enough for five seeds of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from lessons_pkg import latent
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import latent_space
from lessons_pkg.experiments.latent_plane import KINDS
from lessons_pkg.experiments.latent_space import Sizes, measure, real_against_real, train_model
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, deep_conv, vae


@dataclass(frozen=True)
class Settings:
    code_dims: tuple[int, ...] = (2, 4, 8, 16, 32)
    epochs: int = 4
    batch_size: int = 128
    lr: float = 5e-3
    channels: tuple[int, ...] = (8, 16, 32)
    images: int = 60_000
    sizes: Sizes = field(default_factory=Sizes)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train[: settings.images].padded(32), test.padded(32)
    values: dict[str, dict] = {}
    for name, kind in KINDS.items():
        for k in settings.code_dims:
            model = kind(k, channels=settings.channels, seed=seed)
            history = train_model(
                model, train, epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr, seed=seed
            )
            measured = measure(model, train, test, sizes=settings.sizes, seed=seed)
            values.setdefault(name, {})[str(k)] = measured | {"seconds": round(history.seconds, 1)}
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train.padded(32), test.padded(32)
    fitted = latent.pca(train)
    floors = {
        str(k): {"floor_train": latent.pca_floor(fitted, k), "pca_test": latent.pca_floor(fitted, k, on=test)}
        for k in settings.code_dims
    }
    return floors | {"real": real_against_real(test, sizes=settings.sizes)}


RECIPE = Recipe(
    question="Do the problems of a latent space grow with its dimension, and does a VAE mend them there too?",
    settings=Settings(),
    smallest={
        "code_dims": (2, 4),
        "channels": (8, 8, 8),
        "images": 256,
        "epochs": 1,
        "sizes": Sizes(200, 100, 10),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, deep_conv, vae, latent_space),
    tolerance=0.05,
    # Near 0, or an extreme of many: chance decides these.
    tolerances={"mmd": None, "mirror_asymmetry": None, "ranges": None, "active": 0.2},
    dataset="fashion-mnist",
)
