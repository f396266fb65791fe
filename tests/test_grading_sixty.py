"""A class of sixty, from the folder that nbgrader collects to grades.csv: right, wrong, hostile, messy, not begun."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hostile_bank import class_of_60

from lessons_pkg.grading.__main__ import main


@pytest.mark.usefixtures("sandbox")
def test_a_class_of_sixty_gets_the_points_that_are_due(tmp_path: Path) -> None:
    cases = class_of_60(tmp_path, seed=6)
    folder, out = tmp_path / "submitted", tmp_path / "out"
    refused = any(not case.points for case in cases.values())
    arguments = [str(folder), "--out", str(out), "--timeout", "10", "--seed", "60"]
    assert main(arguments) == (1 if refused else 0)
    points: dict[str, dict[str, str]] = {}
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            points.setdefault(row["student"], {})[row["task"]] = row["points"]
    assert set(points) == set(cases)
    for student, case in cases.items():
        got = {task: float(one) for task, one in points[student].items() if one}
        assert got == case.points, f"{student}: {case.name}"
    before = (out / "grades.csv").read_bytes()
    assert main(arguments) == (1 if refused else 0)
    assert (out / "grades.csv").read_bytes() == before
