"""How long the course's own commands take: python -m benchmarks.own_times [PART ...] [--out FILE]

The parts of `make test` one after the other, or only those named, and of every notebook the time of its cells. What it
finds is kept in book/results/benchmarks.json beside the cases, each part as soon as it has ended. A part that fails
ends it: its time would mean nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.measure import ROOT
from lessons_pkg import timings


def seconds_of_notebooks(report: Path) -> dict[str, float]:
    """From pytest's report in XML: seconds of the cells of each notebook, by its path."""
    found: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        found[case.get("classname", "")] += float(case.get("time", 0))
    return {name: round(seconds, 1) for name, seconds in sorted(found.items())}


def measure(part: str) -> tuple[float, dict[str, float]]:
    """Seconds of a part, and of every notebook in it. Raises CalledProcessError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = os.environ.get("PYTEST_ADDOPTS", "")
        if part in ("solved", "handed-out"):
            options += f" --junitxml={report}"
        start = time.perf_counter()
        subprocess.run(["make", part, "EXTRAS=all"], cwd=ROOT, check=True, env=os.environ | {"PYTEST_ADDOPTS": options})
        seconds = round(time.perf_counter() - start, 1)
        return seconds, seconds_of_notebooks(report) if report.is_file() else {}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_times", description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", help=f"only these: {', '.join(timings.PARTS)}")
    parser.add_argument("--out", type=Path, default=timings.FILE, help="the file to add to (default %(default)s)")
    options = parser.parse_args(arguments)
    if unknown := set(options.part) - set(timings.PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(timings.PARTS)}")
    if not options.out.is_file():
        print(f"{options.out} is not there: run  make bench  first", file=sys.stderr)
        return 2
    for part in options.part or timings.PARTS:
        try:
            seconds, notebooks = measure(part)
        except subprocess.CalledProcessError as error:
            print(f"{' '.join(error.cmd)} failed: its time is not kept", file=sys.stderr)
            return 1
        stored = json.loads(options.out.read_text())
        own = stored.setdefault("own", {"parts": {}, "notebooks": {}})
        own["parts"][part] = seconds
        own["notebooks"] |= notebooks
        options.out.write_text(json.dumps(stored, indent=1) + "\n")
        for name, took in ({part: seconds} | notebooks).items():
            print(f"{took:8.1f} s  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
