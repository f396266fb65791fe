"""What was graded, as nbgrader keeps it: autograded/STUDENT/EXERCISE/NOTEBOOK.ipynb, for formgrader and its feedback.

Nothing of a submission is run or shown as it came. Its outputs stay behind, its text cells become cells of code, which
every tool shows as they are written: no script in them reaches the browser of whoever reads them. Below each check
stands what this course says of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lessons_pkg.grading import submissions
from lessons_pkg.grading.exercises import Exercise
from lessons_pkg.grading.notebooks import Cell, read_cells
from lessons_pkg.grading.outcome import CannotJudge
from lessons_pkg.grading.records import Record
from lessons_pkg.grading.whole_file import write_whole

__all__ = ["write_autograded"]

CONFIG = """\
# Start nbgrader's own commands in this folder: nbgrader export, nbgrader generate_feedback {name} ...
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course!r}
c.CourseDirectory.source_directory = {source!r}  # by which formgrader knows what there is
c.ExportPlugin.to = "nbgrader_grades.csv"  # grades.csv is there already
"""


def write_autograded(out: Path, known: Sequence[Exercise], graded: Iterable[tuple[Record, Path]], course: str) -> None:
    """Write the notebooks of all that could be graded below ``out``, and nbgrader's configuration for this folder.

    graded: each record with the submitted file. course: nbgrader's name for it.
    """
    by_name = {exercise.name: exercise for exercise in known}
    for record, path in graded:
        exercise = by_name.get(record.exercise)
        if exercise is None or record.problem:
            continue
        try:
            cells = read_cells(submissions.read(path), record.name)
        except CannotJudge:
            continue  # it has gone or changed since it was graded: the next run says so
        place = out / "autograded" / record.student / exercise.name / exercise.path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with write_whole(place) as file:
            nbformat.write(_notebook(cells, exercise, record), file)
    with write_whole(out / "nbgrader_config.py") as file:
        file.write(CONFIG.format(course=course, name=known[0].name, source=str(known[0].path.parents[1].resolve())))


def _notebook(cells: Sequence[Cell], exercise: Exercise, record: Record) -> nbformat.NotebookNode:
    ours = {cell.source for cell in exercise.cells if cell.kind == "markdown"}
    said = {f"check-{one.task.replace('.', '-')}": one.reason or "all points" for one in record.results}
    given = {cell.grade_id: cell for cell in exercise.cells if cell.grade_id}
    made = []
    for cell in cells:
        if cell.kind != "code":
            known = cell.source in ours
            made.append(new_markdown_cell(cell.source) if known else new_code_cell(f"%%{cell.kind}\n{cell.source}"))
            continue
        made.append(new_code_cell(cell.source))
        if cell.grade_id in given:
            marked = given[cell.grade_id]
            made[-1].metadata["nbgrader"] = _marks(marked)
            if cell.grade_id in said:
                made[-1].outputs = [new_output("stream", name="stdout", text=said[cell.grade_id] + "\n")]
    return new_notebook(cells=made)


def _marks(cell: Cell) -> dict[str, object]:
    """nbgrader's metadata, version 3."""
    marks = {"schema_version": 3, "grade_id": cell.grade_id, "grade": cell.graded, "solution": cell.solution}
    marks |= {"locked": not cell.solution, "task": False}
    return marks | ({"points": cell.points} if cell.graded else {})
