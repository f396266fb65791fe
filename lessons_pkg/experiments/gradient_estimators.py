"""Can a VAE be trained without the reparameterisation trick? The same network, by two estimators of the same gradient.

The score-function estimator (Williams 1992) needs no derivative of log p(x|z) by z: the encoder learns from
log q(z|x), weighted by how much better a sample did than the other samples of its image (leave one out:
Kool, van Hoof & Welling 2019). The decoder and the KL term learn by ordinary derivatives in every arm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from lessons_pkg import training
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import noise_from
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, vae


@dataclass(frozen=True)
class Settings:
    """samples: of q(z|x) for each image, the same in all arms; probes: samples for the spread of a gradient."""

    code_dim: int = 10
    hidden: tuple[int, ...] = (200,)
    images: int = 20_000
    epochs: int = 10
    batch_size: int = 128
    lr: float = 1e-3
    samples: int = 4
    probes: int = 2000
    probed_images: int = 10


def pathwise_loss(model: vae.VAE, x: Tensor, *, samples: int) -> Tensor:
    """Negative ELBO in nats per image from several samples each, differentiated through the samples (a scalar)."""
    z_mean, z_log_var = model.posterior(x)
    likelihoods = [model.log_likelihood(x, vae.reparameterise(z_mean, z_log_var)) for _ in range(samples)]
    return (vae.kl_to_standard_normal(z_mean, z_log_var).sum(1) - torch.stack(likelihoods).mean(0)).mean()


def score_loss(model: vae.VAE, x: Tensor, *, samples: int, baseline: bool) -> Tensor:
    """A scalar with the gradient of the negative ELBO on average, and no derivative by a sample in it.

    Its value is not the negative ELBO: the encoder's part has a mean of nearly zero.
    baseline: take from each sample's log-likelihood the mean over the image's other samples.
    """
    z_mean, z_log_var = model.posterior(x)
    likelihoods, log_qs = [], []
    for _ in range(samples):
        z = vae.reparameterise(z_mean, z_log_var).detach()  # from here on only a number: nothing flows through it
        likelihoods.append(model.log_likelihood(x, z))
        log_qs.append(vae.log_normal(z, z_mean, z_log_var).sum(1))
    f, log_q = torch.stack(likelihoods), torch.stack(log_qs)  # (samples, N) each
    reward = f.detach()
    if baseline:
        reward = reward - (reward.sum(0) - reward) / (samples - 1)
    kl = vae.kl_to_standard_normal(z_mean, z_log_var).sum(1)
    return (kl - f.mean(0) - (reward * log_q).mean(0)).mean()


ARMS = {
    "pathwise": pathwise_loss,
    "score, leave one out": partial(score_loss, baseline=True),
    "score": partial(score_loss, baseline=False),
}


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    few = train[: settings.images]
    values: dict[str, dict] = {}
    for name, loss in ARMS.items():
        model = vae.DenseVAE(settings.code_dim, hidden=settings.hidden, seed=seed)
        history = training.fit(
            model,
            few,
            loss=partial(loss, samples=settings.samples),
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            seed=seed,
            device="cpu",
        )
        with noise_from(seed, torch.device("cpu")):  # the same noise for every arm
            bound = training.evaluate(model, test, loss=vae.VAE.loss)
        values[name] = {"negative_elbo": bound, "seconds": round(history.seconds, 1)}
        if name == "pathwise":
            trained = model
    return values | {"spread": _spread(trained, test, settings, seed)}


def _spread(model: vae.VAE, test: ImageSet, settings: Settings, seed: int) -> dict:
    """Variance of one sample's gradient of E[log p(x|z)] by the mean of q, as a multiple of the pathwise one."""
    worth: dict[str, list[float]] = {"score": [], "score, less its mean": []}
    follows = []
    with noise_from(seed, torch.device("cpu")):
        for x in test.images[: settings.probed_images].split(1):
            with torch.no_grad():
                z_mean, z_log_var = model.posterior(x)
            mean = z_mean.expand(settings.probes, -1).clone().requires_grad_()
            std = (0.5 * z_log_var).exp().expand_as(mean).clone().requires_grad_()
            noise = torch.randn_like(mean)
            z = mean + std * noise
            f = model.log_likelihood(x, z)
            (pathwise,) = torch.autograd.grad(f.sum(), mean, retain_graph=True)
            # dz/dstd, number by number: the source calls the derivative independent of the noise.
            (by_std,) = torch.autograd.grad(z.sum(), std, retain_graph=True)
            follows.append((by_std - noise).abs().max().item())
            score = noise / std.detach()  # the derivative of log q by the mean
            f = f.detach().unsqueeze(1)
            for name, reward in (("score", f), ("score, less its mean", f - f.mean())):
                worth[name].append(((reward * score).var(0).mean() / pathwise.var(0).mean()).item())
    values = {name: torch.tensor(many).median().item() for name, many in worth.items()}
    return values | {"derivative_by_std_less_noise": max(follows)}


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """What is reached without a code: each pixel with its mean over the training images, in nats, and as an error."""
    mean = train[: settings.images].images.mean(0).clamp(1e-4, 1 - 1e-4)
    nats = torch.nn.functional.binary_cross_entropy(mean.expand_as(test.images), test.images, reduction="none")
    return {
        "mean image": nats.flatten(1).sum(1).mean().item(),
        "mean image error": (mean - test.images).square().mean().item(),
    }


RECIPE = Recipe(
    question="Can a VAE be trained without the reparameterisation trick, and what does that cost?",
    settings=Settings(),
    smallest={"images": 64, "epochs": 1, "hidden": (16,), "code_dim": 2, "probes": 20, "probed_images": 2},
    run_seed=run_seed,
    reference=reference,
    uses=(base, vae),
    tolerance=0.05,
    tolerances={"spread": 0.3, "derivative_by_std_less_noise": None},
)
