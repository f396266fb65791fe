"""Submissions made of an exercise and answers: right, unwritten, and with one answer of the bank in them.

Each is a ``Case``: a notebook's bytes, and what has to become of it.
"""

from __future__ import annotations

import ast
import copy
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lessons_pkg import checks

ROOT = Path(__file__).resolve().parents[1]
BANK = ROOT / "tests" / "submissions"
EXERCISES = sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.ipynb"))
FIRST = EXERCISES[0]


@dataclass(frozen=True)
class Case:
    """A submission and its expected end.

    points: by task. refused: words of the message if it cannot be graded at all; points is empty then.
    words: by task, what its reason must contain. waits: it uses up its time.
    """

    name: str
    content: bytes
    points: dict[str, float] = field(default_factory=dict)
    refused: str = ""
    words: dict[str, str] = field(default_factory=dict)
    waits: bool = False
    exercise: str = FIRST

    @property
    def total(self) -> float:
        return sum(self.points.values())


@cache
def _read(kind: str, exercise: str) -> NotebookNode:
    return nbformat.read(next((ROOT / kind / exercise).glob("*.ipynb")), as_version=4)


def notebook(exercise: str, *, kind: str = "exercises", lean: bool = True) -> NotebookNode:
    """A copy of the notebook of that exercise; kind: "exercises" or "solutions".

    lean: only its imports, answers and checks, and cells whose functions the answers call: nothing is trained then.
    """
    found = copy.deepcopy(_read(kind, exercise))
    if lean:
        kept = _given_to_answers(exercise)
        found.cells = [cell for cell in found.cells if cell.id in kept or "nbgrader" in cell.metadata]
    return found


@cache
def _given_to_answers(exercise: str) -> frozenset[str]:
    """The ids of the cells that the answers of solutions/ need: the imports, and functions that are handed out."""
    cells = [cell for cell in _read("solutions", exercise).cells if cell.cell_type == "code"]
    used = {one.id for cell in cells if grade_id(cell).startswith("task-") for one in ast.walk(ast.parse(cell.source))
            if isinstance(one, ast.Name)}  # fmt: skip
    given = {cell.id: {one.name for one in ast.parse(cell.source).body if isinstance(one, ast.FunctionDef)}
             for cell in cells if not grade_id(cell)}  # fmt: skip
    return frozenset({"setup"} | {name for name, defined in given.items() if defined & used})


def grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def cell_of(found: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in found.cells if grade_id(cell) == name)


def answered(exercise: str, *, lean: bool = True) -> NotebookNode:
    """The exercise as handed out, with the solutions' answers in it."""
    found = notebook(exercise, lean=lean)
    for cell in _read("solutions", exercise).cells:
        if grade_id(cell).startswith("task-"):
            cell_of(found, grade_id(cell)).source = cell.source
    return found


def code(source: str, name: str = "added") -> NotebookNode:
    """A cell that learners add; not by nbformat, whose cells have an id by chance."""
    parts = {"cell_type": "code", "id": name, "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    return nbformat.from_dict(parts)


def content_of(found: NotebookNode) -> bytes:
    return nbformat.writes(found).encode()


def points_of(exercise: str) -> dict[str, float]:
    """Points to be had for each task, as in solutions/."""
    graded = [cell for cell in _read("solutions", exercise).cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {task_of(grade_id(cell)): float(cell.metadata.nbgrader.points) for cell in graded}


def task_of(name: str) -> str:
    """ "1.3" of "task-1-3"."""
    return ".".join(re.findall(r"\d+", name))


def nothing(exercise: str) -> dict[str, float]:
    return dict.fromkeys(points_of(exercise), 0.0)


def right(exercise: str = FIRST, *, lean: bool = True) -> Case:
    """The answers of solutions/: full marks."""
    content = content_of(answered(exercise, lean=lean))
    return Case(f"right-{exercise}", content, points_of(exercise), exercise=exercise)


def stub(exercise: str = FIRST) -> Case:
    """The exercise as handed out."""
    unwritten = dict.fromkeys(points_of(exercise), "not written yet")
    return Case(f"stub-{exercise}", content_of(notebook(exercise)), nothing(exercise), "", unwritten, exercise=exercise)


@cache
def answers(kind: str) -> tuple[Path, ...]:
    """All files of the bank of that kind, "right" or "wrong", that can stand in a notebook beside right answers.

    Left out are those that define a name which another task asks for or uses, and those of tasks that another task
    is built on: there, one wrong answer makes two.
    """
    found = sorted(BANK.glob(f"*/*/{kind}/*.py"))
    return tuple(path for path in found if _stands_alone(path))


def with_answer(path: Path) -> Case:
    """The answers of solutions/, except one that is a file of the bank."""
    exercise, task = path.parts[-4], _task_in(path)
    found = answered(exercise)
    cell_of(found, "task-" + task.replace(".", "-")).source = _source(path)
    points = points_of(exercise)
    if path.parts[-2] == "wrong":
        points[task] = 0.0
    return Case(f"{path.parts[-2]}-{task}-{path.stem}", content_of(found), points, exercise=exercise)


def mixed(count: int, seed: int, kind: str = "wrong", exercise: str = "*") -> list[Case]:
    """A sample of submissions with one answer of the bank in each, the rest from solutions/."""
    paths = [path for path in answers(kind) if exercise in ("*", path.parts[-4])]
    return [with_answer(path) for path in random.Random(seed).sample(paths, min(count, len(paths)))]


def _check(path: Path) -> Any:
    return getattr(checks, path.parts[-3])


def _task_in(path: Path) -> str:
    return _check(path).task


def _source(path: Path) -> str:
    """The file; what it leaves out of the names that its task asks for comes from the first right answer."""
    source = path.read_text(encoding="utf-8")
    if set(_check(path).title.split(", ")) <= _bound(source):
        return source
    return min((path.parents[1] / "right").glob("*.py")).read_text(encoding="utf-8") + "\n\n" + source


def _bound(source: str) -> set[str]:
    """The names of functions, classes and values that a source defines at its top."""
    names = set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return names


@cache
def _used_elsewhere(exercise: str, task: str) -> frozenset[str]:
    """The names that the other answers of solutions/ define or use."""
    used: set[str] = set()
    for cell in _read("solutions", exercise).cells:
        if grade_id(cell).startswith("task-") and task_of(grade_id(cell)) != task:
            used |= {one.id for one in ast.walk(ast.parse(cell.source)) if isinstance(one, ast.Name)}
            used |= _bound(cell.source)
    return frozenset(used)


def _stands_alone(path: Path) -> bool:
    exercise, task = path.parts[-4], _task_in(path)
    asked = set(_check(path).title.split(", ")) | _bound(_source(path))
    return not asked & _used_elsewhere(exercise, task)
