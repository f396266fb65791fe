"""An autoencoder for tasks 4.1 and 4.2 whose images can be read back to the code, and clouds with holes for 4.5."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

__all__ = ["PIXELS", "StandIn", "cloud_with_holes"]

PIXELS = 32 * 32
_DROPPED = 0.3


class StandIn(nn.Module):
    """Noise in training mode; batch statistics that differ from the running ones; every call is written down.

    The image of a code z is grey + z_1 A + z_2 B + ... with fixed patterns A, B, so that ``read`` finds z in it.
    """

    def __init__(self, code_dim: int = 3) -> None:
        super().__init__()
        self.inward = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, code_dim), nn.BatchNorm1d(code_dim))
        self.noise = nn.Dropout(_DROPPED)
        self.patterns = nn.Parameter(0.05 * torch.randn(code_dim, PIXELS))
        self.grey = nn.Parameter(0.4 + 0.1 * torch.rand(PIXELS))
        with torch.no_grad():
            self.inward[2].running_mean.normal_()
            self.inward[2].weight.fill_(4.0)
        self.sizes: list[int] = []
        self.modes: list[bool] = []

    def encode(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, 32, 32):
            raise RuntimeError(f"encode takes images of shape (N, 1, 32, 32), not {tuple(x.shape)}")
        self.sizes.append(len(x))
        self.modes.append(self.training)
        return self.inward(self.noise(x))

    def decode(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != len(self.patterns):
            raise RuntimeError(f"decode takes codes of shape (N, {len(self.patterns)}), not {tuple(z.shape)}")
        return self.noise(self.grey + z @ self.patterns).unflatten(1, (1, 32, 32))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))

    @torch.no_grad()
    def drawn(self, z: Tensor) -> Tensor:
        """The images (..., 1, 32, 32) of codes (..., k), without noise and without a note of it."""
        return (self.grey + z.to(self.grey) @ self.patterns).unflatten(-1, (1, 32, 32))

    @torch.no_grad()
    def read(self, images: Tensor) -> Tensor:
        """The codes (..., k) that come nearest to these images (..., 1, 32, 32), by least squares, float64."""
        flat = images.flatten(-3).double() - self.grey.double()
        return flat @ torch.linalg.pinv(self.patterns.double())

    @staticmethod
    def dropped(images: Tensor, whole: Tensor) -> bool:
        """Are these the images with dropout at work: some pixels 0, the others brighter?"""
        gone = images == 0
        share = gone.float().mean()
        return bool(0.1 < share < 0.6 and torch.allclose(images, whole / (1 - _DROPPED) * ~gone, atol=1e-3))


def cloud_with_holes(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """A tilted, filled ellipse with one large hole and one smaller, and a few outliers: (count, 2), and the holes.

    Returns the codes and the two centres (2, 2), the larger hole first. Neither the mean of the codes nor the middle
    of their box nor 0 lies in a hole, the corners of the box are farther from the codes than the holes' centres are,
    and so is the room between the ellipse and the outliers: fewer than 1 in 100 codes.
    """
    draw = torch.Generator().manual_seed(seed)

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * torch.rand((), generator=draw).item()

    # In the plane of a disc of radius 1: two holes on opposite sides of its middle.
    turn = uniform(0, 2 * math.pi)
    large = 0.55 * torch.tensor([math.cos(turn), math.sin(turn)])
    turn += math.pi + uniform(-0.5, 0.5)
    small = 0.6 * torch.tensor([math.cos(turn), math.sin(turn)])
    radius = 0.36, 0.2
    disc = 2 * torch.rand(6 * count, 2, generator=draw) - 1
    free = (disc.norm(dim=1) < 1) & ((disc - large).norm(dim=1) > radius[0]) & ((disc - small).norm(dim=1) > radius[1])
    disc = disc[free]
    outliers = max(2, count // 250)
    # Long along a diagonal of the box, so that two of its corners are far from everything.
    sign = 1.0 if uniform(0, 1) < 0.5 else -1.0
    across = torch.tensor([[0.85, -sign * 0.35], [sign * 0.85, 0.35]])
    stretch = torch.diag(torch.tensor([3.6, 4.4])) @ across
    centre = torch.tensor([uniform(0.3, 0.9), uniform(-0.9, -0.3)])
    away = torch.tensor([[1.0, -sign]]) * torch.tensor([4.5, 5.5]) + 0.3 * torch.randn(outliers, 2, generator=draw)
    codes = torch.cat([disc[: count - outliers] @ stretch.T, away]) + centre
    codes = codes[torch.randperm(len(codes), generator=draw)]
    return codes, torch.stack([large, small]) @ stretch.T + centre
