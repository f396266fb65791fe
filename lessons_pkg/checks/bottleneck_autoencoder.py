"""Task 3.3: a convolutional autoencoder with a fully connected bottleneck, judged by its behaviour and its weights."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.bottleneck_autoencoder_causes import name_the_difference
from lessons_pkg.checks.bottleneck_network import (
    EXPECTED,
    expected_shapes,
    explain,
    map_hint,
    output_hint,
    weights_hint,
)
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.model import Ask, built, expect_default
from lessons_pkg.checks.values import pictures, shape_of

__all__ = ["fc_autoencoder"]


@check("3.3", "FCAutoencoder")
def fc_autoencoder(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.3: conv, conv, flatten, linear; linear, unflatten, transposed conv twice, sigmoid."""
    k = (5, 6, 9, 11)[seed % 4]  # small, no size that anybody would write into the code, and no side of a map
    x = pictures(6, seed)
    probe = torch.randn(4, k, generator=torch.Generator().manual_seed(seed))

    ask = built(t, answer, "FCAutoencoder", explain=partial(explain, k=k), code_dim=k)

    t.need("convolutions, Linear layers and activations, nothing else")
    if any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in ask.model.modules()):
        t.fail(
            expected="the layers that the task names",
            found="there is batch norm in it",
            hint="It makes what comes out for one image depend on the others in the batch. This network does without.",
        )

    t.need("encode gives (N, code_dim)")
    z = ask("encode", x)
    if z.shape != (len(x), k):
        found = f"encode returned shape {shape_of(z)} for {len(x)} images"
        t.fail(expected=f"shape {(len(x), k)}", found=found, hint=map_hint(tuple(z.shape), len(x), k))

    t.need("decode gives (N, 1, 28, 28)")
    out = ask("decode", probe)
    if out.shape != (4, 1, 28, 28):
        found = f"decode returned shape {shape_of(out)} for 4 codes"
        t.fail(expected="shape (4, 1, 28, 28)", found=found, hint=output_hint(tuple(out.shape), 4))

    t.need("the same for the same input, however many images there are, in training and in evaluation mode")
    for method, value, whole in (("encode", x, z), ("decode", probe, out)):
        ask.expect_steady(method, value, whole)
        ask.expect_independent(method, value, whole)
        ask.expect_one_mode(method, value, whole)

    t.need("the weights are those of the layers that the task names")
    _expect_weights(t, ask.model, k)

    t.need("encode: each convolution followed by a ReLU, and none on the code")
    _expect_same(t, ask, "encode", x, k)

    t.need("decode: a ReLU after all layers but the last, and a sigmoid after that")
    _expect_same(t, ask, "decode", torch.cat([probe, 30 * probe]), k)  # far enough for a clamp to differ from a ReLU

    t.need("forward decodes what encode gives")
    ask.expect_forward(x)

    t.need("every weight is learned")
    ask.expect_gradients(ask("forward", x))

    t.need("code_dim is 32 unless one asks for another size")
    expect_default(t, answer, "FCAutoencoder", x)


def _expect_weights(t: Trial, model: nn.Module, k: int) -> None:
    shapes = Counter(_as_linear(tuple(p.shape), k) for p in model.parameters())
    wanted = Counter(expected_shapes(k))
    if shapes == wanted:
        return
    missing, extra = sorted((wanted - shapes).elements(), key=str), sorted((shapes - wanted).elements(), key=str)
    found, hint = weights_hint(missing, extra, k)
    t.fail(expected=EXPECTED, found=found, hint=hint)


def _as_linear(shape: tuple[int, ...], k: int) -> tuple[int, ...]:
    """A 7x7 convolution over the 7x7 map is the Linear layer that the task asks for (see task 3.4)."""
    return (k, 32 * 7 * 7) if shape == (k, 32, 7, 7) else shape


def _expect_same(t: Trial, ask: Ask, method: str, value: Tensor, k: int) -> None:
    """Rebuild the method from the model's own weights, found by their shapes, and compare."""
    difference = name_the_difference(ask.model, method, value, ask(method, value), k)
    if difference is None:
        return
    found, hint = difference
    wanted = {
        "encode": "conv, ReLU, conv, ReLU, flatten, linear",
        "decode": "linear, ReLU, unflatten, transposed conv, ReLU, transposed conv, sigmoid",
    }
    t.fail(expected=wanted[method], found=found, hint=hint)
