"""Exercise 5, the three formulas of a VAE: the sample, the divergence and the bound."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.vae_elbo_causes import elbo_terms
from lessons_pkg.checks.vae_kl_causes import kl_terms
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, value
from lessons_pkg.grading.oracles.noise import expect_standard_normal, expect_unrelated
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, expect_refused, listed, tensor_of
from lessons_pkg.grading.probes.asking import images_of

__all__ = ["Kl", "NegativeElbo", "Sample"]

ROWS = 10_000
# The log variance around which each column of the large pair lies: a clamp shows, and what is added to a variance.
LEVELS = (-24.0, -12.0, -3.0, -1.2, -0.4, 0.6, 1.5, 12.0)


@oracle("5.1", probe="vae:sample")
class Sample:
    """What is left when the mean is subtracted and the spread divided out is standard normal noise."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        shapes = (6, 4), (5, 3), (1, 4), (7, 1), (1, 1)
        small = [[torch.randn(shape, generator=draw), torch.randn(shape, generator=draw)] for shape in shapes]
        mean = torch.randn(ROWS, len(LEVELS), generator=draw) * torch.tensor([1e-5, *[3.0] * (len(LEVELS) - 1)])
        log_var = torch.tensor(LEVELS) + 0.5 * torch.randn(ROWS, len(LEVELS), generator=draw)
        weight = torch.randn(6, 4, generator=draw)
        return {"small": small, "large": [mean, log_var], "weight": weight, "seed": another_seed(draw)}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        pairs = listed(found, "small", len(given["small"]))
        for (mean, log_var), pair in zip(given["small"], pairs, strict=True):
            words = f"a sample for a z_mean of shape {tuple(mean.shape)}"
            first, second = (tensor_of(words, one, mean.shape) for one in listed({words: pair}, words, 2))
            far = ((torch.stack([first, second]) - mean) / (log_var.double() / 2).exp()).abs()
            if far.max() > 8:
                raise Wrong(f"{words}: {far.max():.3g} standard deviations from z_mean")
            if (first == second).double().mean() > 0.2 or (far == 0).double().mean() > 0.2:
                raise Wrong(f"{words}: no new noise at each call")
        mean, log_var = (one.double() for one in given["large"])
        words = f"a sample for a z_mean of shape {tuple(mean.shape)}"
        noise = (tensor_of(words, value(found, "large", Tensor), mean.shape) - mean) / (log_var / 2).exp()
        expect_standard_normal(words, noise)
        expect_unrelated(words, noise, mean, log_var)
        shape = given["small"][0][0].shape
        one, other, again = (tensor_of("a seeded sample", z, shape) for z in listed(found, "seeded", 3))
        if not torch.equal(one, again) or torch.equal(one, other):
            raise Wrong("a sample after torch.manual_seed: expected the same for the same seed, another for another")
        z = tensor_of("a sample", value(found, "z", Tensor), shape)
        slopes = [tensor_of("a gradient of the sample", slope, shape) for slope in listed(found, "gradients", 2)]
        weight, mean = given["weight"].double(), given["small"][0][0].double()
        same("the gradient of the sample in z_mean", slopes[0], weight)
        same("the gradient of the sample in z_log_var", slopes[1], weight * (z - mean) / 2)


@oracle("5.2", probe="vae:kl")
class Kl:
    """The closed form, in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        pairs = []
        for shape in ((8, 5), (1, 3 + seed % 5), (6, 1), (1, 1), (30 + seed % 20, 3), (4, 20 + seed % 3)):
            pairs.append([1.5 * torch.randn(shape, generator=draw), torch.randn(shape, generator=draw)])
        pairs.append([torch.zeros(3, 4), torch.zeros(3, 4)])
        wide = torch.tensor([[-60.0, 0.3], [14.0, -0.2], [-25.0, 9.0]]) + torch.rand(3, 2, generator=draw)
        pairs.append([torch.tensor([[0.5, -3.0], [40.0, 1.0], [-2.0, 0.1]]), wide])
        return {"pairs": pairs, "weight": torch.randn(8, generator=draw)}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        for (mean, log_var), one in zip(given["pairs"], listed(found, "values", len(given["pairs"])), strict=True):
            words = f"the divergence for a z_mean of shape {tuple(mean.shape)}"
            right = kl_terms(mean.double(), log_var.double()).sum(1)
            gap = (tensor_of(words, one, right.shape) - right).abs()
            if (wrong := gap > 1e-4 * right.abs() + 1e-5).any():
                place = int(wrong.nonzero()[0])
                raise Wrong(f"{words}: expected {right[place]:.6g}, found {right[place] + gap[place]:.6g} or less")
        slopes = listed(found, "gradients", 2)
        mean, log_var = (one.double() for one in given["pairs"][0])
        weight = given["weight"].double()[:, None]
        wanted = {"z_mean": weight * mean, "z_log_var": weight * (log_var.exp() - 1) / 2}
        for (name, right), slope in zip(wanted.items(), slopes, strict=True):
            words = f"the gradient of the divergence in {name}"
            same(words, tensor_of(words, slope, right.shape), right)


@oracle("5.3", probe="vae:negative_elbo")
class NegativeElbo:
    """The sum over the pixels and the divergence, averaged over the images, in float64."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        cases = []
        for n, side, k in ((6, 28, 7), (1, 28, 3), (17, 28, 1), (4, 9, 6), (3 + seed % 4, 12, 2)):
            cases.append(_case(pictures(n, seed + n)[..., :side, :side], k, draw))
        for size in (30.0, 200.0):
            x, logits, mean, log_var = _case(pictures(5, seed + 9), 4, draw)
            cases.append([x, size * logits.sign(), mean, log_var])
        pixel = int(torch.randint(cases[0][0].numel(), (1,), generator=draw))
        ranges = [[-1.0, 1.0], [0.0, 255.0], [0.0, 1.5], [-0.4, 0.9]]
        return {"cases": cases, "ranges": ranges, "levels": [1.01, -0.01], "pixel": pixel}

    @staticmethod
    def judge(given: dict[str, Any], found: Any) -> None:
        cases = [[images_of(levels), *rest] for levels, *rest in given["cases"]]
        for case, one in zip(cases, listed(found, "values", len(cases)), strict=True):
            words = f"the loss of {len(case[0])} images, k={case[2].shape[1]}, logits up to {case[1].max():.0f}"
            number(words, tensor_of(words, one, ()).item(), sum(elbo_terms(*case)).mean().item(), rel=2e-5)
        x, *rest = cases[0]
        leaves = [one.double().requires_grad_() for one in rest]
        wanted = torch.autograd.grad(sum(elbo_terms(x, *leaves)).mean(), leaves)
        names = "logits", "z_mean", "z_log_var"
        for name, right, slope in zip(names, wanted, listed(found, "gradients", 3), strict=True):
            words = f"the gradient of the loss in {name}"
            same(words, tensor_of(words, slope, right.shape), right, rel=1e-3, abs=1e-7)
        kinds = [f"pixels from {low:g} to {high:g}" for low, high in given["ranges"]]
        kinds += [f"one pixel of {level:g}" for level in given["levels"]]
        for kind, one in zip(kinds, listed(found, "refused", len(kinds)), strict=True):
            expect_refused(f"the loss of images with {kind}", one)


def _case(x: Tensor, k: int, draw: torch.Generator) -> list[Tensor]:
    logits = 2 * torch.randn(x.shape, generator=draw)
    pair = torch.randn(len(x), k, generator=draw) + 0.3, torch.randn(len(x), k, generator=draw) - 0.5
    return [as_bytes(x), logits, *pair]
