"""What has been graded, in one SQLite file: a run that was killed goes on where it was, and nothing is graded twice.

Each submission is written in one transaction as soon as it is done. It counts as done while its file, the code that
decides, and the seed are the same, and no more time is allowed than it had, where it lost points. The file also keeps
the seed, so it is for the instructor's eyes only.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from lessons_pkg.grading.outcome import TaskResult

__all__ = ["Record", "Records", "RecordsError"]

FORMAT = "2"
TABLES = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS graded (
    student TEXT NOT NULL, exercise TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, code TEXT NOT NULL,
    seed TEXT NOT NULL, timeout REAL NOT NULL, results TEXT NOT NULL, problem TEXT NOT NULL,
    PRIMARY KEY (student, exercise)
);
CREATE TABLE IF NOT EXISTS passed (exercise TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (exercise, code));
"""


class RecordsError(RuntimeError):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Record:
    """What became of one submission.

    digest: of the notebook's bytes. code: of what decided. timeout: the seconds for each cell and question. problem:
    why there are no results, else "". again: it was not the notebook's fault, so that the next run tries once more.
    note: about the choice of the file.
    """

    student: str
    exercise: str
    name: str
    digest: str = ""
    code: str = ""
    timeout: float = 0.0
    results: tuple[TaskResult, ...] = ()
    problem: str = ""
    again: bool = False
    note: str = ""


class Records:
    """The file, for one process and one thread at a time. Close it at the end; a killed process need not."""

    def __init__(self, path: Path, seed: int | None = None) -> None:
        """seed: None keeps the seed of the file, or draws one. Raises RecordsError if the file is in use or broken."""
        try:
            # Made first, and readable by its owner alone: whoever knows the seed knows what will be asked.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=1.0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise RecordsError(f"{path} cannot be opened: {error}") from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")  # held until the process ends, however it ends
            self._db.execute("BEGIN EXCLUSIVE")
            for statement in filter(str.strip, TABLES.split(";")):
                self._db.execute(statement)
            if self._kept("format", FORMAT) != FORMAT:
                raise RecordsError(f"{path} was written by another version of this program: name another folder")
            if seed is not None:
                self._db.execute("INSERT OR REPLACE INTO about VALUES ('seed', ?)", (str(seed),))
            self.seed = int(self._kept("seed", str(secrets.randbits(63))))
            self._db.execute("COMMIT")
        except (sqlite3.Error, ValueError) as error:
            self._db.close()
            busy = "locked" in str(error)
            reason = "another run is using it" if busy else f"it is damaged ({error}); move it away to begin anew"
            raise RecordsError(f"{path}: {reason}") from error
        except RecordsError:
            self._db.close()
            raise

    def done(self, student: str, exercise: str, digest: str, code: str, timeout: float) -> Record | None:
        """What was recorded of just this file, judged by just this code with this seed; None if there is nothing.

        Nor if points were lost and more time is allowed now: with it the file may get them.
        """
        row = self._db.execute(
            "SELECT name, timeout, results, problem FROM graded"
            " WHERE student = ? AND exercise = ? AND digest = ? AND code = ? AND seed = ?",
            (student, exercise, digest, code, str(self.seed)),
        ).fetchone()
        if row is None:
            return None
        name, allowed, results, problem = row
        tasks = tuple(TaskResult(**one) for one in json.loads(results))
        if allowed < timeout and (problem or any(one.points < one.possible for one in tasks)):
            return None
        return Record(student, exercise, name, digest, code, allowed, tasks, problem)

    def add(self, record: Record) -> None:
        """Remember it, in place of what was known of this student and exercise; not what is to be tried again."""
        if record.again:
            return
        results = json.dumps([asdict(one) for one in record.results])
        row = (record.student, record.exercise, record.name, record.digest, record.code, str(self.seed), record.timeout)
        self._db.execute(
            "INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, results, record.problem)
        )

    def solution_passed(self, exercise: str, code: str) -> bool:
        """Whether the course's own solution was seen to get all points from this code."""
        found = self._db.execute("SELECT 1 FROM passed WHERE exercise = ? AND code = ?", (exercise, code))
        return found.fetchone() is not None

    def add_solution(self, exercise: str, code: str) -> None:
        """Remember that it was."""
        self._db.execute("INSERT OR IGNORE INTO passed VALUES (?, ?)", (exercise, code))

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Records:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _kept(self, name: str, value: str) -> str:
        """The value kept under a name; this one, if there was none."""
        self._db.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (name, value))
        return self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()[0]
