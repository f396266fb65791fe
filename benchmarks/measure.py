"""Runs arms in turns, each in a process of its own, and keeps every figure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lessons_pkg import data

ROOT = Path(__file__).resolve().parents[1]


class ArmFailed(RuntimeError):
    """An arm ended without a result. The message holds what it printed."""


@dataclass(frozen=True)
class Arm:
    """One way of doing the work: a module of benchmarks/arms and its options.

    peer: it runs in the peers' environment. processes: so many under torchrun. every: it takes part in every so
    manieth turn, for a long one. seeded: the number of the turn is its seed.
    """

    name: str
    module: str
    options: dict = field(default_factory=dict)
    peer: bool = False
    processes: int = 1
    every: int = 1
    seeded: bool = False


@dataclass(frozen=True)
class Case:
    """Arms that do the same work. ``ours`` is measured against ``against``; the goal is the least ratio of medians.

    measure: which figure of an arm is compared: "seconds" (of an epoch, or of the work) or "total" (with loading).
    """

    name: str
    work: str
    arms: Sequence[Arm]
    ours: str
    against: str | None = None
    goal: float | None = None
    measure: str = "seconds"
    turns: int = 3


def data_folder() -> Path:
    """Where the images lie, for arms that do not know the course. There are some: ``data.load`` has been asked."""
    return Path(os.environ.get("LESSONS_DATA") or data.cache_folder())


def run_arm(arm: Arm, turn: int, peers: str | None) -> dict:
    """What one run of an arm found. Raises ArmFailed with its output if it fails."""
    python = peers if arm.peer else sys.executable
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={arm.processes}"]
    options = arm.options | ({"seed": turn} if arm.seeded else {})
    command = [python, *(launcher if arm.processes > 1 else []), "-m", "benchmarks.arms", arm.module]
    found = subprocess.run(
        [*command, json.dumps(options)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LESSONS_PROGRESS": "0", "LESSONS_DATA": str(data_folder())},
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        raise ArmFailed(f"{arm.name} ended with code {found.returncode}:\n{found.stdout}{found.stderr}")
    return json.loads(found.stdout.splitlines()[-1])


def in_turns(case: Case, turns: int, peers: str | None, tell: Callable[[str], None] = print) -> dict[str, list[dict]]:
    """Every arm once per turn, so that a slow minute of the machine meets all of them. Name of the arm -> its runs.

    Arms of peers are left out, with a line that says so, where there is no environment of theirs.
    """
    found: dict[str, list[dict]] = {}
    for turn in range(turns):
        for arm in case.arms:
            if turn % arm.every:
                continue
            if arm.peer and peers is None:
                if turn == 0:
                    tell(f"{case.name}: {arm.name} left out: no environment of the peers (make bench makes one)")
                continue
            result = run_arm(arm, turn, peers)
            found.setdefault(arm.name, []).append(result)
            tell(f"{case.name}, turn {turn + 1} of {turns}: {arm.name} {result[case.measure]:.3g} s")
    return found
