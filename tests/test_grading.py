"""Judging one notebook: what it says about right, wrong, edited, broken and missing answers."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_pkg.grading.__main__ import main
from lessons_pkg.grading.judge import CannotJudge, TaskResult, judge, table

ROOT = Path(__file__).resolve().parents[1]
NAME = "01_linear_autoencoder/linear_autoencoder.ipynb"


def notebook_of(kind: str) -> NotebookNode:
    """An exercise or solution without the cells between: only the imports, the answers and the checks."""
    notebook = nbformat.read(ROOT / kind / NAME, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id == "setup" or "nbgrader" in cell.metadata]
    return notebook


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def judged(notebook: NotebookNode, folder: Path, **options: float) -> dict[str, TaskResult]:
    path = folder / "mine.ipynb"
    nbformat.write(notebook, path)
    return {result.task: result for result in judge(path, root=ROOT, **options)}


def test_a_mixed_notebook_gets_points_and_reasons(tmp_path: Path) -> None:
    notebook = notebook_of("solutions")
    cell(notebook, "task-1-1").source = "class LinearAE(nn.Module)\n    pass"  # a colon is missing
    cell(notebook, "task-1-2").source = "def training_step(model, optimizer, x):\n    return 0.0"
    cell(notebook, "task-1-3").source = cell(notebook_of("exercises"), "task-1-3").source
    cell(notebook, "task-1-5").source = "def latent_codes(*arguments):\n    while True:\n        pass"
    results = judged(notebook, tmp_path, timeout=20)
    assert {task: r.points for task, r in results.items()} == {"1.1": 0, "1.2": 0, "1.3": 0, "1.4": 2, "1.5": 0}
    assert [r.possible for r in results.values()] == [3, 2, 3, 2, 3]
    assert "SyntaxError" in results["1.1"].reason
    assert "never called" in results["1.2"].reason
    assert results["1.3"].reason == "not written yet"
    assert results["1.4"].reason == ""
    assert "longer than 20 s" in results["1.5"].reason or "interrupted" in results["1.5"].reason


def test_edited_and_missing_cells(tmp_path: Path) -> None:
    notebook = notebook_of("exercises")
    edited = cell(notebook, "check-1-1")  # points raised, check emptied
    edited.source, edited.metadata.nbgrader.points = "print('passed')", 300
    right = notebook_of("solutions")
    cell(notebook, "task-1-4").source = cell(right, "task-1-4").source
    for name in ("check-1-4", "task-1-2", "task-1-3", "check-1-3"):  # 1.4 is answered, its check deleted
        notebook.cells.remove(cell(notebook, name))
    notebook.cells.append(copy.deepcopy(cell(notebook, "check-1-5")))  # a copy counts once
    notebook.cells[-1].id = "copy"
    notebook.metadata.kernelspec = {"name": "no-such-kernel", "display_name": "?", "language": "python"}
    results = judged(notebook, tmp_path)
    assert (results["1.1"].points, results["1.1"].possible) == (0, 3)
    assert results["1.1"].reason == "not written yet"
    assert results["1.2"].reason == results["1.3"].reason == "the cell is missing"
    assert results["1.4"].points == 2
    assert len(results) == 5


def test_a_kernel_that_dies_costs_only_what_came_after(tmp_path: Path) -> None:
    notebook = notebook_of("solutions")
    cell(notebook, "task-1-3").source = "import os\nos._exit(1)"
    results = judged(notebook, tmp_path)
    assert [r.points for r in results.values()] == [3, 2, 0, 0, 0]
    assert "KernelDied" in results["1.4"].reason


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no such file"),
        ("", "not a Jupyter notebook"),
        ("{", "not a Jupyter notebook"),
        ('{"a": 1}', "not a Jupyter notebook"),
        ("[]", "not a Jupyter notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "not an exercise of this course"),
    ],
)
def test_what_cannot_be_judged_says_why(
    tmp_path: Path, content: str | None, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_text(content)
    assert main([str(path)]) == 2
    assert complaint in capsys.readouterr().err


def test_a_folder_is_no_notebook(tmp_path: Path) -> None:
    with pytest.raises(CannotJudge, match="folder"):
        judge(tmp_path)


def test_the_table_adds_up() -> None:
    text = table([TaskResult("1.1", 3, 3), TaskResult("1.2", 0, 2, "Found: this\nHint: that")])
    assert text.splitlines()[-1].split() == ["sum", "3", "of", "5"]
    assert "Hint: that" in text


def test_the_command_line_judges_and_exits_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.ipynb"
    nbformat.write(notebook_of("exercises"), path)
    assert main([str(path)]) == 0
    assert "0 of 13" in capsys.readouterr().out
