"""One module per lesson idea. Every autoencoder has ``encode``, ``decode`` and ``forward``, and takes (N, 1, H, W)."""

from lessons_pkg.models.bottleneck import BottleneckAE, KerasFCAE, KerasNoFCAE, TorchFCAE, TorchNoFCAE
from lessons_pkg.models.codec import CodecAE, RateAE
from lessons_pkg.models.conv import ConvAE
from lessons_pkg.models.deep_conv import DeepConvAE
from lessons_pkg.models.denoiser import Denoiser, GaussianMixture
from lessons_pkg.models.judge import Judge
from lessons_pkg.models.linear import DenseAE, LinearAE, StackedLinearAE
from lessons_pkg.models.masked_autoencoder import MaskedAutoencoder
from lessons_pkg.models.sparse_autoencoder import SparseAE
from lessons_pkg.models.stacked import EncoderClassifier, StackedAE
from lessons_pkg.models.upsampling import UpsamplingAE
from lessons_pkg.models.vae import VAE, ConvVAE, DenseVAE, LinearVAE
from lessons_pkg.models.vq_vae import VQVAE

__all__ = [
    "VAE",
    "VQVAE",
    "BottleneckAE",
    "CodecAE",
    "ConvAE",
    "ConvVAE",
    "DeepConvAE",
    "Denoiser",
    "DenseAE",
    "DenseVAE",
    "EncoderClassifier",
    "GaussianMixture",
    "Judge",
    "KerasFCAE",
    "KerasNoFCAE",
    "LinearAE",
    "LinearVAE",
    "MaskedAutoencoder",
    "RateAE",
    "SparseAE",
    "StackedAE",
    "StackedLinearAE",
    "TorchFCAE",
    "TorchNoFCAE",
    "UpsamplingAE",
]
