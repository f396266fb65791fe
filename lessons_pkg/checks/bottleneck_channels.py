"""Task 3.2: channels last (Keras, matplotlib) and channels first (PyTorch), in images and in a layer's weights."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.bottleneck_dense import expect_rows
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import numbered, shape_of, show

__all__ = ["channel_order"]

NAMES = ("to_channels_first", "to_channels_last", "dense_to_channels_first")
# What each function does to (N, H, W, C) or (N, C, H, W), as an argument of permute.
FIRST, LAST = (0, 3, 1, 2), (0, 2, 3, 1)
_KEPT = "An axis of size 1 is an axis like the others, and stays. Is there a squeeze()? It drops every axis of size 1."


@check("3.2", ", ".join(NAMES))
def channel_order(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.2: to_channels_first(images), to_channels_last(images), dense_to_channels_first(weight, bias, h, w, c)."""
    to_first, to_last, dense = t.are_functions(answer, NAMES)
    # All sizes differ, so that no two axes can be taken for each other; at the end each of them is 1 for once.
    sizes = [(4, 5, 6 + seed % 2, 3), (2, 7, 3, 4), (1, 3, 5, 2), (3, 5, 4, 1), (2, 1, 4, 3), (3, 4, 1, 2)]

    t.need("to_channels_first moves the channels of (N, H, W, C) to the front of each image")
    for place, (n, height, width, channels) in enumerate(sizes):
        _expect_moved(t, to_first, NAMES[0], numbered((n, height, width, channels), seed), FIRST, place > 0)
    _expect_moved(t, to_first, NAMES[0], numbered(sizes[1], seed).to(torch.uint8), FIRST)

    t.need("to_channels_last is the way back, (N, C, H, W) to (N, H, W, C)")
    for place, (n, height, width, channels) in enumerate(sizes):
        _expect_moved(t, to_last, NAMES[1], numbered((n, channels, height, width), seed), LAST, place > 0)
    # Images as to_channels_first may give them: they lie in memory in another order than their shape says.
    _expect_moved(t, to_last, NAMES[1], numbered(sizes[0], seed).permute(FIRST), LAST)

    t.need("dense_to_channels_first gives the same images after unflatten as Reshape did")
    for sizes in ((4, 5, 3, 7), (3, 2, 5 + seed % 2, 4), (3, 3, 2, 6), (3, 4, 1, 5), (1, 2, 3, 1)):
        expect_rows(t, dense, *sizes, seed)


def _asked(t: Trial, function: Callable, given: Tensor, words: str) -> Tensor:
    copy = given.clone(memory_format=torch.preserve_format)
    result = t.call(function, copy, doing=words, explain=lambda error: _hint(error, 1 in given.shape))
    if not (copy.shape == given.shape and torch.equal(copy, given)):
        t.fail(
            expected="the images unchanged",
            found=f"{words} changed its input in place",
            hint="Functions that end in _ write into the caller's tensor.",
        )
    return t.tensor(result, f"{words} returned", hint="torch.stack makes one tensor of a list of tensors.")


def _hint(error: BaseException, size_of_one: bool) -> str:
    text = blame.message(error)
    if "view size is not compatible" in text:
        return (
            "These images lie in memory in another order than their shape says, and view cannot follow that. "
            "Are the axes to be moved here, or only renamed?"
        )
    if "is invalid for input of size" in text:
        return "The numbers do not fill that shape. Is the batch axis in it? And moving an axis needs no view at all."
    if size_of_one and ("number of dimensions" in text or "Dimension out of range" in text):
        return _KEPT
    if "number of dimensions" in text or "Dimension out of range" in text or "permute(sparse_coo)" in text:
        return "Count the axes: images have four, and the first of them is the batch."
    if "unpack" in text:
        return "Images come as a batch with four axes; height, width and channels may be any numbers."
    return ""


def _expect_moved(
    t: Trial, function: Callable, name: str, x: Tensor, order: tuple[int, ...], others_right: bool = False
) -> None:
    """others_right: images of another size have come out right before."""
    words = f"{name}(images of shape {shape_of(x)})"
    out = _asked(t, function, x, words)
    right = x.permute(order)
    if out.shape == right.shape and out.dtype == x.dtype and torch.equal(out, right):
        return
    expected = f"shape {shape_of(right)}, and each picture as it was"
    found, hint = _moved_how(x, out, order)
    if others_right and out.shape == x.shape and torch.equal(out, x):
        found = "nothing has moved here, although images of another size came out right"
        hint = "Is the layout guessed from the sizes, with an early return? Any size may be 1, 3 or another number."
    t.fail(expected=expected, found=f"{words}: {found}", hint=hint)


def _moved_how(x: Tensor, out: Tensor, order: tuple[int, ...]) -> tuple[str, str]:
    """What was done to the axes instead."""
    right = x.permute(order)
    moves = "Moving an axis is the work of permute, movedim or transpose: they keep each number with its neighbours."
    if out.shape == right.shape and torch.equal(out.double(), right.double()):
        return f"the numbers are right but now {show(out)}", "Leave the dtype as it comes."
    for axes in permutations(range(4)):
        moved = x.permute(axes)
        if out.shape == moved.shape and torch.equal(out.double(), moved.double()):
            return _named(axes, order)
    if 1 in x.shape and out.ndim < 4 and out.numel() == x.numel():
        return f"an axis of size 1 is gone: shape {shape_of(out)}", _KEPT
    if out.shape == x[0].permute([axis - 1 for axis in order[1:]]).shape:
        return "only one image, without its batch axis", "Images come as a batch, and all of them go out again."
    if out.numel() != x.numel():
        return f"{out.numel()} numbers of {x.numel()}, shape {shape_of(out)}", "No number may be lost, and none added."
    flat = out.double().flatten()
    if torch.equal(flat, x.double().flatten()):
        name = "the shape is right, but the numbers were not moved, only read" if out.shape == right.shape else "read"
        return (
            f"{name} in the order in which they lie in memory, as {shape_of(out)}: view and reshape rename axes",
            f"The first row of each picture now holds numbers of several channels. {moves}",
        )
    for axes in permutations(range(4)):
        if torch.equal(flat, x.double().permute(axes).flatten()):
            if axes == order:
                return (
                    f"moved as it should be, and then given the shape {shape_of(out)}",
                    "Leave it as permute gives it.",
                )
            return (
                f"moved by permute{axes} and then scrambled by a view or reshape to {shape_of(out)}",
                "Once the axes are where they belong there is nothing left to reshape.",
            )
    if out.shape != right.shape:
        turned = out.shape == right.transpose(*((2, 3) if order == FIRST else (1, 2))).shape
        return f"shape {shape_of(out)}" + (": height and width are exchanged" if turned else ""), moves
    names = ("images", "channels", "rows", "columns") if order == FIRST else ("images", "rows", "columns", "channels")
    for axis, name in enumerate(names):
        if torch.equal(out.double(), right.double().flip(axis)):
            return f"the {name} come in reverse order", "Nothing is to be turned round, only moved."
    if torch.equal(flat.sort().values, x.double().flatten().sort().values):
        return "all the numbers are there, but not where they belong: the pictures are scrambled", moves
    return "other numbers than those of the images", "Every value stays as it is; only the axes move."


def _named(axes: tuple[int, ...], order: tuple[int, ...]) -> tuple[str, str]:
    """In words: the images were permuted by ``axes`` where ``order`` was asked for."""
    said = f"this is permute{axes}"
    if axes == (0, 1, 2, 3):
        return "nothing has moved", "Is the result of permute returned? It does not change the tensor itself."
    if axes[0] != 0:
        return f"{said}: the batch axis was moved", "The first axis stays the first: it counts the images."
    if axes == order[:1] + _inverse(order)[1:]:
        return f"{said}: the axes move in the other direction", "permute names, for each new axis, the old one."
    rows, columns = (1, 2) if order == FIRST else (2, 3)  # of the input
    channels = ({1, 2, 3} - {rows, columns}).pop()
    if axes.index(rows) > axes.index(columns) and axes.index(channels) == order.index(channels):
        return (
            f"{said}: height and width are exchanged, so every picture is mirrored at its diagonal",
            "Rows stay rows. Exchanging two axes moves both; here one axis moves and two keep their order.",
        )
    return f"{said}: the channels are not where they belong", "Write down the shape before, and the one that is wanted."


def _inverse(order: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(order.index(axis) for axis in range(len(order)))
