"""What grading one notebook ends in: points and a reason for each task, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CannotJudge", "TaskResult"]


class CannotJudge(RuntimeError):
    """This file cannot be graded; the message says why, in words for the student."""


@dataclass(frozen=True)
class TaskResult:
    """What became of one task.

    task: "1.3". points, possible: got and to be had. reason: empty when all points were got; else plain text, maybe of
    several lines, which a submission may have written: escape it. cause: one line by which equal mistakes of a class
    are grouped, empty if there is none.
    """

    task: str
    points: float
    possible: float
    reason: str = ""
    cause: str = ""
