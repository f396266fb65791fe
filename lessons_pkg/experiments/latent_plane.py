"""The source's network with a code of two numbers: an autoencoder and a VAE, judged by the same measures."""

from __future__ import annotations

from dataclasses import dataclass, field

from lessons_pkg import latent
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import latent_space
from lessons_pkg.experiments.latent_space import Sizes, measure, real_against_real, train_model
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, deep_conv, vae


@dataclass(frozen=True)
class Settings:
    code_dim: int = 2
    epochs: int = 3
    batch_size: int = 128
    lr: float = 2e-3
    channels: tuple[int, ...] = (32, 64, 128)
    images: int = 60_000
    sizes: Sizes = field(default_factory=Sizes)


KINDS = {"AE": deep_conv.DeepConvAE, "VAE": vae.ConvVAE}


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train[: settings.images].padded(32), test.padded(32)
    values = {}
    for name, kind in KINDS.items():
        model = kind(settings.code_dim, channels=settings.channels, seed=seed)
        history = train_model(
            model, train, epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr, seed=seed
        )
        measured = measure(model, train, test, sizes=settings.sizes, seed=seed)
        values[name] = measured | {"seconds": round(history.seconds, 1), "loss": history.loss}
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train.padded(32), test.padded(32)
    fitted = latent.pca(train)
    return {
        "floor_train": latent.pca_floor(fitted, settings.code_dim),
        "pca_test": latent.pca_floor(fitted, settings.code_dim, on=test),
        "real": real_against_real(test, sizes=settings.sizes),
    }


RECIPE = Recipe(
    question="What is wrong with the latent space of the source's autoencoder, and what does a VAE mend?",
    settings=Settings(),
    smallest={"channels": (8, 8, 8), "images": 256, "epochs": 1, "sizes": Sizes(200, 100, 10)},
    run_seed=run_seed,
    reference=reference,
    uses=(base, deep_conv, vae, latent_space),
    tolerance=0.05,
    # Near 0, or an extreme of many: chance decides these.
    tolerances={"mmd": None, "mirror_asymmetry": None, "ranges": None, "active": 0.2},
    dataset="fashion-mnist",
)
