"""Task 2.2: convolution and transposed convolution by hand, and what their typical mistakes compute instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.conv_by_hand import by_hand
from lessons_pkg.checks.conv_scratch_causes import (
    SIZES,
    STAMP,
    WINDOW,
    Guess,
    conv,
    conv_guesses,
    transposed,
    transposed_guesses,
)
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import shape_of, show

__all__ = ["convolutions"]

NAMES = ("conv2d", "conv_transpose2d")


@check("2.2", ", ".join(NAMES))
def convolutions(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.2: (conv2d, conv_transpose2d), both on one channel, without the layers of torch, numpy or scipy."""
    own_conv, own_transposed = t.are_functions(answer, NAMES)

    for h, w, kh, kw, stride, padding in (
        (6, 8, 3, 3, 1, 0),
        (5, 7, 3, 3, 1, 1),
        (7, 9, 3, 3, 2, 0),
        (8, 6, 3, 3, 2, 1),
        (7, 9, 2, 4, 1, 0),
        (9, 8, 3, 2, 3, 2),
        (4, 5, 1, 1, 1, 0),
    ):
        t.need(f"conv2d: image {h}x{w}, kernel {kh}x{kw}, stride {stride}, padding {padding}")
        image, kernel = _drawn(h, w, kh, kw, seed)
        target = conv(image, kernel, stride, padding)
        found = _asked(t, own_conv, "conv2d", image, kernel, stride, padding)
        _expect(t, "conv2d", found, target, conv_guesses(image, kernel, stride, padding), (h, w))

    for h, w, kh, kw, stride in ((3, 4, 2, 2, 2), (3, 4, 3, 3, 1), (4, 3, 3, 3, 2), (3, 5, 2, 3, 2), (4, 3, 2, 2, 3)):
        t.need(f"conv_transpose2d: image {h}x{w}, kernel {kh}x{kw}, stride {stride}")
        image, kernel = _drawn(h, w, kh, kw, seed)
        target = transposed(image, kernel, stride)
        found = _asked(t, own_transposed, "conv_transpose2d", image, kernel, stride)
        _expect(t, "conv_transpose2d", found, target, transposed_guesses(image, kernel, stride), (h, w))


def _drawn(h: int, w: int, kh: int, kw: int, seed: int) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(1000 * seed + 100 * h + 10 * w + kh)
    return torch.randn(h, w, generator=draw), torch.randn(kh, kw, generator=draw)


def _asked(t: Trial, function: Callable, name: str, image: Tensor, kernel: Tensor, *numbers: int) -> Tensor:
    given = image.clone(), kernel.clone()
    words = ", ".join(map(str, numbers))
    doing = f"{name}(image of shape {shape_of(image)}, kernel of shape {shape_of(kernel)}, {words})"
    value = by_hand(t, function, *given, *numbers, doing=doing, explain=_hint)
    value = t.tensor(value, "it returned", hint="Return one tensor.", finite=False)
    for what, now, before in (("image", given[0], image), ("kernel", given[1], kernel)):
        if not torch.equal(now, before):
            t.fail(
                expected=f"the {what} unchanged",
                found=f"it changed the {what} in place",
                hint="Write into a tensor of your own; += and *= on an argument write into the caller's tensor.",
            )
    if not value.is_floating_point():
        t.fail(
            expected="floats",
            found=f"it returned {show(value)}: every fraction is cut off",
            hint="Which dtype has the tensor that the sums are written into?",
        )
    return value.detach()


def _expect(
    t: Trial, name: str, found: Tensor, target: Tensor, guesses: Iterator[Guess], image: tuple[int, int]
) -> None:
    if _same(found, target):
        return
    same_shape = found.shape == target.shape
    expected = "what torch's own layer gives" if same_shape else f"shape {shape_of(target)}"
    for guess, cause, hint in guesses:
        if _same(found, guess):
            t.fail(expected=expected, found=f"{'' if same_shape else f'shape {shape_of(found)}: '}{cause}", hint=hint)
    if not same_shape:
        t.fail(
            expected=expected, found=f"shape {shape_of(found)}{_about_shape(found, target, image)}", hint=SIZES[name]
        )
    if torch.isnan(found).any():
        t.fail(expected=expected, found="NaN in it", hint="torch.empty holds whatever was in memory: start from zeros.")
    if (found == 0).all():
        t.fail(expected=expected, found="nothing but zeros", hint="Is anything ever written into the output?")
    wrong = ~torch.isclose(found.double(), target.double(), atol=1e-4, rtol=1e-3)
    row, column = wrong.nonzero()[0].tolist()
    whole = wrong.all(), wrong[:-1, :-1].any()
    where = "all numbers" if whole[0] else "numbers of the last row and column only" if not whole[1] else "some numbers"
    t.fail(
        expected=expected,
        found=f"{where} are wrong; the first at row {row}, column {column}: "
        f"{found[row, column]:.4f} instead of {target[row, column]:.4f}",
        hint=f"{WINDOW if name == 'conv2d' else STAMP} Compute that one number on paper, for an image of 3x3.",
    )


def _about_shape(found: Tensor, target: Tensor, image: tuple[int, int]) -> str:
    if found.ndim != 2:
        return ": an image here has two axes, rows and columns, and no others"
    if found.shape == target.T.shape:
        return ": rows and columns are exchanged"
    if tuple(found.shape) == image:
        return ": the size of the image, whatever the kernel"
    off = [a - b for a, b in zip(found.shape, target.shape, strict=True)]
    if off[0] == off[1]:
        return f": {abs(off[0])} too {'many' if off[0] > 0 else 'few'} in both directions"
    return ""


def _same(found: Tensor, guess: Tensor) -> bool:
    return found.shape == guess.shape and torch.allclose(found.double(), guess.double(), atol=1e-4, rtol=1e-3)


def _hint(error: BaseException) -> str:
    text = blame.message(error)
    if "tensor (0) must match" in text or "into shape (0" in text:
        return "With padding 0 the slice 0:-0 is empty. padding : padding + height holds for every padding."
    if isinstance(error, IndexError) or "must match the size" in text or "out of bounds" in text:
        return (
            "A window or stamp does not lie inside: how many are there in each direction, and where does the last end? "
            "Height and width differ, those of the kernel too; the stride moves a window and does not thin it out."
        )
    if "result type" in text or "can't be cast" in text:
        return "Fractions do not fit into a tensor of whole numbers: start from zeros of the image's dtype."
    if isinstance(error, TypeError) and "float" in text and ("integer" in text or "int" in text):
        return "A size is a whole number: // rounds down, / gives a fraction."
    return ""
