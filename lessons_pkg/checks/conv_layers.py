"""A learner's convolutional model, seen from outside: it is built and asked, its weights are told apart by shape."""

from __future__ import annotations

import re
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import shape_of, show

__all__ = ["Wanted", "asked", "built", "expect_gradients", "expect_independent", "expect_steady", "find_weights"]

# What a layer has to have: its name in words, the shape of its weights (of a transposed one: in, out, rows, columns).
Wanted = tuple[str, tuple[int, int, int, int]]


def built(t: Trial, answer: Any, name: str) -> nn.Module:
    """An instance of the class that the answer is to be."""
    t.need(f"{name} is a class that inherits from nn.Module, and {name}() can be built")
    t.is_there(answer, name)
    if isinstance(answer, nn.Module) and not isinstance(answer, type):
        t.fail(expected="the class", found="an instance of it", hint=f"Pass {name} without brackets.")
    if not isinstance(answer, type):
        t.fail(expected="a class", found=show(answer), hint=f"The task asks for: class {name}(nn.Module).")
    if not issubclass(answer, nn.Module):
        t.fail(
            expected=f"class {name}(nn.Module)",
            found=f"{answer.__name__} does not inherit from nn.Module",
            hint="Without it an optimizer cannot find the weights.",
        )
    model = t.call(answer, doing=f"{name}()", explain=_build_hint)
    if not hasattr(model, "_parameters"):
        t.fail(
            expected="super().__init__() as the first line of __init__",
            found=f"{name}.__init__ does not call super().__init__()",
            hint="Without it the layers are stored in no list that an optimizer could read.",
        )
    return model


def asked(t: Trial, model: Any, method: str, value: Tensor) -> Tensor:
    """The tensor that model.method(value) gives; anything else ends the check, and so does a change of the input."""
    function = t.call(getattr, model, method, None, doing=f"model.{method}")
    if function is None or not callable(function):
        t.fail(expected=f"a method {method}", found=f"the model has no {method}", hint=f"def {method}(self, ...)")
    given = value.clone()
    result = t.call(
        model if method == "forward" else function,
        given,
        doing=f"{method}({'z' if value.shape[1] == 4 else 'x'} of shape {shape_of(value)})",
        explain=lambda error: _order_hint(error, method) or _layer_hint(error),
    )
    if not isinstance(result, Tensor):
        hint = "Return one tensor and nothing else."
        if result is None:
            hint = "Is a return missing? print shows a tensor and gives nothing back."
        t.fail(expected="one tensor", found=f"{method} returned {show(result)}", hint=hint)
    if not torch.equal(given, value):
        t.fail(
            expected="the input unchanged",
            found=f"{method} changed its input in place",
            hint="Operations such as x -= ..., x.clamp_(), x.relu_() or inplace=True write into the caller's images.",
        )
    if result.dtype != torch.float32:
        hint = "Leave the dtype as it comes."
        t.fail(expected="float32 numbers", found=f"{method} returned {show(result)}", hint=hint)
    if not torch.isfinite(result).all():
        hint = "Are all weights initialised?"
        t.fail(expected="finite numbers", found=f"{method} returned NaN or infinity", hint=hint)
    return result


def expect_steady(t: Trial, model: nn.Module, method: str, value: Tensor, first: Tensor) -> None:
    """Asked twice, a model says the same."""
    if torch.equal(first, asked(t, model, method, value)):
        return
    found = f"two calls of {method} with the same input differ"
    if not list(model.parameters()):
        found += ", and model.parameters() is empty: the layers are built anew in each call"
    t.fail(
        expected="the same result for the same input",
        found=found,
        hint="Layers are built once, in __init__. Dropout or other noise has no place here.",
    )


def expect_independent(t: Trial, model: nn.Module, method: str, value: Tensor, whole: Tensor) -> None:
    """What becomes of an image does not depend on the others in its batch."""
    for part in (slice(1, 3), slice(0, 1)):
        few = asked(t, model, method, value[part])
        if few.shape != whole[part].shape or not torch.allclose(few, whole[part], atol=1e-4, rtol=1e-3):
            t.fail(
                expected="the same result for an image whatever else is in the batch",
                found=f"{method} gives another result when there are {len(few)} images in the batch, not {len(whole)}",
                hint="Is something averaged over the batch (batch norm), or a number of images fixed in a reshape?",
            )


def expect_gradients(t: Trial, weights: list[Tensor], output: Tensor, name: str) -> None:
    """Every one of the weights can be learned from this output."""
    frozen = not all(weight.requires_grad for weight in weights)
    if output.requires_grad and not frozen:
        grads = torch.autograd.grad(output.square().sum(), weights, allow_unused=True, retain_graph=True)
        if all(g is not None and g.abs().sum() > 0 for g in grads):
            return
    t.fail(
        expected="a gradient from the output back to every weight",
        found=f"some weights of {name} cannot be learned: no gradient reaches them",
        hint="Look for detach(), no_grad(), .data, numpy, requires_grad, or weights that are all zero.",
    )


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


def _build_hint(error: BaseException) -> str:
    if isinstance(error, TypeError) and "positional argument" in blame.message(error):
        if "Conv" in blame.message(error):
            return "nn.Conv2d and nn.ConvTranspose2d need input channels, output channels and the kernel's size."
        return "The class is built without arguments: every size is fixed in the task."
    if isinstance(error, NameError) and "Encoder" in blame.message(error):
        return "Run the cell of task 2.3 first: its Encoder is used here."
    return ""


def _order_hint(error: BaseException, method: str) -> str:
    """Where forward fails inside encode or decode, which have worked by themselves: it calls them wrongly."""
    step, inside = error.__traceback__, set()
    while step is not None:
        inside.add(step.tb_frame.f_code.co_name)
        step = step.tb_next
    if method == "forward" and inside & {"encode", "decode"}:
        return "encode and decode work by themselves. In which order does forward call them, and with what?"
    return ""


def _layer_hint(error: BaseException) -> str:
    """What torch's messages about convolutions mean here."""
    text = blame.message(error)
    if "missing the required" in text:
        return "The class has no forward: is it written, spelled so, and indented into the class?"
    if "__init__() takes" in text:
        return "There a class is called with an image: build it first, with brackets, in your own __init__."
    said = re.search(r"weight of size \[(\d+), (\d+),.*to have (\d+) channels, but got (\d+) channels", text)
    if said:
        first, second, wants, got = map(int, said.groups())
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
