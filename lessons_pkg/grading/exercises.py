"""The exercises of this course, as solutions/ has them: the checks, their points, and what a task is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons_pkg.grading.notebooks import Cell, read_cells

__all__ = ["Check", "Exercise", "exercise_of", "exercises", "find_root", "task_of"]


@dataclass(frozen=True)
class Check:
    """One graded cell. task: "1.3". grade_id: "check-1-3". answer_id: "task-1-3", the cell with the answer."""

    task: str
    grade_id: str
    points: float
    title: str

    @property
    def answer_id(self) -> str:
        return self.grade_id.replace("check-", "task-", 1)


@dataclass(frozen=True)
class Exercise:
    """name: the folder below solutions/, which nbgrader calls the assignment. path: the notebook in it."""

    name: str
    path: Path
    title: str
    cells: tuple[Cell, ...]
    checks: tuple[Check, ...]

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(check.task for check in self.checks)


def find_root(start: Path | None = None) -> Path:
    """The folder with nbgrader_config.py, at or above ``start`` (the current one); else the package's own checkout."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "nbgrader_config.py").is_file() and (folder / "solutions").is_dir():
            return folder
    raise FileNotFoundError("no nbgrader_config.py with a solutions/ folder beside it, here or above")


def exercises(root: Path) -> list[Exercise]:
    """All exercises of the course in ``root``, by name. Raises CannotJudge if a solution is no notebook."""
    return [_exercise(path) for path in sorted((root / "solutions").glob("*/*.ipynb"))]


def exercise_of(cells: Iterable[Cell], known: Sequence[Exercise]) -> Exercise | None:
    """The exercise that shares most grade ids with these cells; None if none shares any."""
    mine = {cell.grade_id for cell in cells} - {""}
    shared = [len(mine & {cell.grade_id for cell in exercise.cells}) for exercise in known]
    return known[shared.index(max(shared))] if any(shared) else None


def task_of(grade_id: str) -> str:
    """ "1.3" for "check-1-3"."""
    return ".".join(re.findall(r"\d+", grade_id)) or grade_id


def _exercise(path: Path) -> Exercise:
    cells = read_cells(path.read_bytes(), str(path))
    prose = "\n".join(cell.source for cell in cells if cell.kind == "markdown")
    titles = dict(re.findall(r"^#+ Task ([\d.]+): *(.+)$", prose, re.MULTILINE))
    checks = [
        Check(task_of(cell.grade_id), cell.grade_id, cell.points, titles.get(task_of(cell.grade_id), ""))
        for cell in cells
        if cell.graded and cell.grade_id
    ]
    heading = re.search(r"^# (.+)$", prose, re.MULTILINE)
    return Exercise(path.parent.name, path, heading[1] if heading else path.stem, tuple(cells), tuple(checks))
