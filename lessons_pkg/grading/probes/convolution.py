"""Exercise 2: what is asked of its answers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.grading.probes.by_hand import Watch
from lessons_pkg.grading.probes.networks import gradients, outputs, weights_of

__all__ = ["compare", "conv_autoencoder", "conv_encoder", "convolutions", "shape_arithmetic"]


def shape_arithmetic(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What each of the functions gives for its cases, and by what means."""
    with Watch() as watch:
        sizes = [[one(*case) for case in cases] for one, cases in zip(answer, given["cases"], strict=True)]
    return {"sizes": sizes, "means": watch.seen()}


def convolutions(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """conv2d and conv_transpose2d: each case is image, kernel and whole numbers. And by what means they do it."""
    found = []
    with Watch() as watch:
        for one, cases in zip(answer, given["cases"], strict=True):
            found.append([one(image.clone(), kernel.clone(), *numbers) for image, kernel, numbers in cases])
    return {"outputs": found, "means": watch.seen()}


def conv_encoder(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Encoder() with the drawn weights."""
    model = answer()
    found = outputs(model, {"forward": given["images"]}, given["numbers"])
    return found | {"gradients": gradients(model, "forward", given["images"], given["factors"])}


def conv_autoencoder(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """ConvAutoencoder() with the drawn weights."""
    model, images = answer(), given["images"]
    found = outputs(model, {"encode": images, "decode": given["codes"], "forward": images}, given["numbers"])
    return found | {"gradients": gradients(model, "forward", images, given["factors"])}


class _Small(nn.Module):
    """An autoencoder with a code of 4x7x7, whose weights are given, and with noise in training mode."""

    def __init__(self, weights: list[Tensor]) -> None:
        super().__init__()
        self.inward, self.outward = nn.Conv2d(1, 4, 4, 4), nn.ConvTranspose2d(4, 1, 4, 4)
        self.noise = nn.Dropout(0.3)
        with torch.no_grad():
            for parameter, value in zip(self.parameters(), weights, strict=True):
                parameter.copy_(value)

    def encode(self, x: Tensor) -> Tensor:
        return self.noise(self.inward(x))

    def decode(self, z: Tensor) -> Tensor:
        return self.outward(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def compare(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The three errors of a small model, which comes in training or in evaluation mode, and the model afterwards."""
    model = _Small(given["weights"]).train(given["training"])
    train, test = (given[name].float() / 255 for name in ("train", "test"))  # they travel as bytes
    errors = dict(answer(model, train, test))
    return {
        "errors": {key: errors.get(key) for key in given["keys"]},
        "training": model.training,
        "weights": weights_of(model),
    }
