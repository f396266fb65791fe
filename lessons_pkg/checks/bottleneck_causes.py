"""What the checks of exercise 3 share: taking several answers apart, and naming the mistake that explains them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import is_unwritten, shape_of, show

__all__ = ["Mistake", "expect_tensor", "explained_throughout", "functions_of", "numbered"]

# What was done, the function that does it, and where to look.
Mistake = tuple[str, Callable[..., Any], str]


def functions_of(t: Trial, answer: Any, names: Sequence[str]) -> tuple[Callable, ...]:
    """The functions of a task that asks for several, each of them there and callable; opens a requirement for it."""
    t.need(f"{', '.join(names[:-1])} and {names[-1]} are functions")
    if is_unwritten(answer):
        t.unwritten(f"{names[0]} is {show(answer)}")
    if not isinstance(answer, (tuple, list)) or len(answer) != len(names):
        t.fail(
            expected=f"{len(names)} functions in one pair of brackets: ({', '.join(names)})",
            found=show(answer),
            hint="Leave the check cell as it was handed out, and run it again.",
        )
    for one, name in zip(answer, names, strict=True):
        t.is_function(one, name)
    return tuple(answer)


def explained_throughout(
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


def expect_tensor(t: Trial, value: Any, name: str) -> Tensor:
    """The value, if it is a plain tensor of finite numbers; anything else ends the check."""
    if not isinstance(value, Tensor):
        hint = "Is a return missing?" if value is None else "Return a torch tensor."
        if isinstance(value, (list, tuple)):
            hint = "torch.stack makes one tensor of a list of tensors."
        t.fail(expected="a tensor", found=f"{name} returned {show(value)}", hint=hint)
    value = value.detach().as_subclass(Tensor)  # a subclass could answer every comparison as it likes
    if value.is_sparse or value.device.type == "meta":
        t.fail(expected="an ordinary tensor", found=f"{name} returned {show(value)}", hint="Return the numbers.")
    if value.is_complex() or not value.isfinite().all():
        t.fail(
            expected="finite numbers",
            found=f"{name} returned NaN, infinity or complex numbers, shape {shape_of(value)}",
            hint="Is every number of the result filled in?",
        )
    return value


def numbered(shape: tuple[int, ...], seed: int) -> Tensor:
    """A tensor in which every number is another one (below 2,000), so that each can be followed."""
    count = torch.Size(shape).numel()
    draw = torch.Generator().manual_seed(seed)
    return torch.randperm(2000, generator=draw)[:count].float().reshape(shape)
