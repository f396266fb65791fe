"""nbgrader's gradebook: the same points and reasons there, so that its export and its formgrader go on working.

A grade that a person gave by hand stays. What could not be graded is marked as waiting for a person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lessons_pkg.grading.exercises import Check, Exercise
from lessons_pkg.grading.records import Record

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

__all__ = ["GradebookError", "course_name", "write_gradebook"]


class GradebookError(RuntimeError):
    """The gradebook cannot be used; the message says why."""


def write_gradebook(
    path: Path, root: Path, known: Sequence[Exercise], records: Iterable[Record], only: Collection[str] = ()
) -> int:
    """Bring the gradebook up to date, and say how many submissions it took. A second call changes nothing.

    root: the course's folder, for its name in nbgrader_config.py. only: the tasks to touch; all if empty.
    A file that belongs to no exercise has no place in a gradebook. Raises GradebookError.
    """
    # Here, not at the top: nbgrader takes seconds to import.
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy.exc import SQLAlchemyError

    by_name = {exercise.name: exercise for exercise in known}
    mine = [record for record in records if record.exercise in by_name]
    try:
        with _alembic_found(), Gradebook(f"sqlite:///{path.resolve()}", course_name(root)) as book:
            for name in sorted({record.exercise for record in mine}):
                _define(book, by_name[name])
            for record in mine:
                _enter(book, by_name[record.exercise], record, only)
    except (SQLAlchemyError, InvalidEntry, OSError) as error:
        raise GradebookError(f"{path} could not be brought up to date: {error}") from error
    return len(mine)


@contextmanager
def _alembic_found() -> Iterator[None]:
    """nbgrader asks the program alembic for its version, and looks for it on the PATH, not beside this Python."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def course_name(root: Path) -> str:
    """The course's name in nbgrader_config.py, as nbgrader's own commands read it."""
    from traitlets.config import PyFileConfigLoader

    settings = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return settings.CourseDirectory.get("course_id", "default_course")


def _define(book: Gradebook, exercise: Exercise) -> None:
    """The assignment with its notebook, and in it each check and each answer's cell."""
    place = (exercise.path.stem, exercise.name)
    book.update_or_create_assignment(exercise.name)
    book.update_or_create_notebook(*place)
    for check in exercise.checks:
        book.update_or_create_grade_cell(check.grade_id, *place, max_score=check.points, cell_type="code")
    for cell in exercise.cells:
        if cell.grade_id and cell.solution:
            book.update_or_create_solution_cell(cell.grade_id, *place)


def _enter(book: Gradebook, exercise: Exercise, record: Record, only: Collection[str]) -> None:
    book.update_or_create_student(record.student)
    with book.db.no_autoflush:  # nbgrader builds a submission piece by piece, and would be warned of each
        submission = book.update_or_create_submission(exercise.name, record.student)
    notebook = next(one for one in submission.notebooks if one.name == exercise.path.stem)
    grades, comments = _slots(book, notebook)
    results = {result.task: result for result in record.results}
    for check in exercise.checks:
        if only and check.task not in only:
            continue
        result = results.get(check.task)
        score = float(result.points) if result and not record.problem else None
        grade = grades[check.grade_id]
        if grade.auto_score != score or score is None:
            grade.auto_score = score
            # As nbgrader does: a person who had graded by hand sees that the automatic grade is another now.
            grade.needs_manual_grade = score is None or grade.manual_score is not None
        elif grade.manual_score is None:
            grade.needs_manual_grade = False
        if check.answer_id in comments:
            comments[check.answer_id].auto_comment = _words(record, check, result.reason if result else "") or None
    book.db.commit()


def _slots(book: Gradebook, notebook: object) -> tuple[dict[str, object], dict[str, object]]:
    """The grades and comments of a submitted notebook by cell; made where the exercise got a cell since then."""
    from nbgrader.api import Comment, Grade

    source = notebook.notebook
    grades = {grade.cell_id: grade for grade in notebook.grades}
    comments = {comment.cell_id: comment for comment in notebook.comments}
    for cells, slots, kind in ((source.grade_cells, grades, Grade), (source.solution_cells, comments, Comment)):
        for cell in cells:
            if cell.id not in slots:
                slots[cell.id] = kind(cell_id=cell.id, notebook=notebook)
                book.db.add(slots[cell.id])
    return (
        {cell.name: grades[cell.id] for cell in source.grade_cells},
        {cell.name: comments[cell.id] for cell in source.solution_cells},
    )


def _words(record: Record, check: Check, reason: str) -> str:
    text = f"could not be graded: {record.problem}" if record.problem else reason
    note = f"Note: {record.note}" if record.note else ""
    said = "\n".join(filter(None, (text, note)))
    return f"Task {check.task}: {said}" if said else ""
