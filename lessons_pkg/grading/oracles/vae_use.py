"""Tasks 5.5 and 5.6: trained models, compared and diagnosed."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.vae_collapse_causes import THRESHOLD, collapse_of
from lessons_pkg.checks.vae_kl_causes import kl_terms
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, value
from lessons_pkg.grading.oracles.noise import expect_standard_normal, expect_unrelated
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, expect_refused, listed, tensor_of
from lessons_pkg.grading.probes.asking import images_of
from lessons_pkg.grading.probes.vae_stand_ins import Collapsing, PlainCoder, SamplingCoder

__all__ = ["Compare", "Diagnose"]


def _look(k: int, images: Tensor, draw: torch.Generator) -> dict[str, Tensor]:
    """k features of these images, with mean 0 and spread 1."""
    look = torch.randn(784, k, generator=draw) / 28
    seen = images.flatten(1) @ look
    return {"look": look, "centre": seen.mean(0), "spread": seen.std(0, correction=0)}


@oracle("5.5", probe="vae_use:compare")
class Compare:
    """Codes as the models give them, points from their Gaussian or the prior, errors of the decoded mean."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        train, test = as_bytes(pictures(1800, seed, rank=20)), as_bytes(0.9 * pictures(250, seed + 1, rank=20) ** 2)
        images = images_of(train)
        sizes = ((3 + seed % 3, 1800, 250, False), (2, 1200, 31 + seed % 9, True))
        cases = [
            [_weights(k, images[:some], draw), {**_weights(k, images[:some], draw), **_levels(k)}, some, few, training]
            for k, some, few, training in sizes
        ]
        other = {**_weights(7, images, draw), **_levels(7)}
        numbers = (0.01 + torch.rand(24, generator=draw, dtype=torch.float64)).tolist()
        keys = ["ae fitted", "vae fitted", "vae prior", "ae error", "vae error"]
        return {
            "train": train, "test": test, "cases": cases, "other": other,
            "numbers": numbers, "keys": keys, "seed": another_seed(draw),
        }  # fmt: skip

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        train, test = images_of(given["train"]).double(), images_of(given["test"]).double()
        answers = listed(found, "cases", len(given["cases"]))
        for (ae, vae, some, few, _), one in zip(given["cases"], answers, strict=True):
            models = PlainCoder(ae).double().eval(), SamplingCoder(vae).double().eval()
            results = value(one, "results", dict)
            calls = dict(zip(given["numbers"], value(one, "calls", list), strict=False))
            with torch.no_grad():
                _judge_clouds(*models, train[:some], results, calls)
                for key, model in zip(("ae error", "vae error"), models, strict=True):
                    x = test[:few]
                    right = (model.decode(model.encode(x)) - x).square().mean().item()
                    number(f"{key} of {few} images", value(results, key, float), right, rel=1e-4)
        expect_refused("codes of different sizes", value(found, "refused", str))


def _weights(k: int, images: Tensor, draw: torch.Generator) -> dict[str, Tensor]:
    mix = 0.1 * torch.randn(k, k, generator=draw) + 0.8 * torch.eye(k) + 0.5
    return {**_look(k, images, draw), "mix": mix, "outward": 0.01 * torch.randn(k, 784, generator=draw)}


def _levels(k: int) -> dict[str, Tensor]:
    return {"level": torch.linspace(-2.0, 1.2, k)}


def _judge_clouds(
    ae: PlainCoder, vae: SamplingCoder, train: Tensor, results: dict[str, Any], calls: dict[float, Any]
) -> None:
    """The codes and the points of the three calls of the metric that the results come from."""
    codes, (mean, log_var) = ae.encode(train), vae.posterior(train)
    for key in ("ae fitted", "vae fitted", "vae prior"):
        result = value(results, key, float)
        if result not in calls:
            raise Wrong(f"{key}: {result:.6g}, which the metric never gave")
        pair, names = listed({key: calls[result]}, key, 2), ("codes", "points")
        given, points = (tensor_of(f"{key}: {name}", one, mean.shape) for name, one in zip(names, pair, strict=True))
        if key == "ae fitted":
            same(f"{key}: the codes", given, codes, rel=1e-5)
        else:
            noise = (given - mean) / (log_var / 2).exp()
            expect_standard_normal(f"{key}: the codes as samples of q(z|x)", noise)
            expect_unrelated(f"{key}: the codes as samples of q(z|x)", noise, mean, log_var)
        if key != "vae prior":
            # The Gaussian of the VAE may have been fitted to other samples than those the metric got.
            wider = math.sqrt(3) if key == "vae fitted" else 1.0
            expect_standard_normal(f"{key}: the points, whitened by the codes", _whitened(points, given), wider=wider)
        else:
            expect_standard_normal(f"{key}: the points", points)
        expect_unrelated(f"{key}: the points", _whitened(points, points), given)
        if (torch.cdist(points, given).amin(1) < 1e-5).double().mean() > 0.01:
            raise Wrong(f"{key}: the points are codes, expected draws from a Gaussian")


def _whitened(points: Tensor, codes: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(torch.cov(codes.T, correction=0))
    return (points - codes.mean(0)) @ vectors / values.clamp(min=1e-12).sqrt()


# Of a dimension: the size of what its mean says about all images and about few, and its log variance.
SPEAKING = ((1.4, 0.0, -2.5), (0.8, 0.0, -1.0), (0.07, 0.0, -0.6), (0.0, 1.6, 0.0), (0.19, 0.0, 0.0), (0.4, 0.0, 0.3))
SILENT = ((0.03, 0.0, 0.0), (0.12, 0.0, 0.01), (0.0, 0.0, 0.0), (0.05, 0.0, 0.02), (0.09, 0.0, 0.03), (0.11, 0.0, 0.02))


@oracle("5.6", probe="vae_use:diagnose")
class Diagnose:
    """The divergence of each dimension averaged over the images, in float64. None lies near to the threshold."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        levels = as_bytes(pictures(200, seed, rank=15))
        counts = ((4, 2, 200, False), (1, 4, 165, True), (0, 5 + seed % 2, 130, False), (2 + seed % 3, 0, 200, True))
        cases = [
            [_patient(speaking, silent, images_of(levels[:some]), draw), some, training]
            for speaking, silent, some, training in counts
        ]
        return {"images": levels, "cases": cases, "keys": ["kl", "active", "collapse"]}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        images = images_of(given["images"]).double()
        for (weights, some, _), one in zip(given["cases"], listed(found, "cases", len(given["cases"])), strict=True):
            right = _nats(weights, images[:some])
            words = f"the divergence of {len(right)} dimensions"
            gap = (tensor_of(words, value(one, "kl", Tensor), right.shape) - right).abs()
            if (gap > 1e-3 * right + 1e-5).any():
                j = int((gap - 1e-3 * right).argmax())
                raise Wrong(f"{words}: number {j} is {right[j]:.4g} nats, the one found is off by {gap[j]:.2g}")
            active = [j for j, nats in enumerate(right.tolist()) if nats > THRESHOLD]
            listing = value(one, "active", list)
            if not all(type(j) is int for j in listing):
                raise Wrong("active: something else than whole numbers came back in the list")
            if listing != active:
                raise Wrong(f"active: expected {active}, found {listing}"[:200])
            word, said = collapse_of(len(active), len(right)), value(one, "collapse", str)
            if said != word:
                raise Wrong(f"collapse: expected {word!r}, found {said[:60]!r}")


def _patient(speaking: int, silent: int, images: Tensor, draw: torch.Generator) -> dict[str, Tensor]:
    """The weights of a Collapsing with so many dimensions of both kinds, in any order; half of them decoded loudly."""
    k = speaking + silent
    while True:
        dims = [SPEAKING[int(j)] for j in torch.randperm(len(SPEAKING), generator=draw)[:speaking]]
        dims += [SILENT[int(j)] for j in torch.randperm(len(SILENT), generator=draw)[:silent]]
        table = torch.tensor([dims[int(j)] for j in torch.randperm(k, generator=draw)])
        table = table * (0.97 + 0.06 * torch.rand(table.shape, generator=draw))
        outward = torch.randn(k, 784, generator=draw) * (torch.rand(k, 1, generator=draw) < 0.5)
        size, rare, level = table.T.contiguous()
        weights = {**_look(k, images, draw), "size": size, "rare": rare, "level": level, "outward": outward}
        nats = _nats(weights, images)
        if (nats > 1.2 * THRESHOLD).sum() == speaking and (nats < 0.8 * THRESHOLD).sum() == silent:
            return weights


@torch.no_grad()
def _nats(weights: dict[str, Tensor], images: Tensor) -> Tensor:
    """KL of each dimension in nats, averaged over the images: (k,), float64."""
    mean, log_var = Collapsing(weights).double().eval().posterior(images.double())
    return kl_terms(mean, log_var).mean(0)
