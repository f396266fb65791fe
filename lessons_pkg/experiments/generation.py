"""New images from a latent space: is a VAE needed for it, or a better distribution of an autoencoder's codes?

Chapter 4's small network with 16 numbers, trained as in the recipes latent_dimensions and kl_weight: an autoencoder, a
VAE with a learned pixel variance, and one with the variance whose samples from the prior covered most there. Codes are
sampled from the prior (of a VAE), and from a Gaussian and mixtures of Gaussians fitted to the codes of training images
after the training (Ghosh et al. 2020, section 4). PCA scores are treated in the same way. The judge is chapter 4's.

And is anything new? The distance of each sample to its nearest training image, in the judge's features, is compared
with that of test images. Copies of training images stand beside, as what must not pass this test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch
from torch import Tensor

from lessons_pkg import latent, zoo
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import latent_space
from lessons_pkg.experiments.latent_space import Sizes, train_model
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import anomaly, mixtures
from lessons_pkg.models import Judge, base, deep_conv, vae


@dataclass(frozen=True)
class Settings:
    """variance: of a Gaussian pixel, in the second VAE; pca_sizes: numbers kept; components: of the mixtures.

    sizes.codes: of training images, to which the distributions are fitted, and half as many others that say how
    well they fit; sizes.points: sampled, and as many real images to judge them by.
    """

    code_dim: int = 16
    variance: float = 0.1
    pca_sizes: tuple[int, ...] = (16, 64)
    components: tuple[int, ...] = (10, 50)
    epochs: int = 4
    batch_size: int = 128
    lr: float = 5e-3
    channels: tuple[int, ...] = (8, 16, 32)
    images: int = 60_000
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(frozen=True, eq=False)
class Bench:
    """What all samples are judged by. real: features of test images; known: of all training images, (N, 64) float64.

    own: how far other test images lie from their nearest training image, (M,).
    """

    judge: Judge
    real: Tensor
    known: Tensor
    own: Tensor

    @torch.no_grad()
    def judged(self, images: Tensor) -> dict:
        """How like real images these (N, 1, 32, 32) are, how varied, and whether they are copies."""
        features = _features(self.judge, images)
        precision, recall = latent.precision_recall(self.real, features)
        density, coverage = latent.density_coverage(self.real, features)
        classes = torch.cat([self.judge.head(part.float()).argmax(1) for part in features.split(1000)])
        shares = torch.bincount(classes, minlength=10).double() / len(classes)
        distance = latent.nearest_distances(self.known, features)[:, 0]
        return {
            "precision": precision,
            "recall": recall,
            "density": density,
            "coverage": coverage,
            "doubt": latent.doubt(self.judge.head, features.float()).mean().item(),
            "evenness": latent.evenness(shares),
            # In medians of test images; and the share that is closer than one test image in a hundred.
            "nearest": (distance.median() / self.own.median()).item(),
            "copies": (distance < self.own.quantile(0.01)).double().mean().item(),
        }


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, test = train[: settings.images].padded(32), test.padded(32)
    points = settings.sizes.points
    fresh = test.take(min(2 * points, len(test)), seed)
    first, second = fresh.images.tensor_split(2)
    bench = _bench(train, first, second)
    values: dict[str, dict] = {"real": {"test images": bench.judged(second)}}
    values["real"]["training images"] = bench.judged(train.take(min(points, len(train)), seed).images)
    for name, model in _networks(settings, seed).items():
        history = train_model(
            model, train, epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr, seed=seed
        )
        sources = _sources(partial(_codes, model), train, seed, settings)
        if isinstance(model, vae.VAE):
            sources["prior"] = latent.standard_normal(settings.code_dim, points, seed=seed + 4)
        sources["test codes"] = _codes(model, second, seed + 1)
        values[name] = _all_judged(sources, model.decode, bench) | {"seconds": round(history.seconds, 1)}
    fitted = latent.pca(train)
    for k in settings.pca_sizes:
        sources = _sources(partial(_scores, fitted, k), train, seed, settings)
        sources["test codes"] = _scores(fitted, k, second, seed)
        values[f"PCA {k}"] = _all_judged(sources, lambda z: fitted.decode(z).float(), bench)
    return values


def _networks(settings: Settings, seed: int) -> dict[str, base.Autoencoder]:
    shape = {"channels": settings.channels, "seed": seed}
    return {
        "AE": deep_conv.DeepConvAE(settings.code_dim, **shape),
        "VAE": vae.ConvVAE(settings.code_dim, **shape),
        "VAE, wide": vae.ConvVAE(settings.code_dim, variance=settings.variance, **shape),
    }


def _codes(model: base.Autoencoder, images: Tensor, seed: int) -> Tensor:
    return latent.sampled_codes(model, images, seed=seed)


def _scores(fitted: latent.PCA, k: int, images: Tensor, seed: int) -> Tensor:
    return fitted.encode(images, k).float()  # no noise in it, so nothing to seed


def _sources(encode: Callable[[Tensor, int], Tensor], train: ImageSet, seed: int, settings: Settings) -> dict:
    """Name -> sampled points; and how well each distribution fits codes that it was not fitted to, nats per code."""
    count = min(settings.sizes.codes, 2 * len(train) // 3)
    some = train.take(count + count // 2, seed).images
    codes, held_out = encode(some[:count], seed), encode(some[count:], seed + 1)
    sources: dict = {"gaussian": latent.fitted_gaussian(codes, settings.sizes.points, seed=seed + 3), "fit": {}}
    for components in (1, *settings.components):
        fitted = latent.mixture(codes, components, seed=seed)
        sources["fit"]["gaussian" if components == 1 else f"mixture {components}"] = (
            fitted.log_density(held_out).mean().item()
        )
        if components > 1:
            sources[f"mixture {components}"] = fitted.sample(settings.sizes.points, seed=seed + 3)
    return sources


@torch.no_grad()
def _all_judged(sources: dict, decode: Callable[[Tensor], Tensor], bench: Bench) -> dict:
    fit = sources.pop("fit")
    drawn = {name: torch.cat([decode(z) for z in points.split(1000)]) for name, points in sources.items()}
    return {"from": {name: bench.judged(images.clamp(0, 1)) for name, images in drawn.items()}, "fit": fit}


@torch.no_grad()
def _bench(train: ImageSet, first: Tensor, second: Tensor) -> Bench:
    judge = zoo.load("fashion-judge").to(memory_format=torch.channels_last)  # for speed
    known = torch.cat([_features(judge, part.images) for part in _parts(train, 5000)])
    return Bench(judge, _features(judge, first), known, latent.nearest_distances(known, _features(judge, second))[:, 0])


def _features(judge: Judge, images: Tensor) -> Tensor:
    return torch.cat([judge.features(part) for part in images.split(1000)]).double()


def _parts(images: ImageSet, size: int) -> list[ImageSet]:
    return [images[start : start + size] for start in range(0, len(images), size)]


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    test = test.padded(32)
    judge = zoo.load("fashion-judge")
    fitted = latent.pca(train.padded(32))
    return {
        "judge_accuracy": judge.accuracy(test.images, test.labels),
        "pca_test": {str(k): latent.pca_floor(fitted, k, on=test) for k in settings.pca_sizes},
    }


RECIPE = Recipe(
    question="Can new images be sampled, and is a VAE needed for it?",
    settings=Settings(),
    smallest={
        "code_dim": 2,
        "pca_sizes": (2,),
        "components": (2,),
        "channels": (8, 8, 8),
        "images": 256,
        "epochs": 1,
        "sizes": Sizes(40, 20, 10),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, deep_conv, vae, latent_space, anomaly, mixtures),
    tolerance=0.05,
    # Few of many, or the outcome of a search: chance decides these.
    tolerances={"copies": None, "fit": None, "recall": 0.15},
    dataset="fashion-mnist",
)
