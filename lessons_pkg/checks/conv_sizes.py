"""Task 2.1: sizes and parameters by formula, held against real layers of many configurations."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from lessons_pkg.checks.conv_by_hand import by_hand
from lessons_pkg.checks.conv_sizes_causes import (
    CONV_FACTS,
    PARAMETER_FACTS,
    TRANSPOSED_FACTS,
    Mistake,
    conv_mistakes,
    parameter_mistakes,
    transposed,
    transposed_mistakes,
)
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import as_int, return_hint, show

__all__ = ["shape_arithmetic"]

NAMES = ("conv_size", "transposed_conv_size", "conv_parameters")
FALLBACK = {
    NAMES[0]: "Draw this one on paper: where does the first window lie, where the last, and how far apart are they?",
    NAMES[1]: "Draw this one on paper: where does the first stamp begin, where does the last one end, what is cut off?",
    NAMES[2]: "Count for one output channel: a kernel for each input channel, and one bias. Then for all of them.",
}
Case = tuple[int, ...]


@check("2.1", ", ".join(NAMES))
def shape_arithmetic(t: Trial, answer: Any, seed: int) -> None:
    """Task 2.1: (conv_size, transposed_conv_size, conv_parameters), three functions of whole numbers."""
    own_conv, own_transposed, own_parameters = t.are_functions(answer, NAMES)
    draw = random.Random(seed)

    t.need("conv_size agrees with the layers of exercise 2, and with 80 others")
    cases = [(28, 3, 1, 1), (28, 2, 2, 0), (14, 3, 1, 1), *_conv_cases(draw, 80)]
    _expect(t, own_conv, "conv_size", cases, _conv_layer, conv_mistakes, CONV_FACTS)

    t.need("transposed_conv_size agrees with the layers of exercise 2, and with 80 others")
    cases = [(7, 2, 2, 0, 0), (14, 2, 2, 0, 0), *_transposed_cases(draw, 80)]
    _expect(t, own_transposed, "transposed_conv_size", cases, _transposed_layer, transposed_mistakes, TRANSPOSED_FACTS)

    t.need("conv_parameters counts what real layers have, bias included")
    cases = [(1, 16, 3), (16, 4, 3), *(tuple(draw.randint(1, 9) for _ in range(3)) for _ in range(20))]
    _expect(t, own_parameters, "conv_parameters", cases, _parameters_layer, parameter_mistakes, PARAMETER_FACTS)


def _conv_cases(draw: random.Random, count: int) -> Iterator[Case]:
    while count:
        case = draw.randint(4, 64), draw.randint(1, 7), draw.randint(1, 5), draw.randint(0, 4)
        if case[0] + 2 * case[3] >= case[1]:
            yield case
            count -= 1


def _transposed_cases(draw: random.Random, count: int) -> Iterator[Case]:
    while count:
        size, kernel, stride, padding = draw.randint(2, 32), draw.randint(1, 6), draw.randint(1, 4), draw.randint(0, 3)
        case = size, kernel, stride, padding, draw.randint(0, stride - 1)
        if transposed(*case) >= 1:
            yield case
            count -= 1


def _conv_layer(size: int, kernel: int, stride: int, padding: int) -> int:
    layer = nn.Conv1d(1, 1, kernel, stride, padding, device="meta")
    return layer(torch.empty(1, 1, size, device="meta")).shape[-1]


def _transposed_layer(size: int, kernel: int, stride: int, padding: int, output_padding: int) -> int:
    layer = nn.ConvTranspose1d(1, 1, kernel, stride, padding, output_padding, device="meta")
    return layer(torch.empty(1, 1, size, device="meta")).shape[-1]


def _parameters_layer(inputs: int, outputs: int, kernel: int) -> int:
    return sum(p.numel() for p in nn.Conv2d(inputs, outputs, kernel, device="meta").parameters())


def _expect(
    t: Trial,
    answer: Callable,
    name: str,
    cases: list[Case],
    layer: Callable[..., int],
    mistakes: Callable[[], Iterator[Mistake]],
    facts: list[tuple[Callable[..., bool], str]],
) -> None:
    found = [
        _whole(t, by_hand(t, answer, *case, doing=f"{name}{case}", explain=_hint), f"{name}{case}") for case in cases
    ]
    wanted = [layer(*case) for case in cases]
    wrong = [case for case, a, b in zip(cases, found, wanted, strict=True) if a != b]
    if not wrong:
        return
    first = cases.index(wrong[0])
    expected = f"{name}{wrong[0]} = {wanted[first]}, as a real layer has it"
    for formula, cause, hint in mistakes():
        if all(_value(formula, case) == value for case, value in zip(cases, found, strict=True)):
            t.fail(expected=expected, found=f"{found[first]}: {cause}", hint=hint)
    where = f"right for {len(cases) - len(wrong)} of {len(cases)} layers"
    for holds, words in facts:
        if all(holds(*case) for case in wrong) and not all(holds(*case) for case in cases):
            where += f", and wrong only where {words}"
            break
    t.fail(
        expected=expected,
        found=f"{found[first]}; {where}",
        hint=FALLBACK[name],
    )


def _value(formula: Callable[..., int], case: Case) -> int | None:
    try:
        return formula(*case)
    except ZeroDivisionError:
        return None


def _whole(t: Trial, value: Any, doing: str) -> int:
    whole = as_int(value)
    if whole is None:
        hint = return_hint(value, "Return a whole number.")
        if isinstance(value, float):
            hint = "A size is a whole number: // divides and rounds down, / gives a fraction."
        elif isinstance(value, (tuple, list)):
            hint = "One axis at a time: one number in, one number out."
        t.fail(expected="a Python int", found=f"{doing} returned {show(value)}", hint=hint)
    return whole


def _hint(error: BaseException) -> str:
    if isinstance(error, ZeroDivisionError):
        return "Padding may be 0, and the stride is what one divides by: are the arguments in the order of the stub?"
    return ""
