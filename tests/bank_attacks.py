"""Attacks: cells of ``tests/submissions/hostile``, and notebooks that are hostile as a whole.

What is to be known about a cell stands in comments above its code:

    # attack: what it tries, in one sentence
    # exercise: 02_convolutional_autoencoder     (01_linear_autoencoder if absent)
    # cell: task-2-1                             (task-1-1 if absent)
    # reason: words that the reason must contain (none if absent)
    # waits: yes                                 (it only takes time)

An attack that looks for something raises "loot: ..." where it finds it. One that could harm the machine of somebody who
runs it by accident ends at once where LESSONS_SANDBOX is not set.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
from bank_notebooks import (
    BANK,
    FIRST,
    Case,
    cell_of,
    code,
    content_of,
    grade_id,
    notebook,
    nothing,
    points_of,
    stub,
    task_of,
)

HOSTILE = BANK / "hostile"


def attacks() -> list[Case]:
    """All attacks: the cells of tests/submissions/hostile, and those on the notebook as a whole. Each earns nothing."""
    return [_attack(path) for path in sorted(HOSTILE.glob("*.py"))] + [
        edit(replace(stub(), name=name, words={})) for name, edit in EDITS.items()
    ]


def headers(path: Path) -> dict[str, str]:
    """The comments that a file begins with, by their first word."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not (parts := re.fullmatch(r"# (\w+): (.+)", line)):
            return found
        found[parts[1]] = parts[2].strip()
    return found


def _attack(path: Path) -> Case:
    about = headers(path)
    exercise, place = about.get("exercise", FIRST), about.get("cell", "task-1-1")
    found = notebook(exercise)
    cell_of(found, place).source = path.read_text(encoding="utf-8")
    words = {task_of(place): about["reason"]} if "reason" in about else {}
    return Case(path.stem, content_of(found), nothing(exercise), "", words, "waits" in about, exercise)


def _edited_checks(case: Case) -> Case:
    """The check cells are emptied, or say that all is well."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell).startswith("check-"):
            cell.source = "print('passed')"
            cell.metadata.nbgrader.locked = False
    return replace(case, content=content_of(found))


def _checks_with_other_answers(case: Case) -> Case:
    """The check cells judge an answer that is not the learner's."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell) == "check-1-3":
            cell.source = (
                "from lessons_pkg import latent\nchecks.pca_floor(latent.pca_floor)\npca_floor = latent.pca_floor"
            )
    return replace(case, content=content_of(found))


def _raised_points(case: Case) -> Case:
    """Each check gives a thousand points, and so does a new one that asks nothing."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell).startswith("check-"):
            cell.metadata.nbgrader.points = 1000
    extra = copy.deepcopy(cell_of(found, "check-1-5"))
    extra.id, extra.source, extra.metadata.nbgrader.grade_id = "extra", "pass", "check-1-6"
    found.cells.append(extra)
    return replace(case, content=content_of(found))


def _points_of_odd_kinds(case: Case) -> Case:
    """Points that are infinite, negative, no numbers or far too large."""
    found = json.loads(content_of(notebook(FIRST)))
    odd = iter([float("inf"), -1e308, "3", [3], {"points": 3}])
    for cell in found["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = next(odd)
    return replace(case, content=json.dumps(found).encode())


def _answers_marked_as_checks(case: Case) -> Case:
    """Answers are called checks and checks answers, and all of them are marked as graded by hand."""
    found = notebook(FIRST)
    for cell in found.cells:
        if name := grade_id(cell):
            swapped = name.replace("task-", "X").replace("check-", "task-").replace("X", "check-")
            cell.metadata.nbgrader.update(grade_id=swapped, grade=True, solution=True, points=3, task=True)
            cell.source = "passed = True"
    return replace(case, content=content_of(found))


def _forged_outputs(case: Case) -> Case:
    """The stored outputs and the metadata say that every check has passed."""
    found = notebook(FIRST)
    found.metadata.update(grade=13, nbgrader={"score": 13}, lessons={"passed": list(points_of(FIRST))})
    for cell in found.cells:
        if cell.cell_type == "code":
            said = "Task 1.3 (pca_floor): passed"
            cell.outputs = [nbformat.v4.new_output("stream", text=said)]
            cell.execution_count = 1
            cell.metadata.nbgrader = {**cell.metadata.get("nbgrader", {}), "score": 3, "manual_score": 3}
    return replace(case, content=content_of(found))


def _kernel_of_its_own(case: Case) -> Case:
    """The notebook names a kernel with a command of its own."""
    found = notebook(FIRST)
    argv = ["sh", "-c", "touch /tmp/lessons-was-here-kernel ~/lessons-was-here-kernel"]
    found.metadata.kernelspec = {"name": "../../tmp/mine", "display_name": "mine", "language": "sh", "argv": argv}
    return replace(case, content=content_of(found))


def _names_with_markup(case: Case) -> Case:
    """Cell ids and grade ids that are paths, markup and commands."""
    found = json.loads(content_of(notebook(FIRST)))
    for i, odd in enumerate(
        ["../../../../tmp/lessons-was-here", "<script>alert(1)</script>", "$(touch x)", "\x00", "a" * 10**6]
    ):
        cell = {"cell_type": "code", "id": odd, "metadata": {"nbgrader": {"grade_id": odd, "grade": True, "points": 3}}}
        found["cells"].insert(
            i, {**cell, "source": "raise RuntimeError('odd')", "outputs": [], "execution_count": None}
        )
    return replace(case, content=json.dumps(found).encode())


def _many_magics(case: Case) -> Case:
    """A cell of thousands of lines that each have to be rewritten before Python understands them."""
    found = notebook(FIRST)
    cell_of(found, "task-1-3").source = "!true\n" * 3_000
    return replace(case, content=content_of(found))


def _nested_source(case: Case) -> Case:
    """Cells whose code is nested deeper than any parser goes."""
    found = notebook(FIRST)
    deep = ["(" * 50_000, "x = " + "-" * 100_000 + "1", "x" + ".a" * 50_000, "x = " + "[" * 5_000 + "]" * 5_000]
    deep += ["".join(" " * i + "if x:\n" for i in range(150)), "x = " + "1+" * 50_000 + "1", "lambda: " * 20_000 + "1"]
    found.cells += [code(source, f"deep-{i}") for i, source in enumerate(deep)]
    return replace(case, content=content_of(found))


def _odd_source(case: Case) -> Case:
    """Cells with null bytes, halves of surrogate pairs, marks of direction and other encodings in them."""
    found = json.loads(content_of(notebook(FIRST)))
    for i, odd in enumerate(
        ["x = '\x00'", "x = '\ud800'", "# \u202e\u2066 x", "\ufeffx = 1", "# -*- coding: rot13 -*-\nk = 1"]
    ):
        cell = {"cell_type": "code", "id": f"odd-{i}", "metadata": {}, "outputs": [], "execution_count": None}
        found["cells"].insert(1, {**cell, "source": odd})
    return replace(case, content=json.dumps(found).encode())


def _much_source(case: Case) -> Case:
    """Ten megabytes of code, of which nothing is needed."""
    found = notebook(FIRST)
    found.cells.insert(1, code("x = 1\n" * 1_700_000))
    return replace(case, content=content_of(found))


def _many_cells(case: Case) -> Case:
    """Twenty thousand cells, each of which uses a name of the one before."""
    found = json.loads(content_of(notebook(FIRST)))
    found["cells"] += [code(f"def f{i}():\n    return f{i - 1}()", f"f{i}") for i in range(1, 20_000)]
    return replace(case, content=json.dumps(found).encode())


EDITS: dict[str, Callable[[Case], Case]] = {
    f"notebook{edit.__name__}": edit
    for edit in (
        _edited_checks, _checks_with_other_answers, _raised_points, _points_of_odd_kinds, _answers_marked_as_checks,
        _forged_outputs, _kernel_of_its_own, _names_with_markup, _many_magics, _nested_source, _odd_source,
        _much_source, _many_cells,
    )
}  # fmt: skip
