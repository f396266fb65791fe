"""grades.csv: a line for each student and task, for a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from lessons_pkg.grading.records import Record
from lessons_pkg.grading.whole_file import write_whole

__all__ = ["COLUMNS", "write_grades", "write_index"]

COLUMNS = ("student", "task", "points", "possible", "reason")


def write_grades(path: Path, records: Iterable[Record], tasks: dict[str, dict[str, float]]) -> None:
    """Write the table. tasks: by exercise, the points to be had for each task.

    A submission that could not be graded has its tasks without points, not with zero: nobody has judged it.
    UTF-8 with a byte order mark: without it Excel reads names with accents as garbage; pandas and LibreOffice skip it,
    Python's csv does with encoding="utf-8-sig".
    """
    with write_whole(path, encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for record in records:
            for row in _rows(record, tasks.get(record.exercise, {})):
                table.writerow([cell if isinstance(cell, float) else _harmless(cell) for cell in row])


def write_index(path: Path, files: dict[str, Path]) -> None:
    """Write which file is whose: some names of students cannot be names of files."""
    with write_whole(path, encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(("student", "file"))
        table.writerows((_harmless(student), page.name) for student, page in files.items())


def _rows(record: Record, possible: dict[str, float]) -> list[tuple[str | float, ...]]:
    if record.problem:
        reason = f"{record.name}: could not be graded: {record.problem}"
        if not possible:
            return [(record.student, "", "", "", reason)]
        return [(record.student, task, "", points, reason) for task, points in possible.items()]
    note = f"Note: {record.note}" if record.note else ""
    return [
        (record.student, one.task, float(one.points), float(one.possible), "\n".join(filter(None, (one.reason, note))))
        for one in record.results
    ]


def _harmless(text: str) -> str:
    """One line that no spreadsheet takes for a formula, not even one that splits at semicolons."""
    line = " | ".join(part.strip() for part in text.splitlines() if part.strip())
    line = re.sub(r"([;\t][\s\"']*)(?=[=+\-@＝＋－＠])", r"\1'", line)
    return f"'{line}" if re.match(r"\s*[=+\-@＝＋－＠]", line) else line
