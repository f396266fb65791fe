"""Autoencoders with and without a fully connected bottleneck.

``BottleneckAE`` is one trunk with different middles, for comparisons in which only the middle differs. The other four
are the networks of the source, as they stand there: two in PyTorch, two in Keras (here as the same PyTorch function).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights

GRID = 7  # the trunk leaves 7x7 places of a 28x28 image
COARSE_GRID = 4  # and a further stride of 2 leaves 4x4


class BottleneckAE(Autoencoder):
    """A convolution of 8x8 windows at every fourth pixel, a bottleneck, and the same way back to a sigmoid.

    bottleneck: "fc": Flatten and Linear, any code_dim;
    "conv": a 3x3 convolution, no layer sees the whole map: code_dim is a multiple of 49 (a code on 7x7 places) or of
    16 (stride 2, a code on 4x4 places);
    "pooled": global average pooling and Linear, any code_dim; what the pooling keeps is one number a channel.
    hidden: width of one more layer on each side of an "fc" bottleneck.
    """

    unit_interval_output = True

    def __init__(
        self,
        code_dim: int = 32,
        *,
        bottleneck: str = "fc",
        channels: int = 32,
        hidden: int | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__()
        check_code_dim(code_dim, 28 * 28)
        with initial_weights(seed):
            # 8x8 windows that overlap by half: the kernel is a multiple of the stride, so every pixel, but for the
            # edges, is drawn by equally many windows.
            into = [nn.Conv2d(1, channels, kernel_size=8, stride=4, padding=2), nn.LeakyReLU(0.2)]  # -> (N, 32, 7, 7)
            narrow, widen = _middle(bottleneck, code_dim, channels, hidden)
            out = [nn.LeakyReLU(0.2), nn.ConvTranspose2d(channels, 1, kernel_size=8, stride=4, padding=2), nn.Sigmoid()]
            self.encoder = nn.Sequential(*into, *narrow)
            self.decoder = nn.Sequential(*widen, *out)
            for layer in self.modules():
                _he_normal(layer)
        # Begin with dark images, sigmoid(-2) = 0.12: with torch's own start a "conv" bottleneck went black and stayed
        # so (chapter 2). Our reading: its shared weights all learn to darken first, until the sigmoid is flat.
        nn.init.constant_(out[1].bias, -2.0)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # (N, 1, 28, 28) -> (N, k), or (N, c, 7, 7) or (N, c, 4, 4) with a "conv" bottleneck

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # -> (N, 1, 28, 28)


def _he_normal(layer: nn.Module) -> None:
    """Weights that keep the size of the signal from layer to layer (He et al. 2015, section 2.2), and zero biases."""
    if not isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        return
    inputs = layer.weight[0].numel()  # numbers that one output is a sum of
    if isinstance(layer, nn.ConvTranspose2d):
        inputs = layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1] // (layer.stride[0] * layer.stride[1])
    nn.init.normal_(layer.weight, std=(2 / (1 + 0.2**2) / inputs) ** 0.5)
    nn.init.zeros_(layer.bias)


def _middle(kind: str, code_dim: int, channels: int, hidden: int | None) -> tuple[list[nn.Module], list[nn.Module]]:
    """The layers from (N, channels, 7, 7) to the code, and from the code back to (N, channels, 7, 7)."""
    if hidden is not None and kind != "fc":
        raise ValueError(f"hidden={hidden} belongs to bottleneck='fc'; here it is {kind!r}")
    numbers = channels * GRID * GRID
    back = [nn.Linear(hidden or code_dim, numbers), nn.Unflatten(1, (channels, GRID, GRID))]
    if kind == "fc" and hidden is None:
        return [nn.Flatten(), nn.Linear(numbers, code_dim)], back
    if kind == "fc":
        narrow = [nn.Flatten(), nn.Linear(numbers, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, code_dim)]
        return narrow, [nn.Linear(code_dim, hidden), nn.LeakyReLU(0.2), *back]
    if kind == "pooled":
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, code_dim)], back
    if kind == "conv" and code_dim % GRID**2 == 0:
        planes = code_dim // GRID**2
        return [nn.Conv2d(channels, planes, 3, padding=1)], [nn.Conv2d(planes, channels, 3, padding=1)]
    if kind == "conv" and code_dim % COARSE_GRID**2 == 0:
        planes = code_dim // COARSE_GRID**2
        narrow = [nn.Conv2d(channels, planes, 3, stride=2, padding=1)]  # 7x7 => 4x4
        return narrow, [nn.ConvTranspose2d(planes, channels, 3, stride=2, padding=1)]  # 4x4 => 7x7
    if kind == "conv":
        raise ValueError(f"code_dim={code_dim}: a convolutional code lies on a grid, in multiples of 49 or of 16")
    raise ValueError(f"no bottleneck {kind!r} here: choose 'fc', 'conv' or 'pooled'")


class TorchFCAE(Autoencoder):
    """The source's PyTorch network with a fully connected bottleneck: 64 numbers, 10, 64.

    fc1 and fc2 follow each other with nothing between: together they are one affine map of rank 10.
    output_activation: "tanh" as in the source, or "sigmoid".
    """

    def __init__(self, *, output_activation: str = "tanh", seed: int = 0) -> None:
        super().__init__()
        self.unit_interval_output = output_activation == "sigmoid"
        with initial_weights(seed):
            self.encoder = nn.Sequential(*_source_encoder(), nn.ReLU())
            self.fc1 = nn.Linear(64, 10)
            self.fc2 = nn.Linear(10, 64)
            self.decoder = _source_decoder(output_activation)

    def encode(self, x: Tensor) -> Tensor:
        x = self.encoder(x)  # (N, 1, 28, 28) -> (N, 64, 1, 1)
        return self.fc1(x.view(x.size(0), -1))  # -> (N, 64) -> (N, 10)

    def decode(self, z: Tensor) -> Tensor:
        x = self.fc2(z).view(-1, 64, 1, 1)  # (N, 10) -> (N, 64) -> (N, 64, 1, 1)
        return self.decoder(x)  # -> (N, 1, 28, 28)


class TorchNoFCAE(Autoencoder):
    """The source's PyTorch network "without" one: its code is the 64 numbers that a 7x7 convolution makes of a 7x7 map.

    A kernel as large as its input has one place to stand, so that convolution is a Linear layer all the same.
    """

    def __init__(self, *, output_activation: str = "tanh", seed: int = 0) -> None:
        super().__init__()
        self.unit_interval_output = output_activation == "sigmoid"
        with initial_weights(seed):
            self.encoder = nn.Sequential(*_source_encoder())
            self.decoder = _source_decoder(output_activation)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # (N, 1, 28, 28) -> (N, 64, 1, 1)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # -> (N, 1, 28, 28)


def _source_encoder() -> list[nn.Module]:
    return [
        nn.Conv2d(1, 16, 3, stride=2, padding=1),  # 28x28 => 14x14
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),  # 14x14 => 7x7
        nn.ReLU(),
        nn.Conv2d(32, 64, 7),  # 7x7 => 1x1
    ]


def _source_decoder(output_activation: str) -> nn.Sequential:
    last = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid}.get(output_activation)
    if last is None:
        raise ValueError(f"no output activation {output_activation!r} here: choose 'tanh' or 'sigmoid'")
    return nn.Sequential(
        nn.ConvTranspose2d(64, 32, 7),  # 1x1 => 7x7
        nn.ReLU(),
        nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1),  # 7x7 => 14x14
        nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1),  # 14x14 => 28x28
        last(),
    )


class KerasNoFCAE(Autoencoder):
    """The source's Keras network "without": its code is the map of 7x7x64 = 3,136 numbers, for an image of 784 pixels.

    Keras' padding='same' at stride 2 is not symmetric: one row and column of zeros at the bottom right on the way in,
    one row and column cut off there on the way out. in_channels: 3 in the source, for images that are grey.
    """

    unit_interval_output = True

    def __init__(self, *, in_channels: int = 1, seed: int = 0) -> None:
        super().__init__()
        with initial_weights(seed):
            self.conv1 = nn.Conv2d(in_channels, 32, 3, stride=2)
            self.conv2 = nn.Conv2d(32, 64, 3, stride=2)
            self.t_conv1 = nn.ConvTranspose2d(64, 64, 3, stride=2)
            self.t_conv2 = nn.ConvTranspose2d(64, 32, 3, stride=2)
            self.t_conv3 = nn.ConvTranspose2d(32, in_channels, 3, padding=1)

    def encode(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv1(F.pad(x, (0, 1, 0, 1))))  # (N, 1, 28, 28) -> (N, 32, 14, 14)
        return F.relu(self.conv2(F.pad(x, (0, 1, 0, 1))))  # -> (N, 64, 7, 7)

    def decode(self, z: Tensor) -> Tensor:
        x = F.relu(self.t_conv1(z)[..., :-1, :-1])  # (N, 64, 7, 7) -> (N, 64, 15, 15) -> (N, 64, 14, 14)
        x = F.relu(self.t_conv2(x)[..., :-1, :-1])  # -> (N, 32, 29, 29) -> (N, 32, 28, 28)
        return F.sigmoid(self.t_conv3(x))  # -> (N, 1, 28, 28)


class KerasFCAE(KerasNoFCAE):
    """The source's Keras network with GlobalAveragePooling2D, Dense(10), Dense(7*7*64) and Reshape in the middle."""

    def __init__(self, *, in_channels: int = 1, seed: int = 0) -> None:
        super().__init__(in_channels=in_channels, seed=seed)
        with initial_weights(seed + 1):  # another draw than the convolutions had
            self.dense1 = nn.Linear(64, 10)
            self.dense2 = nn.Linear(10, 64 * GRID * GRID)

    def encode(self, x: Tensor) -> Tensor:
        x = super().encode(x)  # (N, 1, 28, 28) -> (N, 64, 7, 7)
        return self.dense1(x.mean((2, 3)))  # -> (N, 64), where is forgotten -> (N, 10)

    def decode(self, z: Tensor) -> Tensor:
        x = self.dense2(z).unflatten(1, (64, GRID, GRID))  # (N, 10) -> (N, 3136) -> (N, 64, 7, 7)
        return super().decode(x)  # -> (N, 1, 28, 28)
