"""Judging one notebook: what it says about right, wrong, edited, broken and missing answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_pkg.grading.__main__ import main
from lessons_pkg.grading.exercises import exercises
from lessons_pkg.grading.judge import CannotJudge, Grader, TaskResult, judge, table
from lessons_pkg.grading.oracles import ORACLES

ROOT = Path(__file__).resolve().parents[1]
NAME = "01_linear_autoencoder/linear_autoencoder.ipynb"


def notebook_of(kind: str) -> NotebookNode:
    """An exercise or solution without the cells between: only the imports, the answers and the checks."""
    notebook = nbformat.read(ROOT / kind / NAME, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id == "setup" or "nbgrader" in cell.metadata]
    return notebook


def cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


@pytest.fixture(scope="module")
def grader(sandbox: None) -> Iterator[Grader]:
    with Grader(seed=20261121, timeout=10, root=ROOT) as made:
        yield made


def judged(grader: Grader, notebook: NotebookNode) -> dict[str, TaskResult]:
    return {one.task: one for one in grader.grade(nbformat.writes(notebook).encode(), "mine.ipynb")}


def points(results: dict[str, TaskResult]) -> list[float]:
    return [one.points for one in results.values()]


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_a_solution_gets_all_points_and_an_exercise_none(grader: Grader, path: Path) -> None:
    full = grader.grade(path.read_bytes(), path.name)
    assert [(one.points, one.reason) for one in full] == [(one.possible, "") for one in full]
    empty = grader.grade((ROOT / "exercises" / path.parent.name / path.name).read_bytes(), path.name)
    assert {(one.points, one.reason, one.cause) for one in empty} == {(0, "not written yet", "not written yet")}
    assert [one.possible for one in empty] == [one.possible for one in full]


def test_a_task_without_an_oracle_is_told_before_anything_runs(sandbox: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ORACLES, "1.3")
    with pytest.raises(ValueError, match=r"No oracle judges task 1\.3 from outside: write one in"):
        Grader(seed=0, root=ROOT)


def test_every_task_has_an_oracle() -> None:
    assert set(ORACLES) == {task for exercise in exercises(ROOT) for task in exercise.tasks}


def test_a_mixed_notebook_gets_points_and_reasons(grader: Grader) -> None:
    notebook = notebook_of("solutions")
    cell(notebook, "task-1-1").source = "class LinearAE(nn.Module)\n    pass"  # a colon is missing
    cell(notebook, "task-1-2").source = "def training_step(model, optimizer, x):\n    return 0.0"
    cell(notebook, "task-1-3").source = cell(notebook_of("exercises"), "task-1-3").source
    cell(notebook, "task-1-5").source = "def latent_codes(*arguments):\n    while True:\n        pass"
    results = judged(grader, notebook)
    assert points(results) == [0, 0, 0, 2, 0]
    assert [r.possible for r in results.values()] == [3, 2, 3, 2, 3]
    assert "SyntaxError" in results["1.1"].reason
    assert "never called" in results["1.2"].reason
    assert results["1.3"].reason == "not written yet"
    assert results["1.4"].reason == ""
    assert "longer than 10 s: is there a loop that does not end?" in results["1.5"].reason


def test_edited_and_missing_cells(grader: Grader) -> None:
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
    results = judged(grader, notebook)
    assert (results["1.1"].points, results["1.1"].possible) == (0, 3)
    assert results["1.1"].reason == "not written yet"
    assert results["1.2"].reason == results["1.3"].reason == "the cell is missing"
    assert results["1.4"].points == 2
    assert len(results) == 5


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("import os\nos._exit(1)", "process ended here"),
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "is not defined"),  # the first process is immune
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "longer than 10 s: is there a loop that does not end?",
        ),
        ("much = bytearray(20_000_000_000)", "MemoryError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_cell_that_breaks_costs_its_own_task_alone(grader: Grader, broken: str, reason: str) -> None:
    notebook = notebook_of("solutions")
    cell(notebook, "task-1-3").source = broken
    results = judged(grader, notebook)
    assert points(results) == [3, 2, 0, 2, 3]
    assert reason.lower() in results["1.3"].reason.lower()


def test_answers_below_many_long_cells_are_asked(grader: Grader) -> None:
    notebook = notebook_of("solutions")
    trainings = [nbformat.v4.new_code_cell(f"import time\ntime.sleep(30)  # training {i}") for i in range(12)]
    notebook.cells[1:1] = trainings
    assert sum(points(judged(grader, notebook))) == 13


def test_an_answer_that_ends_the_process_when_asked_costs_its_own_task_alone(grader: Grader) -> None:
    notebook = notebook_of("solutions")
    cell(notebook, "task-1-3").source = "import os\ndef pca_floor(images, k):\n    os._exit(0)"
    cell(notebook, "task-1-4").source = "def principal_angles(A, B):\n    while True:\n        pass"
    results = judged(grader, notebook)
    assert points(results) == [3, 2, 0, 0, 3]
    assert "process ended here" in results["1.3"].reason
    assert "longer than 10 s: is there a loop that does not end?" in results["1.4"].reason


def test_a_forged_check_gains_nothing_because_the_answer_is_asked_from_outside(grader: Grader) -> None:
    notebook = notebook_of("exercises")
    cell(notebook, "task-1-3").source = (
        "from lessons_pkg.checks.report import Report\n"
        "for task in checks.TASKS.values():\n"
        "    task.judge = lambda answer, seed=0: Report('1.3', 'pca_floor', True)\n"
        "def pca_floor(images, k): return 0.01\n"
        "LinearAE = training_step = principal_angles = latent_codes = pca_floor"
    )
    results = judged(grader, notebook)
    assert points(results) == [0] * 5
    assert results["1.3"].reason.startswith("The check passed beside the answer, but asked from outside")


def test_the_packages_own_model_is_no_answer(grader: Grader) -> None:
    notebook = notebook_of("solutions")
    forged = (
        "from types import SimpleNamespace\n"
        "empty = dict.fromkeys(('requirement', 'expected', 'found', 'hint'), '')\n"
        "report = SimpleNamespace(passed=True, written=True, met=(), **empty)\n"
        "checks.TASKS['1.1'].judge = lambda answer, seed=0: report"
    )
    cell(notebook, "task-1-1").source = "from lessons_pkg.models import LinearAE"
    plain = judged(grader, notebook)["1.1"]
    assert plain.points == 0
    assert "the package's own" in plain.reason
    cell(notebook, "task-1-1").source += f"\n{forged}"
    assert (
        "lessons_pkg.models.LinearAE is the package's own: write it yourself" in judged(grader, notebook)["1.1"].reason
    )


def test_a_grader_goes_on_after_its_sandbox_was_killed(grader: Grader) -> None:
    judged(grader, notebook_of("exercises"))
    grader.beside.process.kill()
    grader.beside.process.wait()
    assert points(judged(grader, notebook_of("solutions"))) == [3, 2, 3, 2, 3]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "there is no such file"),
        ("", "is empty"),
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


@pytest.mark.usefixtures("sandbox")
def test_the_command_line_judges_and_exits_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.ipynb"
    nbformat.write(notebook_of("exercises"), path)
    assert main([str(path)]) == 0
    assert "0 of 13" in capsys.readouterr().out
