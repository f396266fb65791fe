"""Judge one notebook: what it computes, in a sandbox; whether that is right, out here.

Each submission runs twice. First beside the course's checks, which name the cause of a mistake but share a process
with the answer, so that a hostile one could change them. Then, for what passed, without anything to borrow from or to
change: there the answers are put to inputs drawn from a seed that only the instructor knows, and what comes back as
plain data is judged by the oracles, here. Points need both.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import os
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from lessons_pkg.grading import plain
from lessons_pkg.grading.exercises import Check, exercise_of, exercises, find_root
from lessons_pkg.grading.harmless import plain_text
from lessons_pkg.grading.notebooks import read_cells
from lessons_pkg.grading.oracles import ORACLES, Wrong
from lessons_pkg.grading.outcome import CannotJudge, TaskResult
from lessons_pkg.grading.plan import answer_names, asked_last, plan
from lessons_pkg.grading.sandbox import NoSandbox, bwrap
from lessons_pkg.grading.sandbox.stage import stage
from lessons_pkg.grading.sandbox.worker import Limits, Worker

__all__ = ["Grader", "judge", "table"]

# Of the workers: each counts its processes for itself, and two programs that grade here at a time should not meet.
_NUMBERS = itertools.count(16 * os.getpid())
LONGEST = 1500  # characters of a reason's part that a submission may have written
FROM_OUTSIDE = "The check passed beside the answer, but asked from outside the answer is wrong"


class Grader:
    """Judges one notebook after another. Use it from one thread; close it in the end."""

    def __init__(self, *, seed: int, unsafe: bool = False, timeout: float = 60, root: Path | None = None) -> None:
        """seed: what the inputs are drawn from; keep it to yourself. unsafe: without a sandbox, with your own rights.

        timeout: seconds for each cell and each question. root: the course's folder. Raises NoSandbox, and ValueError
        where a task of the course has no oracle.
        """
        if not unsafe and (reason := bwrap.available()):
            raise NoSandbox(reason)
        self.seed = seed
        self.known = exercises(root or find_root(Path.cwd()))
        tasks = {task for exercise in self.known for task in exercise.tasks}
        if missing := sorted(tasks - set(ORACLES)):
            words = "write one in lessons_pkg/grading/oracles/, or take the task's points away"
            raise ValueError(f"No oracle judges task {', '.join(missing)} from outside: {words}")
        self.limits = Limits(seconds=timeout)
        self._folder = tempfile.TemporaryDirectory(prefix="lessons-grading-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        stage(folder)
        probes = Path(__file__).parent / "probes"
        self._probes = {path.stem: path.read_text(encoding="utf-8") for path in probes.glob("[!_]*.py")}
        self.beside, self.outside = (
            Worker(folder / kind, number=next(_NUMBERS) % 1000, limits=self.limits, unsafe=unsafe)
            for kind in ("full", "bare")
        )

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the sandboxes and remove what they saw."""
        self.beside.close()
        self.outside.close()
        self._folder.cleanup()

    def grade(self, notebook: bytes, name: str) -> list[TaskResult]:
        """One result for each check of the exercise that this notebook belongs to.

        notebook: the file's content. name: for messages. Raises CannotJudge where there is nothing to judge,
        NoSandbox where it cannot be done safely, SandboxDied where a fresh Grader is needed.
        """
        cells = read_cells(notebook, name)
        exercise = exercise_of(cells, self.known)
        if exercise is None:
            raise CannotJudge(f"{name} is not an exercise of this course: none of its cells is marked as a task")
        steps = plan(cells, exercise)
        names = {check.task: answer_names(exercise, check.grade_id) for check in exercise.checks}
        checks = {task: {"names": names[task], "check": self._seed(f"check {task}")} for task in names}
        first = _Run(self.beside, steps, checks)
        # What was not right where its check stood may be right in the end: improved below, or in cells out of order.
        again = [task for task in names if first.may_change(task)]
        if again and any("cell" in step for step in steps[[step.get("ask") for step in steps].index(again[0]) :]):
            in_the_end = asked_last(steps, again)
            later = _Run(self.beside, in_the_end, {task: checks[task] for task in again}, skip=first.ended)
            better = {task: later.lines[task] for task in again if first.is_improved(task, later.lines[task])}
            first.lines |= better
            steps = asked_last(steps, better)
        passed = [task for task in names if _report(first.lines.get(task)).get("passed") is True]
        # Another seed than that of the check: a submission can read it there, and tell it.
        given = {task: ORACLES[task].draw(self._seed(f"oracle {task}")) for task in passed}
        questions = {
            task: {
                "names": names[task],
                "probe": ORACLES[task].probe,
                "given": base64.b64encode(plain.dumps(given[task])).decode(),
            }
            for task in passed
        }
        second = _Run(self.outside, steps, questions, self._probes) if questions else None
        present = {cell.grade_id for cell in cells}
        return [
            self._result(check, check.answer_id in present, first, second, given.get(check.task))
            for check in exercise.checks
        ]

    def _seed(self, purpose: str) -> int:
        """For one purpose: the same for the whole class, and no hint at any other."""
        return int.from_bytes(hashlib.sha256(f"{self.seed} {purpose}".encode()).digest()[:4], "big") >> 1

    def _result(
        self, check: Check, present: bool, first: _Run, second: _Run | None, given: dict[str, Any] | None
    ) -> TaskResult:
        def zero(reason: str, cause: str = "") -> TaskResult:
            return TaskResult(check.task, 0, check.points, reason, cause)

        line = first.lines.get(check.task, {"error": "it was never asked"})
        report = _report(line)
        if not report:
            if line.get("kind") == "NotDefined" and not present:
                return zero("the cell is missing", "the cell is missing")
            raised = first.broken.get(check.answer_id)
            if line.get("kind") == "NotDefined" and raised:
                return zero(f"its cell: {raised}", raised.split("\n")[0][:200])
            return zero(_text(line.get("error")) or "no answer came back")
        if report.get("written") is False:
            return zero("not written yet", "not written yet")
        if report.get("passed") is not True:
            parts = ("requirement", "expected", "found", "hint")
            named = zip(
                ("Required", "Expected", "Found", "Hint"), (_text(report.get(part)) for part in parts), strict=True
            )
            lines = [f"{label}: {text}" for label, text in named if text]
            cause = _text(report.get("hint")) or _text(report.get("found"))
            return zero("\n".join(lines), cause.split("\n")[0][:200])
        line = second.lines.get(check.task, {})
        wrong = _wrong(check.task, given, line)
        if wrong:
            cause, raised = wrong.split(":")[0], second.broken.get(check.answer_id)
            if raised and line.get("kind") in ("NotDefined", "NameError"):  # what its cell raised is why
                wrong, cause = f"{wrong}; its cell: {raised}", raised.split("\n")[0]
            return zero(f"{FROM_OUTSIDE}: {wrong}", cause[:200])
        return TaskResult(check.task, check.points, check.points)


def judge(
    notebook: Path, *, timeout: float = 60, root: Path | None = None, unsafe: bool = False, seed: int | None = None
) -> list[TaskResult]:
    """Judge one file as ``Grader`` does. seed: None draws one.

    Raises CannotJudge for a file that is missing, is no notebook, or is no exercise; NoSandbox as ``Grader`` does.
    """
    if notebook.is_dir():
        raise CannotJudge(f"{notebook} is a folder; give the notebook inside")
    if not notebook.is_file():
        raise CannotJudge(f"{notebook}: there is no such file")
    content = notebook.read_bytes()
    read_cells(content, str(notebook))  # what is wrong with it is said before a sandbox starts
    seed = secrets.randbits(63) if seed is None else seed
    with Grader(seed=seed, unsafe=unsafe, timeout=timeout, root=root) as grader:
        return grader.grade(content, str(notebook))


class _Run:
    """A job, repeated without the step that ended it, until every question has been put or the time is up.

    lines: by task, the first that was said about it. broken: by cell, what it raised. ended: steps that had to be.
    """

    def __init__(
        self,
        worker: Worker,
        steps: list[dict[str, str]],
        asks: dict[str, dict[str, Any]],
        probes: dict[str, str] | None = None,
        skip: Sequence[str] = (),
    ) -> None:
        self.lines: dict[str, dict[str, Any]] = {}
        self.broken: dict[str, str] = {}
        self.ended = list(skip)
        end = time.monotonic() + 3 * worker.limits.seconds + 30
        while left := set(asks) - set(self.lines):
            if time.monotonic() > end:
                self._rest(left, "the notebook as a whole took too long, and this was not asked any more")
                return
            todo = [step | asks.get(step.get("ask"), {}) for step in steps if step.get("ask", None) in (None, *left)]
            job = {"steps": todo, "skip": self.ended, "probes": probes or {}}
            at, why = self._once(worker.run(job, end), left)
            if at.startswith("ask-"):
                self._rest({at.removeprefix("ask-")} & left, why)
                self.ended.append(at)
            elif at and at not in self.ended:
                self.broken[at] = why
                self.ended.append(at)
            else:
                self._rest(left, why)

    def _once(self, lines: Iterator[dict[str, Any]], left: set[str]) -> tuple[str, str]:
        """Note what is said; returns the step at which the process ended, and why. Lines may say anything at all."""
        at, why = "", "the notebook's process ended here"
        for line in lines:
            if isinstance(line.get("at"), str):
                at = line["at"][:200]
            why = line.get("killed", why)
            if isinstance(line.get("cell"), str):
                self.broken[line["cell"]] = _text(line.get("error"))
            if isinstance(line.get("task"), str) and line["task"] in left:
                self.lines.setdefault(line["task"], line)
            if line.get("end") is True:
                self._rest(left, "no answer came back")
                at = ""
        return at, why

    def may_change(self, task: str) -> bool:
        """Whether cells below could still make a right answer of it."""
        line = self.lines[task]
        return _report(line).get("passed") is False or line.get("kind") == "NotDefined"

    def is_improved(self, task: str, later: dict[str, Any]) -> bool:
        """Whether what was said of it in the end should count instead: it is right then, or there at all."""
        there = _report(self.lines[task]).get("written") is True
        return _report(later).get("passed") is True or (not there and bool(_report(later)))

    def _rest(self, tasks: set[str], why: str) -> None:
        for task in tasks:
            self.lines.setdefault(task, {"error": why})


def table(results: list[TaskResult]) -> str:
    """The results as text: task, points, and the reason under each task that lacks points."""
    lines = [f"{'task':<6} {'points':>9}  reason"]
    for result in results:
        first, *rest = (result.reason or "passed").splitlines()
        lines.append(f"{result.task:<6} {result.points:>3g} of {result.possible:<3g} {first}")
        lines += [" " * 17 + line for line in rest]
    got, possible = sum(r.points for r in results), sum(r.possible for r in results)
    return "\n".join([*lines, f"{'sum':<6} {got:>3g} of {possible:<3g}"])


def _report(line: dict[str, Any] | None) -> dict[str, Any]:
    found = (line or {}).get("report")
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    return plain_text(value, LONGEST) if isinstance(value, str) else ""


def _wrong(task: str, given: dict[str, Any] | None, line: dict[str, Any]) -> str:
    """Why what came back from the second sandbox earns nothing; "" if it is right."""
    if not isinstance(line.get("found"), str):
        return _text(line.get("error")) or "no answer came back"
    try:
        ORACLES[task].judge(given, plain.loads(base64.b64decode(line["found"], validate=True)))
    except Wrong as reason:
        return _text(str(reason)) or "wrong"
    except (plain.NotPlain, binascii.Error) as reason:
        return f"its result is no plain data: {_text(str(reason))}"
    except Exception as error:  # data so odd that the oracle stumbles over it is wrong, and must not stop the class
        return f"its result could not be judged ({type(error).__name__})"
    return ""
