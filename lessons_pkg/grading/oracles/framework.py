"""How an oracle is written: it draws inputs, and judges from outside what an answer made of them.

    @oracle("1.3", probe="linear:pca_floor")
    class PcaFloor:
        @staticmethod
        def draw(seed: int) -> dict:                    # plain data, different for every seed
            ...
        @staticmethod
        def judge(given: dict, found: dict) -> None:    # raises Wrong, with the reason
            ...

The probe lives in ``lessons_pkg/grading/probes``: it puts the inputs to the learner's answer, inside the sandbox, and
returns plain data. Nothing that decides is there. What comes back may be anything at all: ``value`` takes it apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["ORACLES", "Oracle", "Wrong", "number", "oracle", "same", "tensor", "value"]


class Wrong(Exception):
    """The answer is wrong; the message says what was asked, what was expected and what was found, in plain words."""


@dataclass(frozen=True)
class Oracle:
    """task: "1.3". probe: "module:function" in grading.probes. draw: seed to inputs. judge: raises Wrong."""

    task: str
    probe: str
    draw: Callable[[int], dict[str, Any]]
    judge: Callable[[dict[str, Any], Any], None]


ORACLES: dict[str, Oracle] = {}


def oracle(task: str, probe: str) -> Callable[[type], type]:
    """Register the draw and judge of a class for a task."""

    def decorate(cls: type) -> type:
        ORACLES[task] = Oracle(task, probe, cls.draw, cls.judge)
        return cls

    return decorate


def value(found: Any, key: str, kind: type | tuple[type, ...]) -> Any:
    """found[key], if found is a dict that has it and it is of that kind; else raises Wrong."""
    if not isinstance(found, dict) or key not in found:
        raise Wrong(f"nothing came back for {key}")
    if not isinstance(found[key], kind) or (isinstance(found[key], bool) and kind is not bool):
        raise Wrong(f"{key} came back as {type(found[key]).__name__}")
    return found[key]


def tensor(found: Any, key: str, shape: tuple[int, ...]) -> Tensor:
    """found[key] in float64, if it is a finite tensor of that shape; else raises Wrong."""
    one = value(found, key, Tensor)
    if tuple(one.shape) != tuple(shape):
        raise Wrong(f"{key} has shape {tuple(one.shape)}, expected {tuple(shape)}")
    if one.is_floating_point() and not torch.isfinite(one).all():
        raise Wrong(f"{key} has NaN or infinity in it")
    return one.double()


def same(words: str, found: Tensor, expected: Tensor, *, rel: float = 1e-4, abs: float = 1e-5) -> None:
    """Raise Wrong where two tensors differ by more than rel times the largest expected value, plus abs."""
    gap = (found.double() - expected.double()).abs().max().item() if expected.numel() else 0.0
    scale = expected.double().abs().max().item() if expected.numel() else 0.0
    if not gap <= rel * scale + abs:
        raise Wrong(f"{words}: off by up to {gap:.3g} where the values reach {scale:.3g}")


def number(words: str, found: float, expected: float, *, rel: float = 1e-3, abs: float = 1e-9) -> None:
    """Raise Wrong where two numbers differ by more than rel times the expected one, plus abs."""
    if not math.fabs(found - expected) <= rel * math.fabs(expected) + abs:
        raise Wrong(f"{words}: expected {expected:.6g}, found {found:.6g}")
