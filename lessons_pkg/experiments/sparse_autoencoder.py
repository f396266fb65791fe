"""Does a sparse autoencoder find better units of meaning in a layer than its neurons, and the same ones twice?

The layer is the last but one of the zoo's classifier of Fashion-MNIST, 64 numbers. Against PCA with as many numbers,
and against dictionaries of the same size that nobody trained: random directions, and activations drawn by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons_pkg import training, zoo
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import Judge, SparseAE, base, judge, sparse_autoencoder
from lessons_pkg.models.sparse_autoencoder import keep_largest


@dataclass(frozen=True)
class Settings:
    """times: how many features for each number of the layer; active: how many may be above 0 at a time.

    again: added to the seed for the second of two networks, which differ in nothing else.
    """

    times: int = 8
    active: tuple[int, ...] = (2, 4, 8, 16)
    epochs: int = 10
    batch_size: int = 512
    lr: float = 1e-3
    chosen_on: int = 10_000
    found_again: float = 0.9
    again: int = 1000


def activations(model: Judge, images: ImageSet) -> Tensor:
    """What the layer says about images of 32x32: (N, 64)."""
    with evaluating(model):
        return torch.cat([model.features(images[i : i + 1000].images) for i in range(0, len(images), 1000)])


def train_sparse(rows: Tensor, settings: Settings, *, active: int, seed: int) -> SparseAE:
    """A sparse autoencoder of rows (N, width)."""
    model = SparseAE(rows.shape[1], settings.times * rows.shape[1], active, seed=seed)
    with torch.no_grad():
        model.centre.copy_(rows.mean(0))
    training.fit(
        model, rows[:, None, None], epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr,
        schedule=training.warm_up_and_cosine, seed=seed, device="cpu",
    )  # fmt: skip
    return model.requires_grad_(False)


def ever_active(model: SparseAE, rows: Tensor) -> Tensor:
    """True for the features that at least one of the rows (N, width) makes active: (features,)."""
    return torch.stack([(model.encode(some) > 0).any(0) for some in rows.split(5000)]).any(0)


def explained(rebuilt: Tensor, rows: Tensor, mean: Tensor) -> float:
    """1 less the squared error over the squared distance from ``mean``, which is that of the training rows."""
    return 1 - ((rebuilt - rows).square().sum() / (rows - mean).square().sum()).item()


def pursuit(rows: Tensor, directions: Tensor, k: int) -> Tensor:
    """Rows (N, D) rebuilt from k of the directions (M, D) each, chosen one after the other, with the best numbers.

    Orthogonal matching pursuit (Pati, Rezaiifar & Krishnaprasad 1993): an honest encoder for a dictionary without one.
    """
    chosen = torch.empty(len(rows), 0, dtype=torch.int64)
    rebuilt = torch.zeros_like(rows)
    for _ in range(k):
        best = ((rows - rebuilt) @ directions.T).abs().argmax(1, keepdim=True)
        chosen = torch.cat([chosen, best], dim=1)
        some = directions[chosen]  # (N, j, D)
        gram = some @ some.mT + 1e-6 * torch.eye(
            chosen.shape[1]
        )  # a direction may be chosen twice where nothing is left
        numbers = torch.linalg.solve(gram, some @ rows[:, :, None])
        rebuilt = (some.mT @ numbers)[:, :, 0]
    return rebuilt


def auroc(scores: Tensor, positive: Tensor) -> Tensor:
    """For each column of scores (N, M) how probably a positive row has the larger number: (M,). Ties count a half."""
    from scipy.stats import rankdata

    ranks = torch.from_numpy(rankdata(scores.numpy(), axis=0))
    n = int(positive.sum())
    return (ranks[positive].sum(0) - n * (n + 1) / 2) / (n * (len(positive) - n))


def class_finders(
    train: Tensor, train_labels: Tensor, test: Tensor, test_labels: Tensor, classes: int, *, signed: bool = False
) -> list[float]:
    """For each class the test AUROC of the one column that separates it best on the training rows.

    signed: a column may also be read the other way round. A class that is missing counts as 1/2.
    """
    found = []
    for label in range(classes):
        here, there = train_labels == label, test_labels == label
        if not 0 < here.sum() < len(here) or not 0 < there.sum() < len(there):
            found.append(0.5)
            continue
        by_column = auroc(train, here)
        best = int((torch.maximum(by_column, 1 - by_column) if signed else by_column).argmax())
        answer = auroc(test[:, best : best + 1], there).item()
        found.append(1 - answer if signed and by_column[best] < 0.5 else answer)
    return found


def nearest_cosines(directions: Tensor, others: Tensor) -> Tensor:
    """The largest cosine of each direction (M, D) with one of the others (L, D): (M,). Rows have length 1."""
    return (directions @ others.T).amax(1)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    network = zoo.load("fashion-judge")
    rows, rows_test = (activations(network, images.padded(32)) for images in (train, test))
    scale = rows.var(0, correction=0).mean().sqrt()  # so that one learning rate suits any layer
    rows, rows_test = rows / scale, rows_test / scale
    mean, classes = rows.mean(0), len(train.class_names)
    few, few_labels = rows[: settings.chosen_on], train.labels[: settings.chosen_on]

    def finders(few: Tensor, asked: Tensor, *, signed: bool = False) -> list[float]:
        return class_finders(few, few_labels, asked, test.labels, classes, signed=signed)

    draw = torch.Generator().manual_seed(seed)
    count = settings.times * rows.shape[1]
    random = F.normalize(torch.randn(count, rows.shape[1], generator=draw), dim=1)
    picked = torch.randperm(len(rows), generator=draw)[:count]
    untrained = {"random": random, "activations": F.normalize(rows[picked] - mean, dim=1)}
    values: dict[str, dict] = {"sparse": {}, **{name: {} for name in untrained}}
    for k in settings.active:
        first, second = (
            train_sparse(rows, settings, active=k, seed=number) for number in (seed, seed + settings.again)
        )
        alive = [
            torch.cat([m.encode(x).gt(0).sum(0)[None] for x in rows.split(5000)]).sum(0) > 0 for m in (first, second)
        ]
        z_few, z_test = first.encode(few), first.encode(rows_test)
        cosines = nearest_cosines(first.directions()[alive[0]], second.directions()[alive[1]])
        values["sparse"][str(k)] = {
            "explained": explained(first.decode(z_test), rows_test, mean),
            # The same directions without the network's own encoder, as the untrained dictionaries are read.
            "explained_pursuit": explained(
                first.centre + pursuit(rows_test - first.centre, first.directions(), k), rows_test, mean
            ),
            "dead": 1 - alive[0].double().mean().item(),
            "active": z_test.gt(0).double().sum(1).mean().item(),
            "auroc": finders(z_few, z_test),
            "cosine": cosines.mean().item(),
            "again": (cosines > settings.found_again).double().mean().item(),
        }
        for name, directions in untrained.items():
            sparse = [F.relu(keep_largest((x - mean) @ directions.T, k)) for x in (few, rows_test)]
            values[name][str(k)] = {
                "explained": explained(mean + pursuit(rows_test - mean, directions, k), rows_test, mean),
                "auroc": finders(*sparse),
            }
    other = F.normalize(torch.randn(count, rows.shape[1], generator=draw), dim=1)
    values["random"]["cosine"] = nearest_cosines(random, other).mean().item()
    values["random"]["dense_auroc"] = finders(few @ random.T, rows_test @ random.T, signed=True)
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    network = zoo.load("fashion-judge")
    raw, raw_test = (activations(network, images.padded(32)) for images in (train, test))
    mean = raw.mean(0)
    components = torch.linalg.eigh(torch.cov(raw.T.double(), correction=0))[1].flip(1).float()
    few, labels = raw[: settings.chosen_on], train.labels[: settings.chosen_on]
    with evaluating(network):
        logits, logits_test = network.head(few), network.head(raw_test)

    def finders(few: Tensor, asked: Tensor, *, signed: bool = False) -> list[float]:
        return class_finders(few, labels, asked, test.labels, len(train.class_names), signed=signed)

    projected = (raw_test - mean) @ components
    return {
        "real": {"judge_accuracy": network.accuracy(test.padded(32).images, test.labels)},
        "width": raw.shape[1],
        "silent_neurons": int((raw.amax(0) == 0).sum()),
        "pca_explained": [
            explained(mean + projected[:, :k] @ components[:, :k].T, raw_test, mean) for k in range(1, raw.shape[1] + 1)
        ],
        "auroc": {
            "neuron": finders(few, raw_test),
            "PCA": finders((few - mean) @ components, projected, signed=True),
            "the judge's own": finders(logits, logits_test),
        },
    }


RECIPE = Recipe(
    question="Does a sparse autoencoder find better units of meaning than neurons, and the same ones twice?",
    settings=Settings(),
    smallest={"active": (2,), "epochs": 1, "chosen_on": 64},
    run_seed=run_seed,
    reference=reference,
    uses=(base, judge, sparse_autoencoder),
    tolerance=0.05,
    tolerances={"dead": None, "again": 0.2, "auroc": 0.1},
    dataset="fashion-mnist",
)
