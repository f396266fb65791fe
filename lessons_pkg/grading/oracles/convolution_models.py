"""Exercise 2: the convolutional encoder and autoencoder with drawn weights, and the comparison with PCA."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg.checks.conv_autoencoder_causes import decode, encode
from lessons_pkg.checks.conv_compare_causes import NUMBERS, PER_CELL, squares
from lessons_pkg.checks.error_causes import pca_error
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, value
from lessons_pkg.grading.oracles.networks import (
    assignments,
    drawn,
    expect_born,
    expect_gradients,
    expect_outputs,
    filled,
    first_right,
    float32,
    listed,
)

__all__ = ["Compare", "ConvAutoencoder", "ConvEncoder"]

ENCODER = [(16, 1, 3, 3), (16,), (4, 16, 3, 3), (4,)]
DECODER = [(4, 16, 2, 2), (16,), (16, 1, 2, 2), (1,)]
STAND_IN = [(4, 1, 4, 4), (4,), (4, 1, 4, 4), (1,)]  # of the small model in task 2.5


def _shaped(weights: list[Tensor], shapes: list[tuple[int, ...]]) -> list[Tensor]:
    return [weight.reshape(shape) for weight, shape in zip(weights, shapes, strict=True)]


@oracle("2.3", probe="convolution:conv_encoder")
class ConvEncoder:
    """Convolution, pool, convolution, pool, with drawn weights; and a gradient for each of them."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        return {
            # Of both signs and large: where an activation bends, it is seen.
            "images": drawn((5, 1, 28, 28), seed, 3),
            "factors": drawn((5, 4, 7, 7), seed + 1),
            "numbers": drawn((1009,), seed + 2, 0.3),
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        _judge(given, found, ENCODER, {"forward": ("images", lambda x, weights: encode(x, weights))})


@oracle("2.4", probe="convolution:conv_autoencoder")
class ConvAutoencoder:
    """The encoder of task 2.3, two transposed convolutions and a sigmoid, with drawn weights."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        return {
            "images": drawn((5, 1, 28, 28), seed, 2),
            "codes": drawn((4, 4, 7, 7), seed + 1, 3),
            "factors": drawn((5, 1, 28, 28), seed + 2),
            "numbers": drawn((2003,), seed + 3, 0.3),
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        methods = {
            "encode": ("images", lambda x, weights: encode(x, weights[:4])),
            "decode": ("codes", lambda z, weights: decode(z, weights[4:])),
            "forward": ("images", lambda x, weights: decode(encode(x, weights[:4]), weights[4:])),
        }
        _judge(given, found, ENCODER + DECODER, methods)


def _judge(given: dict[str, Any], found: Any, shapes: list[tuple[int, ...]], methods: dict[str, Any]) -> None:
    wanted = [torch.Size(shape).numel() for shape in shapes]
    born = expect_born(found, wanted)
    sizes = [len(one) for one in born]
    numbers = filled(sizes, given["numbers"])

    def expect(places: list[int]) -> None:
        weights = _shaped([numbers[place] for place in places], shapes)
        for method, (name, formula) in methods.items():
            expect_outputs(found, method, formula(given[name].double(), weights))

    places = first_right(assignments(sizes, wanted), expect)

    def output(weights: list[Tensor]) -> Tensor:
        name, formula = methods["forward"]
        return formula(given[name].double(), _shaped(weights, shapes))

    expect_gradients(found, output, given["factors"], numbers, born, places)


def _waves(n: int, seed: int, *, turned: bool = False) -> Tensor:
    """(n, 28, 28) mixed of some more cosines than PCA may keep: each component counts.

    The finer along the columns the weaker; turned: the finer along the rows.
    """
    i = torch.arange(28)
    waves = torch.cos(math.pi * (i[:, None] + 0.5) * i / 28) / 14
    rows, columns = 14, 15
    slope = torch.linspace(1, 0.2, 15)
    spread = slope[:rows, None].expand(rows, columns) if turned else slope[:columns].expand(rows, columns)
    mixed = drawn((n, rows, columns), seed) * spread
    mixed[:, 0, 0] = 0  # all equally bright
    return 0.12 * waves[:, :rows] @ mixed @ waves[:, :columns].T * 14


@oracle("2.5", probe="convolution:compare")
class Compare:
    """The error of a small model with drawn weights, of PCA, and of PCA of patches, all on test."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        # So few images that scikit-learn's PCA is exact by default, and more than a usual batch of the others.
        train, test = 236 + seed % 9, 263 + seed % 30
        images = torch.cat([_waves(train, seed), _waves(test, seed + 1, turned=True)])
        images[-20:] *= 1.5  # so that it makes another number to leave out the last ones
        # The others differ in what no component of train has: all in one pattern, and each in its brightness.
        images[train:] += 0.012 * drawn((28, 28), seed + 2) + 0.012 * drawn((test, 1, 1), seed + 3)
        images = (0.16 + 0.06 * drawn((28, 28), seed + 4) + images).unsqueeze(1)
        images[:, :, :4, :8] = 0  # squares without any ink, as MNIST's images have them
        images = (255 * images.clamp(0, 1)).round().to(torch.uint8)
        return {
            "train": images[:train],
            "test": images[train:],
            "weights": [drawn(shape, seed + 5 + i, 0.2) for i, shape in enumerate(STAND_IN)],
            "training": True,
            "keys": ["model", "pca", "patch_pca"],
        }

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        train, test = (given[name].float() / 255 for name in ("train", "test"))
        w1, b1, w2, b2 = given["weights"]
        rebuilt = F.conv_transpose2d(F.conv2d(test, w1, b1, 4), w2, b2, 4)
        right = {
            "model": F.mse_loss(rebuilt.double(), test.double()).item(),
            "pca": pca_error(train, test, NUMBERS),
            "patch_pca": pca_error(squares(train), squares(test), PER_CELL),
        }
        errors = value(found, "errors", dict)
        for key, target in right.items():
            # The check lets an approximate PCA pass by as much as this.
            slack = 2e-4 if key == "model" else 1.2e-2
            number(f"{key!r} of {len(test)} images", value(errors, key, float), target, rel=slack)
        if value(found, "training", bool) is not given["training"]:
            raise Wrong("the model was not left in the mode in which it came")
        weights = {str(i): one for i, one in enumerate(listed(found, "weights", len(STAND_IN)))}
        for i, old in enumerate(given["weights"]):
            if not torch.equal(float32(weights, str(i), tuple(old.shape)), old.double()):
                raise Wrong("the model's weights were changed")
