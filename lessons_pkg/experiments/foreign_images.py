"""Trained on one set of images, asked about others: are foreign images found, and very simple ones?

MNIST asked about garments, Fashion-MNIST about digits, and both about images that nobody would take for either:
constant grey ones, black, noise, and test images at half their brightness. Nalisnick et al. 2019 found deep generative
models to give simpler foreign images a *higher* likelihood than their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from lessons_pkg import data, latent
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import anomaly_scores
from lessons_pkg.experiments.anomaly_scores import Scores, flat, judged, scores_of
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import anomaly
from lessons_pkg.models import base, vae

FOREIGN = {"mnist": "fashion-mnist", "fashion-mnist": "mnist"}


@dataclass(frozen=True)
class Settings:
    """made: how many constant images and images of noise."""

    made: int = 1000
    scores: Scores = field(default_factory=Scores)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """Score -> kind of foreign image -> what the score is worth, and quantiles of the scores."""
    train = train.take(min(settings.scores.images, len(train)), seed)
    scores = scores_of(train, seed, settings.scores)
    known = flat(train.images)
    for count in settings.scores.neighbours:
        scores[f"{count}-NN"] = lambda images, count=count: latent.nearest_distances(known, flat(images), count).mean(1)
    asked = others(test, settings.made, seed)
    values: dict[str, dict] = {}
    for name, score in scores.items():
        normal = score(test.images)
        values[name] = {"quantiles": _quantiles(normal)}
        for kind, images in asked.items():
            anomalous = score(images)
            values[name][kind] = judged(normal, anomalous) | {"quantiles": _quantiles(anomalous)}
    return values


def others(test: ImageSet, made: int, seed: int) -> dict[str, Tensor]:
    """Kind -> images (N, 1, H, W) in [0, 1] that are not of this set; a set that is in no file gets embedded digits."""
    draw = torch.Generator().manual_seed(seed)
    shape = test.images.shape[1:]
    return {
        "foreign": data.load(FOREIGN.get(test.name, "digits"))[1].images,
        "half as bright": test.images / 2,
        "grey": torch.rand(made, 1, 1, 1, generator=draw).expand(made, *shape).contiguous(),
        "black": torch.zeros(made, *shape),
        "noise": torch.rand(made, *shape, generator=draw),
    }


def _quantiles(values: Tensor) -> list[float]:
    """The 5, 25, 50, 75 and 95 % quantiles."""
    return values.double().quantile(torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95], dtype=torch.float64)).tolist()


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """How much there is to reconstruct: variance of the pixels of an image, and its distance to the mean image."""
    fitted = latent.pca(train)
    asked = {"own": test.images} | others(test, settings.made, seed=0)
    return {
        kind: {
            "variance_in_image": images.flatten(1).var(1, correction=0).mean().item(),
            "distance_to_mean": latent.reconstruction_errors(fitted, images, 0).mean().item(),
        }
        for kind, images in asked.items()
    }


RECIPE = Recipe(
    question="Trained on one set of images: are images of another found, and very simple ones?",
    settings=Settings(),
    smallest={
        "made": 20,
        "scores": Scores(
            images=48, code_dims=(2, 4), vae_dim=2, pca_sizes=(0, 4), neighbours=(1, 2), hidden=(8,), epochs=1
        ),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(anomaly_scores, anomaly, base, vae),
    tolerance=0.05,
    tolerances={"found": 0.2},
    dataset=("mnist", "fashion-mnist"),
)
