"""One page for each student: points, reasons, and what is right already. Plain HTML that asks nobody for anything.

All that a submission may have written (names, reasons) is escaped by the templates. No check, no hidden input and no
seed stands on it: it is made from the results alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from lessons_pkg.grading.exercises import Exercise
from lessons_pkg.grading.outcome import TaskResult
from lessons_pkg.grading.records import Record
from lessons_pkg.grading.whole_file import write_whole

__all__ = ["file_name", "render", "write_feedback"]

LABELS = ("Required", "Expected", "Found", "Hint", "Already right")
# Names that a file cannot have on Windows, whatever its ending.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def write_feedback(folder: Path, known: Sequence[Exercise], records: Iterable[Record]) -> dict[str, Path]:
    """Write a page for each student into ``folder``. Returns the files by student."""
    folder.mkdir(parents=True, exist_ok=True)
    students: dict[str, list[Record]] = {}
    for record in records:
        students.setdefault(record.student, []).append(record)
    files = {student: folder / file_name(student) for student in sorted(students)}
    for student, path in files.items():
        parts = [_part(record, known) for record in sorted(students[student], key=_place)]
        with write_whole(path) as file:
            file.write(render("feedback.html", student=student, parts=parts))
    return files


def file_name(student: str) -> str:
    """A file name for any student: the name itself if it is plain, else what is plain in it and a hash.

    Different students have different files, also where a file system takes a for A.
    """
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,59}", student) and not RESERVED.fullmatch(student):
        return f"{student}.html"
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", student).strip("-")[:40] or "student"
    return f"{plain}~{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:10]}.html"


def render(template: str, **values: Any) -> str:
    """A template of this package's, filled in; every value is escaped."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    # autoescape for every template, whatever its name; an undefined value is an error, not an empty place.
    environment = Environment(
        loader=PackageLoader("lessons_pkg.grading", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = lambda value: f"{value:g}"
    return environment


def _place(record: Record) -> tuple[bool, str, str]:
    """By exercise; what belongs to none comes last."""
    return (not record.exercise, record.exercise, record.name)


def _part(record: Record, known: Sequence[Exercise]) -> dict[str, Any]:
    """What the page says about one submission."""
    exercise = next((one for one in known if one.name == record.exercise), None)
    titles = {check.task: check.title for check in exercise.checks} if exercise else {}
    return {
        "title": exercise.title if exercise else "Exercise not known",
        "name": record.name,
        "note": record.note,
        "problem": record.problem,
        "points": sum(result.points for result in record.results),
        "possible": sum(result.possible for result in record.results),
        "tasks": [_task(result, titles.get(result.task, "")) for result in record.results],
    }


def _task(result: TaskResult, title: str) -> dict[str, Any]:
    lines = [_labelled(line) for line in result.reason.splitlines() if line.strip()]
    unwritten = result.reason.strip() == "not written yet"
    full = result.points >= result.possible
    state = (
        "all points"
        if full
        else "not written yet"
        if unwritten
        else "partly right"
        if result.points
        else "not right yet"
    )
    return {
        "task": result.task,
        "title": title,
        "points": result.points,
        "possible": result.possible,
        "state": state,
        "kind": "full" if full else "unwritten" if unwritten else "wrong",
        "lines": [] if unwritten else [line for line in lines if line[0] != "Already right"],
        "right": [text for label, text in lines if label == "Already right"],
    }


def _labelled(line: str) -> tuple[str, str]:
    """("Found", "...") for "Found: ..."; ("", the line) where no label stands before it."""
    label, colon, text = line.strip().partition(":")
    return (label, text.strip()) if colon and label in LABELS else ("", line.rstrip())
