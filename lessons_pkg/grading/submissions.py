"""The submissions in a folder, however messy: one notebook for each student and exercise, or the reason why not.

Two layouts, which may be mixed: nbgrader's, student/assignment/notebook.ipynb, and a flat folder of notebooks, where
the student is the file's name without its ending. A name that Moodle gave to a file or folder, such as
"Kim Lee_12345_assignsubmission_file_x.ipynb", means the student "Kim Lee_12345": two may have the same name, and the
number tells them apart.

Where a student handed in several notebooks for one exercise, one that can be read is graded before one that cannot,
then one in the assignment's folder before one elsewhere, then one with the exercise's own file name, then the newest.

Nothing is followed, nothing is written, and only regular files are ever opened. What is wrong with one student's files
is said for that student and touches nobody else.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lessons_pkg.grading.exercises import Exercise, exercise_of
from lessons_pkg.grading.notebooks import LIMIT, TOO_LARGE, read_cells
from lessons_pkg.grading.outcome import CannotJudge

__all__ = ["Submission", "UsageError", "find", "not_looked_at", "read"]

SUFFIX = ".ipynb"
DEEPEST = 6  # folders in folders, below a student's
MOST_ENTRIES = 5_000  # below a student's folder: more is an unpacked environment, or malice
SYSTEM = {"__MACOSX", "__pycache__"}  # what archives and Python leave behind
COLLECTED = {"timestamp.txt"}  # what nbgrader leaves beside notebooks
MOST_NAMES = 10  # in one line on a terminal
# The shortest name counts: what a student calls a file comes last and may look like anything.
MOODLE = re.compile(r"(.+?_\d+)_assignsubmission_file(?:_(.*))?")
# Why one of several notebooks was graded, in the order of _merits.
REASONS = ("can be read", "lies in the assignment's folder", "has the exercise's own file name", "is the newest")


class UsageError(ValueError):
    """The command makes no sense, or the folder that it names; the message says why."""


@dataclass(frozen=True)
class Submission:
    """One notebook of one student.

    name: its path below the folder, printable, for messages. exercise: "01_linear_autoencoder", "" where that cannot
    be known. digest: SHA-256 of its bytes, "" if it could not be read. problem: why it cannot be graded, else "".
    note: what the student should know although it can. modified: seconds since 1970.
    """

    student: str
    name: str
    path: Path
    exercise: str = ""
    digest: str = ""
    problem: str = ""
    note: str = ""
    modified: float = 0.0


def find(folder: Path, known: Sequence[Exercise]) -> list[Submission]:
    """All submissions below ``folder``, by student and exercise, at most one for each pair.

    Each notebook is read once, to know its exercise, and let go again. Raises OSError if the folder itself cannot be
    listed, UsageError if it holds exercises where students should be.
    """
    entries = [entry for entry in _listed(folder) if _is_handed_in(entry)]
    _refuse_exercises(folder, entries, known)
    found: list[Submission] = []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and not _is_notebook(entry):
            found += _of_student(entry, known)
        else:
            found.append(_classified(_file(entry, _names(entry.name)[0], folder), known))
    return [one for group in _by_student(found) for one in _chosen(group, known)]


def not_looked_at(folder: Path) -> str:
    """One line that names the files in ``folder`` which nobody grades, "" if there are none.

    A student may have handed in nothing else. What lies in a student's folder is not named: data and pictures may.
    """
    names = [_printable(e.name) for e in _listed(folder) if not _is_handed_in(e) and e.name not in COLLECTED]
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"Not looked at: {', '.join(names[:MOST_NAMES])}{more} (no notebooks)"


def read(path: Path) -> bytes:
    """A regular file's bytes. Raises CannotJudge for a link, a pipe, a device, a folder, and above the size limit."""
    # Without O_NONBLOCK, opening a pipe that took the file's place would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    name = _printable(path.name)
    try:
        problem = _not_a_file(os.lstat(path), name)
        if problem:
            raise CannotJudge(problem)
        with open(os.open(path, flags), "rb") as file:
            problem = _not_a_file(os.fstat(file.fileno()), name)
            content = b"" if problem else file.read(LIMIT + 1)
    except OSError as error:
        raise CannotJudge(f"{name} cannot be read: {error.strerror or error}") from None
    if problem or len(content) > LIMIT:
        raise CannotJudge(problem or f"{name} grew beyond {LIMIT / 1e6:.0f} MB while it was read: {TOO_LARGE}")
    return content


def _not_a_file(found: os.stat_result, name: str) -> str:
    """Why this is not to be opened, or ""."""
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFREG:
        size = found.st_size
        if size > LIMIT:
            return f"{name} has {size / 1e6:.0f} MB, the limit is {LIMIT / 1e6:.0f} MB: {TOO_LARGE}"
        return f"{name} is empty" if size == 0 else ""
    words = {stat.S_IFLNK: "a link to another place", stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe"}
    return f"{name} is {words.get(kind, 'a device')}, not a notebook: hand in the notebook's file itself"


def _printable(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 are spelled out, control characters too."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
        for char in text
    )


def _names(name: str) -> tuple[str, str]:
    """The student whose folder or flat file is called so, and the file's own name. Both are printable."""
    name = _printable(name)
    moodle = MOODLE.fullmatch(name)
    return (moodle[1], moodle[2] or "") if moodle else (_stem(name), name)


def _stem(name: str) -> str:
    return name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name


def _is_notebook(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(SUFFIX)


def _is_handed_in(entry: os.DirEntry[str]) -> bool:
    """Whether this, in the folder of all submissions, is a student's: a link too, so that the student hears of it."""
    return entry.is_dir(follow_symlinks=False) or entry.is_symlink() or _is_notebook(entry)


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".") or entry.name in SYSTEM  # .ipynb_checkpoints among them


def _file(entry: os.DirEntry[str], student: str, folder: Path) -> Submission:
    name = "/".join(_printable(part) for part in Path(entry.path).relative_to(folder).parts)
    try:
        modified = entry.stat(follow_symlinks=False).st_mtime
    except OSError:  # it went away meanwhile: reading it will say so
        modified = 0.0
    return Submission(student, name, Path(entry.path), modified=modified)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in the folder of all submissions, by name."""
    with os.scandir(folder) as listing:
        return sorted((e for e in listing if not _is_hidden(e)), key=lambda entry: os.fsencode(entry.name))


def _refuse_exercises(folder: Path, entries: Sequence[os.DirEntry[str]], known: Sequence[Exercise]) -> None:
    """Raise UsageError if a student would be called as an exercise: a class would become one student."""
    by_name = {name.casefold(): exercise for exercise in known for name in (exercise.name, exercise.path.stem)}
    for entry in entries:
        exercise = by_name.get(_names(entry.name)[0].casefold())
        if exercise is None:
            continue
        name = _printable(entry.name)
        words = (
            f"{folder}: {name} is an exercise, not a student. The folder should hold"
            f" STUDENT/{exercise.name}/{exercise.path.name} or STUDENT{SUFFIX} for each student."
        )
        if entry.is_dir(follow_symlinks=False):
            words += f" If {name} holds these, give {folder / name} instead."
        raise UsageError(words)


def _of_student(top: os.DirEntry[str], known: Sequence[Exercise]) -> list[Submission]:
    """What lies below one student's folder. Assignments that are there without a notebook are problems too."""
    student, _ = _names(top.name)
    here = Submission(student, _printable(top.name), Path(top.path))
    names = {exercise.name for exercise in known}
    found, others = [], []
    try:
        for entry in _walk(top.path, DEEPEST, [MOST_ENTRIES]):
            if _is_notebook(entry) or (entry.is_symlink() and entry.name in names):
                found.append(_classified(_file(entry, student, Path(top.path).parent), known))
            elif not entry.is_dir(follow_symlinks=False):
                others.append(_printable(entry.name))
    except CannotJudge as problem:
        return [*found, replace(here, problem=str(problem))]
    for name in sorted(names):
        place = Path(top.path) / name
        there = os.path.isdir(place) and not os.path.islink(place)
        if there and not any(name == one.exercise or place in one.path.parents for one in found):
            problem = f"no notebook (a file that ends in {SUFFIX}) in the folder {name}"
            found.append(replace(here, name=f"{here.name}/{name}", path=place, exercise=name, problem=problem))
    if not found:
        seen = f"; there is {', '.join(sorted(others)[:5])}" if others else ", it is empty"
        found.append(replace(here, problem=f"no notebook (a file that ends in {SUFFIX}) in the folder{seen}"))
    return found


def _walk(folder: str, depth: int, left: list[int]) -> Iterator[os.DirEntry[str]]:
    """All entries below, never through a link. left: how many more may come, shared by the whole walk."""
    try:
        with os.scandir(folder) as listing:
            entries = []
            for entry in listing:  # counted while listed: a folder of a million files is not put into memory
                left[0] -= 1
                if left[0] < 0:
                    raise CannotJudge(f"more than {MOST_ENTRIES} files: hand in the notebook alone")
                if not _is_hidden(entry):
                    entries.append(entry)
    except OSError as error:
        raise CannotJudge(f"{_printable(Path(folder).name)} cannot be listed: {error.strerror or error}") from None
    for entry in sorted(entries, key=lambda one: os.fsencode(one.name)):
        yield entry
        if entry.is_dir(follow_symlinks=False) and not _is_notebook(entry):
            if depth == 0:
                raise CannotJudge(f"folders in folders, more than {DEEPEST} deep: hand in the notebook alone")
            yield from _walk(entry.path, depth - 1, left)


def _classified(one: Submission, known: Sequence[Exercise]) -> Submission:
    """Read it: its digest, its exercise, or the problem."""
    # A file that cannot be read still belongs to the exercise whose folder or notebook has the same name.
    likely = [e.name for e in known if e.name in one.path.parts[-2:-1] or _has_own_name(one, e.path)]
    one, name = replace(one, exercise=likely[0] if likely else ""), _printable(one.path.name)
    try:
        content = read(one.path)
        exercise = exercise_of(read_cells(content, name), known)
        if exercise is None:
            raise CannotJudge(f"{name} is not an exercise of this course: no cell in it is marked as a task")
    except CannotJudge as problem:
        return replace(one, problem=str(problem))
    return replace(one, exercise=exercise.name, digest=hashlib.sha256(content).hexdigest())


def _by_student(found: list[Submission]) -> list[list[Submission]]:
    groups: dict[tuple[str, str], list[Submission]] = {}
    for one in found:
        groups.setdefault((one.student, one.exercise), []).append(one)
    return [groups[key] for key in sorted(groups)]


def _chosen(group: list[Submission], known: Sequence[Exercise]) -> list[Submission]:
    """One of several notebooks for the same exercise, with a note that says which; problems stay one for each file."""
    if not group[0].exercise:
        names = "; ".join(one.problem for one in group)
        return [replace(group[0], problem=names)]
    (path,) = (exercise.path for exercise in known if exercise.name == group[0].exercise)
    best, *rest = sorted(group, key=lambda one: (*_merits(one, path), one.name), reverse=True)
    if not rest:
        return [best]
    if best.problem:
        return [replace(best, problem="; ".join(one.problem for one in [best, *rest]))]
    others = ", ".join(one.name for one in rest)
    why = _why(_merits(best, path), [_merits(one, path) for one in rest])
    note = f"{len(group)} notebooks for this exercise: {best.name} was graded, because it {why}; not {others}"
    return [replace(best, note=note)]


def _merits(one: Submission, path: Path) -> tuple[bool, bool, bool, float]:
    """What speaks for this notebook of the exercise whose own is ``path``, the weightiest first, as in REASONS."""
    in_place = one.path.parent.name == path.parent.name
    return (not one.problem, in_place, _has_own_name(one, path), one.modified)


def _has_own_name(one: Submission, path: Path) -> bool:
    """Whether this notebook is called as the exercise's own, ``path``."""
    return _stem(_names(one.path.name)[1]) == path.stem


def _why(best: tuple[float, ...], rest: Sequence[tuple[float, ...]]) -> str:
    """What put the best before the others. Each of them may have been behind for another reason: all are given."""
    decided = {next((i for i, merit in enumerate(best) if merit != other[i]), len(best)) for other in rest}
    reasons = (*REASONS, "comes last in the order of names")
    return ", and of such files it ".join(reasons[index] for index in sorted(decided))
