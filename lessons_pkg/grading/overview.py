"""One page about the class: how each task went, the commonest mistakes by cause, and what to teach again.

No student is named on it, so it can be shown in class. For the same reason a mistake is only shown if two have made it:
what one student alone has written could say anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from lessons_pkg.grading.exercises import Exercise
from lessons_pkg.grading.feedback import render
from lessons_pkg.grading.outcome import TaskResult
from lessons_pkg.grading.records import Record
from lessons_pkg.grading.whole_file import write_whole

__all__ = ["AGAIN_BELOW", "cause_of", "write_overview"]

AGAIN_BELOW = 0.7  # of the points of those who handed a task in: below it, the task is one to teach again
MOST_CAUSES = 6  # shown for a task
UNWRITTEN = "not written yet"


def write_overview(path: Path, known: Sequence[Exercise], records: Iterable[Record]) -> None:
    """Write the page: a section for each exercise that somebody handed in."""
    records = list(records)
    sections = [
        _section(exercise, [record for record in records if record.exercise == exercise.name]) for exercise in known
    ]
    failed = Counter(_nameless(record) for record in records if record.problem)
    values = {
        "students": len({record.student for record in records}),
        "submissions": len(records),
        "failed": failed.most_common(10),
        "failed_count": sum(failed.values()),
        "sections": [section for section in sections if section],
        "again_below": round(100 * AGAIN_BELOW),
    }
    with write_whole(path) as file:
        file.write(render("overview.html", **values))


def _nameless(record: Record) -> str:
    """The problem without the names of the student and of files, which in a flat folder are the student's name."""
    text = record.problem
    for name in (record.name, record.name.rpartition("/")[2]):
        if name != record.student:  # "a" is a student's name too: not everywhere
            text = text.replace(name, "…")
    text = re.sub(r"(?i)(^|; )[^;]*?\.ipynb", r"\1…", text)  # several files of one student
    return re.sub(rf"(^|; ){re.escape(record.student)}(?= )", r"\1…", text)


def cause_of(result: TaskResult) -> str:
    """One line for the mistake: the judge's cause, else the hint of the reason, else its first line."""
    lines = [line.strip() for line in result.reason.splitlines() if line.strip()]
    hints = [line.partition(":")[2].strip() for line in lines if line.startswith("Hint:")]
    return (result.cause or (hints or lines or ["no reason given"])[0])[:200]


def _found(results: list[TaskResult], cause: str) -> str:
    """What checks found where this was the cause, if two found the same but for its numbers; else ""."""
    texts = [
        line.strip().removeprefix("Found: ")
        for result in results
        if cause_of(result) == cause
        for line in result.reason.splitlines()
        if line.strip().startswith("Found: ")
    ]
    kinds = Counter(re.sub(r"\d+", "0", text) for text in texts)
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return next(text for text in texts if re.sub(r"\d+", "0", text) == kind)[:200] if count > 1 else ""


def _section(exercise: Exercise, records: list[Record]) -> dict[str, Any] | None:
    graded = [record for record in records if not record.problem and record.results]
    if not graded:
        return None
    sums = [sum(result.points for result in record.results) for record in graded]
    tasks = [
        _task(check.task, check.title, [one for record in graded for one in record.results if one.task == check.task])
        for check in exercise.checks
    ]
    tasks = [task for task in tasks if task]
    again = sorted((task for task in tasks if task["share"] < AGAIN_BELOW), key=lambda task: task["share"])
    return {
        "title": exercise.title,
        "name": exercise.name,
        "graded": len(graded),
        "mean": round(mean(sums), 1),
        "median": median(sums),
        "possible": max(sum(result.possible for result in record.results) for record in graded),
        "bars": _bars(sums, max(sum(result.possible for result in record.results) for record in graded)),
        "tasks": tasks,
        "again": again,
    }


def _bars(sums: list[float], possible: float) -> list[dict[str, Any]]:
    """How many students have how many points: a bar for each whole number, or ten ranges if there are many."""
    step = 1 if possible <= 16 else -(-possible // 10)
    counts = Counter(int(min(points, possible) // step) for points in sums)
    most = max(counts.values())
    return [
        {
            "label": f"{index * step:g}"
            if step == 1
            else f"{index * step:g}–{min(possible, (index + 1) * step - 1):g}",
            "count": counts[index],
            "height": round(100 * counts[index] / most, 1),
        }
        for index in range(int(possible // step) + 1)
    ]


def _task(task: str, title: str, results: list[TaskResult]) -> dict[str, Any] | None:
    if not results:
        return None
    full = sum(result.points >= result.possible for result in results)
    unwritten = sum(result.reason.strip() == UNWRITTEN for result in results)
    tried = [result for result in results if result.reason.strip() != UNWRITTEN]
    lost = [result for result in tried if result.points < result.possible]
    causes = Counter(map(cause_of, lost))
    possible = sum(result.possible for result in tried)
    common = [(text, count) for text, count in causes.most_common(MOST_CAUSES) if count > 1]
    return {
        "task": task,
        "title": title,
        "count": len(results),
        "parts": [
            ("all points", "full", full, 100 * full / len(results)),
            ("not right", "wrong", len(tried) - full, 100 * (len(tried) - full) / len(results)),
            ("not written", "unwritten", unwritten, 100 * unwritten / len(results)),
        ],
        "tried": len(tried),
        # Nobody tried it: that says nothing about the task.
        "share": sum(result.points for result in tried) / possible if possible else 1.0,
        "causes": [{"text": text, "count": count, "found": _found(lost, text)} for text, count in common],
        "other": sum(causes.values()) - sum(count for _, count in common),
    }
