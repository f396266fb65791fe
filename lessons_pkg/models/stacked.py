"""An autoencoder of several dense layers that can be trained one layer at a time, and a classifier that starts from it.

stack = models.StackedAE((512, 256, 64))
layer = stack.layer(0)                  # 784 -> 512 -> 784, an autoencoder that shares the stack's weights
judge = models.EncoderClassifier(stack) # a copy of the encoder, and a linear layer for the classes on top
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights
from lessons_pkg.models.linear import DenseAE

__all__ = ["EncoderClassifier", "StackedAE"]


class StackedAE(Autoencoder):
    """Dense layers with ReLU between them, a linear code and a linear output (after Hinton & Salakhutdinov 2006).

    widths: the sizes after each encoder layer; the last is the code. The decoder mirrors them, with weights of its own.
    Raises ValueError if widths is empty or a size is smaller than 1.
    """

    def __init__(
        self,
        widths: Sequence[int] = (512, 256, 64),
        *,
        image_shape: tuple[int, int, int] = (1, 28, 28),
        seed: int = 0,
    ) -> None:
        super().__init__()
        if not widths:
            raise ValueError("widths is empty: give at least the code size, as in widths=(64,)")
        if min(widths) < 1:
            raise ValueError(f"widths={tuple(widths)}: a layer has at least 1 number")
        check_code_dim(widths[-1], prod(image_shape))
        self.image_shape = image_shape
        self.sizes = (prod(image_shape), *widths)
        with initial_weights(seed):
            self.encoder = nn.ModuleList([nn.Linear(a, b) for a, b in pairwise(self.sizes)])
            # decoder[i] undoes encoder[i]: used from the last to the first.
            self.decoder = nn.ModuleList([nn.Linear(b, a) for a, b in pairwise(self.sizes)])

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder[-1](self.below(len(self.encoder) - 1, x))  # (N, 1, 28, 28) -> (N, 256) -> (N, 64)

    def decode(self, z: Tensor) -> Tensor:
        for layer in self.decoder[:0:-1]:
            z = layer(z).relu()  # (N, 64) -> (N, 256) -> (N, 512)
        return self.decoder[0](z).unflatten(1, self.image_shape)  # (N, 512) -> (N, 1, 28, 28)

    def below(self, number: int, x: Tensor) -> Tensor:
        """What layer ``number`` gets, counted from 0: the images laid out in rows, or the layer's before it. (N, D)"""
        x = x.flatten(1)
        for layer in self.encoder[:number]:
            x = layer(x).relu()
        return x

    def layer(self, number: int) -> DenseAE:
        """One layer as an autoencoder of what it gets, shaped (N, 1, 1, D). Its weights *are* the stack's, no copy.

        Its code has the activation that it has in the stack, its output none.
        """
        wide, narrow = self.sizes[number], self.sizes[number + 1]
        last = number == len(self.encoder) - 1
        single = DenseAE(
            min(wide, narrow),
            code_activation="none" if last else "relu",
            output_activation="none",
            image_shape=(1, 1, wide),
        )
        single.encoder, single.decoder = self.encoder[number], self.decoder[number]
        return single


class EncoderClassifier(nn.Module):
    """A copy of a stack's encoder with a linear layer on its code: (N, 1, 28, 28) -> logits (N, classes).

    It begins with exactly the weights that the stack has now. With a stack that was never trained it is an ordinary
    network of dense layers. The stack stays as it is.
    """

    def __init__(self, stack: StackedAE, classes: int = 10, *, seed: int = 0) -> None:
        super().__init__()
        self.body = deepcopy(stack)
        del self.body.decoder
        with initial_weights(seed):
            self.head = nn.Linear(stack.sizes[-1], classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body.encode(x))  # (N, 1, 28, 28) -> (N, 64) -> (N, 10)

    @torch.no_grad()
    def accuracy(self, images: Tensor, labels: Tensor) -> float:
        """The share of images (N, 1, H, W) whose class is named right."""
        return (self(images).argmax(1) == labels).float().mean().item()
