"""The short training that the comparisons of chapters 2 and 3 share, so that only the models differ."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from lessons_pkg import optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.models.base import Autoencoder

__all__ = ["Short", "train_and_measure"]


@dataclass(frozen=True)
class Short:
    """Settings: Muon on weight matrices and Adam on the rest, or Adam on everything; cosine schedules down to zero.

    matrix_lr: Muon's; lr: Adam's in a network with weight matrices; lr_conv: Adam's in one without.
    The rates were found by a few trials on seed 0.
    """

    epochs: int = 3
    batch_size: int = 256
    matrix_lr: float = 0.02
    lr: float = 2e-3
    lr_conv: float = 1e-2


def train_and_measure(
    model: Autoencoder,
    train: ImageSet | torch.Tensor,
    test: ImageSet | torch.Tensor,
    *,
    seed: int,
    short: Short,
    muon: bool = True,
) -> dict:
    """Train on the CPU, then measure: error on all images of ``train`` and ``test``, parameters, seconds.

    muon=False: Adam throughout, which a network without Linear layers gets anyway.
    """
    # The layout of the numbers in memory, not their values: convolutions on a CPU are faster with channels last.
    model.to(memory_format=torch.channels_last)
    matrices = any(isinstance(layer, nn.Linear) for layer in model.modules())
    if matrices and muon:
        optimizer = optimizers.MuonAndAdam(model, matrix_lr=short.matrix_lr, lr=short.lr)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=short.lr if matrices else short.lr_conv, fused=True)
    history = training.fit(
        model,
        train,
        epochs=short.epochs,
        batch_size=short.batch_size,
        optimizer=optimizer,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )
    return {
        "train": training.evaluate(model, train),
        "test": training.evaluate(model, test),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "seconds": round(history.seconds, 1),
    }
