"""Judge one exercise notebook: run it in a kernel of its own and read off what each check says.

This runs the notebook's code with your rights, so it is for notebooks of your own. It protects against accidents
(an edited check, changed points, an endless loop), not against a person: a class needs a sandboxed judge.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from lessons_pkg.grading.exercises import find_root
from lessons_pkg.grading.outcome import CannotJudge, TaskResult

__all__ = ["CannotJudge", "TaskResult", "judge", "table"]

MISSING = "the cell is missing"


def judge(notebook: Path, *, timeout: float = 120, root: Path | None = None) -> list[TaskResult]:
    """Run the notebook, its checks raising, and return one result per check.

    The check cells and their points are those of solutions/, where this is one of the course's exercises.
    timeout: seconds per cell; a cell that takes longer is interrupted, and the next one runs.
    Raises CannotJudge for a file that is missing, is no notebook, or is no exercise.
    """
    learner = _read(notebook)
    source = _source_of(learner, notebook, root)
    prepared = _with_the_sources_checks(learner, source)
    replies = _run(prepared, notebook.resolve().parent, timeout)
    return [_result(cell, prepared, replies) for cell in _graded(source)]


def table(results: list[TaskResult]) -> str:
    """The results as text: task, points, and the reason under each task that lacks points."""
    lines = [f"{'task':<6} {'points':>9}  reason"]
    for result in results:
        first, *rest = (result.reason or "passed").splitlines()
        lines.append(f"{result.task:<6} {result.points:>3g} of {result.possible:<3g} {first}")
        lines += [" " * 17 + line for line in rest]
    got, possible = sum(r.points for r in results), sum(r.possible for r in results)
    return "\n".join([*lines, f"{'sum':<6} {got:>3g} of {possible:<3g}"])


def _read(path: Path) -> NotebookNode:
    if not path.exists():
        raise CannotJudge(f"{path}: there is no such file")
    if not path.is_file():
        raise CannotJudge(f"{path} is a folder; give the notebook inside")
    try:
        # Version 4 of the format, whatever it was saved in; ids are added where an old notebook has none.
        notebook = nbformat.read(path, as_version=4)
        _, notebook = nbformat.validator.normalize(notebook)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat has a dozen ways to refuse
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise CannotJudge(f"{path} is not a Jupyter notebook: {first}") from error
    return notebook


def _nbgrader(cell: NotebookNode) -> dict[str, Any]:
    found = cell.metadata.get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def _graded(notebook: NotebookNode) -> list[NotebookNode]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and _nbgrader(cell).get("grade")]
    return list({_nbgrader(cell)["grade_id"]: cell for cell in cells if "grade_id" in _nbgrader(cell)}.values())


def _source_of(learner: NotebookNode, path: Path, root: Path | None) -> NotebookNode:
    """The notebook in solutions/ that shares most cells with this one; the notebook itself if there is none."""
    mine = {_nbgrader(cell).get("grade_id") for cell in learner.cells} - {None}
    if not mine:
        raise CannotJudge(f"{path} is not an exercise of this course: none of its cells is marked as a task")
    try:
        files = sorted(((root or find_root(path.parent)) / "solutions").glob("*/*.ipynb"))
    except FileNotFoundError:
        files = []
    sources = [nbformat.read(file, as_version=4) for file in files]
    shared = [len(mine & {_nbgrader(cell).get("grade_id") for cell in source.cells}) for source in sources]
    if shared and max(shared) > 0:
        return sources[shared.index(max(shared))]
    if not _graded(learner):
        raise CannotJudge(f"{path} is not an exercise of this course: it has no check with points")
    return learner


def _with_the_sources_checks(learner: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The learner's notebook with each check as the source has it: put back if edited, put in if deleted."""
    checks = {_nbgrader(cell)["grade_id"]: cell for cell in _graded(source)}
    ids = [_nbgrader(cell).get("grade_id") for cell in learner.cells]
    prepared = nbformat.from_dict({**learner, "cells": []})
    for cell, name in zip(learner.cells, ids, strict=True):
        cell = nbformat.from_dict(cell)
        if name in checks:
            cell.cell_type, cell.source = "code", checks[name].source
            cell.setdefault("outputs", [])
            cell.setdefault("execution_count", None)
        prepared.cells.append(cell)
        check = (name or "").replace("task-", "check-", 1)
        if check != name and check in checks and check not in ids:
            prepared.cells.append(nbformat.from_dict(checks[check]))
    return prepared


def _run(notebook: NotebookNode, folder: Path, timeout: float) -> dict[int, dict[str, Any]]:
    """Run all cells and return, by position, what the kernel replied to each: its status, and the error if any."""
    replies: dict[int, dict[str, Any]] = {}

    def note(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any] | None) -> None:
        replies[cell_index] = (execute_reply or {}).get("content", {})

    client = NotebookClient(
        notebook,
        timeout=timeout,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "Timeout", "evalue": f"it took longer than {timeout:g} s", "traceback": []},
        kernel_name="python3",  # the learner's kernel may have a name that is unknown here
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=note,
    )
    # One thread unless told otherwise: models this small gain nothing from more, and on a busy machine they lose much.
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "LESSONS_STRICT": "1", "LESSONS_PROGRESS": "0"}
    try:
        client.execute(env=environment, stderr=subprocess.DEVNULL)
    except DeadKernelError:
        replies.setdefault(len(replies), {})
        last = max(replies)
        replies[last] = {"status": "error", "ename": "KernelDied", "evalue": "the notebook's kernel died in this cell"}
    return replies


def _result(check: NotebookNode, notebook: NotebookNode, replies: dict[int, dict[str, Any]]) -> TaskResult:
    name, possible = _nbgrader(check)["grade_id"], float(_nbgrader(check).get("points", 0))
    task = ".".join(re.findall(r"\d+", name)) or name
    places = {_nbgrader(cell).get("grade_id"): index for index, cell in enumerate(notebook.cells)}
    if name not in places:
        return TaskResult(task, 0, possible, MISSING)
    reply = replies.get(places[name], {"status": "error", "ename": "KernelDied", "evalue": "an earlier cell ended it"})
    if reply.get("status") == "ok":
        return TaskResult(task, possible, possible)
    error, message = str(reply.get("ename", "an error")), str(reply.get("evalue", ""))
    if error == "NotWritten":
        return TaskResult(task, 0, possible, "not written yet")
    if error == "CheckFailed":
        lines = [line.strip() for line in message.splitlines()[1:] if not line.startswith("  Already right")]
        return TaskResult(task, 0, possible, "\n".join(lines) or message)
    answer = name.replace("check-", "task-", 1)
    if error == "NameError" and answer not in places:
        return TaskResult(task, 0, possible, MISSING)
    own = replies.get(places.get(answer, -1), {})
    if error == "NameError" and own.get("status") == "error":
        error, message = f"the cell above it raised {own.get('ename')}", str(own.get("evalue", ""))
    return TaskResult(task, 0, possible, f"{error}: {message}".rstrip(": "))
