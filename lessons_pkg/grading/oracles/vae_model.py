"""Task 5.4: the VAE. Its weights are drawn, so that every output is known, but for the noise; that is found again."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks.vae_elbo_causes import elbo_terms
from lessons_pkg.checks.vae_kl_causes import kl_terms
from lessons_pkg.checks.vae_model_causes import find_places, logits_of, weights_cause
from lessons_pkg.checks.values import pictures
from lessons_pkg.grading.oracles.framework import Wrong, number, oracle, same, value
from lessons_pkg.grading.oracles.noise import SIGMAS, expect_standard_normal, expect_unrelated
from lessons_pkg.grading.oracles.reading import another_seed, as_bytes, listed, tensor_of
from lessons_pkg.grading.probes.asking import images_of
from lessons_pkg.grading.probes.vae_model import drawn_weights

__all__ = ["Vae"]

IMAGES, BATCH, CALLS = 250, 150, 4
DRAWS = 12  # of the noise, for each image, with which the oracle estimates a loss
Parts = dict[str, Tensor]


@oracle("5.4", probe="vae_model:vae")
class Vae:
    """posterior, encode and decode by the weights; forward by the noise in it; loss exactly and in the average."""

    @staticmethod
    def draw(seed: int) -> dict[str, Any]:
        draw = torch.Generator().manual_seed(seed)
        k = (5, 6, 7, 9)[seed % 4]
        return {
            "k": k,
            "images": as_bytes(pictures(IMAGES, seed)),
            "codes": torch.cat([torch.randn(4, k, generator=draw), 8 * torch.randn(4, k, generator=draw)]),
            "weights": another_seed(draw),
            "noise": another_seed(draw),
            "narrow": -24 + torch.rand(k, generator=draw),
            "wide": 1.2 + 0.6 * torch.rand(k, generator=draw),
            "certain": 60 * torch.randn(784, generator=draw),
            "batch": BATCH,
            "calls": CALLS,
        }

    @staticmethod
    @torch.no_grad()
    def judge(given: dict[str, Any], found: Any) -> None:
        k, x = given["k"], images_of(given["images"])
        tensor_of("the codes of VAE()", value(found, "default", Tensor), (2, 20))
        model = _rebuilt(_shapes_in(found), given["weights"], k)
        modes = listed(found, "modes", 2)
        pairs = [tensor_of("posterior", one, (6, k)).float() for one in listed(modes[0], "posterior", 2)]
        places = find_places(model, k, x[:6], *pairs)
        if places is None:
            raise Wrong("posterior: with the weights of the model, the five layers of the task give other numbers")
        parts = {name: weight.double() for name, weight in places.of(model).items()}
        for mode in modes:
            _judge_outputs(mode, parts, x.double(), given["codes"].double())
        outputs = torch.cat([tensor_of("forward", value(mode, "forward", Tensor), x.shape) for mode in modes])
        _judge_forward(outputs, parts, x.double())
        if not all(one is True for one in listed(found, "learned", len(list(model.parameters())))):
            raise Wrong("loss: a gradient for every weight was expected, and some weights got none")
        index, start, _ = places.places["log_var_bias"]
        if listed(found, "place", 2) != [index, start]:
            raise Wrong("posterior: the second of the pair does not come from the layer of the log variance")
        _judge_exact(given, found, parts, places.places, x[:7])
        _judge_average(given, found, parts, places.places, x[:BATCH])


def _shapes_in(found: Any) -> list[tuple[int, ...]]:
    """The shapes of the weights that came back: lists of sizes, whatever they are."""
    shapes = value(found, "shapes", list)
    if any(
        not isinstance(one, list) or not all(type(size) is int and 0 <= size < 10**6 for size in one) for one in shapes
    ):
        raise Wrong("the shapes of the weights are no shapes")
    return [tuple(one) for one in shapes]


def _rebuilt(shapes: list[tuple[int, ...]], seed: int, k: int) -> nn.Module:
    """A module with the weights that the probe gave to the model; raises Wrong for other shapes than the task's."""
    if len(shapes) > 99:
        raise Wrong(f"the model has {len(shapes)} weights, expected those of five layers")
    model = nn.ParameterList(nn.Parameter(torch.empty(shape, device="meta")) for shape in shapes)
    if cause := weights_cause(model, k):
        raise Wrong(f"the weights of VAE(code_dim={k}): {cause[0]}"[:290])
    return nn.ParameterList(nn.Parameter(weight) for weight in drawn_weights(shapes, seed))


def _posterior(parts: Parts, x: Tensor) -> list[Tensor]:
    h = torch.relu(F.linear(x.flatten(1), parts["inward"], parts["inward_bias"]))
    return [F.linear(h, parts[name], parts[f"{name}_bias"]) for name in ("mean", "log_var")]


def _judge_outputs(mode: Any, parts: Parts, x: Tensor, codes: Tensor) -> None:
    """posterior, encode and decode are functions of the weights: the same in both modes, alone and together."""
    few = x[:6]
    for key, images in (("posterior", few), ("far", torch.cat([few, 20 * few, -2000 * few])), ("alone", few[:1])):
        right = _posterior(parts, images)
        for name, one, target in zip(("z_mean", "z_log_var"), listed(mode, key, 2), right, strict=True):
            words = f"{name} of {len(images)} images up to {images.abs().max():.0f}"
            same(words, tensor_of(words, one, target.shape), target)
    same("encode", tensor_of("encode", value(mode, "encode", Tensor), (6, len(codes.T))), _posterior(parts, few)[0])
    right = torch.sigmoid(logits_of(parts, codes))
    for key, target in (("decode", right), ("decode alone", right[:1])):
        same(f"{key}, {len(target)} codes", tensor_of(key, value(mode, key, Tensor), target.shape), target)


def _judge_forward(out: Tensor, parts: Parts, x: Tensor) -> None:
    """Which codes were decoded follows from the images; less the mean, over the spread, they must be noise."""
    if not (out.amin() > 0 and out.amax() < 1):
        raise Wrong(f"forward: from {out.amin():.3g} to {out.amax():.3g}, expected probabilities between 0 and 1")
    z = _codes_of(out, parts)
    right = torch.sigmoid(logits_of(parts, z))
    if not (out - right).abs().max() < 1e-3:
        raise Wrong("forward: images that decode gives for no code")
    mean, log_var = (torch.cat([one, one]) for one in _posterior(parts, x))
    noise = (z - mean) / (log_var / 2).exp()
    expect_standard_normal("forward, as decode of a sample of q(z|x)", noise)
    expect_unrelated("forward, as decode of a sample of q(z|x)", noise, mean, log_var)


def _codes_of(out: Tensor, parts: Parts) -> Tensor:
    """The codes that come nearest to these images: (N, 1, 28, 28) -> (N, k), by two least squares."""
    w, v = parts["pixels"], parts["outward"]
    logits = torch.logit(out.flatten(1)) - parts["pixels_bias"]
    h = torch.linalg.solve(w.T @ w, w.T @ logits.T).T
    on = (h > 1e-3).double()  # a unit that is off says nothing about the code
    squares = (on @ (v[:, :, None] * v[:, None, :]).flatten(1)).unflatten(1, (v.shape[1], v.shape[1]))
    sides = (on * (h - parts["outward_bias"])) @ v
    return torch.linalg.lstsq(squares, sides[:, :, None]).solution.squeeze(2)


def _slopes(found: dict[str, Any], given: dict[str, Any], places: dict[str, Any], parts: Parts) -> dict[str, Tensor]:
    """The gradients in the biases of mean and log variance, averaged over the calls: name -> (k,)."""
    shapes = sorted({places[f"{name}_bias"][0] for name in ("mean", "log_var")})
    k = len(parts["mean_bias"])
    whole = listed(found, "slopes", len(shapes))
    slopes, count = {}, len(value(found, "values", list))
    for name in ("mean", "log_var"):
        index, start, _ = places[f"{name}_bias"]
        one = tensor_of(f"the gradient in z_{name}", whole[shapes.index(index)], (k * (3 - len(shapes)),))
        slopes[name] = one[start : start + k] / count
    return slopes


def _judge_exact(given: dict[str, Any], found: Any, parts: Parts, places: dict[str, Any], x: Tensor) -> None:
    """Where q(z|x) is as good as a point there is one right loss, and one right gradient."""
    narrow = {**parts, "log_var_bias": given["narrow"].double()}
    for key in ("narrow", "certain"):
        if key == "certain":
            narrow["pixels_bias"] = given["certain"].double()
        mean, log_var = _posterior(narrow, x.double())
        right = sum(elbo_terms(x, logits_of(narrow, mean), mean, log_var)).mean().item()
        for one in listed(value(found, key, dict), "values", 2):
            words = f"loss of {len(x)} images, {'a narrow q(z|x)' if key == 'narrow' else 'logits far from 0'}"
            number(words, tensor_of(words, one, ()).item(), right, rel=3e-5 if key == "narrow" else 2e-4)
    slopes = _slopes(found["narrow"], given, places, parts)
    narrow["pixels_bias"] = parts["pixels_bias"]
    mean, log_var = _posterior(narrow, x.double())
    # The little noise that is left may carry a unit of the decoder over the kink of its ReLU: so much one unit pulls.
    same("the gradient of loss in z_mean", slopes["mean"], (_pull(narrow, x, mean) + mean).mean(0), rel=0.04)
    same("the gradient of loss in z_log_var", slopes["log_var"], (log_var.exp() - 1).mean(0) / 2, rel=1e-2)


def _pull(parts: Parts, x: Tensor, z: Tensor) -> Tensor:
    """The gradient of the pixels' term of each image in its code: (N, k)."""
    before = F.linear(z, parts["outward"], parts["outward_bias"])
    rest = torch.sigmoid(F.linear(torch.relu(before), parts["pixels"], parts["pixels_bias"])) - x.flatten(1)
    return ((rest @ parts["pixels"]) * (before > 0)) @ parts["outward"]


def _judge_average(given: dict[str, Any], found: Any, parts: Parts, places: dict[str, Any], x: Tensor) -> None:
    """Where q(z|x) is wide: each loss, and the gradients of all, are averages over new samples for each image."""
    wide = {name: weight.float() for name, weight in {**parts, "log_var_bias": given["wide"]}.items()}
    mean, log_var = _posterior(wide, x)
    own = torch.Generator().manual_seed(given["weights"] + 1)
    noise = torch.randn(DRAWS, *mean.shape, generator=own)
    z = (mean + (log_var / 2).exp() * noise).flatten(0, 1)
    many, (means, log_vars) = x.repeat(DRAWS, 1, 1, 1), (one.repeat(DRAWS, 1) for one in (mean, log_var))
    nats = F.binary_cross_entropy_with_logits(logits_of(wide, z), many, reduction="none").flatten(1).double().sum(1)
    nats = nats.unflatten(0, (DRAWS, len(x)))
    right = nats.mean().item() + kl_terms(mean.double(), log_var.double()).sum(1).mean().item()
    error = math.sqrt(nats.var(0).sum().item()) / len(x)  # of the loss of one call
    both = value(found, "wide", dict)
    values = [tensor_of("loss", one, ()).item() for one in listed(both, "values", 2 * CALLS)]
    for words, some, count in (
        ("loss", values, 1),
        ("the mean of all losses", [sum(values) / len(values)], len(values)),
    ):
        limit = SIGMAS * error * math.sqrt(1 / count + 1 / DRAWS)
        for one in some:
            if not abs(one - right) < limit:
                raise Wrong(f"{words}, where q(z|x) is wide: {one:.6g}, expected {right:.6g} but for {limit:.2g}")
    if len(set(values)) < len(values):
        raise Wrong("loss: two calls give exactly the same, expected new noise at each call")
    slopes = _slopes(both, given, places, parts)
    pull = _pull(wide, many, z)
    each = {"mean": pull + means, "log_var": pull * (z - means) / 2 + (log_vars.exp() - 1) / 2}
    for name, one in each.items():
        draws = one.double().unflatten(0, (DRAWS, len(x)))
        scatter = draws.var(0).sum(0).sqrt() / len(x) * math.sqrt(1 / len(values) + 1 / DRAWS)
        if not ((slopes[name] - draws.mean((0, 1))).abs() < SIGMAS * scatter + 1e-3).all():
            raise Wrong(f"the gradient of loss in z_{name} is not that of the negative ELBO, by a sample")
