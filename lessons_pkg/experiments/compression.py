"""Are autoencoders good for compression? Bits per image against error, beside PCA and the usual file formats.

The last training images are held out: on them the settings are chosen, never on the test images. What a symbol costs
is its ideal length under a histogram of the training codes; a range coder comes within 1 % of it (see
tests/test_coding.py). A decoder's parameters are rounded to half precision before anything is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from lessons_pkg import coding, image_files, latent, optimizers, training
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, codec
from lessons_pkg.models.codec import CodecAE, RateAE


@dataclass(frozen=True)
class Training:
    """With a matrix_lr: Muon on the weight matrices and Adam on the rest; without: Adam. A cosine schedule.

    The better of the two was taken for each kind of network, with rates found by a few trials on seed 0 and held-out
    images: about as much computing for both.
    """

    epochs: int
    batch_size: int
    lr: float
    matrix_lr: float | None = None


@dataclass(frozen=True)
class Settings:
    """code_dims: of the plain autoencoders, and of PCA beside more; trades: of those trained for the bits too.

    steps: of the quantiser where a step is a length in the space of images; rough_steps: as a share of the standard
    deviation of a code as it is; rate_steps: beside 1, the step that a RateAE is trained for.
    """

    pca_dims: tuple[int, ...] = (4, 8, 16, 32, 64, 128, 256)
    code_dims: tuple[int, ...] = (8, 16, 32, 64)
    rate_dim: int = 64
    trades: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0, 100.0)
    steps: tuple[float, ...] = (0.125, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
    rough_steps: tuple[float, ...] = (0.0625, 0.125, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4)
    rate_steps: tuple[float, ...] = (0.7, 1.0, 1.4)
    hidden: int = 256
    plain: Training = field(default_factory=lambda: Training(4, 256, 2e-3, matrix_lr=0.02))
    rate: Training = field(default_factory=lambda: Training(8, 128, 6e-3))
    held_out: int = 5000
    qualities: tuple[int, ...] = (0, 1, 5, 10, 20, 35, 50, 70, 85, 95)
    qualities_of_files: tuple[int, ...] = (0, 10, 35, 70, 95)


@dataclass(frozen=True)
class _Coder:
    """codes: of the images of each part; decode: a code to images, by what the receiver has.

    numbers: of the receiver's decoder, of which ``numbers_per_dim`` go with each dimension of the code.
    """

    codes: dict[str, Tensor]
    decode: Callable[[Tensor], Tensor]
    numbers: int
    numbers_per_dim: int


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    parts = _parts(train, test, settings)
    values: dict[str, dict] = {"as it is": {}, "turned": {}, "trained for bits": {}, "unquantised": {}}
    for k in settings.code_dims:
        model = CodecAE(k, hidden=settings.hidden, seed=seed)
        _train(model, parts["fitted"], settings.plain, seed)
        before = training.evaluate(model, parts["test"], loss=training.mse_per_pixel)
        spread = float(latent.codes(model, parts["fitted"]).std(0).square().mean().sqrt())
        turned = model.recoded(*coding.image_metric_basis(model, parts["fitted"].images))
        rough = _coder_of(model, parts)
        values["unquantised"][f"k = {k}"] = {"test": before, "test_half": training.evaluate(model, parts["test"])}
        values["as it is"][str(k)] = {str(step): _measure(rough, parts, step * spread) for step in settings.rough_steps}
        fine = _coder_of(turned, parts)
        values["turned"][str(k)] = {str(step): _measure(fine, parts, step) for step in settings.steps}
    for trade in settings.trades:
        model = RateAE(settings.rate_dim, trade=trade, hidden=settings.hidden, seed=seed)
        _train(model, parts["fitted"], settings.rate, seed)
        before = training.evaluate(model, parts["test"], loss=training.mse_per_pixel)
        coder = _coder_of(model, parts)
        after = training.evaluate(model, parts["test"], loss=training.mse_per_pixel)
        values["unquantised"][f"trade = {trade}"] = {"test": before, "test_half": after}
        values["trained for bits"][str(trade)] = {str(s): _measure(coder, parts, s) for s in settings.rate_steps}
    return values


def _parts(train: ImageSet, test: ImageSet, settings: Settings) -> dict[str, ImageSet]:
    here = len(train) - settings.held_out
    return {"fitted": train[:here], "held_out": train[here:], "test": test}


def _train(model: CodecAE, images: ImageSet, chosen: Training, seed: int) -> None:
    matrix_lr = chosen.matrix_lr
    muon = None if matrix_lr is None else optimizers.MuonAndAdam(model, matrix_lr=matrix_lr, lr=chosen.lr)
    training.fit(
        model,
        images,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        lr=chosen.lr,
        optimizer=muon,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )


@torch.no_grad()
def _coder_of(model: CodecAE, parts: dict[str, ImageSet]) -> _Coder:
    """The model's decoder is rounded to half precision here."""
    for parameter in model.decoder.parameters():
        parameter.copy_(parameter.half().float())
    return _Coder(
        {name: latent.codes(model, images) for name, images in parts.items()},
        model.decode,
        sum(parameter.numel() for parameter in model.decoder.parameters()),
        model.decoder[0].out_features,
    )


@torch.no_grad()
def _measure(coder: _Coder, parts: dict[str, ImageSet], step: float) -> dict:
    """Bits per image and error per pixel on the held-out and the test images, and the numbers that a receiver needs."""
    symbols = {name: coding.quantise(codes, step) for name, codes in coder.codes.items()}
    low, high = symbols["fitted"].aminmax(dim=0)
    # A number that is always the same symbol is not sent, and the decoder has it in a bias.
    used = low < high
    unused_numbers = coder.numbers_per_dim * int((~used).sum())
    values: dict = {"numbers": coder.numbers - unused_numbers, "used": int(used.sum())}
    if used.any():
        model = coding.fit(symbols["fitted"][:, used])
        values["numbers"] += model.numbers
    for name in ("held_out", "test"):
        sent = torch.where(used, symbols[name], low)
        bits = float(coding.bits(sent[:, used], model).mean()) if used.any() else 0.0
        decoded = coder.decode(coding.dequantise(sent, step)).clamp(0, 1)
        values[name] = [bits, float((decoded - parts[name].images).square().mean(dtype=torch.float64))]
    return values


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    parts = _parts(train, test, settings)
    fitted = latent.pca(parts["fitted"])
    values: dict[str, dict] = {"PCA": {}, "PCA unquantised": {}}
    mean = fitted.mean.half().float()
    for k in settings.pca_dims:
        basis = fitted.components[:, :k].half().float()
        coder = _Coder(
            {name: _scores(fitted, images, k) for name, images in parts.items()},
            lambda scores, basis=basis: (scores @ basis.T + mean).unflatten(1, fitted.image_shape),
            basis.numel() + mean.numel(),
            len(mean),
        )
        values["PCA"][str(k)] = {str(step): _measure(coder, parts, step) for step in settings.steps}
        error = (coder.decode(coder.codes["test"]).clamp(0, 1) - test.images).square().mean(dtype=torch.float64)
        values["PCA unquantised"][str(k)] = {
            "test": latent.pca_floor(fitted, k, on=test, clip=True),
            "test_half": float(error),
        }
    for name, options in (("JPEG", {"optimize": True}), ("WEBP", {"method": 6})):
        values[f"{name}, sheet"] = {
            str(quality): list(image_files.as_sheet(test, name, quality=quality, **options))
            for quality in settings.qualities
        }
        values[f"{name}, files"] = {
            str(quality): list(image_files.as_files(test, name, quality=quality, **options))
            for quality in settings.qualities_of_files
        }
    for name, kind, options in (("PNG", "PNG", {"optimize": True}), ("WebP lossless", "WEBP", {"lossless": True})):
        values[name] = {
            "sheet": image_files.as_sheet(test, kind, **options)[0],
            "files": image_files.as_files(test, kind, **options)[0],
        }
    return values


def _scores(fitted: latent.PCA, images: ImageSet, k: int) -> Tensor:
    return torch.cat([fitted.encode(some, k).float() for some in images.images.split(5000)])


RECIPE = Recipe(
    question="How many bits does an image take at which error, from an autoencoder, PCA, JPEG and WebP?",
    settings=Settings(),
    smallest={
        "pca_dims": (4, 8),
        "code_dims": (4,),
        "rate_dim": 8,
        "trades": (8.0,),
        "steps": (0.5, 1.0),
        "rough_steps": (0.5,),
        "rate_steps": (1.0,),
        "hidden": 16,
        "plain": Training(1, 32, 1e-3, matrix_lr=0.02),
        "rate": Training(1, 32, 1e-3),
        "held_out": 16,
        "qualities": (50,),
        "qualities_of_files": (50,),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, codec, coding, image_files, optimizers),
    tolerance=0.03,
    # Whether a symbol occurs at the edge of a table is chance.
    tolerances={"numbers": 0.1, "used": 0.2},
)
