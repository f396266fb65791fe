"""One autoencoder with four ways to double the size of a map, for the question where checkerboards come from."""

from __future__ import annotations

from torch import Tensor, nn

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights

WAYS = ("transposed 2x2", "transposed 3x3", "transposed 4x4", "resize, then 3x3")


class UpsamplingAE(Autoencoder):
    """Two strided convolutions and a Linear layer in; a Linear layer and two doublings out, in the chosen way.

    way: one of WAYS. With a 3x3 kernel and stride 2 a transposed convolution writes some pixels more often than
    others; with 2x2 and 4x4 it does not. "resize" copies every pixel to 2x2 and lets a convolution smooth them.
    """

    unit_interval_output = True

    def __init__(self, code_dim: int = 32, *, way: str = "transposed 3x3", seed: int = 0) -> None:
        super().__init__()
        check_code_dim(code_dim, 28 * 28)
        with initial_weights(seed):
            self.encoder = nn.Sequential(
                nn.Conv2d(1, 16, 3, stride=2, padding=1),  # 28x28 => 14x14
                nn.ReLU(),
                nn.Conv2d(16, 32, 3, stride=2, padding=1),  # 14x14 => 7x7
                nn.ReLU(),
                nn.Flatten(),
                nn.Linear(32 * 7 * 7, code_dim),
            )
            self.decoder = nn.Sequential(
                nn.Linear(code_dim, 32 * 7 * 7),
                nn.ReLU(),
                nn.Unflatten(1, (32, 7, 7)),
                _doubling(way, 32, 16),  # 7x7 => 14x14
                nn.ReLU(),
                _doubling(way, 16, 1),  # 14x14 => 28x28
                nn.Sigmoid(),
            )

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # (N, 1, 28, 28) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # (N, k) -> (N, 1, 28, 28)


def _doubling(way: str, channels: int, out_channels: int) -> nn.Module:
    """From (N, channels, H, W) to (N, out_channels, 2 H, 2 W)."""
    if way == "transposed 2x2":
        return nn.ConvTranspose2d(channels, out_channels, 2, stride=2)
    if way == "transposed 3x3":
        return nn.ConvTranspose2d(channels, out_channels, 3, stride=2, padding=1, output_padding=1)
    if way == "transposed 4x4":
        return nn.ConvTranspose2d(channels, out_channels, 4, stride=2, padding=1)
    if way == "resize, then 3x3":
        return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(channels, out_channels, 3, padding=1))
    raise ValueError(f"no way {way!r} to double a map here: choose one of {', '.join(map(repr, WAYS))}")
