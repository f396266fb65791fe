"""What does an autoencoder learn from hidden patches, and how many should be hidden?

Two questions to each network. How well does it draw what is hidden? Beside it: the mean image, and the best linear
guess from the pixels that are seen, which needs no training but a covariance. And what are its tokens good for? A
logistic regression on their mean, from few labels, beside the same on PCA's codes and on the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lessons_pkg import latent, optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating, noise_from
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import linear
from lessons_pkg.models import MaskedAutoencoder, base, masked_autoencoder

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Settings:
    """images: that are learned from, without labels; labelled: of them, for the probe; held_out: others, to choose by.

    asked: test images whose hidden patches are guessed. ridges: what is added to the covariance of the seen pixels.
    matrix_lr: Muon's, for weight matrices; with Adam alone so short a training hardly leaves the mean image.
    """

    hidden: tuple[float, ...] = (0.25, 0.5, 0.75, 0.9)
    images: int = 20_000
    epochs: int = 3
    batch_size: int = 32
    matrix_lr: float = 0.02
    lr: float = 3e-3
    asked: int = 1000
    labelled: int = 1000
    held_out: int = 1000
    ridges: tuple[float, ...] = (0.001, 0.003, 0.01, 0.03)
    penalties: tuple[float, ...] = (0.001, 0.01, 0.1, 1.0)


def linear_guess(
    images: Tensor, hidden: Tensor, mean: Tensor, covariance: Tensor, ridge: float, *, batch: int = 20
) -> Tensor:
    """E[hidden pixels | seen pixels] if images were Gaussian: the best affine guess, for each image's own mask.

    images, hidden (1 where a pixel is hidden): (N, 1, H, W), as many hidden in each; mean (D,), covariance (D, D),
    float64. Seen pixels stay as they are. ridge: added to the variances of the seen pixels.
    """
    flat, masks = images.flatten(1).double(), hidden.flatten(1).bool()
    answer = flat.clone()
    for some, asked in zip(torch.arange(len(flat)).split(batch), masks.split(batch), strict=True):
        order = asked.int().argsort(dim=1, stable=True)  # seen pixels first
        seen, unseen = order[:, : int((~asked[0]).sum())], order[:, int((~asked[0]).sum()) :]
        among = covariance[seen[:, :, None], seen[:, None]] + ridge * torch.eye(seen.shape[1], dtype=torch.float64)
        weights = torch.linalg.solve(among, (flat[some].gather(1, seen) - mean[seen])[:, :, None])
        guess = mean[unseen] + (covariance[unseen[:, :, None], seen[:, None]] @ weights)[:, :, 0]
        answer[some] = flat[some].scatter(1, unseen, guess)
    return answer.clamp(0, 1).reshape(images.shape).float()


def hidden_error(guess: Tensor, images: Tensor, hidden: Tensor) -> float:
    """Squared error per hidden pixel."""
    return (((guess - images).square() * hidden).sum() / hidden.sum()).item()


def mean_tokens(model: MaskedAutoencoder, images: Tensor) -> Tensor:
    """The mean of the 49 tokens of whole images: (N, 1, 28, 28) -> (N, dim)."""
    with evaluating(model):
        return torch.cat([model.encode(some).mean(1) for some in images.split(500)])


def probe(parts: dict[str, Tensor], labels: dict[str, Tensor], penalties: tuple[float, ...]) -> float:
    """Test accuracy of a logistic regression on "labelled"; its penalty is the one that does best on "held_out"."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fitted = [
        make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=300)).fit(
            parts["labelled"].numpy(), labels["labelled"].numpy()
        )
        for c in penalties
    ]
    best = max(fitted, key=lambda one: one.score(parts["held_out"].numpy(), labels["held_out"].numpy()))
    return float(best.score(parts["test"].numpy(), labels["test"].numpy()))


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    drawn = train.take(min(len(train), settings.images + settings.held_out), seed=seed)
    held_out, learned = drawn[: settings.held_out], drawn[settings.held_out :]
    labelled = learned[: settings.labelled]
    mean, covariance = latent.moments(learned)
    mean_image = mean.float().reshape(1, *learned.pixels.shape[1:])
    sets = {"labelled": labelled, "held_out": held_out, "test": test}
    labels = {name: some.labels for name, some in sets.items()}
    tried, asked = held_out.images[:200], test.images[: settings.asked]
    values: dict[str, dict] = {"probe": {}}

    def probe_tokens(model: MaskedAutoencoder) -> float:
        parts = {name: mean_tokens(model, some.images) for name, some in sets.items()}
        return probe(parts, labels, settings.penalties)

    for share in settings.hidden:
        model = MaskedAutoencoder(share, seed=seed)
        with noise_from(seed + 1, CPU):
            seen_tried, seen = model.choose(len(tried)), model.choose(len(asked))
        hidden_tried, hidden = model.hidden_pixels(seen_tried), model.hidden_pixels(seen)
        optimizer = optimizers.MuonAndAdam(model, matrix_lr=settings.matrix_lr, lr=settings.lr)
        history = training.fit(
            model, learned, epochs=settings.epochs, batch_size=settings.batch_size, optimizer=optimizer,
            schedule=training.warm_up_and_cosine, seed=seed, device="cpu",
        )  # fmt: skip
        with evaluating(model):
            drawn_in = torch.cat([model(x, at) for x, at in zip(asked.split(500), seen.split(500), strict=True)])

        def error_with(ridge: float, tried: Tensor = tried, mask: Tensor = hidden_tried) -> float:
            return hidden_error(linear_guess(tried, mask, mean, covariance, ridge), tried, mask)

        ridge = min(settings.ridges, key=error_with)
        values[str(share)] = {
            "network": hidden_error(drawn_in.clamp(0, 1), asked, hidden),
            "linear": hidden_error(linear_guess(asked, hidden, mean, covariance, ridge), asked, hidden),
            "ridge": ridge,
            "mean image": hidden_error(mean_image.expand_as(asked), asked, hidden),
            "seconds": round(history.seconds, 1),
        }
        values["probe"][f"{share} hidden"] = probe_tokens(model)
    values["probe"]["untrained"] = probe_tokens(MaskedAutoencoder(settings.hidden[0], seed=seed))
    fitted = latent.pca(learned)
    width = model.where.shape[1]
    codes = {name: fitted.encode(some.images, width).float() for name, some in sets.items()}
    values["probe"]["PCA"] = probe(codes, labels, settings.penalties)
    pixels = {name: some.images.flatten(1) for name, some in sets.items()}
    values["probe"]["pixels"] = probe(pixels, labels, settings.penalties)
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    model = MaskedAutoencoder()
    return {"parameters": sum(p.numel() for p in model.parameters()), "width": model.where.shape[1]}


RECIPE = Recipe(
    question="What does an autoencoder learn from hidden patches, and how many should be hidden?",
    settings=Settings(),
    smallest={
        "hidden": (0.5, 0.75), "images": 40, "epochs": 1, "asked": 8, "labelled": 40, "held_out": 24, "ridges": (0.1,),
        "penalties": (0.1,),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, masked_autoencoder, linear, optimizers),
    tolerance=0.05,
    tolerances={"ridge": None},
)  # fmt: skip
