"""The last part of task 3.2: a Linear layer whose numbers were read channels last is to be read channels first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import torch
from torch import Tensor, nn

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import numbered, return_hint, shape_of, show

__all__ = ["expect_rows"]


def expect_rows(t: Trial, dense: Callable, height: int, width: int, channels: int, code: int, seed: int) -> None:
    """The answer to dense_to_channels_first on a layer from ``code`` numbers to height x width x channels."""
    rows = height * width * channels
    weight, bias = numbered((rows, code), seed), numbered((rows,), seed + 1)
    given = weight.clone(), bias.clone()
    words = f"dense_to_channels_first(weight, bias, {height}, {width}, {channels})"
    result = t.call(dense, *given, height, width, channels, doing=words, explain=_dense_hint)
    if not (torch.equal(given[0], weight) and torch.equal(given[1], bias)):
        t.fail(
            expected="the old weights unchanged",
            found=f"{words} changed them in place",
            hint="Return new tensors: somebody may still need the old ones.",
        )
    new_weight, new_bias = _pair(t, result, words)
    if new_weight.shape != weight.shape:
        hint = "One row of weights for each number that the layer gives, one column for each number of the code."
        if new_weight.shape == weight.T.shape:
            hint = "The result is transposed. nn.Linear keeps its weight as (outputs, inputs)."
        t.fail(expected=f"a weight of shape {shape_of(weight)}", found=shape_of(new_weight), hint=hint)
    if new_bias.shape != bias.shape:
        t.fail(
            expected=f"a bias of shape {shape_of(bias)}",
            found=shape_of(new_bias),
            hint="One number for each row, in one axis.",
        )
    numbers = torch.arange(rows).reshape(height, width, channels)
    right = numbers.permute(2, 0, 1).flatten()
    expected = f"row (c, y, x) of the new layer is row (y, x, c) of the old, {rows} rows in all"
    order = _row_order(weight, new_weight)
    bias_order = _row_order(bias[:, None], new_bias[:, None])
    if order is None:
        found, hint = _mixed_how(weight, new_weight, height, width, channels)
        t.fail(expected=expected, found=f"{words}: {found}", hint=hint)
    if bias_order is None:
        t.fail(
            expected=expected,
            found=f"{words}: the bias holds other numbers than before",
            hint="Its numbers only change places, as the rows of the weight do.",
        )
    for what, one, other in (("weight", order, bias_order), ("bias", bias_order, order)):
        if torch.equal(one, right):
            continue
        found, hint = _order_how(one, numbers, what)
        if torch.equal(other, right):
            found = f"{found}; the other one of the two is right"
        t.fail(expected=expected, found=f"{words}: {found}", hint=hint)


def _dense_hint(error: BaseException) -> str:
    text = blame.message(error)
    if "is invalid for input of size" in text or "multiply up" in text:
        return (
            "The first axis of the weight is height * width * channels long, the second is the code. Only the first "
            "unfolds. Height, width and channels are arguments: is one of them a fixed number?"
        )
    if "unpack" in text or "Dimension out of range" in text or "number of dimensions" in text:
        return "Count the axes: the weight has two, unfolded it has four, and the bias has one, unfolded three."
    if "view size is not compatible" in text:
        return (
            "After permute the numbers lie in another order than the shape says: here reshape may copy, view may not."
        )
    return ""


def _pair(t: Trial, result: Any, words: str) -> tuple[Tensor, Tensor]:
    if isinstance(result, nn.Module):
        t.fail(
            expected="a pair (weight, bias)", found=f"{words} returned {show(result)}", hint="Return the two tensors."
        )
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        hint = return_hint(result, "return weight, bias: both are needed.")
        t.fail(expected="a pair (weight, bias)", found=f"{words} returned {show(result)}", hint=hint)
    weight, bias = t.tensor(result[0], "the weight is"), t.tensor(result[1], "the bias is")
    if weight.ndim == 1 and bias.ndim == 2:
        t.fail(expected="(weight, bias)", found="(bias, weight)", hint="return weight, bias")
    return weight, bias


def _row_order(old: Tensor, new: Tensor) -> Tensor | None:
    """For each row of the new tensor, which row of the old one it is; None if some row is none of them."""
    place = {tuple(row): number for number, row in enumerate(old.tolist())}
    rows = [place.get(tuple(row)) for row in new.tolist()]
    return None if None in rows or len(set(rows)) < len(place) else torch.tensor(rows)


def _order_how(order: Tensor, numbers: Tensor, what: str) -> tuple[str, str]:
    height, width, channels = numbers.shape
    if torch.equal(order, torch.arange(len(order))):
        hint = (
            "A number and its bias belong together: both go to the new place."
            if what == "bias"
            else ("view and reshape to the new shape and back move nothing. Between the two an axis has to move.")
        )
        return f"the {what} is not rearranged", hint
    for axes in permutations(range(3)):
        if torch.equal(order, numbers.permute(axes).flatten()):
            named = ", ".join("yxc"[axis] for axis in axes)
            return (
                f"the rows of the {what} now stand in the order ({named})",
                "unflatten(1, (channels, height, width)) reads the channel slowest, then the rows, then the columns.",
            )
    backwards = torch.arange(len(order)).reshape(channels, height, width).permute(1, 2, 0).flatten()
    if torch.equal(order, backwards):
        return (
            f"the {what} is rearranged in the other direction, from channels first to channels last",
            "The old rows are in the order (y, x, c): unfold them by those sizes first, then move an axis.",
        )
    for axes in permutations(range(3)):
        sizes = [numbers.shape[axis] for axis in axes]
        for then in permutations(range(3)):
            if torch.equal(order, torch.arange(len(order)).reshape(sizes).permute(then).flatten()):
                return (
                    f"the {what} was unfolded as ({', '.join(('height', 'width', 'channels')[axis] for axis in axes)})",
                    "Reshape((height, width, channels)) says in which order the old rows count.",
                )
    return f"the rows of the {what} are all there, in a wrong order", "Which old row gives the number (y, x, c)?"


def _mixed_how(old: Tensor, new: Tensor, height: int, width: int, channels: int) -> tuple[str, str]:
    columns = _row_order(old.T, new.T)
    if columns is not None:
        return (
            "the columns of the weight changed places, not its rows",
            "A column belongs to one number of the code. It is the numbers that the layer gives that change places.",
        )
    if torch.equal(new.flatten().sort().values, old.flatten().sort().values):
        return (
            "the weights of different rows are mixed: no row of the new weight is a row of the old",
            "Unfold the first axis alone, and let the axis of the code stay the last: a row travels as a whole.",
        )
    return "the weight holds other numbers than before", "Rows change places; no number changes its value."
