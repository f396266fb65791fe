"""Grade a whole class: find the submissions, grade what has changed, remember it, and write what people need.

The folder of submissions is only read. Everything that is written lies in the output folder: records.sqlite,
grades.csv, feedback/, overview.html and, unless another is named, nbgrader's gradebook.db.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from lessons_pkg.grading.autograded import write_autograded
from lessons_pkg.grading.exercises import Exercise, exercises, find_root
from lessons_pkg.grading.feedback import write_feedback
from lessons_pkg.grading.gradebook import GradebookError, course_name, write_gradebook
from lessons_pkg.grading.grades_csv import write_grades, write_index
from lessons_pkg.grading.harmless import plain_text
from lessons_pkg.grading.overview import write_overview
from lessons_pkg.grading.records import Record, Records, RecordsError
from lessons_pkg.grading.submissions import Submission, UsageError, find, not_looked_at
from lessons_pkg.grading.versions import digest_of
from lessons_pkg.grading.workers import Attempt, GraderLike, NoGrader, in_threads
from lessons_pkg.progress import progress_bar

__all__ = ["INTERRUPTED", "MakeGrader", "Options", "UsageError", "grade_class"]

INTERRUPTED = 130  # the exit code of a program ended by Ctrl-C
LONGEST = 6_000  # characters of a reason: more helps nobody


@dataclass(frozen=True)
class MakeGrader:
    """Makes the course's sandboxed graders. It travels to the workers of a cluster."""

    seed: int
    unsafe: bool = False
    timeout: float = 60

    def __call__(self) -> GraderLike:
        from lessons_pkg.grading.judge import Grader  # here: a run that has nothing to grade imports no torch

        return Grader(seed=self.seed, unsafe=self.unsafe, timeout=self.timeout)


@dataclass(frozen=True)
class Options:
    """What the command line says.

    out: None is a folder beside the submissions, with _graded behind its name. seed: None is the one of the records.
    jobs: None is one for each core. only: tasks to show; all if empty. scheduler: the address of a Dask cluster.
    """

    folder: Path
    out: Path | None = None
    seed: int | None = None
    jobs: int | None = None
    timeout: float = 60
    scheduler: str = ""
    unsafe: bool = False
    gradebook: Path | None = None
    only: tuple[str, ...] = ()


def grade_class(
    options: Options,
    make_grader: Callable[[int, bool, float], Callable[[], GraderLike]] = MakeGrader,
    root: Path | None = None,
) -> int:
    """Grade all submissions of a folder. Exit code 0: all are graded, whatever the points; 1: some could not be.

    make_grader: from seed, unsafe and timeout to what makes a grader. root: the course's folder.
    Raises UsageError before anything is written.
    """
    root = root or find_root()
    known = exercises(root)
    folder, out, gradebook = _places(options)
    _check_tasks(options.only, known)
    found = [one for one in find(folder, known) if _wanted(one, known, options.only)]
    if others := not_looked_at(folder):
        print(others)
    if not found:
        raise UsageError(f"{folder}: there is no submission in it")
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise UsageError(f"{out} cannot be made ({problem.strerror}): name another folder with --out") from problem
    try:
        with Records(out / "records.sqlite", options.seed) as records:
            make = make_grader(records.seed, options.unsafe, options.timeout)
            graded = _graded(found, known, records, make, options)
            if graded is None:
                return INTERRUPTED
            graded, solutions = graded
            write_autograded(out, known, zip(graded, [one.path for one in found], strict=True), course_name(root))
            graded = [_only(record, options.only) for record in graded]
            _write(out, gradebook, root, known, graded, options.only)
    except (RecordsError, NoGrader, GradebookError, OSError) as problem:
        print(_unwritten(problem) if isinstance(problem, OSError) else problem, file=sys.stderr)
        if not isinstance(problem, RecordsError):
            print("Nothing is lost: what has been graded is kept, and the same command goes on.", file=sys.stderr)
        return 1
    _summary(graded, out, gradebook, options.only)
    broken = [solution for solution in solutions if not _is_full(solution)]
    for solution in broken:
        _warn_of_checks(solution)
    return 1 if broken or any(record.problem for record in graded) else 0


def _unwritten(problem: OSError) -> str:
    """A file that could not be replaced, for one that is open in a spreadsheet, or for a full disk."""
    named = problem.filename2 or problem.filename or "a file"
    return f"{named} cannot be written: {problem.strerror or problem}. Is it open in another program, or the disk full?"


def _places(options: Options) -> tuple[Path, Path, Path]:
    """The folder, the output folder and the gradebook; nothing that is written may lie among the submissions."""
    folder = options.folder.resolve()
    if not folder.is_dir():
        raise UsageError(f"{options.folder}: there is no such folder")
    out = (options.out or folder.with_name(f"{folder.name}_graded")).resolve()
    gradebook = (options.gradebook or out / "gradebook.db").resolve()
    for place, words in ((out, "the output folder"), (gradebook, "the gradebook")):
        if place == folder or folder in place.parents:
            raise UsageError(f"{place}: {words} must not lie in the folder of the submissions")
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder")
    return folder, out, gradebook


def _check_tasks(only: Collection[str], known: Sequence[Exercise]) -> None:
    tasks = [task for exercise in known for task in exercise.tasks]
    if unknown := sorted(set(only) - set(tasks)):
        raise UsageError(f"there is no task {', '.join(unknown)}; there are {', '.join(tasks)}")


def _wanted(one: Submission, known: Sequence[Exercise], only: Collection[str]) -> bool:
    """Whether one of the tasks asked for may be in it; files of an unknown exercise may have any."""
    if not only or not one.exercise:
        return True
    return any(set(exercise.tasks) & set(only) for exercise in known if exercise.name == one.exercise)


def _graded(
    found: Sequence[Submission],
    known: Sequence[Exercise],
    records: Records,
    make: Callable[[], GraderLike],
    options: Options,
) -> tuple[list[Record], list[Record]] | None:
    """A record for each submission, graded now where none is kept; None if the run was interrupted.

    And one for the course's own solution of each exercise whose checks are new: first of all they must be right.
    """
    tasks = {exercise.name: exercise.tasks for exercise in known}
    codes = {exercise.name: digest_of(exercise) for exercise in known}
    graded: dict[Submission, Record] = {}
    work = []
    for one in found:
        if one.problem:
            graded[one] = _record(one, Attempt(problem=one.problem, again=True))
        elif done := records.done(one.student, one.exercise, one.digest, codes[one.exercise], options.timeout):
            graded[one] = replace(done, name=one.name, note=one.note)
        else:
            work.append(one)
    jobs = options.jobs or _cores()
    where = f"on the cluster at {options.scheduler}" if options.scheduler else f"{min(jobs, len(work))} at a time"
    unread = sum(bool(one.problem) for one in found)
    parts = [f"{len(graded) - unread} known already", *([f"{unread} cannot be read"] if unread else [])]
    print(f"{_many(len(found))}: {', '.join(parts)}, {len(work)} to grade{f', {where}' if work else ''}.", flush=True)
    wanted = {one.exercise for one in work}
    own = [
        Submission("", f"solutions/{one.name}/{one.path.name}", one.path, one.name)
        for one in known
        if one.name in wanted and not records.solution_passed(one.name, codes[one.name])
    ]
    work, solutions = [*own, *work], []
    try:
        with progress_bar(len(work), "grading") as bar, closing(_results(work, make, jobs, options, tasks)) as results:
            for one, attempt in results:
                record = _record(one, attempt, tasks[one.exercise], codes[one.exercise], options.timeout)
                if one in own:
                    solutions.append(record)
                    if _is_full(record):
                        records.add_solution(one.exercise, record.code)
                else:
                    graded[one] = record
                    records.add(record)
                bar.update()
    except KeyboardInterrupt:
        left = len(found) - len(graded)
        print(f"\nInterrupted: {left} of {_many(len(found))} left. What is graded is kept in", file=sys.stderr)
        print("the output folder. Give the same command again to go on from there.", file=sys.stderr)
        return None
    return [graded[one] for one in found], solutions


def _results(work: Sequence[Submission], make: Callable, jobs: int, options: Options, tasks: dict) -> object:
    if not work:
        return in_threads([], make, jobs)
    if options.scheduler:
        from lessons_pkg.grading.cluster import on_cluster

        return on_cluster(options.scheduler, work, make, sorted({t for one in work for t in tasks[one.exercise]}))
    return in_threads(work, make, jobs)


def _is_full(record: Record) -> bool:
    return not record.problem and all(one.points == one.possible for one in record.results)


def _warn_of_checks(solution: Record) -> None:
    """The course's own solution lost points: then others may have lost some as well, through no fault of theirs."""
    lost = [f"task {one.task}: {one.reason}" for one in solution.results if one.points < one.possible]
    print(f"Checks may be broken, or the time too short: {solution.name} itself lost points.", file=sys.stderr)
    print("\n".join(lost or [solution.problem]), file=sys.stderr)
    print("Mend it and give the same command again: what it touches is graded anew.", file=sys.stderr)


def _record(
    one: Submission, attempt: Attempt, tasks: Sequence[str] = (), code: str = "", timeout: float = 0.0
) -> Record:
    """What is remembered; a judge's words without what no file, no page and no terminal should get."""
    results = tuple(
        replace(result, reason=_plain(result.reason), cause=" ".join(_plain(result.cause).split()))
        for result in attempt.results
    )
    problem, again = _plain(attempt.problem), attempt.again
    if not problem and sorted(result.task for result in results) != sorted(tasks):
        problem, results, again = "the file changed while it was graded: its tasks are others now", (), True
    return Record(one.student, one.exercise, one.name, attempt.digest, code, timeout, results, problem, again, one.note)


def _plain(text: str) -> str:
    return plain_text(text, LONGEST)


def _only(record: Record, only: Collection[str]) -> Record:
    return replace(record, results=tuple(one for one in record.results if one.task in only)) if only else record


def _write(
    out: Path,
    gradebook: Path,
    root: Path,
    known: Sequence[Exercise],
    graded: Sequence[Record],
    only: Collection[str],
) -> None:
    possible = {
        exercise.name: {check.task: check.points for check in exercise.checks if not only or check.task in only}
        for exercise in known
    }
    write_grades(out / "grades.csv", graded, possible)
    files = write_feedback(out / "feedback", known, graded)
    # Some names cannot be names of files: this says whose page is where.
    write_index(out / "feedback" / "index.csv", files)
    write_overview(out / "overview.html", known, graded)
    write_gradebook(gradebook, root, known, graded, only)


def _summary(graded: Sequence[Record], out: Path, gradebook: Path, only: Sequence[str]) -> None:
    failed = [record for record in graded if record.problem]
    students = {record.student for record in graded}
    print(f"{_many(len(graded) - len(failed))} graded; {_many(len(students), 'student')} in all.")
    if failed:
        print(f"{len(failed)} could not be graded:")
        for record in failed[:30]:
            print(f"  {record.name}: {' '.join(record.problem.split())[:200]}")
        if len(failed) > 30:
            print(f"  and {len(failed) - 30} more, in grades.csv")
    print(f"In {out}: grades.csv, overview.html, feedback/ with a page for each student.")
    print(f"nbgrader's gradebook: {gradebook}")
    if only:
        print(f"They show {', '.join(only)} only; the same command without --only shows all.")


def _many(count: int, what: str = "submission") -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _cores() -> int:
    """How many this process may use, which in a container is often fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
