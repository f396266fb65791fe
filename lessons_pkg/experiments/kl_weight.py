"""How heavy must the KL term be to mend a latent space, and what does it cost? The pixel variance decides.

With Gaussian pixels of variance v the loss is |x - x_hat|^2 / (2 v) + KL: the larger v, the heavier the KL term beside
the squared error. v = 0.5 is "squared error summed over the pixels, plus KL", v = 512 (half the pixels of a 32x32
image) is "mean squared error per pixel, plus KL". Compared with the learned variance, each is an effective beta.
The autoencoder and the VAE with a learned variance are in the recipe latent_dimensions, trained in the same way.
"""

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
    """variances: of a pixel; the rest is that of the recipe latent_dimensions."""

    variances: tuple[float, ...] = (0.05, 0.1, 0.5, 512.0)
    code_dim: int = 16
    epochs: int = 4
    batch_size: int = 128
    lr: float = 5e-3
    channels: tuple[int, ...] = (8, 16, 32)
    images: int = 60_000
    sizes: Sizes = field(default_factory=Sizes)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train[: settings.images].padded(32), test.padded(32)
    values = {}
    for variance in settings.variances:
        model = vae.ConvVAE(settings.code_dim, channels=settings.channels, variance=variance, seed=seed)
        history = train_model(
            model, train, epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr, seed=seed
        )
        measured = measure(model, train, test, sizes=settings.sizes, seed=seed)
        values[str(variance)] = measured | {"seconds": round(history.seconds, 1)}
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train.padded(32), test.padded(32)
    fitted = latent.pca(train)
    return {
        "pca_test": latent.pca_floor(fitted, settings.code_dim, on=test),
        "mean_image_test": latent.pca_floor(fitted, 0, on=test),
        "real": real_against_real(test, sizes=settings.sizes),
    }


RECIPE = Recipe(
    question="How heavy must the KL term be to mend a latent space, and what does it cost?",
    settings=Settings(),
    smallest={
        "variances": (0.5,),
        "code_dim": 2,
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
