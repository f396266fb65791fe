"""The shortest way we found to a well-trained small convolutional autoencoder: one epoch, a few seconds."""

from __future__ import annotations

import torch

from lessons_pkg.data import ImageSet
from lessons_pkg.models.conv import ConvAE
from lessons_pkg.models.thumbnail import start_as_thumbnail
from lessons_pkg.soap import Soap
from lessons_pkg.training import History, fit, warm_up_and_cosine

__all__ = ["train_quickly"]


def train_quickly(train: ImageSet, *, seed: int = 0, device: str | None = None) -> tuple[ConvAE, History]:
    """Exercise 2's network without ReLU, trained on each image once: the model and its history.

    It starts as a thumbnail, which is behind the plateau of chapter 2; SOAP takes it from there, in batches
    of 64. Batch size, rate and the interval of turning were chosen by trying, on the training images of MNIST.
    """
    model = ConvAE(seed=seed)
    start_as_thumbnail(model)
    model.to(memory_format=torch.channels_last)  # convolutions on a CPU are faster so; the numbers are the same
    optimizer = Soap(model.parameters(), lr=0.04, every=10)
    history = fit(
        model,
        train,
        epochs=1,
        batch_size=64,
        optimizer=optimizer,
        schedule=warm_up_and_cosine,
        seed=seed,
        device=device,
    )
    return model, history
