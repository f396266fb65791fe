"""Task 1.1: is this class a linear autoencoder? Judged by what goes in and comes out, never by its attributes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.linear_causes import build_hint, name_the_bend, order_hint, shape_hint
from lessons_pkg.checks.values import pictures, shape_of, show

__all__ = ["linear_ae"]

PIXELS = 784


@check("1.1", "LinearAE")
def linear_ae(t: Trial, answer: Any, seed: int) -> None:
    """Task 1.1: a class with encode, decode and forward; one linear layer with bias each way, no activation."""
    k = 5 + seed % 4  # small, and no size that somebody would write into the code
    x = pictures(6, seed)

    t.need("LinearAE is a class that inherits from nn.Module")
    t.is_there(answer, "LinearAE")
    if isinstance(answer, nn.Module) and not isinstance(answer, type):
        t.fail(expected="the class", found="an instance of it", hint="Pass LinearAE without brackets.")
    if not isinstance(answer, type):
        t.fail(expected="a class", found=show(answer), hint="The task asks for: class LinearAE(nn.Module).")
    if not issubclass(answer, nn.Module):
        t.fail(
            expected="class LinearAE(nn.Module)",
            found=f"{answer.__name__} does not inherit from nn.Module",
            hint="Without it an optimizer cannot find the weights.",
        )

    t.need(f"LinearAE(code_dim={k}) can be built")
    model = t.call(answer, code_dim=k, doing=f"LinearAE(code_dim={k})", explain=build_hint)

    t.need("encode gives (N, code_dim)")
    z = _asked(t, model, "encode", x, k)
    _expect_code(t, z, len(x), k)
    again = _asked(t, model, "encode", x, k)
    if not torch.equal(z, again):
        t.fail(
            expected="the same code for the same image",
            found="two calls of encode with the same images give different codes",
            hint="Is a layer built anew in each call, or is there dropout or other noise? Layers belong in __init__.",
        )

    t.need("decode gives (N, 1, 28, 28)")
    probe = torch.randn(4, k, generator=torch.Generator().manual_seed(seed))
    _expect_images(t, _asked(t, model, "decode", probe, k), 4, "decode")

    t.need("each image is treated by itself")
    _expect_independent(t, "encode", x, z, lambda one: _asked(t, model, "encode", one, k))
    _expect_independent(
        t, "decode", probe, _asked(t, model, "decode", probe, k), lambda one: _asked(t, model, "decode", one, k)
    )

    t.need("encode is linear plus a bias: no activation")
    directions = torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(seed + 1))
    _expect_affine(t, "encode", directions, lambda value: _asked(t, model, "encode", value, k))

    t.need("decode is linear plus a bias: no activation")
    _expect_affine(t, "decode", probe[:3], lambda value: _asked(t, model, "decode", value, k))

    t.need("forward decodes what encode gives")
    _expect_forward(t, model, x, k)

    t.need("the code uses all its numbers")
    _expect_full_rank(t, model, k)

    t.need("weights and biases are learned, in both layers")
    _expect_trainable(t, model, x, k)

    t.need("one layer each way: no more weights than two layers have")
    count, allowed = sum(p.numel() for p in model.parameters()), 2 * PIXELS * k + k + PIXELS
    if count > allowed:
        t.fail(
            expected=f"at most {allowed:,} weights and biases for code_dim={k}",
            found=f"{count:,}: there is a hidden layer, or one that is never used",
            hint="Linear layers in a row are one linear layer written in a longer way. Keep one.",
        )

    t.need("code_dim is 32 unless one asks for another size")
    default = t.call(answer, doing="LinearAE()")
    z = _asked(t, default, "encode", x, 32)
    if z.shape != (len(x), 32):
        t.fail(
            expected="LinearAE() has a code of 32 numbers", found=f"a code of shape {shape_of(z)}", hint="code_dim=32"
        )


def _asked(t: Trial, model: Any, method: str, value: Tensor, k: int) -> Tensor:
    """The tensor that model.method(value) gives; anything else ends the check, and so does a change of the input."""
    function = t.call(getattr, model, method, None, doing=f"model.{method}")
    if function is None or not callable(function):
        t.fail(expected=f"a method {method}", found=f"the model has no {method}", hint=f"def {method}(self, ...)")
    given = value.clone()
    size = f"{'x' if value.ndim == 4 else 'z'} of shape {shape_of(value)}"
    result = t.call(
        function,
        given,
        doing=f"{method}({size})",
        explain=lambda error: order_hint(error, method) or shape_hint(error, k, len(value)),
    )
    if not isinstance(result, Tensor):
        what = "Is a return missing?" if result is None else "Return one tensor and nothing else."
        t.fail(expected="a tensor", found=f"{method} returned {show(result)}", hint=what)
    if not torch.equal(given, value):
        t.fail(
            expected="the input unchanged",
            found=f"{method} changed its input in place",
            hint="Operations such as x -= ..., x.clamp_() or x.resize_() write into the caller's images.",
        )
    if result.dtype != torch.float32:
        t.fail(
            expected="float32 numbers", found=f"{method} returned {show(result)}", hint="Leave the dtype as it comes."
        )
    if not torch.isfinite(result).all():
        t.fail(
            expected="finite numbers", found=f"{method} returned NaN or infinity", hint="Are all weights initialised?"
        )
    return result


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


def _expect_independent(t: Trial, name: str, batch: Tensor, whole: Tensor, f: Callable[[Tensor], Tensor]) -> None:
    two = f(batch[1:3])  # two, because batch norm refuses a single image
    if two.shape != whole[1:3].shape or not torch.allclose(two, whole[1:3], atol=1e-4, rtol=1e-3):
        t.fail(
            expected="the same result for an image whatever else is in the batch",
            found=f"{name} gives another result when other images are in the batch",
            hint="Is something averaged over the batch (batch norm, x - x.mean()), or does a reshape mix the images?",
        )


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


def _expect_forward(t: Trial, model: Any, x: Tensor, k: int) -> None:
    out = _asked(t, model, "forward", x, k)
    _expect_images(t, out, len(x), "forward")
    if not torch.equal(out, _asked(t, model, "forward", x, k)):
        t.fail(
            expected="the same reconstruction for the same image",
            found="two calls of forward with the same images differ: there is noise or dropout in it",
            hint="A linear autoencoder does not draw anything.",
        )
    if torch.equal(out, x):
        t.fail(
            expected="a reconstruction from the code",
            found="forward gives its input back",
            hint="Call encode and decode.",
        )
    target = _asked(t, model, "decode", _asked(t, model, "encode", x, k), k)
    if torch.allclose(out, target, atol=1e-5, rtol=1e-4):
        return
    found = "forward(x) is not decode(encode(x))"
    wide = torch.cat([x, 30 * x, -30 * x])  # far enough for a ReLU and a clamp to differ
    out = _asked(t, model, "forward", wide, k)
    code = _asked(t, model, "encode", wide, k)
    target = _asked(t, model, "decode", code, k)
    activations = {"sigmoid": torch.sigmoid, "ReLU": torch.relu, "tanh": torch.tanh, "clamp": lambda v: v.clamp(0, 1)}
    for name, f in activations.items():
        if torch.allclose(out, f(target), atol=1e-4):
            found = f"forward has an activation that decode does not have: a {name} on the output"
            break
        if torch.allclose(out, _asked(t, model, "decode", f(code), k), atol=1e-4):
            found = f"forward has an activation that encode does not have: a {name} on the code"
            break
    t.fail(expected="decode(encode(x))", found=found, hint="Let forward call the two methods and do nothing else.")


def _expect_full_rank(t: Trial, model: Any, k: int) -> None:
    pixels = torch.eye(PIXELS).reshape(PIXELS, 1, 28, 28)
    inward = _asked(t, model, "encode", pixels, k) - _asked(t, model, "encode", torch.zeros(1, 1, 28, 28), k)
    outward = (_asked(t, model, "decode", torch.eye(k), k) - _asked(t, model, "decode", torch.zeros(1, k), k)).flatten(
        1
    )
    for name, matrix in (("encode", inward), ("decode", outward)):
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


def _expect_trainable(t: Trial, model: nn.Module, x: Tensor, k: int) -> None:
    if not list(model.parameters()):
        t.fail(
            expected="weights that an optimizer can find",
            found="model.parameters() is empty",
            hint="Assign layers to self in __init__: a plain list or tensor is not seen (nn.ModuleList, nn.Parameter).",
        )
    zeros = {"encode": torch.zeros(1, 1, 28, 28), "decode": torch.zeros(1, k)}
    inputs = {"encode": x, "decode": torch.ones(1, k)}
    for name in ("encode", "decode"):
        for part, value in (("weights", inputs[name]), ("bias", zeros[name])):
            trained = copy.deepcopy(model)
            before = _asked(t, trained, name, value, k)
            found = f"the {part} of {name} cannot be learned: no gradient reaches them"
            if before.requires_grad:
                gradients = torch.autograd.grad(
                    before.sum(), [p for p in trained.parameters() if p.requires_grad], allow_unused=True
                )
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
