"""What chapters 4 and 5 measure of a latent space, the same way for an autoencoder and a VAE."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from lessons_pkg import latent, training, zoo
from lessons_pkg.data import ImageSet
from lessons_pkg.models import VAE, Judge
from lessons_pkg.models.base import Autoencoder

__all__ = ["Sizes", "measure", "real_against_real", "train_model"]


@dataclass(frozen=True)
class Sizes:
    """How many of what are looked at.

    codes: of training images, the cloud that is judged; points: sampled from each distribution, and as many codes of
    test images for each of two purposes; lines: interpolations between codes of test images.
    """

    codes: int = 10_000
    points: int = 2_000
    lines: int = 200


def train_model(
    model: Autoencoder, train: ImageSet, *, epochs: int, batch_size: int, lr: float, seed: int
) -> training.History:
    """Adam with a cosine schedule, on the CPU."""
    model.to(memory_format=torch.channels_last)  # the layout of the numbers in memory: faster on a CPU
    return training.fit(
        model,
        train,
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )


@torch.no_grad()
def measure(model: Autoencoder, train: ImageSet, test: ImageSet, *, sizes: Sizes, seed: int) -> dict:
    """All measures of one model. The codes are those that the decoder was trained on: of a VAE, samples of q(z|x).

    The points come from the bounding box of the codes ("box"), a Gaussian fitted to them ("gaussian"), for a VAE also
    from its prior ("prior"), and, as the best that can be hoped for, the codes of test images ("test codes").
    """
    judge = zoo.load("fashion-judge").to(memory_format=torch.channels_last)  # for speed, as in train_model
    shown = train.take(min(sizes.codes, len(train)), seed)
    fresh = test.take(min(2 * sizes.points, len(test)), seed)
    codes = latent.sampled_codes(model, shown, seed=seed)
    # Each draw has a seed of its own: points must be independent of the codes that they are compared with.
    # One half is the measure of how far fresh codes lie from others, the other half is judged like any points.
    measure_of, test_codes = latent.sampled_codes(model, fresh, seed=seed + 1).tensor_split(2)
    k = codes.shape[1]
    points = {
        "box": latent.box_uniform(codes, sizes.points, seed=seed + 2),
        "gaussian": latent.fitted_gaussian(codes, sizes.points, seed=seed + 3),
    }
    if isinstance(model, VAE):
        points["prior"] = latent.standard_normal(k, sizes.points, seed=seed + 4)
    points["test codes"] = test_codes
    real = judge.features(fresh.images[: len(measure_of)])
    starts, ends = measure_of[: sizes.lines], test_codes[: sizes.lines]
    return {
        "test_mse": training.evaluate(model, test, loss=training.mse_per_pixel),
        "train_mse": training.evaluate(model, shown, loss=training.mse_per_pixel),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "asymmetry": latent.asymmetry(codes),
        "mirror_asymmetry": latent.mirror_asymmetry(codes),
        "ranges": latent.code_ranges(codes).tolist(),
        "std": codes.std(0).tolist(),
        "knn_accuracy": latent.knn_accuracy(codes, shown.labels, test_codes, fresh.labels[len(measure_of) :]),
        "roughness": latent.roughness(model, starts, ends).mean().item(),
        "detour": latent.detour(model, starts, ends).median().item(),
        "from": {name: _judged(model, judge, z, codes, measure_of, shown.labels, real) for name, z in points.items()},
        **(_of_a_vae(model, test) if isinstance(model, VAE) else {}),
    }


def _judged(
    model: Autoencoder,
    judge: Judge,
    points: torch.Tensor,
    codes: torch.Tensor,
    measure_of: torch.Tensor,
    labels: torch.Tensor,
    real: torch.Tensor,
) -> dict:
    """What comes of these points: where they lie among the codes, and what the decoder makes of them."""
    shares = latent.class_shares(points, codes, labels)
    k = codes.shape[1]
    distance = latent.neighbour_distance(points, codes, measure_of)
    white = latent.whitening(codes)
    decoded = torch.cat([model.decode(z) for z in points.split(1000)])
    again = torch.cat([model.decode(model.encode(x)) for x in decoded.split(1000)])
    images = decoded.clamp(0, 1)  # grey values, as a screen shows them
    features = judge.features(images)
    precision, recall = latent.precision_recall(real, features)
    density, coverage = latent.density_coverage(real, features)
    return {
        "shares": shares.tolist(),
        "evenness": latent.evenness(shares),
        # Whitened, and one bandwidth for every model of this k: how far two draws of a unit Gaussian typically are.
        "mmd": latent.mmd(white.apply(codes[: len(points)]), white.apply(points), bandwidth=math.sqrt(2 * k)),
        # Evenly spread codes would leave a fresh one in a hole with probability 2^-9, whatever k is.
        "holes": (distance > 3 ** (2 / k)).double().mean().item(),
        "neighbour_distance": distance.median().item(),
        "round_trip": latent.round_trip_error(model, points, codes).median().item(),
        "own_images": (again - decoded).square().mean().item(),  # per pixel: does it reconstruct what it made?
        "doubt": latent.doubt(judge.head, features).mean().item(),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }


def _of_a_vae(model: VAE, test: ImageSet) -> dict:
    kl = latent.kl_per_dimension(model, test)
    values = {"kl": kl.tolist(), "active": int(latent.active_units(model, test).sum())}
    if model.likelihood == "gaussian":
        values["variance"] = model.log_variance.exp().item()
    return values


@torch.no_grad()
def real_against_real(test: ImageSet, *, sizes: Sizes) -> dict:
    """What the measures of fidelity give for real images instead of decoded ones: the best to be hoped for."""
    judge = zoo.load("fashion-judge")
    one, other = judge.features(test.take(min(2 * sizes.points, len(test))).images).tensor_split(2)
    precision, recall = latent.precision_recall(one, other)
    density, coverage = latent.density_coverage(one, other)
    return {
        "judge_accuracy": judge.accuracy(test.images, test.labels),
        "doubt": latent.doubt(judge.head, other).mean().item(),
        "precision": precision,
        "recall": recall,
        "density": density,
        "coverage": coverage,
    }
