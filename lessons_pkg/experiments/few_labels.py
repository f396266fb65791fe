"""Does an autoencoder, trained on images without labels, help a classifier that has only a few labels?

All 60,000 training images are there for the training without labels; of 10 to 1,000 of them, as many of each class, the
label is known. They are drawn anew for every seed, and are the same for all arms; the smaller sets are parts of the
larger ones. Two uses of a stack 784-512-256-64, trained layer by layer, plain and denoising:

- initial weights: a classifier begins with the weights of the encoder, and is then trained with the labels,
- features: the codes stay as they are, and logistic regression works on them.

Against them the same network from random weights, and logistic regression on as many principal components, on the raw
pixels, on the codes of the untrained encoder; and the nearest neighbours among the labelled images.

Every arm has one free parameter, of three to five values, and the same rule for it: three-fold cross-validation on the
labelled images alone; with one label of each class, where nothing can be left out, and for equals the value named
first, which was fixed beforehand. The number of fine-tuning steps is fixed.

The layers are not trained together afterwards (Hinton & Salakhutdinov 2006 do that, for reconstruction). "test_mse" is
the error of the whole stack as it then is. Of the denoising one it says little: its layers expect masked input, and
give too much for whole ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from torch import Tensor

from lessons_pkg import latent, noise, pretraining, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, linear, stacked
from lessons_pkg.models.stacked import EncoderClassifier, StackedAE

# (features, labels, asked features, parameter) -> the class of each that was asked for
Arm = Callable[[Tensor, Tensor, Tensor, float], Tensor]


@dataclass(frozen=True)
class Settings:
    """counts: of labelled images, a multiple of ten; masked: share of the input, in the denoising stack.

    The candidates of the free parameters, the one fixed beforehand first: rates (learning rate of the fine-tuning),
    penalties (C of the logistic regression, the inverse of the penalty, on features whose mean squared norm is 1),
    neighbours.
    """

    counts: tuple[int, ...] = (10, 30, 100, 300, 1000)
    widths: tuple[int, ...] = (512, 256, 64)
    masked: float = 0.25
    epochs: int = 4
    batch_size: int = 128
    lr: float = 3e-3  # by the loss of the layers, on seed 0: after few epochs 1e-3 is far behind
    unlabelled: int = 60_000
    steps: int = 200
    few: int = 32
    rates: tuple[float, ...] = (1e-3, 3e-4, 3e-3)
    penalties: tuple[float, ...] = (10.0, 1.0, 100.0, 0.1, 1000.0)
    neighbours: tuple[int, ...] = (1, 3, 5)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    unlabelled = train[: settings.unlabelled]
    stacks, values = {}, {}
    for name, masked in (("stacked", 0.0), ("stacked denoising", settings.masked)):
        stacks[name] = StackedAE(settings.widths, seed=seed)
        histories = pretraining.greedy_pretrain(
            stacks[name],
            unlabelled,
            masked=masked,
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            lr=settings.lr,
            seed=seed,
        )
        values[name] = {
            "test_mse": training.evaluate(stacks[name], test),
            "seconds": round(sum(history.seconds for history in histories), 1),
        }
    untrained = StackedAE(settings.widths, seed=seed)
    labelled = balanced(train.labels, max(settings.counts), seed)
    accuracies: dict[str, dict[str, float]] = {}
    chosen: dict[str, dict[str, float]] = {}
    for name, arm, candidates, known, asked in _arms(stacks, untrained, train, test, labelled, seed, settings):
        for count in settings.counts:
            labels = train.labels[labelled[:count]]
            best = cross_validated(arm, candidates, known[:count], labels, seed)
            found = arm(known[:count], labels, asked, best)
            accuracies.setdefault(name, {})[str(count)] = (found == test.labels).double().mean().item()
            chosen.setdefault(name, {})[str(count)] = best
    return values | {"accuracy": accuracies, "chosen": chosen}


def balanced(labels: Tensor, count: int, seed: int) -> Tensor:
    """Indices of ``count`` images, of each class as many, so ordered that every first 10, 20, 30 ... are balanced too.

    labels: (N,), of ten classes. Raises ValueError where count is no multiple of ten or a class has too few images.
    """
    each, rest = divmod(count, 10)
    draw = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(len(labels), generator=draw)
    of_class = [shuffled[labels[shuffled] == label][:each] for label in range(10)]
    if rest or min(len(found) for found in of_class) < each:
        raise ValueError(f"{count} labels cannot be drawn so that each of ten classes has as many")
    return torch.stack(of_class, dim=1).flatten()  # (each, 10): one of each class, then the next of each


def cross_validated(arm: Arm, candidates: Sequence[float], known: Tensor, labels: Tensor, seed: int) -> float:
    """The candidate with the highest accuracy in cross-validation on these labels; the first of equals.

    Three folds, two where a class has two labels only. With one label of a class: the first candidate, unvalidated.
    """
    number = min(3, int(labels.bincount().min()))
    if number < 2:
        return candidates[0]
    folds = StratifiedKFold(number, shuffle=True, random_state=seed).split(labels, labels)
    parts = [(torch.from_numpy(fitted), torch.from_numpy(left_out)) for fitted, left_out in folds]

    def right(parameter: float) -> int:
        return sum(
            int((arm(known[fitted], labels[fitted], known[left_out], parameter) == labels[left_out]).sum())
            for fitted, left_out in parts
        )

    return max(candidates, key=right)


def logistic(known: Tensor, labels: Tensor, asked: Tensor, penalty: float) -> Tensor:
    """Logistic regression on features (N, k). ``penalty`` is scikit-learn's C: small values hold the weights back."""
    fitted = LogisticRegression(C=penalty, max_iter=2000).fit(known.numpy(), labels.numpy())
    return torch.from_numpy(fitted.predict(asked.numpy()))


def nearest(known: Tensor, labels: Tensor, asked: Tensor, neighbours: float) -> Tensor:
    """The most frequent class among the nearest labelled images, Euclidean; the smallest number of equals."""
    order = torch.cdist(asked, known).topk(int(neighbours), largest=False).indices
    return labels[order].mode(dim=1).values


def _arms(
    stacks: dict[str, StackedAE],
    untrained: StackedAE,
    train: ImageSet,
    test: ImageSet,
    labelled: Tensor,
    seed: int,
    settings: Settings,
) -> list[tuple[str, Arm, Sequence[float], Tensor, Tensor]]:
    """(name, arm, candidates, features of the labelled images, features of the test images)."""

    def network(stack: StackedAE) -> Arm:
        def classes(known: Tensor, labels: Tensor, asked: Tensor, rate: float) -> Tensor:
            classifier = EncoderClassifier(stack, seed=seed)
            pretraining.fine_tune(
                classifier, known, labels, steps=settings.steps, batch_size=settings.few, lr=rate, seed=seed
            )
            with torch.no_grad():
                return classifier(asked).argmax(1)

        return classes

    unlabelled = train[: settings.unlabelled]
    fitted = latent.pca(unlabelled)
    features: dict[str, Callable[[ImageSet], Tensor]] = {
        f"codes, {name}": lambda images, stack=stack: latent.codes(stack, images) for name, stack in stacks.items()
    }
    features |= {
        "codes, untrained": lambda images: latent.codes(untrained, images),
        "PCA": lambda images: fitted.encode(images.images, settings.widths[-1]).float(),
        "raw pixels": lambda images: images.images.flatten(1),
    }
    known = train[labelled]
    arms = [
        (name, network(stack), settings.rates, known.images, test.images)
        for name, stack in (("random weights", untrained), *stacks.items())
    ]
    for name, features_of in features.items():
        # One shift and one factor for each kind of features, so that a penalty means the same for all.
        some = features_of(unlabelled[:10_000])
        shift, factor = some.mean(0), (some - some.mean(0)).square().sum(1).mean().rsqrt()
        scaled = [(features_of(images) - shift) * factor for images in (known, test)]
        arms.append((name, logistic, settings.penalties, *scaled))
    return [*arms, ("neighbours", nearest, settings.neighbours, known.images.flatten(1), test.images.flatten(1))]


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """Reconstruction with as many principal components, beside which the stacks' errors are read."""
    return {"pca_test": latent.pca_floor(train[: settings.unlabelled], settings.widths[-1], on=test)}


RECIPE = Recipe(
    question="Does an autoencoder trained without labels help a classifier that has only a few?",
    settings=Settings(),
    smallest={
        "counts": (10, 20),
        "widths": (16, 4),
        "epochs": 1,
        "steps": 4,
        "rates": (1e-3, 3e-3),
        "penalties": (1.0, 10.0),
        "neighbours": (1, 3),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, linear, stacked, noise, pretraining),
    tolerance=0.02,
    # Two candidates can be equally good, up to rounding.
    tolerances={"chosen": None},
    dataset=("mnist", "fashion-mnist"),
)
