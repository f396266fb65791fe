"""The sparse autoencoder of interpretability: a code larger than its input, of which a few numbers are not zero."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, initial_weights

__all__ = ["SparseAE", "keep_largest"]


def keep_largest(numbers: Tensor, k: int) -> Tensor:
    """The k largest of the last axis as they are, all others 0: TopK (Makhzani & Frey 2014; Gao et al. 2024)."""
    values, places = numbers.topk(k, dim=-1)
    return torch.zeros_like(numbers).scatter(-1, places, values)


class SparseAE(Autoencoder):
    """x is about ``centre`` plus ``active`` directions out of ``features``, each times a positive number.

    It takes no images but activations, rows of ``width`` numbers (..., width) of a layer of another network. The
    directions are the rows of ``dictionary``, kept at length 1 by the decoder: else a feature could be made rare and
    long without a cost.
    """

    def __init__(self, width: int, features: int, active: int, *, seed: int = 0) -> None:
        super().__init__()
        if not 1 <= active <= features:
            raise ValueError(f"active={active}: of {features} features at least 1 and at most all are active")
        self.active = active
        with initial_weights(seed):
            self.dictionary = nn.Parameter(F.normalize(torch.randn(features, width), dim=1))
        # The encoder begins as the decoder's transpose, which leaves fewer features dead (Gao et al. 2024).
        self.encoder = nn.Parameter(self.dictionary.detach().clone())
        self.bias = nn.Parameter(torch.zeros(features))
        self.centre = nn.Parameter(torch.zeros(width))

    def directions(self) -> Tensor:
        """What each feature adds when it is 1: (features, width), rows of length 1."""
        return F.normalize(self.dictionary, dim=1)

    def encode(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., features): at most ``active`` numbers above 0, all others 0."""
        return F.relu(keep_largest((x - self.centre) @ self.encoder.T + self.bias, self.active))

    def decode(self, z: Tensor) -> Tensor:
        """(..., features) -> (..., width)."""
        return z @ self.directions() + self.centre
