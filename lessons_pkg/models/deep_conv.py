"""The convolutional autoencoder of chapter 4: three convolutions of stride 2 in, three transposed ones out."""

from __future__ import annotations

from math import prod

from torch import Tensor, nn

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights

__all__ = ["Decoder", "DeepConvAE", "convolutions"]

CHANNELS = (32, 64, 128)
SIZE = 32  # the side of the images that the network is made for


def convolutions(channels: tuple[int, ...] = CHANNELS) -> nn.Sequential:
    """(N, 1, 32, 32) -> (N, 2048): each convolution halves the side, then the map is laid out in a row.

    From 28x28 it makes 14, 7 and 4, because 7 / 2 is rounded up: the same 2,048 numbers, and no error.
    """
    layers: list[nn.Module] = []
    for before, after in zip((1, *channels), channels, strict=False):
        layers += [nn.Conv2d(before, after, kernel_size=3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten())


def map_shape(channels: tuple[int, ...]) -> tuple[int, int, int]:
    """What is flattened: (128, 4, 4) with three convolutions."""
    side = SIZE >> len(channels)
    return channels[-1], side, side


class Decoder(nn.Module):
    """(N, k) -> (N, 1, 32, 32): Linear, reshape, transposed convolutions that double the side, a last convolution.

    The output is linear, as in the source: it can leave [0, 1].
    """

    def __init__(self, code_dim: int, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        self.map_shape = map_shape(channels)
        self.fc = nn.Linear(code_dim, prod(self.map_shape))
        layers: list[nn.Module] = []
        wide = channels[::-1]
        for before, after in zip((wide[0], *wide), wide, strict=False):  # 128-128, 128-64, 64-32
            layers += [nn.ConvTranspose2d(before, after, 3, stride=2, padding=1, output_padding=1), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.Conv2d(channels[0], 1, kernel_size=3, padding=1))

    def forward(self, z: Tensor) -> Tensor:
        x = self.fc(z).reshape(-1, *self.map_shape)  # (N, 2) -> (N, 2048) -> (N, 128, 4, 4)
        return self.model(x)  # -> (N, 1, 32, 32)


class DeepConvAE(Autoencoder):
    """The source's network for 32x32 images: 343,043 parameters with a code of 2 numbers.

    channels: of the convolutions on the way in; the decoder has them backwards. (32, 64, 128) is the source's.
    """

    def __init__(self, code_dim: int = 2, *, channels: tuple[int, ...] = CHANNELS, seed: int = 0) -> None:
        super().__init__()
        check_code_dim(code_dim, SIZE * SIZE)
        with initial_weights(seed):
            self.encoder = convolutions(channels)
            self.encoder.append(nn.Linear(prod(map_shape(channels)), code_dim))
            self.decoder = Decoder(code_dim, channels)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # (N, 1, 32, 32) -> (N, 2048) -> (N, k)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # (N, k) -> (N, 1, 32, 32)
