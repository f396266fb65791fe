"""Formulas for sizes and parameters with the typical mistakes in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

__all__ = [
    "CONV_FACTS",
    "PARAMETER_FACTS",
    "TRANSPOSED_FACTS",
    "conv_mistakes",
    "parameter_mistakes",
    "transposed",
    "transposed_mistakes",
]

Option = tuple[Any, str]  # what is done at one place of a formula, and its name ("" for what is right)
Mistake = tuple[Callable[..., int], str, str]


def _readings(places: list[list[Option]], formula: Callable[..., Callable[..., int]]) -> Iterator[tuple[Any, str]]:
    """All formulas with one or two places wrong, fewest first, with what is wrong with them."""
    every = sorted(product(*places), key=lambda options: sum(bool(name) for _, name in options))
    for options in every:
        names = [name for _, name in options if name]
        if 1 <= len(names) <= 2:
            yield formula(*(value for value, _ in options)), ", and ".join(names)


def transposed(size: int, kernel: int, stride: int, padding: int, output_padding: int = 0) -> int:
    return (size - 1) * stride - 2 * padding + kernel + output_padding


def _conv(size: int, kernel: int, stride: int, padding: int) -> int:
    return (size + 2 * padding - kernel) // stride + 1


def conv_mistakes() -> Iterator[Mistake]:
    places: list[list[Option]] = [
        [
            (lambda a, b: a // b, ""),
            (lambda a, b: -(-a // b), "rounded up instead of down"),
            (lambda a, b: round(a / b), "rounded to the nearest instead of down"),
            (lambda a, b: a, "the stride is ignored"),
            (lambda a, b: a * b, "multiplied by the stride instead of divided"),
        ],
        [
            (2, ""),
            (1, "the padding is counted once, and it is there on both sides"),
            (0, "the padding is ignored"),
            (-2, "the padding is subtracted instead of added"),
            (4, "the padding is counted four times"),
        ],
        [
            ((0, 1), ""),
            ((0, 0), "the + 1 is missing"),
            ((1, 0), "the 1 is added before the division"),
            ((1, 1), "kernel - 1 is subtracted where the whole kernel should be"),
            ((0, 2), "1 too many is added"),
        ],
        [(1, ""), (0, "the kernel is ignored"), (2, "the kernel is subtracted twice")],
    ]
    hint = "Count windows: the first starts at the left edge of the padded row, each further one a stride to the right."
    formula = lambda div, pads, ones, kernels: (  # noqa: E731
        lambda n, k, s, p: div(n + pads * p - kernels * k + ones[0], s) + ones[1]
    )
    yield from ((f, cause, hint) for f, cause in _readings(places, formula))
    yield lambda n, k, s, p: transposed(n, k, s, p), "this is the formula of the transposed convolution", hint
    yield lambda n, k, s, p: -(-n // s), "this is size / stride, which holds for padding 'same' only", hint
    yield lambda n, k, s, p: n // s, "this is size / stride, without kernel and padding", hint
    yield lambda n, k, s, p: n, "the size comes back as it went in", hint
    own = "padded by half the kernel, whatever the padding is"
    yield lambda n, k, s, p: _conv(n, k, s, k // 2), own, hint
    yield lambda n, k, s, p: _conv(n, k, s, (k - 1) // 2), own, hint
    order = "Compare the order of the arguments with the stub."
    yield lambda n, k, s, p: _conv(n, k, p, s), "stride and padding are exchanged", order
    yield lambda n, k, s, p: _conv(k, n, s, p), "size and kernel are exchanged", order
    yield lambda n, k, s, p: _conv(n, s, k, p), "kernel and stride are exchanged", order


def transposed_mistakes() -> Iterator[Mistake]:
    places: list[list[Option]] = [
        [(-1, ""), (0, "size is multiplied where size - 1 should be: n stamps have n - 1 steps between them")],
        [
            (-2, ""),
            (-1, "the padding is counted once, and it is cut off on both sides"),
            (0, "the padding is ignored"),
            (2, "the padding is added, but in a transposed convolution it is cut off"),
            (1, "the padding is added, and once"),
        ],
        [(0, ""), (-1, "kernel - 1 is added and the last + 1 is missing"), (1, "1 too many is added")],
        [
            (1, ""),
            (0, "output_padding is forgotten"),
            (2, "output_padding is counted twice, but it is added at one end only"),
            (-1, "output_padding is subtracted"),
        ],
        [(1, ""), (0, "the kernel is ignored"), (-1, "the kernel is subtracted")],
    ]
    hint = "Stamp: the first stamp is one kernel long, each further one begins a stride later. What is cut, what added?"
    formula = lambda steps, pads, ones, extra, kernels: (  # noqa: E731
        lambda n, k, s, p, o: (n + steps) * s + pads * p + kernels * k + ones + extra * o
    )
    yield from ((f, cause, hint) for f, cause in _readings(places, formula))
    yield lambda n, k, s, p, o: _conv(n, k, s, p), "this is the formula of the convolution, not its reverse", hint
    yield lambda n, k, s, p, o: _conv(n, k, s, p) + o, "this is the formula of the convolution, not its reverse", hint
    yield lambda n, k, s, p, o: n * s, "this is size times stride, which holds for kernel = stride only", hint
    yield lambda n, k, s, p, o: n * s + o, "this is size times stride, which holds for kernel = stride only", hint
    yield lambda n, k, s, p, o: transposed(n, k, 1, p, o), "the stride is ignored", hint
    yield lambda n, k, s, p, o: (n - 1) * s + k + o - 2 * p * s, "the padding is multiplied by the stride", hint
    order = "Compare the order of the arguments with the stub."
    yield lambda n, k, s, p, o: transposed(n, k, p, s, o), "stride and padding are exchanged", order
    yield lambda n, k, s, p, o: transposed(n, k, s, o, p), "padding and output_padding are exchanged", order
    yield lambda n, k, s, p, o: transposed(n, s, k, p, o), "kernel and stride are exchanged", order


def parameter_mistakes() -> Iterator[Mistake]:
    hint = "How many numbers does ONE output channel need? A kernel for each input channel, and one bias."
    yield lambda i, o, k: o * i * k * k, "the bias is forgotten: one number for each output channel", hint
    yield lambda i, o, k: o * i * k * k + 1, "one bias in all, but each output channel has its own", hint
    yield lambda i, o, k: o * i * k * k + i, "a bias for each input channel instead of each output channel", hint
    yield lambda i, o, k: o * i * (k * k + 1), "a bias for each kernel instead of each output channel", hint
    yield lambda i, o, k: o * (i * k + 1), "a row of kernel weights, but a kernel has kernel x kernel of them", hint
    yield lambda i, o, k: o * i * k, "a row of kernel weights and no bias: a kernel has kernel x kernel of them", hint
    yield lambda i, o, k: o * (k * k + 1), "the input channels are forgotten: a kernel has a layer for each", hint
    yield lambda i, o, k: o * k * k, "the input channels and the bias are forgotten", hint
    yield lambda i, o, k: i * k * k + 1, "one output channel only", hint
    yield lambda i, o, k: i * (o * k * k + 1), "input and output channels are exchanged", hint
    yield lambda i, o, k: (i + o) * k * k + o, "the channels are added: each output sees each input, so multiply", hint
    power = "** is the power; ^ compares the bits of two numbers, and comes after + and * in the order of operations."
    for formula in (
        lambda i, o, k: o * (i * k ^ 2 + 1),
        lambda i, o, k: o * (i * (k ^ 2) + 1),
        lambda i, o, k: o * i * k ^ 2 + o,
        lambda i, o, k: o * i * (k ^ 2) + o,
        lambda i, o, k: i * o * k ^ 2,
        lambda i, o, k: (k ^ 2) * i * o,
    ):
        yield formula, "kernel ^ 2 is not the square of kernel", power
    for size in (7, 14, 28):
        places = f"counted once for each of {size} x {size} places, but all places share one kernel"
        yield lambda i, o, k, n=size * size: n * o * (i * k * k + 1), places, hint
        yield lambda i, o, k, n=size * size: n * o * i * k * k, places, hint
    yield lambda i, o, k: (i + 1) * o * k * k, "the bias has a whole kernel: it is one number", hint


CONV_FACTS = [
    (lambda n, k, s, p: (n + 2 * p - k) % s != 0, "the division leaves a remainder"),
    (lambda n, k, s, p: k % 2 == 0, "the kernel is even"),
    (lambda n, k, s, p: s > 1 and p > 0, "there is a stride and a padding"),
    (lambda n, k, s, p: s > 1, "the stride is more than 1"),
    (lambda n, k, s, p: p > 0, "there is padding"),
]
TRANSPOSED_FACTS = [
    (lambda n, k, s, p, o: o > 0, "there is output_padding"),
    (lambda n, k, s, p, o: s > 1 and p > 0, "there is a stride and a padding"),
    (lambda n, k, s, p, o: s > 1, "the stride is more than 1"),
    (lambda n, k, s, p, o: p > 0, "there is padding"),
    (lambda n, k, s, p, o: k != s, "kernel and stride differ"),
]
PARAMETER_FACTS = [
    (lambda i, o, k: i > 1, "there is more than one input channel"),
    (lambda i, o, k: o > 1, "there is more than one output channel"),
    (lambda i, o, k: k != 3, "the kernel is not 3x3"),
]
