"""One digit is left out of training: does an autoencoder's error find it among the others in the test set?

Each of the ten digits is left out in turn. Of 20,000 training images, drawn by the seed, those of the digit are taken
away; the rest train every score. In the test set the digit is the anomaly, the nine others are normal. There are no
anomalies to choose anything with, so nothing is chosen: several sizes of everything are reported.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from lessons_pkg import latent
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import anomaly_scores
from lessons_pkg.experiments.anomaly_scores import Scores, flat, judged, scores_of
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import anomaly
from lessons_pkg.models import base, vae


@dataclass(frozen=True)
class Settings:
    left_out: tuple[int, ...] = tuple(range(10))
    scores: Scores = field(default_factory=lambda: Scores(likelihoods=("bernoulli",)))


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """Score -> measure -> one value for each digit that was left out."""
    train = train.take(min(settings.scores.images, len(train)), seed)
    distances = _per_class(train, test, max(settings.scores.neighbours))
    values: dict[str, dict[str, list[float]]] = {}
    for label in settings.left_out:
        known, away = train[train.labels != label], test.labels == label
        found = {name: score(test.images) for name, score in scores_of(known, seed, settings.scores).items()}
        nearest = torch.cat([rows for other, rows in distances.items() if other != label], 1).sort(1).values
        found |= {f"{count}-NN": nearest[:, :count].mean(1) for count in settings.scores.neighbours}
        for name, score in found.items():
            for measure, value in judged(score[~away], score[away]).items():
                values.setdefault(name, {}).setdefault(measure, []).append(value)
    return values


def _per_class(train: ImageSet, test: ImageSet, count: int) -> dict[int, Tensor]:
    """Distances of each test image to its nearest training images of each class, so that any class can be left out."""
    asked = flat(test.images)
    mine = {label: flat(train.images[train.labels == label]) for label in train.labels.unique().tolist()}
    return {label: latent.nearest_distances(known, asked, min(count, len(known))) for label, known in mine.items()}


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """How much there is to reconstruct: the mean squared distance of each class to the mean image, per pixel."""
    distance = latent.reconstruction_errors(latent.pca(train), test, 0)
    return {
        "anomalies": torch.bincount(test.labels, minlength=len(test.class_names)).tolist(),
        "distance_to_mean": [
            distance[test.labels == label].mean().item() if (test.labels == label).any() else None
            for label in range(len(test.class_names))
        ],
    }


RECIPE = Recipe(
    question="One digit is left out of training: is it found by its reconstruction error?",
    settings=Settings(),
    smallest={
        "left_out": (3, 7),
        "scores": Scores(
            images=48, code_dims=(2, 4), vae_dim=2, pca_sizes=(0, 4), neighbours=(1, 2), hidden=(8,), epochs=1
        ),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(anomaly_scores, anomaly, base, vae),
    tolerance=0.05,
    tolerances={"found": 0.2},
)
