"""Submissions a minute, sandboxed and judged from outside, against plain nbgrader: python -m benchmarks.grading

The same class is graded twice in one run: by ``nbgrader autograde``, which runs every cell with the rights of whoever
starts it, and by ``python -m lessons_pkg.grading``. Both start from nothing, and both times count in full. A third of
the class has everything right, a third has one task wrong, a third has not begun. Points are compared where a check
decides (wrong answers may differ: nbgrader believes what the notebook says).
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LEAST = 3.0  # times as many submissions a minute


def write_class(folder: Path, exercise: str, students: int) -> None:
    """folder/STUDENT/EXERCISE/NAME.ipynb, for so many students."""
    solution = next((ROOT / "solutions" / exercise).glob("*.ipynb"))
    handed_out = ROOT / "exercises" / exercise / solution.name
    wrong = sorted((ROOT / "tests" / "submissions" / exercise).glob("*/wrong/*.py"))
    for number in range(students):
        notebook = nbformat.read(handed_out if number % 3 == 2 else solution, as_version=4)
        if number % 3 == 1:
            answer = wrong[number * 7 % len(wrong)]
            check = next(c for c in notebook.cells if c.source.startswith(f"checks.{answer.parts[-3]}("))
            task = check.metadata.nbgrader.grade_id.replace("check-", "task-", 1)
            cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == task)
            cell.source += "\n\n" + answer.read_text(encoding="utf-8")
        place = folder / f"student{number:03d}" / exercise
        place.mkdir(parents=True)
        nbformat.write(notebook, place / solution.name)


def by_nbgrader(course: Path, exercise: str) -> float:
    """Seconds of nbgrader's autograde; generating the assignment, which the course does once, is not counted."""
    nbgrader = [sys.executable, "-m", "nbgrader"]
    shutil.copytree(ROOT / "solutions" / exercise, course / "solutions" / exercise)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    config = (course / "nbgrader_config.py").read_text()
    (course / "nbgrader_config.py").write_text(
        config.replace("GenerateAssignment.no_database = True", "GenerateAssignment.no_database = False")
    )
    environment = os.environ | {"LESSONS_STRICT": "1", "LESSONS_PROGRESS": "0", "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [*nbgrader, "generate_assignment", exercise], cwd=course, check=True, capture_output=True, env=environment
    )
    start = time.perf_counter()
    subprocess.run([*nbgrader, "autograde", exercise], cwd=course, check=False, capture_output=True, env=environment)
    return time.perf_counter() - start


def by_the_course(submitted: Path, out: Path) -> float:
    """Seconds of the course's own grading."""
    words = [sys.executable, "-m", "lessons_pkg.grading", str(submitted), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, env=os.environ | {"LESSONS_PROGRESS": "0"})
    return time.perf_counter() - start


def points(out: Path) -> dict[str, float]:
    """By student, what the course's own grading gave."""
    total: dict[str, float] = {}
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            total[row["student"]] = total.get(row["student"], 0.0) + float(row["points"] or 0)
    return total


def points_by_nbgrader(course: Path, exercise: str) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(exercise)}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=24)
    parser.add_argument("--exercise", default="01_linear_autoencoder")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        course = Path(name) / "course"
        course.mkdir()
        write_class(course / "submitted", options.exercise, options.students)
        seconds = {"nbgrader autograde": by_nbgrader(course, options.exercise)}
        seconds["lessons_pkg.grading"] = by_the_course(course / "submitted", Path(name) / "out")
        ours, theirs = points(Path(name) / "out"), points_by_nbgrader(course, options.exercise)
    print(f"{options.exercise}, {options.students} submissions, {os.cpu_count()} cores")
    for who, spent in seconds.items():
        print(f"{who:22} {spent:7.1f} s, {60 * options.students / spent:7.1f} submissions a minute")
    ratio = seconds["nbgrader autograde"] / seconds["lessons_pkg.grading"]
    print(f"{ratio:.1f} times as many (at least {LEAST:g} wanted)")
    differ = sorted(student for student in ours if ours[student] != theirs.get(student))
    print(f"other points than nbgrader's: {', '.join(differ) or 'nobody'}")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
