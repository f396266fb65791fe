"""What one fixed random permutation does: of the pixels, and of the numbers that Reshape folds into a map.

Pixels: every image is shuffled in the same way, for training and test. A dense network should not notice, a
convolutional one should. Bottleneck: the numbers between the Linear layer and the reshape are shuffled; before the
training, after it, and after it with only that Linear layer trained on.
See short_training for the schedule and the rates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from lessons_pkg import latent, optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments import short_training
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.experiments.short_training import Short, train_and_measure
from lessons_pkg.models import base, bottleneck, linear


@dataclass(frozen=True)
class Settings:
    code_dim: int = 49
    short: Short = field(default_factory=Short)
    repair: Short = field(default_factory=lambda: Short(epochs=1))


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    draw = torch.Generator().manual_seed(seed)
    pixels = torch.randperm(28 * 28, generator=draw)
    k = settings.code_dim
    values: dict = {"pixels": {}}

    def error(model: base.Autoencoder, train: Tensor, test: Tensor) -> float:
        return train_and_measure(model, train, test, seed=seed, short=settings.short)["test"]

    for name, build in (
        ("dense", lambda: linear.DenseAE(k, code_activation="none", seed=seed)),
        ("conv, FC bottleneck", lambda: bottleneck.BottleneckAE(k, seed=seed)),
        ("conv, code on a grid", lambda: bottleneck.BottleneckAE(k, bottleneck="conv", seed=seed)),
    ):
        values["pixels"][name] = {
            "as they are": error(build(), train.images, test.images),
            "permuted": error(build(), shuffled(train.images, pixels), shuffled(test.images, pixels)),
        }
    values["bottleneck"] = _bottleneck(seed, train.images, test.images, draw, settings)
    return values


def shuffled(images: Tensor, order: Tensor) -> Tensor:
    """Every image with its pixels in this order: (N, 1, H, W) -> (N, 1, H, W)."""
    return images.flatten(1)[:, order].view_as(images)


class Shuffle(nn.Module):
    """Puts the numbers of each row of (N, D) in a fixed order."""

    def __init__(self, order: Tensor) -> None:
        super().__init__()
        self.register_buffer("order", order)

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.order]


def _bottleneck(seed: int, train: Tensor, test: Tensor, draw: torch.Generator, settings: Settings) -> dict:
    """The decoder is Linear, reshape to (32, 7, 7), transposed convolution: a shuffle goes in after Linear."""

    def error_after_training(model: nn.Module, short: Short) -> float:
        return train_and_measure(model, train, test, seed=seed, short=short)["test"]

    model = bottleneck.BottleneckAE(settings.code_dim, seed=seed)
    order = torch.randperm(model.decoder[0].out_features, generator=draw)
    before = bottleneck.BottleneckAE(settings.code_dim, seed=seed)
    before.decoder.insert(1, Shuffle(order))
    values = {
        "no permutation": error_after_training(model, settings.short),
        "permuted before training": error_after_training(before, settings.short),
    }
    model.decoder.insert(1, Shuffle(order))
    values["permuted after training"] = training.evaluate(model, test)
    # The Linear layer can undo a shuffle of its outputs exactly: by shuffling its own rows back.
    layer = model.decoder[0]
    weight, bias = layer.weight.detach().clone(), layer.bias.detach().clone()
    with torch.no_grad():
        layer.weight[order], layer.bias[order] = weight, bias
    values["rows of Linear permuted back"] = training.evaluate(model, test)
    # Or it learns to, beginning from where the shuffle left it, while everything else stands still.
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for parameter in layer.parameters():
        parameter.requires_grad_(True)
    values["Linear alone trained on"] = error_after_training(model, settings.repair)
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """PCA does not know where a pixel is either: permuted pixels have the same floor."""
    fitted = latent.pca(train)
    return {
        "pca_test": latent.pca_floor(fitted, settings.code_dim, on=test),
        "clipped_test": latent.pca_floor(fitted, settings.code_dim, on=test, clip=True),
    }


RECIPE = Recipe(
    question="Who notices that the pixels have been shuffled, and can Reshape restore an order that Linear lost?",
    settings=Settings(),
    smallest={"short": Short(epochs=1)},
    run_seed=run_seed,
    reference=reference,
    uses=(base, bottleneck, linear, optimizers, short_training),
    tolerance=0.05,
)
