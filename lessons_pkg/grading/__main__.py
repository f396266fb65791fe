"""``python -m lessons_pkg.grading FOLDER`` grades a class, with ``FILE.ipynb`` for the folder one notebook."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

from lessons_pkg.grading.classrun import INTERRUPTED, MakeGrader, Options, UsageError, grade_class
from lessons_pkg.grading.outcome import CannotJudge
from lessons_pkg.grading.sandbox import NoSandbox, SandboxDied

EPILOG = """\
A folder holds student/assignment/notebook.ipynb, as nbgrader collects it, or notebooks that bear the students' names.
It is only read. Written are grades.csv, a page of feedback for each student, overview.html about the class, nbgrader's
gradebook.db, and records.sqlite, which knows what has been graded: the same command again grades only what has changed,
and goes on where a run was stopped.
Exit code 0: everything is graded, whatever the points. 1: something could not be. 2: the command makes no sense.
"""


def main(arguments: list[str] | None = None, make_grader: Callable = MakeGrader) -> int:
    """The command line; returns its exit code. make_grader: as in grade_class, which judges the submissions."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.path.exists():
        print(f"{options.path}: there is no such file or folder", file=sys.stderr)
        return 2
    if not options.path.is_dir():
        for name in ("out", "jobs", "scheduler", "gradebook", "only"):
            if getattr(options, name):
                parser.error(f"--{name} is for a folder of submissions, and {options.path} is none")
        return _one_notebook(options)
    try:
        return grade_class(
            Options(
                folder=options.path,
                out=options.out,
                seed=options.seed,
                jobs=options.jobs,
                timeout=options.timeout or 60,
                scheduler=options.scheduler,
                unsafe=options.unsafe_no_sandbox,
                gradebook=options.gradebook,
                only=tuple(options.only),
            ),
            make_grader,
        )
    except UsageError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while files were looked for or written: what is graded is in the records already
        print("\nInterrupted. Give the same command again to go on.", file=sys.stderr)
        return INTERRUPTED


def _one_notebook(options: argparse.Namespace) -> int:
    from lessons_pkg.grading.judge import judge, table

    try:
        found = judge(options.path, timeout=options.timeout or 60, unsafe=options.unsafe_no_sandbox, seed=options.seed)
        print(table(found))
    except (CannotJudge, NoSandbox, SandboxDied) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lessons_pkg.grading",
        description="Grade a folder of submissions, or one notebook of your own.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path, metavar="FOLDER|FILE.ipynb")
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="for each cell and question (default 60)")
    seed = "draws the inputs (default: drawn at random; for a folder once, and kept in the records: a secret of yours)"
    parser.add_argument("--seed", type=_whole(0), metavar="N", help=seed)
    unsafe = "run the code with your rights, where there is no sandbox: only if you trust every one of them"
    parser.add_argument("--unsafe-no-sandbox", action="store_true", help=unsafe)
    group = parser.add_argument_group("a folder")
    group.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: FOLDER_graded, beside it)")
    group.add_argument("--jobs", type=_whole(1), metavar="N", help="how many at a time (default: one for each core)")
    group.add_argument("--scheduler", default="", metavar="ADDRESS", help="grade on this Dask cluster: tcp://host:8786")
    group.add_argument("--gradebook", type=Path, metavar="FILE", help="nbgrader's (default: gradebook.db in DIR)")
    only = "show only these tasks, 1.3 for example; the others are graded and remembered too"
    group.add_argument("--only", nargs="+", default=[], metavar="TASK", help=only)
    return parser


def _whole(least: int) -> object:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) < 2**63:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return number


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return value


if __name__ == "__main__":
    sys.exit(main())
