"""Which cells of a submission have to run before its answers can be asked.

Checks do not: the judge asks by itself. Cells that are as they were handed out run only if something needs a name from
them, so that no class waits for a training whose result nobody looks at. Everything a student wrote or changed runs.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from lessons_pkg.grading.exercises import Exercise
from lessons_pkg.grading.names import bound, used
from lessons_pkg.grading.notebooks import Cell

__all__ = ["answer_names", "asked_last", "plan"]


def plan(cells: Sequence[Cell], exercise: Exercise) -> list[dict[str, str]]:
    """The steps, in order: {"cell": id, "source"} to run, {"ask": task} where a check stood.

    The id of an answer is its grade id, that of any other cell "cell 7". A check that was deleted is asked after its
    answer; where both are gone, in the end.
    """
    checks = {check.grade_id: check for check in exercise.checks}
    given = {cell.source.strip() for cell in exercise.cells if cell.kind == "code" and not cell.solution}
    code = [(i, cell) for i, cell in enumerate(cells, 1) if cell.kind == "code" and cell.grade_id not in checks]
    code = [(i, cell) for i, cell in code if cell.source.strip()]
    present = {cell.grade_id for cell in cells}
    asked = {check.grade_id if check.grade_id in present else check.answer_id: check.task for check in checks.values()}
    handed_out = {i for i, cell in code if cell.source.strip() in given}
    needed = {i for i, _ in code} - handed_out
    sources = dict(code)
    wanted = set().union(*(used(sources[i].source) for i in needed), _names_asked(exercise))
    while more := {i for i in handed_out - needed if bound(sources[i].source) & wanted}:
        needed |= more
        wanted = wanted.union(*(used(sources[i].source) for i in more))
    steps: list[dict[str, str]] = []
    for i, cell in enumerate(cells, 1):
        if i in needed:
            steps.append({"cell": cell.grade_id or f"cell {i}", "source": cell.source})
        if cell.grade_id in asked:
            steps.append({"ask": asked.pop(cell.grade_id)})
    return steps + [{"ask": task} for task in asked.values()]


def asked_last(steps: Sequence[dict[str, str]], tasks: Collection[str]) -> list[dict[str, str]]:
    """The same steps with the questions of these tasks after everything else."""
    return sorted(steps, key=lambda step: step.get("ask") in tasks)


def answer_names(exercise: Exercise, grade_id: str) -> list[str]:
    """What a check asks for: the names in the only call of its cell, checks.pca_floor(pca_floor)."""
    source = next(cell.source for cell in exercise.cells if cell.grade_id == grade_id)
    call = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    (asked,) = call.args
    return [name.id for name in (asked.elts if isinstance(asked, ast.Tuple) else [asked])]


def _names_asked(exercise: Exercise) -> set[str]:
    return {name for check in exercise.checks for name in answer_names(exercise, check.grade_id)}
