"""Variational autoencoders: an encoder that answers with a distribution, and the negative ELBO as the loss.

Everything is in nats per image: sums over pixels and over the dimensions of the code, means over images only.
"""

from __future__ import annotations

import math
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, check_code_dim, initial_weights
from lessons_pkg.models.deep_conv import CHANNELS, SIZE, Decoder, convolutions, map_shape

__all__ = ["VAE", "ConvVAE", "DenseVAE", "LinearVAE", "kl_to_standard_normal", "log_normal", "reparameterise"]

LOG_2_PI = math.log(2 * math.pi)


def reparameterise(z_mean: Tensor, z_log_var: Tensor) -> Tensor:
    """A sample of N(z_mean, exp(z_log_var)) as a differentiable function of both: mean + std * noise.

    z_mean, z_log_var: (..., k). Noise is drawn anew for every number; it has no gradient, and needs none
    (Kingma & Welling 2014, section 2.4).
    """
    return z_mean + torch.exp(0.5 * z_log_var) * torch.randn_like(z_mean)


def kl_to_standard_normal(z_mean: Tensor, z_log_var: Tensor) -> Tensor:
    """KL(N(z_mean, diag exp(z_log_var)) || N(0, I)) of each dimension, in nats: (N, k) -> (N, k).

    The divergence of an image is the sum over its k dimensions (Kingma & Welling 2014, appendix B).
    """
    return 0.5 * (z_mean.square() + z_log_var.exp() - 1 - z_log_var)


def log_normal(x: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log N(x; mean, exp(log_var)) of each number, in nats. The shapes broadcast."""
    return -0.5 * (LOG_2_PI + log_var + (x - mean).square() / log_var.exp())


class VAE(Autoencoder):
    """Subclasses write ``posterior(x) -> (z_mean, z_log_var)`` and ``decoder_output(z)``; the rest follows.

    likelihood: "bernoulli": the decoder's output is the logits of the pixels, decode gives probabilities;
    "gaussian": the output is the mean of the pixels, with one variance for all of them.
    variance: of a Gaussian pixel; None: learned, as the parameter ``log_variance`` (Rybkin et al. 2021, section 3.1).
    beta: the weight of the KL term (Higgins et al. 2017); the bound on log p(x) is the one with beta = 1.
    """

    def __init__(self, *, likelihood: str, variance: float | None, beta: float) -> None:
        super().__init__()
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f"no likelihood {likelihood!r} here: choose 'bernoulli' or 'gaussian'")
        if not beta >= 0 or not (variance is None or variance > 0):  # this way round, NaN is refused too
            raise ValueError(f"beta={beta}, variance={variance}: beta is 0 or more, a variance is more than 0")
        if likelihood == "bernoulli" and variance is not None:
            raise ValueError(f"variance={variance} belongs to a Gaussian pixel; a Bernoulli pixel has none")
        self.likelihood, self.beta = likelihood, beta
        self.unit_interval_output = likelihood == "bernoulli"
        if likelihood == "gaussian":
            start = torch.tensor(math.log(0.1 if variance is None else variance))
            self.log_variance = nn.Parameter(start, requires_grad=variance is None)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z|x): (N, 1, H, W) -> two (N, k)."""
        raise NotImplementedError

    def decoder_output(self, z: Tensor) -> Tensor:
        """What the last layer gives, (N, k) -> (N, 1, H, W): logits (Bernoulli) or means (Gaussian)."""
        raise NotImplementedError

    def encode(self, x: Tensor) -> Tensor:
        """The mean of q(z|x)."""
        return self.posterior(x)[0]

    def decode(self, z: Tensor) -> Tensor:
        """The mean of p(x|z)."""
        output = self.decoder_output(z)
        return torch.sigmoid(output) if self.likelihood == "bernoulli" else output

    def log_likelihood(self, x: Tensor, z: Tensor) -> Tensor:
        """log p(x|z) in nats per image, summed over the pixels: (N,).

        Bernoulli: minus the binary cross-entropy, from logits, which stays finite where a probability rounds to 0.
        """
        output = self.decoder_output(z)
        x = x.expand_as(output)  # one image for many codes; any other shape is an error, not a table of all pairs
        if self.likelihood == "bernoulli":
            per_pixel = -F.binary_cross_entropy_with_logits(output, x, reduction="none")
        else:
            per_pixel = log_normal(x, output, self.log_variance)
        return per_pixel.flatten(1).sum(1)

    def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """log p(x|z) of one sample z of q(z|x), and KL(q(z|x) || N(0, I)); both (N,), in nats per image."""
        z_mean, z_log_var = self.posterior(x)
        likelihood = self.log_likelihood(x, reparameterise(z_mean, z_log_var))
        return likelihood, kl_to_standard_normal(z_mean, z_log_var).sum(1)

    def loss(self, x: Tensor) -> Tensor:
        """Negative ELBO in nats per image, averaged over the batch, with the KL term times beta (a scalar)."""
        likelihood, divergence = self.terms(x)
        return (self.beta * divergence - likelihood).mean()


class DenseVAE(VAE):
    """784 - hidden - k - hidden - 784 with as many hidden layers as ``hidden`` has numbers.

    (200, 200) with tanh and k = 50 is the network of Burda et al. 2016 (section 5), (400,) with ReLU a common one.
    """

    def __init__(
        self,
        code_dim: int = 20,
        *,
        hidden: tuple[int, ...] = (400,),
        activation: str = "relu",
        likelihood: str = "bernoulli",
        variance: float | None = None,
        beta: float = 1.0,
        image_size: int = 28,
        seed: int = 0,
    ) -> None:
        super().__init__(likelihood=likelihood, variance=variance, beta=beta)
        if activation not in ("relu", "tanh"):
            raise ValueError(f"no activation {activation!r} here: choose 'relu' or 'tanh'")
        pixels = image_size * image_size
        check_code_dim(code_dim, pixels)
        act = nn.ReLU if activation == "relu" else nn.Tanh
        self.image_shape = (1, image_size, image_size)
        with initial_weights(seed):
            into: list[nn.Module] = [nn.Flatten()]
            for before, after in zip((pixels, *hidden), hidden, strict=False):
                into += [nn.Linear(before, after), act()]
            self.encoder = nn.Sequential(*into)
            last = hidden[-1] if hidden else pixels
            self.z_mean, self.z_log_var = nn.Linear(last, code_dim), nn.Linear(last, code_dim)
            out: list[nn.Module] = []
            for before, after in zip((code_dim, *hidden[::-1]), hidden[::-1], strict=False):
                out += [nn.Linear(before, after), act()]
            self.decoder = nn.Sequential(*out, nn.Linear(hidden[0] if hidden else code_dim, pixels))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.encoder(x)  # (N, 1, 28, 28) -> (N, hidden)
        return self.z_mean(h), self.z_log_var(h)  # -> (N, k) each

    def decoder_output(self, z: Tensor) -> Tensor:
        return self.decoder(z).unflatten(-1, self.image_shape)  # (N, k) -> (N, 784) -> (N, 1, 28, 28)


class ConvVAE(VAE):
    """Chapter 4's DeepConvAE with a second Linear layer for the log variance, and a loss with a KL term."""

    def __init__(
        self,
        code_dim: int = 2,
        *,
        channels: tuple[int, ...] = CHANNELS,
        likelihood: str = "gaussian",
        variance: float | None = None,
        beta: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__(likelihood=likelihood, variance=variance, beta=beta)
        check_code_dim(code_dim, SIZE * SIZE)
        with initial_weights(seed):
            self.encoder = convolutions(channels)
            numbers = prod(map_shape(channels))
            # In the order of DeepConvAE, so that the same seed gives both the same weights where they agree.
            self.z_mean = nn.Linear(numbers, code_dim)
            self.decoder = Decoder(code_dim, channels)
            self.z_log_var = nn.Linear(numbers, code_dim)

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = self.encoder(x)  # (N, 1, 32, 32) -> (N, 2048)
        return self.z_mean(h), self.z_log_var(h)  # -> (N, k) each

    def decoder_output(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # (N, k) -> (N, 1, 32, 32)


class LinearVAE(VAE):
    """One Linear layer each way and a Gaussian pixel: its optimum is that of probabilistic PCA (Lucas et al. 2019).

    The variance of q(z|x) is the same for every image, one number per dimension: at the optimum it is anyway.
    """

    def __init__(
        self,
        code_dim: int = 32,
        *,
        variance: float | None = None,
        beta: float = 1.0,
        image_size: int = 28,
        seed: int = 0,
    ) -> None:
        super().__init__(likelihood="gaussian", variance=variance, beta=beta)
        pixels = image_size * image_size
        check_code_dim(code_dim, pixels)
        self.image_shape = (1, image_size, image_size)
        with initial_weights(seed):
            self.z_mean = nn.Linear(pixels, code_dim)
            self.decoder = nn.Linear(code_dim, pixels)
        self.z_log_var = nn.Parameter(torch.zeros(code_dim))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z_mean = self.z_mean(x.flatten(1))  # (N, 1, 28, 28) -> (N, k)
        return z_mean, self.z_log_var.expand_as(z_mean)

    def decoder_output(self, z: Tensor) -> Tensor:
        return self.decoder(z).unflatten(-1, self.image_shape)  # (N, k) -> (N, 1, 28, 28)
