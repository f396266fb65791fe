"""Task 3.1: where the elements of a tensor lie in memory, in row-major order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from math import prod
from random import Random
from typing import Any

from lessons_pkg.checks import blame
from lessons_pkg.checks.bottleneck_memory_causes import (
    INDICES,
    LATER,
    POSITIONS,
    STRIDES,
    Mistake,
    index_of,
    position_of,
    strides,
)
from lessons_pkg.checks.framework import Trial, check
from lessons_pkg.checks.values import as_int, return_hint, show

__all__ = ["memory_order"]

Ints = tuple[int, ...]
NAMES = ("strides_of", "flat_index", "unflatten_index")
WRITTEN_IN = "Is a number of dimensions or a size written into the function?"
_ARGUMENTS = dict(zip(NAMES, ("(shape)", "(index, shape)", "(position, shape)"), strict=True))


@check("3.1", ", ".join(NAMES))
def memory_order(t: Trial, answer: Any, seed: int) -> None:
    """Task 3.1: strides_of(shape), flat_index(index, shape), unflatten_index(position, shape), all row-major."""
    strides_of, flat_index, unflatten_index = t.are_functions(answer, NAMES)
    shapes = _shapes(seed)

    t.need("strides_of gives the strides of a row-major tensor")
    probes = [(shape,) for shape in shapes]
    found = [_whole_numbers(t, _asked(t, strides_of, "strides_of", probe), "strides_of", probe) for probe in probes]
    _expect(t, "strides_of", probes, found, strides, STRIDES, _odd_strides)

    t.need("flat_index gives the place of an element in memory")
    probes = [(index, shape) for shape in shapes for index in product(*map(range, shape))]
    found = [_whole_number(t, _asked(t, flat_index, "flat_index", probe), probe) for probe in probes]
    _expect(t, "flat_index", probes, found, position_of, POSITIONS, _odd_position)

    t.need("unflatten_index finds the element that lies at a place")
    probes = [(position, shape) for shape in shapes for position in range(prod(shape))]
    found = [
        _whole_numbers(t, _asked(t, unflatten_index, "unflatten_index", probe), "unflatten_index", probe)
        for probe in probes
    ]
    _expect(t, "unflatten_index", probes, found, index_of, INDICES, _odd_index)


def _explained_throughout(
    found: Sequence[Any], right: Sequence[Any], probes: Sequence[tuple], mistakes: Iterable[Mistake]
) -> tuple[str, str] | None:
    """(what was done, hint) of the first mistake that gives every value that was found; None if none does.

    A mistake may be right by luck on some probes. One that explains only the wrong values is taken second.
    """
    wrong = [i for i, (value, target) in enumerate(zip(found, right, strict=True)) if value != target]
    second = None
    for cause, does, hint in mistakes:
        try:
            guesses = [does(*probe) for probe in probes]
        except (IndexError, ValueError, ZeroDivisionError):  # a mistake that cannot be made on these probes
            continue
        if guesses == list(found):
            return cause, hint
        if second is None and all(guesses[i] == found[i] for i in wrong):
            second = cause, hint
    return second


def _shapes(seed: int) -> list[Ints]:
    """A small one to think about first; then one, two and four dimensions, sizes that differ, and a size of 1."""
    draw = Random(seed)
    a, b, c = draw.sample([2, 3, 4, 5, 6, 7], 3)
    return [(2, 3, 4), (draw.randint(5, 9),), (b, a), (2, c, 1, draw.randint(2, 3)), (a, b, c)]


def _asked(t: Trial, function: Callable, name: str, probe: tuple) -> Any:
    words = f"{name}({', '.join(map(str, probe))})"

    def explain(error: BaseException) -> str:
        text = blame.message(error)
        shape = probe[-1]
        if "unpack" in text or isinstance(error, IndexError):
            return f"This shape has {len(shape)} dimensions, and others have more or fewer: a loop takes them all."
        if "'int'" in text or "has no len()" in text:
            return f"The arguments come in the order of the stub: {_ARGUMENTS[name]}."
        if "'tuple' object" in text:
            return "A shape is a tuple, and a tuple cannot be changed: list(shape) can."
        if isinstance(error, ZeroDivisionError):
            return "Something is divided by 0: no stride and no size is 0, the last stride is 1."
        return ""

    return t.call(function, *probe, doing=words, explain=explain)


def _whole_number(t: Trial, value: Any, probe: tuple) -> int:
    whole = as_int(value)
    if whole is None:
        hint = return_hint(value, "Return one int: .item() makes it of a tensor with one number.")
        if isinstance(value, float):
            hint = "A place is a whole number: use *, + and //, never /."
        elif isinstance(value, (tuple, list)):
            hint = "Add the steps up: a place is one number."
        t.fail(expected="an int", found=f"flat_index({probe[0]}, {probe[1]}) returned {show(value)}", hint=hint)
    return whole


def _whole_numbers(t: Trial, value: Any, name: str, probe: tuple) -> Ints:
    found = f"{name}({', '.join(map(str, probe))}) returned {show(value)}"
    if not isinstance(value, tuple):
        hint = return_hint(value, "tuple(...) makes a tuple of a list or of a loop in brackets.")
        if as_int(value) is not None:
            hint = "One number for each dimension. A tuple of one is written (5,), with a comma."
        t.fail(expected="a tuple", found=found, hint=hint)
    numbers = tuple(as_int(item) for item in value)
    if None in numbers:
        hint = "Plain ints: .tolist() makes them of a tensor."
        if any(isinstance(item, float) for item in value):
            hint = "Use // for the division: / gives a float."
        t.fail(expected="a tuple of ints", found=found, hint=hint)
    return numbers


def _expect(
    t: Trial,
    name: str,
    probes: list[tuple],
    found: list[Any],
    rule: Callable[..., Any],
    mistakes: list[Mistake],
    otherwise: Callable[[list[tuple], list[Any], int], tuple[str, str]],
) -> None:
    right = [rule(*probe) for probe in probes]
    wrong = [number for number, value in enumerate(found) if value != right[number]]
    if not wrong:
        return
    first = wrong[0]
    cause = _explained_throughout(found, right, probes, mistakes) or otherwise(probes, found, first)
    t.fail(
        expected=f"{name}({', '.join(map(str, probes[first]))}) = {right[first]}",
        found=f"{found[first]}: {cause[0]}",
        hint=cause[1],
    )


def _odd_strides(probes: list[tuple], found: list[Any], first: int) -> tuple[str, str]:
    (shape,), value = probes[first], found[first]
    if len(value) != len(shape):
        return f"{len(value)} strides for {len(shape)} dimensions", "There is one stride for each dimension."
    if first and 1 in shape:
        return "a dimension of size 1 is treated in another way than the others", "It needs no rule of its own."
    if first:
        return (
            f"right for {probes[0][0]}, wrong for {shape}",
            WRITTEN_IN,
        )
    place = next(axis for axis in range(len(shape)) if value[axis] != strides(shape)[axis])
    return f"wrong from dimension {place} on", LATER


def _odd_position(probes: list[tuple], found: list[Any], first: int) -> tuple[str, str]:
    index, shape = probes[first]
    if first >= prod(probes[0][1]):
        return (
            f"right for {probes[0][1]}, wrong for {shape}",
            WRITTEN_IN,
        )
    of_one_shape = [(probe[0], value) for probe, value in zip(probes, found, strict=True) if probe[1] == shape]
    seen: dict[int, Ints] = {}
    for other, value in of_one_shape:
        if value in seen:
            return f"the elements {seen[value]} and {other} would lie at the same place, {value}", LATER
        seen[value] = other
    return f"not where element {index} lies", "Each index times its stride, and then the sum."


def _odd_index(probes: list[tuple], found: list[Any], first: int) -> tuple[str, str]:
    (_, shape), value = probes[first], found[first]
    if len(value) != len(shape):
        return (
            f"{len(value)} numbers for {len(shape)} dimensions",
            "One index for each dimension: is a number of dimensions written into the function?",
        )
    for axis, (number, size) in enumerate(zip(value, shape, strict=True)):
        if not 0 <= number < size:
            return (
                f"{number} is no index along dimension {axis}, whose size is {size}",
                "Divide by the stride, and take off what that accounts for before you go on.",
            )
    if first >= prod(probes[0][1]):
        return (
            f"right for {probes[0][1]}, wrong for {shape}",
            WRITTEN_IN,
        )
    return "another element lies there", "flat_index of your answer is to give the position again: try it by hand."
