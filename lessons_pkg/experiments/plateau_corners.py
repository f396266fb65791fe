"""What is missing in a network that stays on the plateau? Ten seeds of the 1,077-parameter network, three starts each.

A cell of the code has four numbers, its 4x4 patch four corners of 2x2 pixels. Recorded is how well the best of the four
numbers tells of each corner: the largest absolute correlation with the corner's mean brightness, over all cells. The
starts: random weights; weights with which the code is a thumbnail already; the same with the sign turned, so that the
max-pooling picks the wrong extreme. One pass over the images, since it is the way off the plateau that counts and not
the last percent of the error; the higher rate, falling to zero, gets further in it than a constant one.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, conv, thumbnail

STARTS = {"random": None, "thumbnail": 1.0, "thumbnail, sign turned": -1.0}


@dataclass(frozen=True)
class Settings:
    epochs: int = 1
    batch_size: int = 20
    lr: float = 3e-3  # at the start; it falls to zero along half a cosine
    images: int = 60_000  # of the training set: all
    look_at: int = 2000  # test images whose codes are compared with the corners


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    return {name: _trained(sign, seed, train, test, settings) for name, sign in STARTS.items()}


def _trained(sign: float | None, seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    model = conv.ConvAE(seed=seed)
    if sign is not None:
        thumbnail.start_as_thumbnail(model, sign=sign)
    # The layout of the numbers in memory, not their values: convolutions on a CPU are faster with channels last.
    model.to(memory_format=torch.channels_last)
    sample = test.images[: settings.look_at]
    before = best_per_corner(model, sample)
    history = training.fit(
        model,
        train[: settings.images],
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        lr=settings.lr,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )
    return {
        "train": training.evaluate(model, train),
        "test": training.evaluate(model, test),
        "best_before": before.tolist(),
        "best_after": best_per_corner(model, sample).tolist(),
        "seconds": round(history.seconds, 1),
    }


def corners(images: Tensor) -> Tensor:
    """The mean brightness of the 2x2 pixels in each corner of each 4x4 cell: (N, 1, H, W) -> (N, 4, H / 4, W / 4)."""
    return F.pixel_unshuffle(F.avg_pool2d(images, 2), 2)


def best_per_corner(model: conv.ConvAE, images: Tensor) -> Tensor:
    """The largest absolute correlation of any of a cell's numbers with each corner's brightness, over all cells: (4,).

    A number that never changes correlates with nothing: 0.
    """
    with torch.no_grad():
        numbers, bright = (of.movedim(1, -1).flatten(0, -2).double() for of in (model.encode(images), corners(images)))
    correlation = torch.corrcoef(torch.cat([numbers, bright], dim=1).T)[: numbers.shape[1], numbers.shape[1] :]
    return correlation.nan_to_num(0).abs().amax(0)


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """The error of the thumbnail itself: every corner drawn in its mean brightness, which is the best flat grey."""
    return {
        f"thumbnail_{name}": F.mse_loss(F.interpolate(F.avg_pool2d(images, 2), scale_factor=2), images).item()
        for name, images in (("train", train.images), ("test", test.images))
    }


RECIPE = Recipe(
    question="Which of its patch's corners does a network on the plateau not see, and does the start decide it?",
    settings=Settings(),
    smallest={"batch_size": 50, "look_at": 50},
    run_seed=run_seed,
    reference=reference,
    uses=(base, conv, thumbnail),
    tolerance=0.05,
    # Which number takes which corner is settled early, and rounding has a say in it.
    tolerances={"best_after": 0.1},
    seeds=tuple(range(10)),
)
