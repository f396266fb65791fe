"""Task 3.4: a convolution whose kernel is as large as its input, written as a Linear layer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import permutations
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import return_hint, shape_of, show

__all__ = ["as_linear"]


_PADDING = "conv.padding is a pair of ints, rows and columns, or one of the words 'same' and 'valid' (none at all)."


@check("3.4", "as_linear")
def as_linear(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.4: as_linear(conv, height, width) -> nn.Linear with equal outputs, or ValueError."""
    t.need("as_linear is a function")
    t.is_function(answer, "as_linear")
    out = 6 + seed % 3

    t.need("a 7x7 convolution over 7x7 maps: the same numbers come out")
    _expect_equal(t, answer, nn.Conv2d(3, out, 7), 7, 7, seed)
    t.need("a kernel that is not square, and other numbers of channels")
    _expect_equal(t, answer, nn.Conv2d(4, out + 1, (3, 5)), 3, 5, seed)
    _expect_equal(t, answer, nn.Conv2d(1, 1, (2, 1)), 2, 1, seed)
    t.need("a kernel with one place to stand whatever its stride")
    _expect_equal(t, answer, nn.Conv2d(2, out, 4, stride=2), 4, 4, seed)
    t.need("a convolution without a bias")
    _expect_equal(t, answer, nn.Conv2d(3, out, 5, bias=False), 5, 5, seed)

    t.need("ValueError where the kernel does not cover its input exactly")
    _expect_refused(t, answer, nn.Conv2d(2, 5, 3), 7, 7, "a 3x3 kernel stands at 25 places of a 7x7 map")
    _expect_refused(t, answer, nn.Conv2d(2, 5, (7, 3)), 7, 7, "a kernel of 7x3 covers the height, but not the width")
    _expect_refused(t, answer, nn.Conv2d(2, 5, (3, 7)), 7, 7, "a kernel of 3x7 covers the width, but not the height")
    _expect_refused(t, answer, nn.Conv2d(2, 5, (3, 5)), 5, 3, "the kernel is 3x5 and the map 5x3")
    _expect_refused(t, answer, nn.Conv2d(2, 5, 9), 7, 7, "a 9x9 kernel does not even fit into a 7x7 map")
    for padding, places in ((1, 9), ((0, 1), 3), ((2, 0), 5), ("same", 49)):
        why = f"with padding={padding!r} the kernel stands at {places} places, not at one"
        _expect_refused(t, answer, nn.Conv2d(2, 5, 7, padding=padding), 7, 7, why, _PADDING)
    t.need("padding='valid', which is no padding")
    _expect_equal(t, answer, nn.Conv2d(2, out, (3, 2), padding="valid"), 3, 2, seed)


def _expect_equal(t: Trial, answer: Callable, conv: nn.Conv2d, height: int, width: int, seed: int) -> None:
    if conv.bias is not None:
        nn.init.uniform_(conv.bias, 1, 2)  # large, so that nobody can miss it
    before = copy.deepcopy(conv)
    words = f"as_linear({_words(conv)}, {height}, {width})"
    result = t.call(answer, conv, height, width, doing=words, explain=lambda error: _hint(error, before))
    if not isinstance(result, nn.Linear):
        hint = return_hint(result, "Make an nn.Linear, give it its weights, and return it.")
        t.fail(expected="an nn.Linear", found=f"{words} returned {show(result)}", hint=hint)
    for name, old in before.state_dict().items():
        if not torch.equal(conv.state_dict()[name].reshape(-1), old.reshape(-1)):
            t.fail(expected="the convolution unchanged", found=f"its {name} was changed", hint="Copy from it only.")
    if conv.weight.shape != before.weight.shape:
        t.fail(
            expected="the convolution unchanged",
            found=f"the shape of its weight was changed to {shape_of(conv.weight)}",
            hint="Copy from it only.",
        )
    inputs, out = conv.in_channels * height * width, conv.out_channels
    if nn.parameter.is_lazy(result.weight):
        t.fail(expected="weights", found="a lazy layer without weights", hint="nn.Linear(inputs, outputs) has them.")
    weight = t.tensor(result.weight, "the weight of the Linear layer is").detach()
    if weight.shape != (out, inputs):
        hint = (
            f"One row for each of the {out} channels that come out, one column for each of {inputs} numbers that go in."
        )
        if weight.shape == (inputs, out):
            hint = "It is transposed: nn.Linear(inputs, outputs) keeps its weight as (outputs, inputs)."
        t.fail(expected=f"a Linear layer with a weight of shape {(out, inputs)}", found=shape_of(weight), hint=hint)
    x = torch.randn(4, conv.in_channels, height, width, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        target = before(x).flatten(1)
        value = t.call(nn.functional.linear, x.flatten(1), weight, result.bias, doing="linear(x.flatten(1))")
        value = t.tensor(value, "the Linear layer gives")
    if value.shape == target.shape and torch.allclose(value, target, atol=1e-5, rtol=1e-5):
        return
    gap = (value - target).abs().max().item() if value.shape == target.shape else float("nan")
    found, hint = _named(before, result, weight)
    t.fail(
        expected="linear(x.flatten(1)) equal to conv(x).flatten(1), to 1e-5",
        found=f"{words}: {found} (largest difference {gap:.2g})",
        hint=hint,
    )


def _words(conv: nn.Conv2d) -> str:
    kernel = "x".join(map(str, conv.kernel_size))
    extra = ", no bias" if conv.bias is None else ""
    extra += f", stride {conv.stride[0]}" if conv.stride[0] != 1 else ""
    extra += f", padding {conv.padding!r}" if conv.padding != (0, 0) else ""
    return f"conv {conv.in_channels} to {conv.out_channels}, {kernel}{extra}"


def _hint(error: BaseException, conv: nn.Conv2d) -> str:
    text = blame.message(error)
    if isinstance(conv.padding, str) and ("str" in text or "unpack" in text):
        return _PADDING
    if isinstance(error, ValueError) and conv.padding == "valid":
        return f"padding='valid' is no padding, so this kernel covers its whole input. {_PADDING}"
    if isinstance(error, ValueError) and "unpack" not in text:
        return "This kernel covers its whole input, so there is a Linear layer for it: when exactly do you refuse?"
    if isinstance(error, AttributeError) and "NoneType" in text:
        return "A convolution with bias=False has None for a bias."
    if "doesn't match" in text or "must match the size" in text or "size mismatch" in text:
        return (
            "The two weights hold the same numbers in other shapes: a row for each channel that comes out, and in it a "
            "column for each of the in_channels * height * width numbers that go in."
        )
    if "is invalid for input of size" in text:
        return "The weight of a convolution has the shape (out, in, height, width). Is a size fixed there, or left out?"
    if "leaf Variable" in text:
        return "Weights are changed in place only under torch.no_grad(); or make a new nn.Parameter."
    if "cannot assign" in text:
        return "A layer's weight is an nn.Parameter, not a plain tensor."
    return ""


def _named(conv: nn.Conv2d, linear: nn.Linear, weight: Tensor) -> tuple[str, str]:
    """What is wrong with the numbers of the Linear layer."""
    kernel = conv.weight.detach()  # (out, in, height, width)
    right = kernel.flatten(1)
    order = "x.flatten(1) reads the map channel by channel, row by row: the weight of the convolution is read so too."
    if torch.allclose(weight, right):
        bias = linear.bias
        if conv.bias is None:
            return "a bias where the convolution has none", "Linear takes bias=False; a bias of zeros would do as well."
        if bias is None or not bias.detach().abs().sum() > 0:
            return "the bias is lost", "conv.bias has one number for each channel that comes out."
        return "the weight is right, and the bias is another one", "Is the bias of the convolution copied?"
    for name, way in (
        ("the kernel is turned by 180 degrees", kernel.flip(2, 3)),
        ("the kernel is upside down", kernel.flip(2)),
        ("the kernel is mirrored left to right", kernel.flip(3)),
        ("the channels that come out are in reverse order", kernel.flip(0)),
        ("the channels that go in are in reverse order", kernel.flip(1)),
    ):
        if torch.allclose(weight, way.flatten(1)):
            return name, "PyTorch's convolution does not turn its kernel: it lies on the map as it is."
    for axes in permutations(range(4)):
        if torch.allclose(weight.flatten(), kernel.permute(axes).flatten()):
            named = ", ".join(("out", "in", "height", "width")[axis] for axis in axes)
            if axes[0] == 0:
                return f"each row of the weight was flattened in the order ({named[5:]})", order
            return f"the weight was read in the order ({named})", order
    for name, factor in (("height * width", kernel[0, 0].numel()), ("all its inputs", kernel[0].numel())):
        for what, value in ((f"divided by the number of {name}", 1 / factor), (f"multiplied by {name}", factor)):
            if torch.allclose(weight, right * value):
                return f"the weight is {what}", "A convolution is a sum of products, not a mean."
    for what, value in (
        ("the mean of each kernel at every place", kernel.mean((2, 3), keepdim=True)),
        ("the sum of each kernel at every place", kernel.sum((2, 3), keepdim=True)),
        ("the sum over the channels that go in, for each of them", kernel.sum(1, keepdim=True)),
        ("the mean over the channels that go in, for each of them", kernel.mean(1, keepdim=True)),
        ("the number at the kernel's upper left at every place", kernel[:, :, :1, :1]),
    ):
        if torch.allclose(weight, value.expand_as(kernel).flatten(1)):
            return what, "Each number of the map has a weight of its own."
    shared = torch.isclose(weight.flatten().sort().values, right.flatten().sort().values).all()
    if shared:
        return "all the weights are there, but in another order", order
    rows = int(torch.isclose(weight, right).all(1).sum())
    if rows or torch.isclose(weight, right).float().mean() > 0.1:
        return f"only a part of the weights is that of the convolution ({rows} whole rows)", "Is every one copied?"
    return (
        "the weights are not those of the convolution: did the new layer keep the random ones it was born with?",
        "After nn.Linear(...) the weight is to be replaced by that of the convolution, in another shape.",
    )


def _expect_refused(
    t: Trial, answer: Callable, conv: nn.Conv2d, height: int, width: int, why: str, hint: str = ""
) -> None:
    words = f"as_linear({_words(conv)}, {height}, {width})"
    t.expect_refused(answer, conv, height, width, doing=words, why=why, hint=hint)
