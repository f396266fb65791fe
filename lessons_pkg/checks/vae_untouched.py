"""Are torch's functions still torch's own? An answer that replaces one of them judges itself."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.checks import blame
from lessons_pkg.checks.framework import Trial

__all__ = ["untouched"]

_PLACES = {"torch": torch, "torch.Tensor": Tensor, "F": F, "nn.Module": nn.Module, "nn.Linear": nn.Linear, "math": math}
_ORIGINALS = {(place, name): value for place, home in _PLACES.items() for name, value in vars(home).items()}


def untouched(body: Callable[[Trial, Any, int], None]) -> Callable[[Trial, Any, int], None]:
    """A check that fails, and puts the original back, where an answer has replaced a function of torch's."""

    @functools.wraps(body)
    def guarded(t: Trial, answer: Any, seed: int) -> None:
        before = list(_restored())
        try:
            body(t, answer, seed)
        finally:
            replaced = before or list(_restored())
            if replaced:
                t.fail(
                    expected="torch as it was imported",
                    found=f"{replaced[0]} was replaced by another function",
                    hint="Give functions of your own names of their own. Torch's is back in its place now.",
                )

    return guarded


def _restored() -> Iterator[str]:
    """The names that no longer mean what they meant, each put right. Torch wraps a few of its own while it loads."""
    for (place, name), original in _ORIGINALS.items():
        now = vars(_PLACES[place]).get(name)
        if now is original or not callable(original):
            continue
        if _is_theirs(now) or getattr(now, "__name__", None) != getattr(original, "__name__", None):
            setattr(_PLACES[place], name, original)
            yield f"{place}.{name}"
    for place, home in _PLACES.items():
        if isinstance(home, type):  # a method put before one that the class inherits, such as Tensor.all
            inherited = {name for base in home.__mro__[1:] for name in vars(base)}
            for name in [name for name in vars(home) if name in inherited and (place, name) not in _ORIGINALS]:
                delattr(home, name)
                yield f"{place}.{name}"


def _is_theirs(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and blame._is_theirs(code.co_filename)
