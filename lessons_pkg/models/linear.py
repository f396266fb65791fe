"""Autoencoders of fully connected layers: purely linear ones, and the same shape with activations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights


class LinearAE(Autoencoder):
    """One linear layer in, one linear layer out, nothing between: x -> z = W_e x + b_e -> x_hat = W_d z + b_d.

    tied=True shares the weights (W_d is the transpose of W_e), which halves them; each layer keeps its own bias.
    """

    def __init__(
        self,
        code_dim: int = 32,
        *,
        image_shape: tuple[int, int, int] = (1, 28, 28),
        tied: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        pixels = prod(image_shape)
        check_code_dim(code_dim, pixels)
        self.image_shape = image_shape
        self.tied = tied
        with initial_weights(seed):
            self.encoder = nn.Linear(pixels, code_dim)
            if tied:
                self.decoder_bias = nn.Parameter(torch.zeros(pixels))
            else:
                self.decoder = nn.Linear(code_dim, pixels)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x.flatten(1))  # (N, 1, 28, 28) -> (N, 784) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        # (N, k) -> (N, 784)
        flat = F.linear(z, self.encoder.weight.T, self.decoder_bias) if self.tied else self.decoder(z)
        return flat.unflatten(1, self.image_shape)  # (N, 784) -> (N, 1, 28, 28)


class DenseAE(Autoencoder):
    """One layer in, one layer out, each with an activation of your choice.

    code_activation: "none" or "relu"; output_activation: "none" or "sigmoid". With both "none" this is LinearAE.
    """

    def __init__(
        self,
        code_dim: int = 32,
        *,
        code_activation: str = "relu",
        output_activation: str = "sigmoid",
        image_shape: tuple[int, int, int] = (1, 28, 28),
        seed: int = 0,
    ) -> None:
        super().__init__()
        pixels = prod(image_shape)
        check_code_dim(code_dim, pixels)
        self.image_shape = image_shape
        self.code_activation = _activation(code_activation, {"none": nn.Identity, "relu": nn.ReLU})
        self.output_activation = _activation(output_activation, {"none": nn.Identity, "sigmoid": nn.Sigmoid})
        self.unit_interval_output = output_activation == "sigmoid"
        with initial_weights(seed):
            self.encoder = nn.Linear(pixels, code_dim)
            self.decoder = nn.Linear(code_dim, pixels)

    def encode(self, x: Tensor) -> Tensor:
        return self.code_activation(self.encoder(x.flatten(1)))  # (N, 1, 28, 28) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        return self.output_activation(self.decoder(z)).unflatten(1, self.image_shape)  # (N, k) -> (N, 1, 28, 28)


class StackedLinearAE(Autoencoder):
    """Several linear layers on each side and no activation: a longer way to write LinearAE (see ``collapsed``).

    widths: the sizes after each encoder layer; the last is the code. The decoder mirrors them.
    """

    def __init__(
        self, widths: Sequence[int] = (256, 32), *, image_shape: tuple[int, int, int] = (1, 28, 28), seed: int = 0
    ) -> None:
        super().__init__()
        pixels = prod(image_shape)
        if not widths:
            raise ValueError("widths is empty: give at least the code size, as in widths=(32,)")
        check_code_dim(widths[-1], pixels)
        self.image_shape = image_shape
        sizes = [pixels, *widths]
        with initial_weights(seed):
            self.encoder = nn.Sequential(*[nn.Linear(a, b) for a, b in pairwise(sizes)])
            self.decoder = nn.Sequential(*[nn.Linear(a, b) for a, b in pairwise(reversed(sizes))])

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x.flatten(1))  # (N, 1, 28, 28) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z).unflatten(1, self.image_shape)  # (N, k) -> (N, 1, 28, 28)

    @torch.no_grad()
    def collapsed(self) -> LinearAE:
        """The LinearAE that computes the same function: weights multiplied, biases carried through."""
        single = LinearAE(self.encoder[-1].out_features, image_shape=self.image_shape)
        for stack, layer in ((self.encoder, single.encoder), (self.decoder, single.decoder)):
            weight, bias = stack[0].weight, stack[0].bias
            for following in stack[1:]:
                weight, bias = following.weight @ weight, following.weight @ bias + following.bias
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
        return single.to(weight.device)


def _activation(name: str, allowed: dict[str, type[nn.Module]]) -> nn.Module:
    if name not in allowed:
        raise ValueError(f"no activation {name!r} here: choose one of {', '.join(map(repr, allowed))}")
    return allowed[name]()
