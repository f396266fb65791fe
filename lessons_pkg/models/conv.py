"""The convolutional autoencoder of the second exercise, with 1,077 parameters and a code on a 7x7 grid."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, initial_weights


class Encoder(nn.Module):
    """(N, 1, 28, 28) -> (N, code_channels, 7, 7): convolution, pool, convolution, pool."""

    def __init__(self, channels: int, code_channels: int, *, relu: bool) -> None:
        super().__init__()
        self.relu = relu
        self.conv1 = nn.Conv2d(1, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, code_channels, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)  # (N, 1, 28, 28) -> (N, 16, 28, 28)
        x = self.pool(F.relu(x) if self.relu else x)  # -> (N, 16, 14, 14)
        x = self.conv2(x)  # -> (N, 4, 14, 14)
        return self.pool(F.relu(x) if self.relu else x)  # -> (N, 4, 7, 7)


class Decoder(nn.Module):
    """(N, code_channels, 7, 7) -> (N, 1, 28, 28): two transposed convolutions that double the size, then a sigmoid."""

    def __init__(self, channels: int, code_channels: int, *, relu: bool) -> None:
        super().__init__()
        self.relu = relu
        self.t_conv1 = nn.ConvTranspose2d(code_channels, channels, kernel_size=2, stride=2)
        self.t_conv2 = nn.ConvTranspose2d(channels, 1, kernel_size=2, stride=2)

    def forward(self, z: Tensor) -> Tensor:
        x = self.t_conv1(z)  # (N, 4, 7, 7) -> (N, 16, 14, 14)
        x = self.t_conv2(F.relu(x) if self.relu else x)  # -> (N, 1, 28, 28)
        return F.sigmoid(x)


class ConvAE(Autoencoder):
    """Two convolutions with max-pooling in, two 2x2 transposed convolutions out, a sigmoid at the end.

    relu: also after every layer but the last. Without, as in the source, max-pooling and the sigmoid are all that
    is not linear. Side lengths are to be multiples of 4: the code has (H / 4) x (W / 4) places.
    """

    unit_interval_output = True

    def __init__(self, *, relu: bool = False, channels: int = 16, code_channels: int = 4, seed: int = 0) -> None:
        super().__init__()
        with initial_weights(seed):
            self.encoder = Encoder(channels, code_channels, relu=relu)
            self.decoder = Decoder(channels, code_channels, relu=relu)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # (N, 1, 28, 28) -> (N, 4, 7, 7)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # (N, 4, 7, 7) -> (N, 1, 28, 28)
