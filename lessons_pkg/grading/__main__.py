"""``python -m lessons_pkg.grading FILE.ipynb``: task, points and reason for one notebook of your own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lessons_pkg.grading.judge import CannotJudge, judge, table


def main(arguments: list[str] | None = None) -> int:
    """The command line. Exit code 0: judged, whatever the points; 2: could not be judged."""
    parser = argparse.ArgumentParser(
        prog="python -m lessons_pkg.grading",
        description="Judge one exercise notebook: task, points, reason.",
        epilog="This runs the notebook's code with your rights, so use it for notebooks of your own.",
    )
    parser.add_argument("notebook", type=Path, metavar="FILE.ipynb")
    parser.add_argument("--timeout", type=float, default=120, metavar="SECONDS", help="for each cell (default 120)")
    options = parser.parse_args(arguments)
    try:
        print(table(judge(options.notebook, timeout=options.timeout)))
    except CannotJudge as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
