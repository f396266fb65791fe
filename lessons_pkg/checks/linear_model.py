"""Task 1.1: is this class a linear autoencoder? Judged by what goes in and comes out, never by its attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.linear_causes import name_the_bend, shape_hint
from lessons_pkg.checks.model import Ask, built, expect_default
from lessons_pkg.checks.values import pictures, shape_of

__all__ = ["linear_ae"]

PIXELS = 784


@check("1.1", "LinearAE")
def linear_ae(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.1: a class with encode, decode and forward; one linear layer with bias each way, no activation."""
    k = 5 + seed % 4  # small, and no size that somebody would write into the code
    x = pictures(6, seed)

    def hint(error: BaseException, method: str, n: int) -> str:
        return shape_hint(error, k, n)

    ask = built(t, answer, "LinearAE", explain=hint, code_dim=k)

    t.need("encode gives (N, code_dim)")
    z = ask("encode", x)
    _expect_code(t, z, len(x), k)
    ask.expect_steady("encode", x, z)

    t.need("decode gives (N, 1, 28, 28)")
    probe = torch.randn(4, k, generator=torch.Generator().manual_seed(seed))
    out = ask("decode", probe)
    _expect_images(t, out, 4, "decode")
    ask.expect_steady("decode", probe, out)

    t.need("each image is treated by itself, in training as in evaluation mode")
    for method, value, whole in (("encode", x, z), ("decode", probe, out)):
        ask.expect_independent(method, value, whole)
        ask.expect_one_mode(method, value, whole)

    t.need("encode is linear plus a bias: no activation")
    directions = torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(seed + 1))
    _expect_affine(t, "encode", directions, lambda value: ask("encode", value))

    t.need("decode is linear plus a bias: no activation")
    _expect_affine(t, "decode", probe[:3], lambda value: ask("decode", value))

    t.need("forward decodes what encode gives")
    _expect_images(t, ask("forward", x), len(x), "forward")
    ask.expect_forward(x)

    t.need("the code uses all its numbers")
    _expect_full_rank(t, ask, k)

    t.need("weights and biases are learned, in both layers")
    _expect_trainable(t, ask, x, k)

    t.need("one layer each way: no more weights than two layers have")
    count, allowed = sum(p.numel() for p in ask.model.parameters()), 2 * PIXELS * k + k + PIXELS
    if count > allowed:
        t.fail(
            expected=f"at most {allowed:,} weights and biases for code_dim={k}",
            found=f"{count:,}: there is a hidden layer, or one that is never used",
            hint="Linear layers in a row are one linear layer written in a longer way. Keep one.",
        )

    t.need("code_dim is 32 unless one asks for another size")
    expect_default(t, answer, "LinearAE", x)


def _expect_code(t: Trial, z: Tensor, n: int, k: int) -> None:
    if z.shape == (n, k):
        return
    hint = "One code per image: the first axis stays N."
    if z.shape == (n, 32):
        hint = f"code_dim={k} was asked for and ignored: is a fixed 32 in the layer, or a name from outside the class?"
    elif z.ndim == 4 and z.shape[-1] == k:
        hint = "The images are not flattened: the layer was applied to each row of 28 pixels."
    elif z.shape == (n, PIXELS):
        hint = "This is as long as the image. Does encode return the flattened image, or the reconstruction?"
    elif z.shape == (k, n):
        hint = "The result is transposed: images along the rows, code numbers along the columns."
    elif z.ndim == 1:
        hint = "The whole batch was flattened into one row: keep the first axis."
    elif z.ndim == 2 and z.shape[0] == n:
        hint = f"code_dim={k} was asked for: the code has another size."
    t.fail(expected=f"shape {(n, k)} for {n} images", found=f"encode returned shape {shape_of(z)}", hint=hint)


def _expect_images(t: Trial, out: Tensor, n: int, method: str) -> None:
    if out.shape == (n, 1, 28, 28):
        return
    hint = "Give the numbers the shape of images again."
    if out.shape == (n, PIXELS):
        hint = "These are flat rows: fold each of them back into an image of shape (1, 28, 28)."
    elif out.ndim == 2 and out.shape[0] == n:
        hint = "Is this the code, or a layer of another size? An image has 784 numbers."
    elif out.shape == (n, 28, 28):
        hint = "The axis for the one grey channel is missing."
    elif out.ndim == 4 and out.shape[1:] == (28, 28, 1):
        hint = "The channel is the second axis, not the last."
    t.fail(expected=f"shape {(n, 1, 28, 28)}", found=f"{method} returned shape {shape_of(out)}", hint=hint)


def _expect_affine(t: Trial, name: str, v: Tensor, f: Callable[[Tensor], Tensor]) -> None:
    """f(a + b) - f(0) = (f(a) - f(0)) + (f(b) - f(0)), for inputs of the size of images and for far larger ones."""
    zero = f(torch.zeros_like(v))
    for size in (1.0, 100.0):
        a, b = size * v, size * v.roll(1, 0)
        error = (f(a + b) - f(a) - f(b) + zero).abs().max()
        if error > 1e-3 * (f(a).abs().max() + f(b).abs().max() + 1e-6):
            t.fail(
                expected="a straight line: twice the input moves the output twice as far",
                found=f"{name} is not linear: {name_the_bend(v, f)}",
                hint="Which line applies something other than a layer or a reshape?",
            )


def _expect_full_rank(t: Trial, ask: Ask, k: int) -> None:
    pixels = torch.eye(PIXELS).unflatten(1, (1, 28, 28))
    inward = ask("encode", pixels) - ask("encode", torch.zeros(1, 1, 28, 28))
    outward = ask("decode", torch.eye(k)) - ask("decode", torch.zeros(1, k))
    for name, matrix in (("encode", inward), ("decode", outward.flatten(1))):
        rank = int(torch.linalg.matrix_rank(matrix.detach().double(), rtol=1e-4))
        if rank == 0:
            t.fail(
                expected="an output that depends on the input",
                found=f"{name} gives the same for every input: all its weights are zero",
                hint="Weights that start at zero never learn: start from small random ones, as nn.Linear does.",
            )
        if rank < k:
            t.fail(
                expected=f"{k} independent directions",
                found=f"{name} uses only {rank} of the {k} numbers of the code",
                hint="Is there a narrower layer on the way, or are parts of the code dropped or repeated?",
            )


def _expect_trainable(t: Trial, ask: Ask, x: Tensor, k: int) -> None:
    learned = [p for p in ask.model.parameters() if p.requires_grad]
    if not list(ask.model.parameters()):
        t.fail(
            expected="weights that an optimizer can find",
            found="model.parameters() is empty",
            hint="Assign layers to self in __init__: a plain list or tensor is not seen (nn.ModuleList, nn.Parameter).",
        )
    zeros = {"encode": torch.zeros(1, 1, 28, 28), "decode": torch.zeros(1, k)}
    inputs = {"encode": x, "decode": torch.ones(1, k)}
    for name in ("encode", "decode"):
        for part, value in (("weights", inputs[name]), ("bias", zeros[name])):
            before = ask(name, value)
            found = f"the {part} of {name} cannot be learned: no gradient reaches them"
            if before.requires_grad:
                gradients = torch.autograd.grad(before.sum(), learned, allow_unused=True)
                if any(g is not None and g.abs().sum() > 0 for g in gradients):
                    continue
                found = f"{name} has no bias: an input of zeros gives no gradient to any weight"
            if part == "bias":
                hint = "Without a bias the reconstruction must pass through zero, and cannot sit around the mean image."
                t.fail(
                    expected=f"a layer with bias in {name}",
                    found=found.replace("reaches them", "reaches it"),
                    hint=hint,
                )
            t.fail(
                expected="a gradient from the output back to the weights",
                found=found,
                hint="Look for detach(), no_grad(), .data, numpy, requires_grad, or weights that are no nn.Parameter.",
            )
