"""What typical mistakes with memory order give (task 3.1): as functions, so that they are known by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

__all__ = ["INDICES", "LATER", "POSITIONS", "STRIDES", "Mistake", "index_of", "position_of", "strides"]

Ints = tuple[int, ...]
Mistake = tuple[str, Callable[..., Any], str]  # what was done, the function that does it, and where to look


def strides(shape: Ints) -> Ints:
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def position_of(index: Ints, shape: Ints) -> int:
    return _dot(index, strides(shape))


def index_of(position: int, shape: Ints) -> Ints:
    return tuple(position // stride % size for stride, size in zip(strides(shape), shape, strict=True))


def _dot(index: Sequence[int], strides: Sequence[int]) -> int:
    return sum(i * stride for i, stride in zip(index, strides, strict=True))


def _column_major(shape: Ints) -> Ints:
    return tuple(prod(shape[:axis]) for axis in range(len(shape)))


def _own_included(shape: Ints) -> Ints:
    return tuple(prod(shape[axis:]) for axis in range(len(shape)))


_COLUMN = "In row-major order it is the last index that moves to the neighbour in memory."
LATER = "One step along a dimension jumps over all the elements that the later dimensions make together."
_OWN = "How many elements lie between [0, 0] and [1, 0] of a 2 by 3 tensor? Only the later sizes count."

STRIDES: list[Mistake] = [
    ("column-major order: the strides grow from the first dimension to the last", _column_major, _COLUMN),
    ("the strides in reverse order", lambda s: strides(s)[::-1], "The i-th stride belongs to the i-th dimension."),
    ("strides whose product includes the dimension's own size", _own_included, _OWN),
    ("strides in bytes, for numbers of 4 bytes", lambda s: tuple(4 * n for n in strides(s)), "Count elements."),
    ("strides in bytes, for numbers of 8 bytes", lambda s: tuple(8 * n for n in strides(s)), "Count elements."),
    (
        "the strides of the shape read backwards",
        lambda s: strides(s[::-1]),
        "Is the shape turned round once too often?",
    ),
    ("the shape itself", lambda s: s, LATER),
    ("the shape in reverse", lambda s: s[::-1], LATER),
    ("all strides but the last", lambda s: strides(s)[:-1], "The last dimension has a stride too."),
    ("all strides but the first", lambda s: strides(s)[1:], "There is one stride for each dimension."),
    ("one stride too many", lambda s: (*_own_included(s), 1), "There is one stride for each dimension, no total."),
    ("a last stride of 0", lambda s: (*strides(s)[:-1], 0), "How far is it to the next element of a row?"),
    ("each stride too small by one", lambda s: tuple(n - 1 for n in strides(s)), LATER),
    ("each stride too large by one", lambda s: tuple(n + 1 for n in strides(s)), LATER),
    ("negative strides", lambda s: tuple(-n for n in strides(s)), "A step forward goes forward in memory."),
    ("only the size of the next dimension", lambda s: (*s[1:], 1), LATER),
    (
        "the sum of the later sizes, not their product",
        lambda s: tuple(sum(s[i + 1 :]) for i in range(len(s))),
        LATER,
    ),
    (
        "the sum of the later sizes, not their product",
        lambda s: tuple(sum(s[i + 1 :]) or 1 for i in range(len(s))),
        LATER,
    ),
    (
        "the product of the first dimensions, each one's own size included",
        lambda s: tuple(prod(s[: i + 1]) for i in range(len(s))),
        _COLUMN,
    ),
    (
        "the product of all the other dimensions, earlier ones too",
        lambda s: tuple(prod(s) // n for n in s),
        "Earlier dimensions play no part in the stride of a later one.",
    ),
    (
        "products of the later sizes less one",
        lambda s: tuple(prod(n - 1 for n in s[i + 1 :]) for i in range(len(s))),
        "A row of 4 elements is 4 long, although its last index is 3.",
    ),
    (
        "products that leave the last dimension out",
        lambda s: (*(prod(s[i + 1 : -1]) for i in range(len(s) - 1)), 1),
        "The last dimension counts too: is a slice too short?",
    ),
    ("a 1 for every dimension", lambda s: (1,) * len(s), LATER),
]

POSITIONS: list[Mistake] = [
    ("the place in column-major order", lambda i, s: _dot(i, _column_major(s)), _COLUMN),
    (
        "the place with the strides in reverse order",
        lambda i, s: _dot(i, strides(s)[::-1]),
        "The first index goes with the first stride.",
    ),
    (
        "the place with strides that include the dimension's own size",
        lambda i, s: _dot(i, _own_included(s)),
        _OWN + " If you write it as a loop: multiply first, then add.",
    ),
    (
        "the place with index and shape exchanged",
        lambda i, s: _dot(s, strides(i)),
        "The arguments come as (index, shape).",
    ),
    (
        "the place by the last two indices only",
        lambda i, s: _dot(i[-2:], strides(s)[-2:]),
        "A shape may have any number of dimensions, and all the indices count.",
    ),
    ("the place counted from 1", lambda i, s: position_of(i, s) + 1, "The first element lies at place 0."),
    ("the place less one", lambda i, s: position_of(i, s) - 1, "The first element lies at place 0."),
    ("each index times its own dimension's size", _dot, LATER),
    ("each index times the size of the next dimension only", lambda i, s: _dot(i, (*s[1:], 1)), LATER),
    ("the sum of the index", lambda i, s: sum(i), "Each index is multiplied by its stride."),
    ("the product of the index", lambda i, s: prod(i), "Each index times its stride, and then the sum."),
    (
        "the product of the steps, not their sum",
        lambda i, s: prod(a * b for a, b in zip(i, strides(s), strict=True)),
        "The steps along the dimensions are added.",
    ),
    ("the place in bytes, for numbers of 4 bytes", lambda i, s: 4 * position_of(i, s), "Count elements."),
    ("the place in bytes, for numbers of 8 bytes", lambda i, s: 8 * position_of(i, s), "Count elements."),
    ("the place without the last index", lambda i, s: _dot(i[:-1], strides(s)[:-1]), "All the indices count."),
    ("the place without the first index", lambda i, s: _dot(i[1:], strides(s)[1:]), "All the indices count."),
    (
        "the place of the last row's own beginning: the last index is multiplied by 0",
        lambda i, s: _dot(i, (*strides(s)[:-1], 0)),
        "The last stride is not 0.",
    ),
    (
        "the place of the index read backwards",
        lambda i, s: _dot(i[::-1], strides(s)),
        "Only one of index and shape is reversed, or both without need.",
    ),
    ("the place counted from the end", lambda i, s: prod(s) - 1 - position_of(i, s), "Count from the first element."),
    (
        "the place with the size of the dimension before in place of the dimension's own",
        lambda i, s: _horner(i, (1, *s[:-1])),
        "Moving on by one dimension multiplies the place so far by the size of the dimension that comes in.",
    ),
    (
        "the place as if each size were one less",
        lambda i, s: _dot(i, tuple(prod(n - 1 for n in s[axis + 1 :]) for axis in range(len(s)))),
        "A row of 4 elements is 4 long, although its last index is 3.",
    ),
]

INDICES: list[Mistake] = [
    ("the index in column-major order", lambda p, s: index_of(p, s[::-1])[::-1], _COLUMN),
    (
        "the index in reverse order",
        lambda p, s: index_of(p, s)[::-1],
        "If the digits are found last to first, they must be turned round at the end.",
    ),
    (
        "the index of the shape read backwards",
        lambda p, s: index_of(p, s[::-1]),
        "The last dimension changes fastest: is the shape reversed without need?",
    ),
    (
        "the index with the strides in reverse order",
        lambda p, s: tuple(p // stride % size for stride, size in zip(strides(s)[::-1], s, strict=True)),
        "The first index goes with the first stride.",
    ),
    ("the index counted from 1", lambda p, s: tuple(n + 1 for n in index_of(p, s)), "Indices start at 0."),
    ("the index of the place before", lambda p, s: index_of(p - 1, s), "Place 0 is the first element."),
    ("the index of the place after", lambda p, s: index_of(p + 1, s), "Place 0 is the first element."),
    (
        "the position divided by the strides, without the remainder taken on the way",
        lambda p, s: tuple(p // n for n in strides(s)),
        "What the first index accounts for must be taken off before the next is found: divmod gives both.",
    ),
    (
        "quotient and remainder are exchanged",
        lambda p, s: _digits(p, strides(s), exchanged=True),
        "divmod gives the quotient first: that is the index, and the rest goes on to the next dimension.",
    ),
    (
        "remainders without the division by the stride",
        lambda p, s: tuple(p % n for n in s),
        "The remainder by the size comes after the division by the stride.",
    ),
    (
        "remainders by the strides",
        lambda p, s: tuple(p % n for n in strides(s)),
        "How many whole strides fit, and what is left over? divmod gives both.",
    ),
    (
        "the index with strides that include the dimension's own size",
        lambda p, s: tuple(p // n % size for n, size in zip(_own_included(s), s, strict=True)),
        _OWN,
    ),
    (
        "the last index is always 0",
        lambda p, s: (*index_of(p, s)[:-1], 0),
        "What is left over at the end is the last index.",
    ),
    ("the last index is missing", lambda p, s: index_of(p, s)[:-1], "What is left over at the end is the last index."),
    ("the first index is missing", lambda p, s: index_of(p, s)[1:], "There is one index for each dimension."),
    (
        "the position divided by the sizes, first dimension first",
        lambda p, s: _digits(p, s),
        "The dimension that changes fastest is the last one: begin there, or divide by strides.",
    ),
]


def _horner(index: Ints, sizes: Ints) -> int:
    place = 0
    for i, size in zip(index, sizes, strict=True):
        place = place * size + i
    return place


def _digits(position: int, sizes: Ints, exchanged: bool = False) -> Ints:
    digits = []
    for size in sizes:
        digit, rest = divmod(position, size)
        digit, position = (rest, digit) if exchanged else (digit, rest)
        digits.append(digit)
    return tuple(digits)
