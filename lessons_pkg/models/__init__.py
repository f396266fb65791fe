"""One module per lesson idea. Every model has ``encode``, ``decode`` and ``forward``, and takes (N, 1, H, W)."""

from lessons_pkg.models.bottleneck import BottleneckAE, KerasFCAE, KerasNoFCAE, TorchFCAE, TorchNoFCAE
from lessons_pkg.models.conv import ConvAE
from lessons_pkg.models.linear import DenseAE, LinearAE, StackedLinearAE
from lessons_pkg.models.upsampling import UpsamplingAE

__all__ = [
    "BottleneckAE",
    "ConvAE",
    "DenseAE",
    "KerasFCAE",
    "KerasNoFCAE",
    "LinearAE",
    "StackedLinearAE",
    "TorchFCAE",
    "TorchNoFCAE",
    "UpsamplingAE",
]
