"""Putting the answers of the bank, and others, to an oracle, as a grader does: everything crosses as plain data."""

from __future__ import annotations

import functools
import importlib
import random
import runpy
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lessons_pkg import checks
from lessons_pkg.grading import plain
from lessons_pkg.grading.oracles import ORACLES, Wrong

__all__ = ["BANK", "answer_in", "answers", "bent", "drawn_for", "judged", "name_of", "probed", "spoilt", "verdict"]

BANK = Path(__file__).parent / "submissions"


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}-{path.stem}"


def answers(kind: str, *exercises: str) -> list[Path]:
    """The files of the bank that are "right" or "wrong", of the exercises with these numbers, such as "01"."""
    return sorted(path for number in exercises for path in BANK.glob(f"{number}_*/*/{kind}/*.py"))


def answer_in(path: Path) -> tuple[str, Any]:
    """The task that a file of the bank is for, and the answer it defines: a tuple where several things are asked for.

    What a file leaves out is taken from the first right answer, so that a wrong one can be wrong in one thing only.
    """
    one = getattr(checks, path.parts[-3])
    found, names = runpy.run_path(str(path)), one.title.split(", ")
    if any(name not in found for name in names):
        found = {**runpy.run_path(str(min((path.parents[1] / "right").glob("*.py")))), **found}
    return one.task, found[names[0]] if len(names) == 1 else tuple(found[name] for name in names)


@functools.cache
def _given(task: str, seed: int) -> Any:
    """What the oracle has drawn, as its judge gets it again and again."""
    return plain.loads(drawn_for(task, seed))


@functools.cache
def drawn_for(task: str, seed: int) -> bytes:
    """What is drawn for a task, as it goes into the sandbox."""
    return plain.dumps(ORACLES[task].draw(seed))


def probed(task: str, answer: Any, seed: int) -> bytes:
    """What the probe makes of an answer, as it comes out of the sandbox; raises whatever the answer raises."""
    module, function = ORACLES[task].probe.split(":")
    probe = getattr(importlib.import_module(f"lessons_pkg.grading.probes.{module}"), function)
    kept = {home: dict(vars(home)) for home in (torch, functional)}
    with torch.random.fork_rng(devices=[]), torch.enable_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(seed)
        try:
            return plain.dumps(probe(answer, plain.loads(drawn_for(task, seed))))
        finally:
            torch.set_default_dtype(torch.float32)
            for home, values in kept.items():  # an answer may have replaced torch.equal; the oracle is elsewhere
                for name, value in values.items():
                    setattr(home, name, value)


def judged(task: str, found: bytes, seed: int) -> str:
    """Why the oracle refuses what came back, or "" if it does not. Anything but Wrong is an error of the oracle."""
    try:
        ORACLES[task].judge(_given(task, seed), plain.loads(found))
    except Wrong as error:
        reason = str(error)
    else:
        return ""
    assert reason, "a reason says something"
    assert reason.isprintable(), "a reason is one plain line"
    assert len(reason) < 300, "a reason is short"
    return reason


def verdict(task: str, answer: Any, seed: int) -> str:
    """Why an answer is refused, or "" if it is accepted."""
    try:
        found = probed(task, answer, seed)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and not error.args:
            raise
        return f"{type(error).__name__}: {error}"[:200] or "an exception"
    return judged(task, found, seed)


def bent(found: bytes, seed: int, count: int) -> Iterator[bytes]:
    """What came back with one part of it replaced by something odd, in ``count`` ways drawn by chance."""
    yield from _changed(found, seed, count, _ODD)


def spoilt(found: bytes, seed: int, count: int) -> Iterator[bytes]:
    """What came back with one part of it missing, or not a number: no oracle may accept that."""
    yield from _changed(found, seed, count, [lambda old, draw: None, _no_number])


def _changed(found: bytes, seed: int, count: int, ways: list[Callable[[Any, random.Random], Any]]) -> Iterator[bytes]:
    draw = random.Random(seed)
    for _ in range(count):
        holder = [plain.loads(found)]
        places: list[tuple[Any, Any]] = []
        _collect(holder, places)
        container, key = draw.choice(places)
        container[key] = draw.choice(ways)(container[key], draw)
        changed = plain.dumps(holder[0])
        if changed != found:
            yield changed


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(items):
        places.append((value, key))
        _collect(one, places)


def _no_number(old: Any, draw: random.Random) -> Any:
    if not isinstance(old, Tensor) or not old.is_floating_point() or not old.numel():
        return float(draw.choice(["nan", "inf", "-inf"]))
    new = old.clone()
    new.view(-1)[draw.randrange(new.numel())] = float(draw.choice(["nan", "inf"]))
    return new


_ODD: list[Callable[[Any, random.Random], Any]] = [
    lambda old, draw: draw.choice([True, 0, -1, 2**62, 0.5, "", "ValueError", "a\nword" * 99]),
    lambda old, draw: [],
    lambda old, draw: {},
    lambda old, draw: [old],
    lambda old, draw: {"dict": old},
    lambda old, draw: torch.zeros(0),
    lambda old, draw: torch.tensor(draw.choice([0, 1])),
    lambda old, draw: torch.ones(2, 3, dtype=torch.bool),
    lambda old, draw: old[None] if isinstance(old, Tensor) else [old, old],
    lambda old, draw: old.flatten()[:-1] if isinstance(old, Tensor) else old[:-1] if isinstance(old, list) else -1,
    lambda old, draw: 2 * old.double() + 1 if isinstance(old, Tensor) else None,
    lambda old, draw: (
        old.to(draw.choice([torch.int64, torch.float64, torch.bool])) if isinstance(old, Tensor) else 1e308
    ),
    lambda old, draw: 3e38 * torch.ones_like(old) if isinstance(old, Tensor) and old.is_floating_point() else None,
    _no_number,
]
