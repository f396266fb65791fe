"""What all autoencoders of the course share: decode after encode, and a default loss."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Autoencoder(nn.Module):
    """Subclasses write ``encode(x) -> z`` and ``decode(z) -> x_hat``; the rest follows.

    unit_interval_output: True where the output can only lie in [0, 1], so that images outside it are a mistake.
    """

    unit_interval_output = False

    def encode(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    def loss(self, x: Tensor) -> Tensor:
        """Mean squared error per pixel, averaged over the batch (a scalar)."""
        return F.mse_loss(self(x), x)


@contextmanager
def initial_weights(seed: int) -> Iterator[None]:
    """Layers built inside draw their weights from this seed; the global random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed the GPUs too, and for good
        yield


def check_code_dim(code_dim: int, pixels: int) -> None:
    """Refuse a code that is no code: not a whole number, empty, or larger than the image."""
    if isinstance(code_dim, bool) or not isinstance(code_dim, int):
        raise TypeError(f"code_dim is a whole number, not {code_dim!r}")
    if not 1 <= code_dim <= pixels:
        raise ValueError(
            f"code_dim={code_dim}: a code has at least 1 number, and at most as many as the image has pixels ({pixels})"
        )
