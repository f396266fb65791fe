"""How long the course's own commands take: python -m benchmarks.own_times [--out FILE]

The parts of `make test` one after the other, and of every notebook the time of its cells. What it finds is kept in
book/results/benchmarks.json beside the cases. A part that fails ends it: its time would mean nothing.
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

PARTS = ("lint", "unit", "solved", "handed-out", "build", "browser")


def seconds_of_notebooks(report: Path) -> dict[str, float]:
    """From pytest's report in XML: seconds of the cells of each notebook, by its path."""
    found: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).iter("testcase"):
        found[case.get("classname", "")] += float(case.get("time", 0))
    return {name: round(seconds, 1) for name, seconds in sorted(found.items())}


def measure() -> dict:
    """Seconds of every part, and of every notebook. Raises CalledProcessError for a part that fails."""
    parts, notebooks = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        for part in PARTS:
            options = os.environ.get("PYTEST_ADDOPTS", "")
            if part in ("solved", "handed-out"):
                options += f" --junitxml={report}"
            start = time.perf_counter()
            subprocess.run(
                ["make", part, "EXTRAS=all"], cwd=ROOT, check=True, env=os.environ | {"PYTEST_ADDOPTS": options}
            )
            parts[part] = round(time.perf_counter() - start, 1)
            if "--junitxml" in options:
                notebooks |= seconds_of_notebooks(report)
    return {"parts": parts, "notebooks": notebooks}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_times", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=timings.FILE, help="the file to add to (default %(default)s)")
    out = parser.parse_args().out
    if not out.is_file():
        print(f"{out} is not there: run  make bench  first", file=sys.stderr)
        return 2
    try:
        own = measure()
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd)} failed: nothing is written", file=sys.stderr)
        return 1
    stored = json.loads(out.read_text()) | {"own": own}
    out.write_text(json.dumps(stored, indent=1) + "\n")
    for name, seconds in (own["parts"] | own["notebooks"]).items():
        print(f"{seconds:8.1f} s  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
