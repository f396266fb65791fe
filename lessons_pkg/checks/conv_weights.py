"""The layers of a learner's convolutional model, told apart by the shapes of their weights and by torch's messages."""

from __future__ import annotations

import re

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import shape_of

__all__ = ["Wanted", "explain", "find_weights"]

# What a layer has to have: its name in words, the shape of its weights (of a transposed one: in, out, rows, columns).
Wanted = tuple[str, tuple[int, int, int, int]]


def find_weights(t: Trial, parameters: list[Tensor], wanted: list[Wanted], name: str) -> list[Tensor]:
    """The weight and bias of each wanted layer, in order; by their shapes, never by their names.

    parameters: those that take part in ``name``. A layer's own parameters in another shape are folded into the right
    one where their number fits; an absent, an additional or a different one ends the check.
    """
    rest = list(parameters)
    expected = "; ".join(f"{words}: weights {shape}" for words, shape in wanted)
    if not rest:
        t.fail(
            expected="layers that an optimizer can find",
            found=f"{name} uses no weights that model.parameters() knows",
            hint="Assign the layers to self in __init__ (a plain list hides them; nn.ModuleList does not).",
        )
    weights: list[Tensor | None] = []
    biases: list[Tensor | None] = []
    for words, shape in wanted:
        weights.append(_take_weight(rest, shape))
        biases.append(_take_bias(rest, shape[1] if "transposed" in words else shape[0]))
    shapes = ", ".join(shape_of(p) for p in parameters)
    for (words, shape), weight in zip(wanted, weights, strict=True):
        if weight is None:
            cause, hint = _missing(words, shape, rest)
            t.fail(expected=expected, found=f"{cause} (the weights of {name} have the shapes {shapes})", hint=hint)
    for (words, _), bias in zip(wanted, biases, strict=True):
        if bias is None:
            hint = "Is there a bias=False? A bias, one number for each output channel, is what a layer has by default."
            t.fail(expected=f"{words} with a bias", found=f"the bias of the {words} is missing", hint=hint)
    if rest:
        t.fail(
            expected=f"these layers and no others: {expected}",
            found=f"an additional layer, with weights of shape {', '.join(map(shape_of, rest))}",
            hint="Two layers, and nothing else that has weights (no Linear, no batch norm, nothing unused).",
        )
    return [p for pair in zip(weights, biases, strict=True) for p in pair]


def _take_weight(rest: list[Tensor], shape: tuple[int, ...]) -> Tensor | None:
    size = torch.Size(shape).numel()
    exact = [p for p in rest if tuple(p.shape) == shape]
    folded = [p for p in rest if p.ndim in (2, 3) and p.numel() == size]
    return _take(rest, [*exact, *folded], shape)


def _take_bias(rest: list[Tensor], outputs: int) -> Tensor | None:
    return _take(rest, [p for p in rest if p.numel() == outputs and p.squeeze().ndim < 2], (outputs,))


def _take(rest: list[Tensor], fitting: list[Tensor], shape: tuple[int, ...]) -> Tensor | None:
    if not fitting:
        return None
    rest[:] = [p for p in rest if p is not fitting[0]]
    return fitting[0].reshape(shape)


def _missing(words: str, shape: tuple[int, ...], rest: list[Tensor]) -> tuple[str, str]:
    """What there is in place of a layer that is not there."""
    four = [tuple(p.shape) for p in rest if p.ndim == 4]
    rows, columns = shape[2:]
    for other in four:
        if other[:2] == shape[:2]:
            kernel = f"{other[2]}x{other[3]}"
            return f"the {words} has a kernel of {kernel}, not {rows}x{columns}", "The kernel's size is in the task."
    for other in four:
        if other[:2] == shape[1::-1] and other[:2] != shape[:2]:
            if "transposed" in words:
                cause = f"in place of the {words} there is a layer with weights of an ordinary convolution"
                return cause, "nn.ConvTranspose2d makes the image larger; nn.Conv2d does not."
            cause = f"in place of the {words} there is a layer with weights of a transposed convolution"
            return cause, "nn.Conv2d is the convolution; nn.ConvTranspose2d belongs into the decoder."
    for other in four:
        if other[2:] == shape[2:] and (other[0] == shape[0] or other[1] == shape[1]):
            return (
                f"the {words} has other channels: weights {other}, not {shape}",
                "The channels are in the task: 1, 16 and 4; and groups stays 1.",
            )
    if any(p.ndim == 2 for p in rest):
        return f"there is a linear layer in place of the {words}", "This model has no linear layer."
    return f"the {words} is missing, or never used", "Which layers does the task ask for, and does forward call each?"


def explain(error: BaseException, method: str, n: int) -> str:
    """What torch's messages about convolutions mean here."""
    text = blame.message(error)
    if isinstance(error, TypeError) and "positional argument" in text and "Conv" in text:
        return "nn.Conv2d and nn.ConvTranspose2d need input channels, output channels and the kernel's size."
    if isinstance(error, NameError) and "Encoder" in text:
        return "Run the cell of task 2.3 first: its Encoder is used here."
    if method == "__init__":
        return ""
    if "__init__() takes" in text:
        return "There a class is called with an image: build it first, with brackets, in your own __init__."
    said = re.search(r"weight of size \[(\d+), (\d+),.*to have (\d+) channels, but got (\d+) channels", text)
    if said:
        first, second, wants, got = map(int, said.groups())
        if (wants, got, method == "decode") == ((1, 4, True) if "groups=1" in text else (4, 1, False)):
            given, half = ("codes", "encoder") if method == "decode" else ("images", "decoder")
            return f"The {half} is given {given} there: the other half of the model is meant."
        if (first, second) in ((16, 1), (4, 16)) and got != wants and got in (first, second):
            return (
                f"This layer wants {wants} channels, and {got} come: as many as it gives itself. It is called a second "
                "time, where another layer belongs."
            )
        if got != wants and got in (first, second):
            return (
                f"Input and output channels of this layer are exchanged: it wants {wants} channels and {got} come. "
                "The channels that come in are the first argument."
            )
        return f"This layer wants {wants} channels and {got} come: what does the layer before it give?"
    if "mat1 and mat2" in text:
        return "There is a linear layer, and this model has none."
    if "Output size is too small" in text or "Kernel size can't be greater" in text:
        return "Nothing is left of the image there: how often is it halved?"
    if "Expected 3D" in text or "expected 4D" in text:
        return "A convolution takes (N, C, H, W): was something flattened before?"
    if "multiple values for argument" in text:
        return "An argument is given twice."
    return ""
