"""How probable does a VAE find an image, which of its dimensions does it use, and the case where both are known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating, noise_from
from lessons_pkg.latent.images import tensor_of
from lessons_pkg.latent.linear import PCA
from lessons_pkg.models.vae import LOG_2_PI, VAE, kl_to_standard_normal, log_normal, reparameterise

__all__ = [
    "NLL",
    "ProbabilisticPCA",
    "active_units",
    "importance_weighted_loss",
    "kl_per_dimension",
    "log_weights",
    "nll",
    "probabilistic_pca",
    "sampled_codes",
]


def _checked(model: nn.Module, images: ImageSet | Tensor) -> Tensor:
    """The images as a tensor. Raises ValueError for what would give a number, and a wrong one."""
    tensor = tensor_of(images)
    if not torch.isfinite(tensor).all():
        raise ValueError("the images contain NaN or infinity")
    if getattr(model, "unit_interval_output", False) and (tensor.min() < 0 or tensor.max() > 1):
        low, high = tensor.min().item(), tensor.max().item()
        raise ValueError(f"grey values from {low:.4g} to {high:.4g}; this model's pixels lie in [0, 1]: divide by 255?")
    return tensor


@torch.no_grad()
def sampled_codes(model: nn.Module, images: ImageSet | Tensor, *, seed: int = 0) -> Tensor:
    """One code per image, (N, k), as the decoder sees it in training: a sample of q(z|x), or an AE's code.

    The means of a VAE are not what it was trained to decode: in a dimension that it does not use they all lie near 0,
    and the samples still fill N(0, 1).
    """
    rows = []
    with evaluating(model) as (device, _), noise_from(seed, device):
        for batch in tensor_of(images).split(1000):
            x = batch.to(device)
            z = reparameterise(*model.posterior(x)) if isinstance(model, VAE) else model.encode(x)
            rows.append(z.flatten(1).cpu())
    return torch.cat(rows)


@torch.no_grad()
def kl_per_dimension(model: VAE, images: ImageSet | Tensor) -> Tensor:
    """KL(q(z_j|x) || N(0, 1)) of each dimension j, in nats, averaged over the images: (k,)."""
    images = tensor_of(images)
    with evaluating(model) as (device, _):
        # On the CPU before double(): not every device knows it.
        parts = (kl_to_standard_normal(*model.posterior(x.to(device))).cpu().double() for x in images.split(1000))
        total = sum(part.sum(0) for part in parts)
    return total / len(images)


@torch.no_grad()
def active_units(model: VAE, images: ImageSet | Tensor, *, threshold: float = 0.01) -> Tensor:
    """Which dimensions of the code are used, (k,) of bool: those whose mean varies over the images by more than this.

    The variance over x of E[z_j|x] against 0.01, as in Burda et al. 2016 (section 5.2).
    Raises ValueError for fewer than two images, and for NaN.
    """
    images = _checked(model, images)
    if len(images) < 2:
        raise ValueError(f"{len(images)} image: what varies shows with two or more")
    with evaluating(model) as (device, _):
        means = torch.cat([model.encode(x.to(device)).cpu() for x in images.split(1000)])
    return means.double().var(0) > threshold


def log_weights(model: VAE, x: Tensor, samples: int) -> Tensor:
    """log p(x, z) - log q(z|x) for this many samples z of q(z|x), in nats: (N, 1, H, W) -> (samples, N).

    The mean of the weights themselves is p(x) in expectation (Burda et al. 2016, section 3).
    """
    z_mean, z_log_var = model.posterior(x)
    mean, log_var = (value.expand(samples, *value.shape) for value in (z_mean, z_log_var))
    z = reparameterise(mean, log_var)  # (samples, N, k)
    posterior = log_normal(z, mean, log_var).sum(2)
    prior = log_normal(z, z.new_zeros(()), z.new_zeros(())).sum(2)
    likelihood = model.log_likelihood(x.repeat(samples, 1, 1, 1), z.flatten(0, 1)).unflatten(0, z.shape[:2])
    return likelihood + prior - posterior


def importance_weighted_loss(model: VAE, x: Tensor, *, samples: int) -> Tensor:
    """Minus the importance-weighted bound, in nats per image (Burda et al. 2016, equation 8); samples=1 is the ELBO."""
    weights = log_weights(model, x, samples)
    return (math.log(samples) - weights.logsumexp(0)).mean()


@dataclass(frozen=True, eq=False)
class NLL:
    """An estimate of -log p(x) in nats per image. per_image: (N,), noise: (N,), the standard error of each.

    samples: for each image. standard_error: of the mean over the images, from their noise.
    By Jensen's inequality the estimate is too high in expectation, and less so with more samples.
    """

    per_image: Tensor
    noise: Tensor
    samples: int

    @property
    def mean(self) -> float:
        return self.per_image.mean().item()

    @property
    def standard_error(self) -> float:
        return (self.noise.square().sum().sqrt() / len(self.noise)).item()


@torch.no_grad()
def nll(
    model: VAE, images: ImageSet | Tensor, *, samples: int = 5000, seed: int = 0, decoded_at_once: int = 20_000
) -> NLL:
    """-log p(x) of each image by importance sampling from q(z|x) (Burda et al. 2016, section 5).

    Of grey images under Bernoulli pixels it is no likelihood: these do not sum to one over the grey values.
    decoded_at_once: how many images are decoded in one batch. noise of an image is the standard error of its own
    estimate, by the delta method: std(w) / (mean(w) sqrt(samples)).
    """
    if samples < 2:
        raise ValueError(f"samples={samples}: at least 2, so that the noise can be estimated; 1 is the ELBO")
    images = _checked(model, images)
    estimates, noise = [], []
    with evaluating(model) as (device, _), noise_from(seed, device):
        for batch in images.split(max(1, decoded_at_once // samples)):
            x = batch.to(device)
            chunk = max(1, min(samples, decoded_at_once))  # more than one image only where all their samples fit
            sizes = [chunk] * (samples // chunk) + ([samples % chunk] if samples % chunk else [])
            weights = torch.cat([log_weights(model, x, size).cpu().double() for size in sizes])
            log_mean = weights.logsumexp(0) - math.log(samples)
            estimates.append(-log_mean)
            noise.append((weights - log_mean).exp().std(0) / math.sqrt(samples))
    return NLL(torch.cat(estimates), torch.cat(noise), samples)


@dataclass(frozen=True, eq=False)
class ProbabilisticPCA:
    """x = W z + mean + noise with z ~ N(0, I), noise ~ N(0, variance I) (Tipping & Bishop 1999).

    weights: (D, k), mean: (D,); eigenvalues: (k,), of the data's covariance along W's columns.
    """

    weights: Tensor
    mean: Tensor
    variance: float
    eigenvalues: Tensor

    def log_likelihood(self, images: ImageSet | Tensor) -> Tensor:
        """log p(x) in nats per image, in closed form: (N, C, H, W) -> (N,), float64."""
        centred = tensor_of(images).flatten(1).double().cpu() - self.mean
        dimensions, k = self.weights.shape
        inner = self.weights.T @ self.weights + self.variance * torch.eye(k, dtype=torch.float64)  # M, (k, k)
        projected = centred @ self.weights
        # Woodbury: (W W^T + s I)^-1 = (I - W M^-1 W^T) / s
        explained = (projected * torch.linalg.solve(inner, projected.T).T).sum(1)
        distance = (centred.square().sum(1) - explained) / self.variance
        log_determinant = torch.logdet(inner) + (dimensions - k) * math.log(self.variance)
        return -0.5 * (dimensions * LOG_2_PI + log_determinant + distance)


def probabilistic_pca(fitted: PCA, k: int, *, variance: float | None = None) -> ProbabilisticPCA:
    """The maximum of the likelihood for k dimensions (Tipping & Bishop 1999, equations 7 and 8).

    variance: of the noise; None: the best one, the mean of the eigenvalues left out. With a given variance a direction
    whose eigenvalue is below it gets the weight 0.
    """
    if not 1 <= k < len(fitted.mean):
        raise ValueError(f"k={k}: from 1 to {len(fitted.mean) - 1}, one less than the number of pixels")
    if variance is not None and not variance > 0:
        raise ValueError(f"variance={variance}: a variance is more than 0")
    best = fitted.eigenvalues[k:].mean().item() if variance is None else variance
    if variance is None and best <= 1e-12 * fitted.eigenvalues[0].item():  # nothing but rounding
        raise ValueError(f"k={k} leaves no noise: the images vary in {k} dimensions or fewer. Take a smaller k")
    scale = (fitted.eigenvalues[:k] - best).clamp(min=0).sqrt()
    return ProbabilisticPCA(fitted.components[:, :k] * scale, fitted.mean, best, fitted.eigenvalues[:k])
