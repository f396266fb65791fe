"""Does a denoising autoencoder remove noise better than the methods that came before it, and at which strength?

Three kinds of noise, and for each a dense autoencoder 784-512-784 that was trained to give back the original from the
noisy image (Vincent et al. 2008; squared error) at one strength. Against it: the median, the projection on principal
directions, total variation, non-local means, and the best linear map from noisy to clean images. What these have to be
told (size, k, weight, h, ridge) is chosen on held-out training images, for the noise at hand.

Then the strength moves away from that of the training. The network and one linear map stay; "retuned" ones, the median
and PCA may adapt to every strength. And two more networks: one that saw all strengths in its training, and plain ones,
trained on clean images alone, of which it is said that they remove noise.
All answers are cut to [0, 1] and judged by their PSNR in decibels, over all test images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import denoisers, latent, noise, training
from lessons_pkg.data import ImageSet
from lessons_pkg.denoisers import LinearDenoiser, PairMoments
from lessons_pkg.evaluating import evaluating
from lessons_pkg.experiments.recipe import Recipe
from lessons_pkg.models import base, codec, linear

Method = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Settings:
    """trained: kind of noise and the strength of the training; sweep: kind and all strengths of the test.

    held_out: training images on which parameters are chosen, which nothing is trained on; test_images: the first of the
    test set. code_dim: of the networks; small_code: of a plain one with a bottleneck between two more layers.
    The other tuples are the candidates for the parameters.
    """

    trained: tuple[tuple[str, float], ...] = (("Gaussian", 0.5), ("salt and pepper", 0.3), ("masking", 0.5))
    sweep: tuple[tuple[str, tuple[float, ...]], ...] = (
        ("Gaussian", (0.1, 0.25, 0.5, 0.75, 1.0, 1.5)),
        ("salt and pepper", (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
        ("masking", (0.1, 0.3, 0.5, 0.7, 0.8, 0.9)),
    )
    code_dim: int = 512
    small_code: int = 32
    epochs: int = 6
    batch_size: int = 128
    lr: float = 2e-3
    held_out: int = 500
    test_images: int = 2000
    sizes: tuple[int, ...] = (1, 3, 5, 7)
    components: tuple[int, ...] = (4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384)
    weights: tuple[float, ...] = (0.1, 0.2, 0.4, 0.6, 0.9, 1.3)
    bandwidths: tuple[float, ...] = (0.1, 0.2, 0.3, 0.45, 0.7)
    ridges: tuple[float, ...] = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def run_seed(seed: int, train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    train, held_out = train[: -settings.held_out], train.images[-settings.held_out :]
    originals = test.images[: settings.test_images]
    fitted, moments = latent.pca(train), latent.moments(train)

    plain = {
        "plain autoencoder": trained(wide(seed, settings), None, 0.0, seed, train, settings),
        "plain, small code": trained(narrow(seed, settings), None, 0.0, seed, train, settings),
    }
    values: dict[str, dict] = {"clean": {name: judged(method, originals, originals) for name, method in plain.items()}}
    for kind, strength in settings.trained:
        strengths = dict(settings.sweep)[kind]
        networks = plain | {
            "denoising autoencoder": trained(wide(seed, settings), kind, strength, seed, train, settings),
            "all strengths": trained(wide(seed, settings), kind, (strengths[0], strengths[-1]), seed, train, settings),
        }
        # One noise for the choice of parameters, another for the test: the same for all methods.
        draw = torch.Generator().manual_seed(seed)
        pairs = {
            s: ((noise.KINDS[kind](held_out, s, draw), held_out), (noise.KINDS[kind](originals, s, draw), originals))
            for s in strengths
        }
        expected = {s: PairMoments.expected(kind, s, *moments) for s in strengths}
        fixed, _ = chosen_linear(expected[strength], settings, *pairs[strength][0])
        values[kind] = {}
        for s, (known, asked) in pairs.items():
            methods: dict[str, Method] = {"nothing": lambda noisy: noisy, **networks, "linear": fixed}
            chosen: dict[str, object] = {}
            methods["linear, retuned"], chosen["linear, retuned"] = chosen_linear(expected[s], settings, *known)
            for name, method, candidates in _tuned(kind, s, fitted, settings, all_of_them=s == strength):
                chosen[name] = denoisers.chosen(method, candidates, *known)
                methods[name] = partial(method, parameter=chosen[name])
            methods["PCA, same size"] = partial(_projected, fitted, parameter=(settings.code_dim, 1.0, 0.0))
            methods["PCA, small code"] = partial(_projected, fitted, parameter=(settings.small_code, 1.0, 0.0))
            values[kind][str(s)] = {
                "psnr": {name: judged(method, *asked) for name, method in methods.items()},
                "chosen": chosen,
            }
    return values


def wide(seed: int, settings: Settings) -> nn.Module:
    """784-512-784."""
    # A linear output, cut to [0, 1] like all answers: a sigmoid begins with grey everywhere, and learns more slowly.
    return linear.DenseAE(settings.code_dim, output_activation="none", seed=seed)


def narrow(seed: int, settings: Settings) -> nn.Module:
    """784-256-32-256-784: with a linear decoder a code of 32 numbers could only come near PCA, never do better."""
    return codec.CodecAE(settings.small_code, seed=seed)


def trained(
    model: nn.Module,
    kind: str | None,
    strength: float | tuple[float, float],
    seed: int,
    train: ImageSet,
    settings: Settings,
) -> Method:
    """The network, trained to give back originals from images with this noise; kind None: from themselves.

    strength: one, or a range of which every image draws its own.
    """
    draw = torch.Generator().manual_seed(seed)

    def spoiled(x: Tensor) -> Tensor:
        if kind is None:
            return x
        if isinstance(strength, tuple):
            low, high = strength
            return noise.KINDS[kind](x, low + (high - low) * torch.rand(len(x), 1, 1, 1, generator=draw), draw)
        return noise.KINDS[kind](x, strength, draw)

    def loss(model: nn.Module, x: Tensor) -> Tensor:
        return F.mse_loss(model(spoiled(x)), x)

    training.fit(
        model,
        train,
        loss=loss,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        lr=settings.lr,
        schedule=training.cosine,
        seed=seed,
        device="cpu",
    )
    return model


def chosen_linear(
    moments: PairMoments, settings: Settings, noisy: Tensor, originals: Tensor
) -> tuple[LinearDenoiser, float]:
    """The linear denoiser for these moments, its ridge chosen on these pairs; and the ridge."""
    fits = {ridge: LinearDenoiser.fitted(moments, ridge) for ridge in settings.ridges}
    best = denoisers.chosen(lambda images, ridge: fits[ridge](images), settings.ridges, noisy, originals)
    return fits[best], best


def judged(method: Method, noisy: Tensor, originals: Tensor) -> float:
    """PSNR in decibels of the method's answers, cut to [0, 1]."""
    if isinstance(method, nn.Module):
        with evaluating(method):
            answers = method(noisy)
    else:
        answers = method(noisy)
    return noise.psnr(answers.clamp(0, 1), originals)


def _tuned(
    kind: str, strength: float, fitted: latent.PCA, settings: Settings, *, all_of_them: bool
) -> list[tuple[str, Callable[..., Tensor], Sequence]]:
    """(name, method(noisy, parameter), candidates). The last two, which take longest, only with ``all_of_them``."""
    # Where spoiled pixels are exactly 0 or 1, the median may leave all others alone: the better of both.
    extremes = (False,) if kind == "Gaussian" else (False, True)
    # PCA may put brightness and contrast right first, which the noise has changed on average.
    scales = ([1.0, 0.0],) if kind == "Gaussian" else ([1.0, 0.0], list(noise.expectation(kind, strength)))
    found = [
        ("median", _median, [[size, only] for size in settings.sizes for only in extremes]),
        ("PCA", partial(_projected, fitted), [[k, *scale] for k in settings.components for scale in scales]),
    ]
    if all_of_them:
        found += [
            ("total variation", _total_variation, settings.weights),
            ("non-local means", _non_local_means, settings.bandwidths),
        ]
    return found


def _median(noisy: Tensor, parameter: Sequence) -> Tensor:
    size, extremes_only = parameter
    return denoisers.median(noisy, size, extremes_only=extremes_only)


def _projected(fitted: latent.PCA, noisy: Tensor, parameter: Sequence) -> Tensor:
    """On the first k principal directions; parameter: k, and (a, b) of noise.expectation, which is undone before."""
    k, scale, shift = parameter
    return fitted.reconstruct((noisy - shift) / scale, k).float()


def _total_variation(noisy: Tensor, parameter: float) -> Tensor:
    return denoisers.total_variation(noisy, parameter)


def _non_local_means(noisy: Tensor, parameter: float) -> Tensor:
    return denoisers.non_local_means(noisy, parameter)


def reference(train: ImageSet, test: ImageSet, settings: Settings) -> dict:
    """The mean training image as the answer to everything, whatever the noise; and PCA on clean images, in decibels."""
    fitted = latent.pca(train[: -settings.held_out])
    originals = test.images[: settings.test_images]
    sizes = {"mean image": 0, "PCA, same size": settings.code_dim, "PCA, small code": settings.small_code}
    return {
        name: judged(partial(_projected, fitted, parameter=(k, 1.0, 0.0)), originals, originals)
        for name, k in sizes.items()
    }


RECIPE = Recipe(
    question="Does a denoising autoencoder remove noise better than the methods before it, and at which strength?",
    settings=Settings(),
    smallest={
        "trained": (("salt and pepper", 0.3),),
        "sweep": (("salt and pepper", (0.3, 0.7)),),
        "code_dim": 8,
        "small_code": 2,
        "epochs": 1,
        "held_out": 16,
        "test_images": 16,
        "sizes": (1, 3),
        "components": (2, 4),
        "weights": (0.2,),
        "bandwidths": (0.3,),
        "ridges": (1e-2,),
    },
    run_seed=run_seed,
    reference=reference,
    uses=(base, codec, linear, noise, denoisers),
    tolerance=0.01,
    # Two candidates can be equally good, up to rounding.
    tolerances={"chosen": None},
)
