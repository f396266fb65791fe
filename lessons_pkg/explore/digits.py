"""The data of the draw-a-digit explorer (js/digits.js): autoencoders and PCA of the same code sizes, and digits."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lessons_pkg import data, latent, zoo
from lessons_pkg.explore import export
from lessons_pkg.models.base import Autoencoder

__all__ = ["SIZES", "STORED", "digits", "make", "of_the_zoo", "stored"]

STORED = Path(__file__).parent / "data" / "digits.safetensors"
SIZES = (2, 8, 16, 32)


def digits(models: Mapping[int, Autoencoder], mean: Tensor, components: Tensor, examples: Tensor) -> dict[str, Any]:
    """What js/digits.js reads. models: code size -> autoencoder of (N, 1, 28, 28).

    mean: (784,), components: (784, k), of a PCA with k at least the largest size. examples: (M, 28, 28), grey values.
    Raises ValueError for fewer components than the largest code has numbers.
    """
    if components.shape[1] < max(models):
        raise ValueError(f"{components.shape[1]} components for a code of {max(models)} numbers")
    nets = []
    for k, model in models.items():
        encoder, into = export.network(model.encoder, (1, 28, 28))
        decoder, out = export.network(model.decoder, (k,))
        nets.append({"k": k, "encoder": encoder, "into": _text(into), "decoder": decoder, "out": _text(out)})
    basis = torch.cat([mean[None], components.T])  # row after row: the mean, then each direction
    return {
        "nets": nets,
        "pca": _text(basis.half().numpy().tobytes()),
        "examples": _text((examples * 255).round().to(torch.uint8).numpy().tobytes()),
    }


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def of_the_zoo() -> dict[str, Any]:
    """The zoo's autoencoders of digits and the stored PCA: needs no data set."""
    parts = stored()
    return digits({k: zoo.load(f"digits-{k}") for k in SIZES}, **parts)


def stored() -> dict[str, Tensor]:
    """PCA of the 60,000 training images of MNIST, and ten test images: mean, components, examples."""
    return {name: value.float() for name, value in load_file(STORED).items()}


def make() -> None:
    """Fit the PCA, take the first test image of each digit, and store both beside the scripts."""
    train, test = data.load("mnist")
    fitted = latent.pca(train)
    first = [int((test.labels == label).nonzero()[0]) for label in range(10)]
    save_file(
        {
            "mean": fitted.mean.half(),
            "components": fitted.components[:, : max(SIZES)].half().contiguous(),
            "examples": test.images[first, 0].half(),
        },
        STORED,
    )
