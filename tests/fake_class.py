"""A class that exists only in tests: its notebooks, and a grader that reads the points off the answers' comments.

As a program it is the command line with that grader, for tests that kill it: python tests/fake_class.py FOLDER ...
The grader does what a comment in an answer says:
    # right    all points                 # half     half of them, and what is right already
    # wrong: a reason                     # refuse   this file cannot be graded
    # die      the grader breaks, always  # stumble  it breaks once for each file of that name
    # wait     until the file named in FAKE_GATE is there
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lessons_pkg.grading.exercises import Exercise, exercise_of, exercises
from lessons_pkg.grading.notebooks import read_cells
from lessons_pkg.grading.outcome import CannotJudge, TaskResult

ROOT = Path(__file__).resolve().parents[1]
KNOWN = exercises(ROOT)
LINEAR, CONV = KNOWN[0], KNOWN[1]


def notebook(exercise: Exercise = LINEAR, *answers: str, extra: str = "", outputs: str = "") -> bytes:
    """A notebook of an exercise: one comment for each answer, "# right" where none is given."""
    cells = []
    for index, check in enumerate(exercise.checks):
        source = (answers[index] if index < len(answers) else "# right") + (extra if index == 0 else "")
        for grade_id, text, graded in ((check.answer_id, source, False), (check.grade_id, "checks.x(x)", True)):
            marks = {"grade_id": grade_id, "grade": graded, "solution": not graded, "points": check.points}
            output = [{"output_type": "stream", "name": "stdout", "text": outputs}] if outputs else []
            cells.append(
                {"cell_type": "code", "id": grade_id, "source": text, "metadata": {"nbgrader": marks}}
                | {"outputs": output, "execution_count": None}
            )
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def hand_in(folder: Path, student: str, content: bytes, exercise: Exercise = LINEAR, name: str = "") -> Path:
    """Put a notebook where nbgrader collects it. Returns the file."""
    path = folder / student / exercise.name / (name or exercise.path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@dataclass(frozen=True)
class MakeFake:
    """Makes FakeGraders; takes what MakeGrader takes."""

    seed: int
    unsafe: bool = False
    timeout: float = 60

    def __call__(self) -> FakeGrader:
        return FakeGrader(self.seed)


class FakeGrader:
    """It has the interface of judge.Grader, and writes down what it did in class attributes and in FAKE_LOG."""

    seen: list[str] = []  # noqa: RUF012 - shared on purpose
    seeds: set[int] = set()  # noqa: RUF012
    made = 0
    closed = 0
    stumbled: set[str] = set()  # noqa: RUF012
    own_share = 1.0  # of the points that the course's own solutions get

    def __init__(self, seed: int) -> None:
        FakeGrader.made += 1
        self.seed = seed
        self.broken = False

    @classmethod
    def forget(cls) -> None:
        cls.seen.clear()
        cls.seeds.clear()
        cls.stumbled.clear()
        cls.made = cls.closed = 0

    def grade(self, notebook: bytes, name: str) -> list[TaskResult]:
        assert not self.broken, "a dead grader was used again"
        if name.startswith("solutions/"):  # the course's own, judged first
            own = next(one for one in KNOWN if name.split("/")[1] == one.name)
            return [TaskResult(check.task, self.own_share * check.points, check.points) for check in own.checks]
        self.seen.append(name)
        self.seeds.add(self.seed)
        text = notebook.decode()
        if "# refuse" in text:
            raise CannotJudge("this cannot be graded <b>at all</b>")
        if "# die" in text or ("# stumble" in text and name not in self.stumbled):
            self.stumbled.add(name)
            self.broken = True
            raise RuntimeError("the sandbox broke")
        while "# wait" in text and not Path(os.environ["FAKE_GATE"]).exists():
            if self.broken:
                raise RuntimeError("closed while it graded")
            time.sleep(0.01)
        if log := os.environ.get("FAKE_LOG"):
            with open(log, "a") as file:
                file.write(f"{name}\n")
        cells = read_cells(notebook, name)
        exercise = exercise_of(cells, KNOWN)
        answers = {cell.grade_id: cell.source for cell in cells}
        return [self.result(check.task, check.points, answers.get(check.answer_id, "")) for check in exercise.checks]

    def result(self, task: str, possible: float, answer: str) -> TaskResult:
        if "# right" in answer or "# wait" in answer or "# stumble" in answer:
            return TaskResult(task, possible, possible)
        if "# half" in answer:
            return TaskResult(
                task, possible / 2, possible, "Already right: 2 requirements.\nHint: the other half", "half"
            )
        if "# wrong: " in answer:
            return TaskResult(task, 0.0, possible, answer.partition("# wrong: ")[2])
        return TaskResult(task, 0.0, possible, "not written yet")

    def close(self) -> None:
        FakeGrader.closed += 1
        self.broken = True


if __name__ == "__main__":
    from lessons_pkg.grading.__main__ import main

    # A program that a shell starts in the background does not hear Ctrl-C; this one does, wherever the tests run.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main(None, MakeFake))
