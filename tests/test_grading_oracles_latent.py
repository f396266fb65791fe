"""The oracles of exercises 4 and 5: right answers pass whatever the seed, wrong outputs do not."""

from __future__ import annotations

import importlib
import runpy
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from lessons_pkg import checks
from lessons_pkg.grading import plain
from lessons_pkg.grading.oracles import ORACLES, Wrong

BANK = Path(__file__).parent / "submissions"
EXERCISES = ("04_latent_space", "05_variational_autoencoder")
RIGHT = sorted(path for name in EXERCISES for path in BANK.glob(f"{name}/*/right/*.py"))
WRONG = sorted(path for name in EXERCISES for path in BANK.glob(f"{name}/*/wrong/*.py"))


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}-{path.stem}"


def answer_in(path: Path) -> tuple[str, Any]:
    """The task that a file of the bank answers, and the answer: one thing, or a tuple where a task asks for several."""
    one = getattr(checks, path.parts[-3])
    found, names = runpy.run_path(str(path)), one.title.split(", ")
    if len(names) == 1:
        return one.task, found[names[0]]
    if any(name not in found for name in names):
        found = {**runpy.run_path(str(min((path.parents[1] / "right").glob("*.py")))), **found}
    return one.task, tuple(found[name] for name in names)


def crossed(value: Any) -> Any:
    """What arrives on the other side of the wall."""
    return plain.loads(plain.dumps(value))


def judge(task: str, answer: Any, seed: int) -> None:
    """Raises Wrong where the oracle refuses the answer; what the answer or its probe raises counts as refused too."""
    one = ORACLES[task]
    given = one.draw(seed)
    module, function = one.probe.split(":")
    probe = getattr(importlib.import_module(f"lessons_pkg.grading.probes.{module}"), function)
    try:
        with torch.random.fork_rng(devices=[]), torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = crossed(probe(answer, crossed(given)))
    except Exception as error:
        raise Wrong(f"{type(error).__name__}: {error}") from error
    one.judge(given, found)


@pytest.mark.parametrize("path", RIGHT, ids=name_of)
@pytest.mark.parametrize("seed", [1, 20261121, 987654321])
def test_a_right_answer_is_accepted_whatever_the_seed(path: Path, seed: int) -> None:
    judge(*answer_in(path), seed)
