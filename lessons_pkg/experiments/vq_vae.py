"""What does a code of whole numbers buy at the same number of bits, and how much of its codebook does it use?

Beside the VQ-VAE: the same network without quantisation, whose vectors are then quantised by k-means; k-means on the
4x4 patches of the images themselves, which is vector quantisation of the year 1980 (Linde, Buzo & Gray) with the same
grid and the same bits; and PCA whose codes are rounded and entropy-coded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from lessons_pkg import latent, training
from lessons_pkg.data import ImageSet
from lessons_pkg.evaluating import evaluating
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.latent import linear
from lessons_pkg.models import VQVAE, base, vq_vae
from lessons_pkg.models.vq_vae import nearest_entries

SIDE = 4  # pixels of a cell of the 7x7 grid


@dataclass(frozen=True)
class Settings:
    """images: of the training set; steps_pca: to what PCA codes are rounded; vectors: that k-means is fitted to."""

    entries: tuple[int, ...] = (16, 64, 256)
    images: int = 20_000
    epochs: int = 3
    batch_size: int = 32
    lr: float = 5e-3
    restart_every: int = 50
    vectors: int = 50_000
    steps_pca: tuple[float, ...] = (0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 2.5)


def entropy_bits(train: Tensor, test: Tensor, values: int) -> float:
    """Bits for one row of ``test`` if each column is coded by its own histogram of ``train``.

    train, test: (N, P) whole numbers from 0 to ``values`` - 1. Every count is raised by 1/2, so that what the training
    rows never showed costs many bits instead of infinitely many.
    """
    places = train.shape[1]
    offsets = values * torch.arange(places)
    counts = torch.bincount((train + offsets).flatten(), minlength=places * values).reshape(places, values) + 0.5
    bits = -(counts / counts.sum(1, keepdim=True)).log2()
    return bits.flatten()[test + offsets].sum(1).mean().item()


def usage(z: Tensor, entries: int) -> dict:
    """perplexity: 2 to the entropy of how often each entry is chosen; dead: the share of entries that none chose."""
    share = torch.bincount(z.flatten(), minlength=entries) / z.numel()
    entropy = -(share[share > 0] * share[share > 0].log2()).sum()
    return {"perplexity": 2 ** entropy.item(), "dead": (share == 0).double().mean().item()}


def kmeans(vectors: Tensor, entries: int, seed: int) -> Tensor:
    """A codebook (entries, D) of vectors (n, D): Lloyd's algorithm from a k-means++ start."""
    from sklearn.cluster import MiniBatchKMeans

    fitted = MiniBatchKMeans(entries, batch_size=4096, n_init=1, max_iter=30, random_state=seed).fit(vectors.numpy())
    return torch.from_numpy(fitted.cluster_centers_).float()


def some_of(vectors: Tensor, count: int, seed: int) -> Tensor:
    """At most so many rows, drawn by chance."""
    return vectors[torch.randperm(len(vectors), generator=torch.Generator().manual_seed(seed))[:count]]


def codes_and_error(model: VQVAE, images: Tensor, codebook: Tensor | None = None) -> tuple[Tensor, float]:
    """Whole numbers (N, 49) and the squared error per pixel; with the model's own codebook unless one is given."""
    codes, total = [], 0.0
    with evaluating(model):
        for some in images.split(1000):
            vectors = model.vectors(some)
            book = model.codebook if codebook is None else codebook
            z = nearest_entries(vectors, book)
            codes.append(z.flatten(1))
            total += (model.decode_vectors(book[z]) - some).square().sum().item()
    return torch.cat(codes), total / images.numel()


def quantised_patches(images: Tensor, codebook: Tensor) -> tuple[Tensor, float]:
    """Whole numbers (N, 49) and the squared error per pixel where every patch becomes the nearest in the codebook."""
    cut = latent.patches(images, SIDE).flatten(1)
    z = torch.cat([nearest_entries(some, codebook) for some in cut.split(50_000)])  # each with every entry: in parts
    return z.reshape(len(images), -1), (codebook[z] - cut).square().mean().item()


def measured(z_train: Tensor, z_test: Tensor, error: float, entries: int) -> dict:
    return {
        "test": error,
        "bits": z_test.shape[1] * math.log2(entries),
        "coded_bits": entropy_bits(z_train, z_test, entries),
        **usage(z_train, entries),
    }


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    few = train.take(min(settings.images, len(train)), seed=0).images
    values: dict[str, dict] = {}

    def trained(**how: object) -> tuple[VQVAE, float]:
        model = VQVAE(seed=seed, **how)
        history = training.fit(
            model, few, epochs=settings.epochs, batch_size=settings.batch_size, lr=settings.lr,
            schedule=training.cosine, seed=seed, device="cpu",
        )  # fmt: skip
        return model, round(history.seconds, 1)

    plain, seconds = trained(quantised=False)
    values["not quantised"] = {"test": training.evaluate(plain, test), "seconds": seconds}
    with evaluating(plain):
        vectors = some_of(torch.cat([plain.vectors(x).flatten(0, 2) for x in few.split(1000)]), settings.vectors, seed)
    cut = some_of(latent.patches(few, SIDE).flatten(1), settings.vectors, seed)
    for entries in settings.entries:
        for name, every in (("VQ-VAE", 0), ("VQ-VAE, restarts", settings.restart_every)):
            model, seconds = trained(entries=entries, restart_every=every)
            z_test, error = codes_and_error(model, test.images)
            found = measured(codes_and_error(model, few)[0], z_test, error, entries)
            values.setdefault(name, {})[str(entries)] = found | {"seconds": seconds}
        book = kmeans(vectors, entries, seed)
        z_test, error = codes_and_error(plain, test.images, book)
        found = measured(codes_and_error(plain, few, book)[0], z_test, error, entries)
        values.setdefault("autoencoder, then k-means", {})[str(entries)] = found
        book = kmeans(cut, entries, seed)
        z_test, error = quantised_patches(test.images, book)
        found = measured(quantised_patches(few, book)[0], z_test, error, entries)
        values.setdefault("k-means on patches", {})[str(entries)] = found
    return values


def rounded_pca(fitted: latent.PCA, train: Tensor, test: Tensor, width: float) -> tuple[float, float]:
    """Bits per image, each score entropy-coded by itself, and squared error of PCA with scores rounded to ``width``.

    All components take part; those whose scores all round to 0 cost nothing. The images are cut to [0, 1].
    """
    rounded = [
        torch.cat([(fitted.encode(some, len(fitted.mean)) / width).round() for some in images.split(5000)])
        for images in (train, test)
    ]
    low = torch.stack([scores.amin(0) for scores in rounded]).amin(0)
    alive = torch.stack([scores.abs().amax(0) for scores in rounded]).amax(0) > 0
    z_train, z_test = ((scores - low)[:, alive].long() for scores in rounded)
    bits = entropy_bits(z_train, z_test, int(max(z_train.max(), z_test.max())) + 1) if alive.any() else 0.0
    total = 0.0
    for scores, images in zip(rounded[1].split(1000), test.split(1000), strict=True):
        total += (fitted.decode(width * scores).clamp(0, 1) - images).square().sum().item()
    return bits, total / test.numel()


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    fitted = latent.pca(train.take(min(settings.images, len(train)), seed=0))
    curve = [
        rounded_pca(fitted, train.take(min(settings.images, len(train)), seed=0).images, test.images, width)
        for width in settings.steps_pca
    ]
    return {
        "pca": {"bits": [bits for bits, _ in curve], "test": [error for _, error in curve]},
        "mean_image_test": latent.pca_floor(fitted, 0, on=test),
    }


RECIPE = Recipe(
    question="What does a code of whole numbers buy at the same number of bits, and how much of its codebook is used?",
    settings=Settings(),
    smallest={"entries": (4,), "images": 64, "epochs": 1, "vectors": 500, "steps_pca": (0.5, 2.0)},
    run_seed=run_seed,
    reference=reference,
    uses=(base, vq_vae, linear),
    tolerance=0.05,
    tolerances={"dead": None, "perplexity": 0.1},
)
