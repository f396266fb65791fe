"""Task 5.4: a VAE is built, gets drawn weights, and is asked for all that it can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.grading.probes.asking import gradients, images_of, seed_all

__all__ = ["drawn_weights", "vae"]


def drawn_weights(shapes: Sequence[Sequence[int]], seed: int) -> list[Tensor]:
    """Weights of these shapes, in their order: wide enough that no two formulas give the same."""
    draw = torch.Generator().manual_seed(seed)
    drawn = []
    for shape in shapes:
        gain = 0.4 if shape[0] == 784 else 1.5  # the last layer: no pixel may be as good as black or white
        size = gain / shape[-1] ** 0.5 if len(shape) == 2 else 0.5
        drawn.append(size * torch.randn(*shape, generator=draw))
    return drawn


def vae(answer: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The shapes of the weights, the outputs in both modes, and losses with their gradients in the small biases."""
    seed_all(given["noise"])
    k, x = given["k"], images_of(given["images"])
    default = answer().encode(x[:2])
    model = answer(code_dim=k)
    parameters = list(model.parameters())
    shapes = [list(p.shape) for p in parameters]
    with torch.no_grad():
        for p, weight in zip(parameters, drawn_weights(shapes, given["weights"]), strict=True):
            p.copy_(weight)
    modes = [_outputs(model.train(training), x, given) for training in (True, False)]
    found = {"default": default, "shapes": shapes, "modes": modes}
    found["learned"] = _learned(model, parameters, x[:7])
    biases = [p for p in parameters if tuple(p.shape) in ((k,), (2 * k,))]
    place = _place(model, biases, k, x[:1])
    if place is None:
        return found
    log_var = biases[place[0]].data[place[1] : place[1] + k]
    found["place"] = [next(i for i, p in enumerate(parameters) if p is biases[place[0]]), place[1]]
    found["narrow"] = _losses(model, log_var, given["narrow"], x[:7], biases, 1)
    found["wide"] = _losses(model, log_var, given["wide"], x[: given["batch"]], biases, given["calls"])
    for p in parameters:
        if tuple(p.shape) == (784,):
            p.data.copy_(given["certain"])
    found["certain"] = _losses(model, log_var, given["narrow"], x[:7], [], 1)
    return found


def _outputs(model: nn.Module, x: Tensor, given: dict[str, Any]) -> dict[str, Any]:
    """What one model in one mode says of the same images, near and far from black and white, together and alone."""
    few = x[:6]
    wide = torch.cat([few, 20 * few, -2000 * few])
    return {
        "posterior": list(model.posterior(few.clone())),
        "far": list(model.posterior(wide)),
        "alone": list(model.posterior(few[:1].clone())),
        "encode": model.encode(few.clone()),
        "decode": model.decode(given["codes"].clone()),
        "decode alone": model.decode(given["codes"][:1].clone()),
        "forward": model(x.clone()),
    }


def _learned(model: nn.Module, parameters: list[Tensor], x: Tensor) -> list[bool]:
    """Does a gradient of the loss reach this weight?"""
    free = [p for p in parameters if p.requires_grad]
    reached = {
        id(p) for p, slope in zip(free, gradients(model.loss(x.clone()), free), strict=True) if slope is not None
    }
    return [id(p) in reached for p in parameters]


@torch.no_grad()
def _place(model: nn.Module, biases: list[Tensor], k: int, x: Tensor) -> list[int] | None:
    """Which bias, from which row on, moves the second of the two that posterior gives, and not the first."""
    before = model.posterior(x.clone())
    for i, bias in enumerate(biases):
        for start in range(0, len(bias), k):
            kept = bias.data.clone()
            bias.data[start : start + k] += 1
            after = model.posterior(x.clone())
            bias.data.copy_(kept)
            if torch.equal(after[0], before[0]) and not torch.equal(after[1], before[1]):
                return [i, start]
    return None


def _losses(
    model: nn.Module, log_var: Tensor, level: Tensor, x: Tensor, biases: list[Tensor], calls: int
) -> dict[str, Any]:
    """Losses, half of them in each mode, with the bias of the log variance at a level; and their summed gradients."""
    log_var.copy_(level)
    values, slopes = [], [torch.zeros_like(bias) for bias in biases]
    for training in (True, False):
        model.train(training)
        for _ in range(calls):
            value = model.loss(x.clone())
            for slope, more in zip(slopes, gradients(value, biases), strict=True):
                slope += 0 if more is None else more
            values.append(value)
    return {"values": values, "slopes": slopes}
