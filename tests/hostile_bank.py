"""Submissions for tests of the grading: attacks, right and messy ones, and a class of sixty of them."""

from __future__ import annotations

import random
from pathlib import Path

from bank_attacks import attacks
from bank_mess import messy
from bank_notebooks import EXERCISES, FIRST, ROOT, Case, mixed, right, stub

__all__ = ["EXERCISES", "FIRST", "Case", "attacks", "class_of_60", "messy", "mixed", "right", "stub"]

SIZE = 60
# How many of each kind are in a class; the rest have one wrong answer each.
SHARES = {"right": 12, "other-right": 8, "stub": 6, "hostile": 6, "messy": 8}


def class_of_60(folder: Path, seed: int, exercise: str = FIRST) -> dict[str, Case]:
    """Write folder/submitted/STUDENT/EXERCISE/NAME.ipynb, as nbgrader has it, for sixty students.

    Returns each student's case, with the points by task, or the words of the refusal. Attacks and mess are of the
    first exercise; a class of another one has more wrong answers instead. The same for every run with that seed.
    """
    chance = random.Random(seed)
    cases = [right(exercise)] * SHARES["right"] + [stub(exercise)] * SHARES["stub"]
    cases += mixed(SHARES["other-right"], seed, "right", exercise)
    if exercise == FIRST:
        cases += chance.sample(
            [case for case in attacks() if not case.waits and case.exercise == FIRST], SHARES["hostile"]
        )
        small = [case for case in messy() if len(case.content) < 2_000_000 and not case.waits]
        cases += chance.sample(small, SHARES["messy"])
    cases += mixed(SIZE - len(cases), seed, "wrong", exercise)
    assert len(cases) == SIZE, f"{exercise}: {len(cases)} submissions"
    chance.shuffle(cases)
    name = next((ROOT / "solutions" / exercise).glob("*.ipynb")).name
    students = [f"student{number:02d}" for number in range(SIZE - 3)] + ["zoë", "名前", "o'neill, kim"]
    for student, case in zip(students, cases, strict=True):
        place = folder / "submitted" / student / exercise
        place.mkdir(parents=True)
        (place / name).write_bytes(case.content)
        (place / "timestamp.txt").write_text("2026-11-21 12:00:00.000000 UTC\n")
    return dict(zip(students, cases, strict=True))
