"""What the checks of exercise 4 share: a function is asked, and the one mistake that explains all it said is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from lessons_pkg.checks.framework import Trial
from lessons_pkg.checks.values import shape_of

__all__ = ["Mistake", "Probe", "asked", "expect_no_gradient", "explained_throughout", "first_wrong", "words_of"]

Mistake = tuple[str, Callable[..., Any], str]  # what was done, the function that does it, and where to look
Probe = dict[str, Any]  # the arguments of one call by their names, in their order


def words_of(name: str, probe: Probe) -> str:
    """The call in words: hole_share(points (400, 2), codes (300, 2), held_out (99, 2), radius 1.5)."""
    inside = ", ".join(
        f"{key} {shape_of(value)}" if isinstance(value, Tensor) else key if callable(value) else f"{key} {value}"
        for key, value in probe.items()
    )
    return f"{name}({inside})"


def asked(
    t: Trial, function: Callable, name: str, probe: Probe, explain: Callable[[BaseException], str] | None = None
) -> Any:
    """What the learner's function gives for these arguments, which it must leave as they are."""
    given = {key: value.clone() if isinstance(value, Tensor) else value for key, value in probe.items()}
    result = t.call(function, *given.values(), doing=words_of(name, probe), explain=explain)
    for key, value in given.items():
        if isinstance(value, Tensor) and not (value.shape == probe[key].shape and torch.equal(value, probe[key])):
            t.fail(
                expected="the arguments as they were",
                found=f"{name} changed {key} in place",
                hint="x -= x.mean(0) and x[mask] = 0 write into the caller's tensor; x = x - x.mean(0) does not.",
            )
    return result


def expect_no_gradient(t: Trial, value: Tensor, what: str) -> None:
    if value.requires_grad:
        t.fail(
            expected=f"{what} without gradient",
            found=f"{what} still carry the gradient, and with it the whole calculation",
            hint="Nothing is trained here: with torch.no_grad(), or detach().",
        )


def first_wrong(found: Sequence[Any], right: Sequence[Any], agree: Callable[[Any, Any], bool]) -> int | None:
    """The number of the first probe whose answer is not right; None if all are."""
    return next((i for i, pair in enumerate(zip(found, right, strict=True)) if not agree(*pair)), None)


def explained_throughout(
    found: Sequence[Any],
    right: Sequence[Any],
    probes: Sequence[Probe],
    mistakes: Iterable[Mistake],
    agree: Callable[[Any, Any], bool],
    *,
    alone: bool = True,
) -> tuple[str, str] | None:
    """(what was done, hint) of the first mistake that gives every value that was found; None if none does.

    A mistake may be right by luck on some probes. One that explains only the wrong values is taken second;
    alone: also where only a single value is wrong, which is a guess where values are coarse.
    """
    wrong = {i for i, (value, target) in enumerate(zip(found, right, strict=True)) if not agree(value, target)}
    second = None
    for cause, does, hint in mistakes:
        fits = set()
        for i, (value, probe) in enumerate(zip(found, probes, strict=True)):
            try:
                guess = does(**probe)
            except (IndexError, RuntimeError, ValueError, ZeroDivisionError):  # cannot be made on this probe
                continue
            if agree(value, guess):
                fits.add(i)
        if len(fits) == len(found):
            return cause, hint
        if second is None and wrong <= fits and (alone or len(wrong) > 1):
            second = cause, hint
    return second
