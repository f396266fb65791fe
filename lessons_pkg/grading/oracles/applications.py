"""Exercise 6: noise and the loss of a denoising autoencoder, anomaly scores and their AUROC."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.apps_auroc import score_probes
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, value
from lessons_pkg.grading.oracles.noise import SIGMAS, expect_standard_normal
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, expect_refused, float_of, listed, tensor_of
from lessons_pkg.grading.probes.applications_stand_ins import Noting, Scored
from lessons_pkg.grading.probes.asking import images_of

__all__ = ["Anomaly", "Denoising"]

IMAGES, SIDE = 500, 9
KINDS = ("gaussian", "salt and pepper", "masking")
OTHERS = ("Gaussian", "salt-and-pepper", "mask", "speckle", "none", "", "poisson", "GAUSSIAN", "salt", "pepper")


def _levels(n: int, side: int, draw: torch.Generator) -> Tensor:
    """Grey levels of images, none of them black or white: a pixel that became so is known."""
    return torch.randint(40, 216, (n, 1, side, side), generator=draw).byte()


def _weights(side: int, k: int, draw: torch.Generator) -> dict[str, Tensor]:
    return {
        "inward": torch.randn(side * side, k, generator=draw) / side,
        "outward": 0.2 * torch.randn(k, side * side, generator=draw),
        "grey": 0.5 + 0.4 * torch.randn(side * side, generator=draw),
        "running_mean": torch.randn(k, generator=draw),
        "running_var": 0.5 + torch.rand(k, generator=draw),
    }


@oracle("6.1", probe="applications:denoising")
class Denoising:
    """Noise by its statistics, over pixels and over images; the loss from what the model was given, in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)

        def between(low: float, high: float) -> float:
            return low + (high - low) * torch.rand((), generator=draw).item()

        noisy, repeated, losses = [], [], []
        for i, kind in enumerate(KINDS):
            strengths = (
                (between(0.05, 0.3), between(1, 3)) if kind == "gaussian" else (between(0.2, 0.4), between(0.6, 0.8))
            )
            noisy += [[_levels(IMAGES, SIDE, draw), kind, strength, another_seed(draw)] for strength in strengths]
            few = _levels(5, 12, draw)
            repeated.append([few, kind, between(0.3, 0.6), another_seed(draw), another_seed(draw)])
            repeated.append([few[:1, :, :5, :11].contiguous(), kind, 0.0, another_seed(draw), another_seed(draw)])
            side = 9 + seed % 3
            case = [_levels(IMAGES, side, draw), kind, between(0.2, 0.7), another_seed(draw)]
            losses.append([*case, (seed + i) % 2 == 0, _weights(side, 4 + seed % 3, draw)])
        losses.append([_levels(1, 8, draw), KINDS[seed % 3], 0.5, another_seed(draw), True, _weights(8, 3, draw)])
        repeated.append([_levels(3, 6, draw), "masking", 1.0, another_seed(draw), another_seed(draw)])
        kinds = [OTHERS[i] for i in torch.randperm(len(OTHERS), generator=draw)[:4]]
        return {"noisy": noisy, "repeated": repeated, "losses": losses, "kinds": kinds}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for (levels, kind, strength, _), one in zip(
            given["noisy"], listed(found, "noisy", len(given["noisy"])), strict=True
        ):
            words = f"{len(levels)} images with {kind!r} of strength {strength:.3g}"
            _expect_noise(words, images_of(levels), tensor_of(words, one, tuple(levels.shape)), kind, strength)
        for (levels, kind, strength, *_), group in zip(
            given["repeated"], listed(found, "repeated", len(given["repeated"])), strict=True
        ):
            words = f"{len(levels)} images with {kind!r} of strength {strength:.3g}"
            noisy = [tensor_of(words, one, tuple(levels.shape)) for one in listed({words: group}, words, 4)]
            _expect_repeatable(words, noisy, strength)
            if kind == "masking" and strength == 1:
                same(words, noisy[0], torch.zeros(levels.shape))
            if strength == 0:
                same(words, noisy[0], images_of(levels), rel=0, abs=1e-6)
        for kind, one in zip(given["kinds"], listed(found, "refused", len(given["kinds"])), strict=True):
            expect_refused(f"noise of kind {kind!r}", one)
        for case, one in zip(given["losses"], listed(found, "losses", len(given["losses"])), strict=True):
            _expect_loss(case, one)


def _expect_noise(words: str, x: Tensor, noisy: Tensor, kind: str, strength: float) -> None:
    x = x.double()
    if kind == "gaussian":
        expect_standard_normal(words, ((noisy - x) / strength).flatten(1))
        centred = (x - x.mean()) / x.std()
        slope = (centred * (noisy - x) / strength).mean().item()
        if not abs(slope) < SIGMAS / math.sqrt(x.numel()):
            raise Wrong(f"{words}: the noise depends on the pixels, correlation {slope:.3g}")
        return
    hit = (noisy - x).abs() > 1e-6
    white, black = noisy == 1, noisy == 0
    allowed = black if kind == "masking" else black | white
    if not allowed[hit].all():
        raise Wrong(f"{words}: a pixel became neither what it was nor {'0' if kind == 'masking' else '0 or 1'}")
    _expect_coins(f"{words}: which pixels are replaced", hit, strength)
    if kind == "salt and pepper":
        _expect_coins(f"{words}: which pixels become 1", white, strength / 2)
        _expect_coins(f"{words}: which pixels become 0", black, strength / 2)
    for part in (hit, white) if kind == "salt and pepper" else (hit,):
        share = part.double().mean()
        related = ((x - x.mean()) / x.std() * (part.double() - share)).mean() / (share * (1 - share)).sqrt()
        if not related.abs() < SIGMAS / math.sqrt(x.numel()):
            raise Wrong(f"{words}: what is replaced depends on the pixels, correlation {related.item():.3g}")


def _expect_coins(words: str, hit: Tensor, p: float) -> None:
    """Raise Wrong unless each number of hit (N, 1, H, W) is True with probability p, by itself.

    An exact count in each image, or in the whole batch, is more even than chance, and is accepted.
    """
    rows = hit.flatten(1).double()
    n, k = rows.shape
    spread = math.sqrt(p * (1 - p))
    if not abs(rows.mean().item() - p) < SIGMAS * spread / math.sqrt(n * k):
        raise Wrong(f"{words}: {rows.mean().item():.4g} of them, expected {p:.4g}")
    for axis, count in ((1, k), (0, n)):
        if not ((rows.mean(axis) - p).abs() < 1.2 * SIGMAS * spread / math.sqrt(count)).all():
            raise Wrong(f"{words}: not equally many in all {'images' if axis else 'places of the image'}")
    scaled = (rows - p) / spread
    places = scaled.T @ scaled / n
    if not ((places - places.diag().diag()).abs() < 1.3 * SIGMAS / math.sqrt(n)).all():
        raise Wrong(f"{words}: one place of the image depends on another")
    # Every distance between two images at once, and every image at which the pattern might be mirrored.
    waves = torch.fft.rfft(scaled, dim=0)
    shifted = torch.fft.irfft(waves.abs().square().sum(1), n=n)[1:] / (n * k)
    mirrored = torch.fft.irfft(waves.square().sum(1), n=n) / (n * k)
    if shifted.abs().max() > 10 / math.sqrt(n * k) or mirrored.abs().max() > 14 / math.sqrt(n * k):
        raise Wrong(f"{words}: one image depends on another")


def _expect_repeatable(words: str, noisy: list[Tensor], strength: float) -> None:
    first, second, again, other = noisy
    if not torch.equal(first, again):
        raise Wrong(f"{words}: another noise from a generator with the same seed")
    if 0 < strength < 1 and (torch.equal(first, second) or torch.equal(first, other)):
        raise Wrong(f"{words}: no new noise in the next call, or for another seed")


def _expect_loss(case: list[Any], found: Any) -> None:
    levels, kind, strength, _, training, weights = case
    n = len(levels)
    words = f"the loss of {n} images, {kind!r} of strength {strength:.3g}"
    x = images_of(levels)
    noisy = _inputs(words, value(found, "seen", list), x)
    if n == IMAGES:
        _expect_noise(f"{words}, what the model is given", x, noisy, kind, strength)
    model = Noting(weights).train(training).double()
    loss = (model(noisy) - x.double()).square().mean()
    number(words, tensor_of(words, value(found, "loss", Tensor), ()).item(), loss.item(), rel=1e-4)
    right = torch.autograd.grad(loss, list(model.parameters()))
    for slope, one in zip(right, listed(found, "gradients", len(right)), strict=True):
        same(f"{words}: a gradient", tensor_of(words, one, tuple(slope.shape)), slope, rel=1e-3, abs=1e-7)
    if any(mode is not training for mode in value(found, "modes", list)) or value(found, "backward", bool):
        raise Wrong(f"{words}: the model's mode was changed, or backward() was called")
    if torch.equal(noisy, _inputs(words, value(found, "next", list), x)):
        raise Wrong(f"{words}: the same noise in the next call")
    if not torch.equal(noisy, _inputs(words, value(found, "again", list), x)):
        raise Wrong(f"{words}: another noise from a generator with the same seed")


def _inputs(words: str, seen: list[Any], x: Tensor) -> Tensor:
    """The last len(x) images that the model was given and that are not the clean ones, in float64."""
    rest = x.shape[1:]
    if not seen or any(not isinstance(one, Tensor) or one.shape[1:] != rest or one.ndim != 4 for one in seen):
        raise Wrong(f"{words}: the model was not given images")
    parts = [one for one in seen if not (one.shape == x.shape and torch.equal(one, x))]
    given = torch.cat(parts) if parts else x[:0]
    if len(given) < len(x):
        raise Wrong(f"{words}: the model was given {len(given)} noisy images")
    return tensor_of(words, given[-len(x) :], tuple(x.shape))


@oracle("6.2", probe="applications:anomaly")
class Anomaly:
    """The mean over the pixels in float64, and scikit-learn's area."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        images = as_bytes(pictures(60, seed))
        cases = [
            [images[:13], False],
            [images[20:21], seed % 2 == 0],
            [images[30 : 41 + seed % 7], True],
            [images, False],
        ]
        pairs = [list(pair.values()) for pair in score_probes(another_seed(draw))]
        for n, m, steps in ((3 + seed % 9, 50, 4), (700, 500 + seed % 200, 100), (1, 1, 2)):
            coarse = torch.rand(n, generator=draw), 0.2 + torch.rand(m, generator=draw)
            pairs.append([(one * steps).round() - seed % 5 for one in coarse])
        return {"weights": _weights(28, 3 + seed % 5, draw), "scores": cases, "pairs": pairs}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        from sklearn.metrics import roc_auc_score  # here: no other oracle waits for it

        model = Scored(given["weights"]).double().eval()
        for (levels, training), one in zip(given["scores"], listed(found, "cases", len(given["scores"])), strict=True):
            words = f"the scores of {len(levels)} images"
            x = images_of(levels).double()
            with torch.no_grad():
                right = (model(x) - x).square().mean((1, 2, 3))
            same(words, tensor_of(words, value(one, "scores", Tensor), (len(x),)), right, abs=1e-7)
            modes = value(one, "modes", list)
            if not modes or any(mode is not training for mode in modes):
                raise Wrong(f"{words}: the model was not left in the mode in which it came")
            statistics = tensor_of(words, value(one, "statistics", Tensor), tuple(model.norm.running_mean.shape))
            if not torch.equal(statistics, model.norm.running_mean):
                raise Wrong(f"{words}: the model's batch statistics have changed")
        for (normal, odd), one in zip(given["pairs"], listed(found, "areas", len(given["pairs"])), strict=True):
            words = f"the area for {len(normal)} normal scores and {len(odd)} of anomalies"
            truth = torch.cat([torch.zeros(len(normal)), torch.ones(len(odd))])
            right = roc_auc_score(truth.numpy(), torch.cat([normal.double(), odd.double()]).numpy())
            number(words, float_of(words, one), float(right), rel=0, abs=2e-6)
        if value(found, "called", list):
            raise Wrong("the area: a library function that gives it was called")
