"""When does a dimension of a linear VAE collapse? Fixed and learned pixel variance, against probabilistic PCA.

What is stored as "elbo" is minus the loss, in nats per image: under "beta" its KL is weighted by beta, and it is the
ELBO for beta = 1 only.
"""

from __future__ import annotations

from dataclasses import dataclass

from lessons_pkg import latent, optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import likelihood
from lessons_pkg.models import base, vae


@dataclass(frozen=True)
class Settings:
    """variances: of a pixel, fixed; 0 stands for a learned one. beta: with a fixed variance of 1/2, as MSE has it."""

    code_dim: int = 32
    variances: tuple[float, ...] = (2.0, 1.0, 0.5, 0.0)
    betas: tuple[float, ...] = (1.0, 2.0, 4.0)
    epochs: int = 15
    batch_size: int = 250
    matrix_lr: float = 0.02
    lr: float = 1e-2


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    values: dict[str, dict] = {"variance": {}, "beta": {}}
    for variance in settings.variances:
        name = "learned" if variance == 0 else str(variance)
        values["variance"][name] = _trained(seed, train, settings, variance=variance or None, beta=1.0)
    for beta in settings.betas:
        values["beta"][str(beta)] = _trained(seed, train, settings, variance=0.5, beta=beta)
    return values


def _trained(seed: int, train: ImageSet, settings: Settings, *, variance: float | None, beta: float) -> dict:
    model = vae.LinearVAE(settings.code_dim, variance=variance, beta=beta, seed=seed)
    history = training.fit(
        model,
        train,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        optimizer=optimizers.MuonAndAdam(model, matrix_lr=settings.matrix_lr, lr=settings.lr),
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )
    kl = latent.kl_per_dimension(model, train)
    return {
        "active": int(latent.active_units(model, train).sum()),
        "kl": kl.sort(descending=True).values.tolist(),
        "elbo": -training.evaluate(model, train),
        "pixel_variance": model.log_variance.exp().item(),
        "seconds": round(history.seconds, 1),
    }


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """Probabilistic PCA in closed form: how many directions are worth it, and how probable it finds the images."""
    fitted = latent.pca(train)
    values: dict[str, dict] = {"variance": {}, "beta": {}, "eigenvalues": fitted.eigenvalues[:128].tolist()}
    for variance in settings.variances:
        name = "learned" if variance == 0 else str(variance)
        best = latent.probabilistic_pca(fitted, settings.code_dim, variance=variance or None)
        values["variance"][name] = {
            "active": _active(best),
            "log_likelihood": best.log_likelihood(train.images).mean().item(),
            "pixel_variance": best.variance,
        }
    for beta in settings.betas:
        best = latent.probabilistic_pca(fitted, settings.code_dim, variance=0.5 * beta)
        values["beta"][str(beta)] = {"active": _active(best)}
    return values


def _active(best: likelihood.ProbabilisticPCA) -> int:
    """Directions whose posterior mean varies by more than the 0.01 of ``active_units``: 1 - variance / eigenvalue."""
    return int((1 - best.variance / best.eigenvalues > 0.01).sum())


RECIPE = Recipe(
    question="Which dimensions of a linear VAE collapse, with a fixed and with a learned pixel variance?",
    settings=Settings(),
    smallest={"code_dim": 4, "variances": (1.0, 0.0), "betas": (2.0,), "epochs": 1},
    run_seed=run_seed,
    reference=reference,
    uses=(base, vae, likelihood, optimizers),
    tolerance=0.02,
    tolerances={"active": 0.2, "kl": None},
)
