"""Autoencoders whose codes are to be stored: one trained for the error alone, one for the error and the bits."""

from __future__ import annotations

import copy
from math import prod
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights


class CodecAE(Autoencoder):
    """784 - hidden - k and its mirror, ReLU between, a sigmoid at the end; the loss is the error per pixel."""

    unit_interval_output = True

    def __init__(
        self, code_dim: int = 32, *, hidden: int = 256, image_shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0
    ) -> None:
        super().__init__()
        pixels = prod(image_shape)
        check_code_dim(code_dim, pixels)
        self.image_shape = image_shape
        with initial_weights(seed):
            self.encoder = nn.Sequential(nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, code_dim))
            self.decoder = nn.Sequential(
                nn.Linear(code_dim, hidden), nn.ReLU(), nn.Linear(hidden, pixels), nn.Sigmoid()
            )

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x.flatten(1))  # (N, 1, 28, 28) -> (N, 784) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z).unflatten(1, self.image_shape)  # (N, k) -> (N, 784) -> (N, 1, 28, 28)

    @torch.no_grad()
    def recoded(self, matrix: Tensor, origin: Tensor) -> Self:
        """The same autoencoder in another code, w = matrix (z - origin): two layers change, no output does.

        matrix: (k, k), invertible; origin: (k,). The answer is a copy.
        """
        other = copy.deepcopy(self)
        last, first = other.encoder[-1], other.decoder[0]
        matrix, origin = matrix.double(), origin.double()
        first.bias.copy_(first.bias + first.weight.double() @ origin)
        first.weight.copy_(torch.linalg.solve(matrix, first.weight.double(), left=False))
        last.bias.copy_(matrix @ (last.bias - origin))
        last.weight.copy_(matrix @ last.weight.double())
        return other


class RateAE(CodecAE):
    """Trained for its codes to be rounded and stored: bits per image + trade * squared error per image.

    Rounding has no useful gradient, so in training uniform noise of the same width stands in for it, and the bits are
    those of a density p of the noisy code, one for each dimension (Ballé, Laparra & Simoncelli 2017, section 3). Theirs
    is piecewise linear; here it is a logistic one with a learned centre and width.

    trade: bits that one unit of squared error (summed over the pixels) is worth; a small one gives a short code.
    step: of the quantiser that the code is meant for, and so the width of the noise. Not small beside the codes of a
    new network: its bits would outweigh its errors, and the code would shrink to nothing before it is of use.
    """

    def __init__(
        self,
        code_dim: int = 64,
        *,
        trade: float = 4.0,
        step: float = 1.0,
        hidden: int = 256,
        image_shape: tuple[int, int, int] = (1, 28, 28),
        seed: int = 0,
    ) -> None:
        super().__init__(code_dim, hidden=hidden, image_shape=image_shape, seed=seed)
        if not trade > 0 or not step > 0:
            raise ValueError(f"trade={trade}, step={step}: both are more than 0")
        self.trade, self.step = trade, step
        self.centre = nn.Parameter(torch.zeros(code_dim))
        self.log_width = nn.Parameter(torch.zeros(code_dim))

    def bits(self, z: Tensor) -> Tensor:
        """Of a code, noisy or rounded, under the learned density: (N, k) -> (N, k).

        The probability is the density's share of the interval of one step about the code.
        """
        away = (z / self.step - self.centre).abs()  # the density is symmetric: here both of its tails are small numbers
        width = self.log_width.exp()
        share = torch.sigmoid((0.5 - away) / width) - torch.sigmoid((-0.5 - away) / width)
        return -torch.log2(share.clamp(min=1e-9))

    def loss(self, x: Tensor) -> Tensor:
        """Bits per image + trade * squared error summed over the pixels, averaged over the batch (a scalar)."""
        z = self.encode(x)
        z = z + self.step * (torch.rand_like(z) - 0.5)
        squared = F.mse_loss(self.decode(z), x, reduction="sum")
        return (self.bits(z).sum() + self.trade * squared) / len(x)
