"""Negative log-likelihood of VAEs and importance-weighted autoencoders on binarised MNIST, beside the published values.

The network of Burda et al. 2016 (784-200-200-50, tanh) trained with k = 1, 5 and 50 samples, and 784-400-40. Training
images are binarised anew in each minibatch, as in the paper (section 5); the test images once, with a fixed seed.
The paper trains for 3,280 epochs; the settings say how many were trained here. What is stored as "elbo" is a loss,
minus the ELBO in nats per image, like "nll": lower is better.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import platformdirs
import torch
from torch import Tensor, nn

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe, current_hash
from lessons_pkg.latent import likelihood
from lessons_pkg.models import base, vae


@dataclass(frozen=True)
class Arm:
    """hidden, activation and code_dim of a DenseVAE; samples: of the importance-weighted bound, 1 for a VAE."""

    hidden: tuple[int, ...] = (200, 200)
    activation: str = "tanh"
    code_dim: int = 50
    samples: int = 1
    epochs: int = 4


@dataclass(frozen=True)
class Settings:
    """nll_samples importance samples for nll_images test images, few_samples for all of them: see ``estimate``."""

    arms: dict[str, Arm] = field(
        default_factory=lambda: {
            "VAE": Arm(),
            "IWAE, k=5": Arm(samples=5),
            "IWAE, k=50": Arm(samples=50),
            "VAE, longer": Arm(epochs=80),
            "VAE 784-400-40": Arm(hidden=(400,), activation="relu", code_dim=40, epochs=40),
        }
    )
    batch_size: int = 100
    lr: float = 2e-3
    nll_samples: int = 5000
    nll_images: int = 300
    few_samples: int = 50


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    binary = torch.bernoulli(test.images, generator=torch.Generator().manual_seed(0))
    values, checkpoints = {}, []
    for name, arm in settings.arms.items():
        model = vae.DenseVAE(arm.code_dim, hidden=arm.hidden, activation=arm.activation, seed=seed)
        start(model, train.images, seed)
        checkpoints.append(_checkpoint(name, seed))
        history = training.fit(
            model,
            train,
            loss=partial(binarised_loss, samples=arm.samples),
            epochs=arm.epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            schedule=training.cosine,
            seed=seed,
            checkpoint=checkpoints[-1],
        )
        model.cpu()
        values[name] = estimate(model, binary, seed, settings) | {
            "loss": history.loss,
            "elbo": training.evaluate(model, binary),
            "active": int(latent.active_units(model, binary).sum()),
            "epochs": arm.epochs,
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "device": history.device,
        }
    for path in checkpoints:
        path.unlink(missing_ok=True)
    return values


def binarised_loss(model: vae.VAE, x: Tensor, *, samples: int) -> Tensor:
    """Every pixel is 1 with its grey value as the probability, drawn anew; then the importance-weighted bound."""
    binary = torch.bernoulli(x)
    return model.loss(binary) if samples == 1 else likelihood.importance_weighted_loss(model, binary, samples=samples)


def start(model: vae.DenseVAE, images: Tensor, seed: int) -> None:
    """Weights after Glorot & Bengio 2010 (equation 16), as in the paper; the last bias draws the mean image."""
    with base.initial_weights(seed):
        for layer in model.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
    with torch.no_grad():
        mean = images.mean(0).flatten().clamp(0.001, 0.999)
        model.decoder[-1].bias.copy_(torch.logit(mean))


def estimate(model: vae.VAE, images: Tensor, seed: int, settings: Settings) -> dict:
    """-log p(x) in nats per image, with many samples for some images and few for all.

    With few samples the estimate is too high, by an amount that hardly differs between images. So the mean over all
    images with few samples is corrected by the mean difference to many samples on some of them; its standard error is
    that of this difference (a control variate). The noise of the test images themselves is not in it.
    """
    few = latent.nll(model, images, samples=settings.few_samples, seed=seed)
    chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[: settings.nll_images]
    many = latent.nll(model, images[chosen], samples=settings.nll_samples, seed=seed + 1)
    difference = many.per_image - few.per_image[chosen]
    return {
        "nll": few.mean + difference.mean().item(),
        "nll_error": (difference.std() / len(chosen) ** 0.5).item(),
        "nll_few": few.mean,
    }


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """The network of no input at all: every pixel with its mean over the training images."""
    binary = torch.bernoulli(test.images, generator=torch.Generator().manual_seed(0))
    mean = train.images.mean(0).clamp(0.001, 0.999)
    by_pixel = binary * mean.log() + (1 - binary) * (1 - mean).log()
    return {"mean image": -by_pixel.flatten(1).sum(1).mean().item()}


def _checkpoint(name: str, seed: int) -> Path:
    """Where a training goes on; of another version of the code there is another file."""
    words = f"vae_nll_table-{current_hash('vae_nll_table')}-{name}-{seed}.pt".replace(" ", "_").replace(",", "")
    return Path(platformdirs.user_cache_dir("lessons_pkg")) / "checkpoints" / words


RECIPE = Recipe(
    question="How probable do VAEs and importance-weighted autoencoders find the test images?",
    settings=Settings(),
    smallest={
        "arms": {
            "VAE": Arm(hidden=(8,), code_dim=2, epochs=1),
            "IWAE": Arm(hidden=(8,), code_dim=2, samples=3, epochs=1),
        },
        "nll_samples": 20,
        "nll_images": 10,
        "few_samples": 5,
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, vae, likelihood),
    tolerance=0.01,
    tolerances={"nll_error": 0.5, "active": 0.3, "device": None},
)
