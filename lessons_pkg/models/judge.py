"""A small classifier that says what it sees in decoded images. It is no autoencoder, and it never sees a code."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import initial_weights

__all__ = ["Judge"]


class Judge(nn.Module):
    """Three convolutions with max-pooling and two Linear layers, for 32x32 images: logits of the classes."""

    def __init__(self, classes: int = 10, *, seed: int = 0) -> None:
        super().__init__()
        with initial_weights(seed):
            layers: list[nn.Module] = []
            for before, after in ((1, 16), (16, 32), (32, 64)):
                layers += [nn.Conv2d(before, after, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 4 * 4, 64))
            self.head = nn.Linear(64, classes)

    def features(self, x: Tensor) -> Tensor:
        """What the last layer decides on, in which images are compared: (N, 1, 32, 32) -> (N, 64)."""
        return F.relu(self.body(x))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))  # (N, 1, 32, 32) -> (N, 10)

    @torch.no_grad()
    def accuracy(self, images: Tensor, labels: Tensor) -> float:
        """The share of images (N, 1, 32, 32) whose class is named right."""
        right = [self(x).argmax(1) == y for x, y in zip(images.split(1000), labels.split(1000), strict=True)]
        return torch.cat(right).float().mean().item()
