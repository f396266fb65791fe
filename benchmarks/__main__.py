"""The course against its peers, in one run: python -m benchmarks [CASE ...] [--peers PYTHON] [--turns N] [--out FILE]

Each arm of a case is a process of its own; the arms take turns. After each case the file is written, so that an
interrupted run goes on: cases that it holds already, of the same machine and versions, are not run again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy
import sklearn
import torch

from benchmarks.cases import CASES
from benchmarks.measure import ArmFailed, in_turns
from lessons_pkg import data, timings


def made_with(peers: str | None) -> dict:
    """Versions and hardware, as every figure needs them beside it."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
        "pythae": _version_of_pythae(peers),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name(0) if torch.cuda.is_available() else None,
    }


def _version_of_pythae(peers: str | None) -> str | None:
    if peers is None:
        return None
    ask = "from importlib.metadata import version; print(version('pythae'))"
    return subprocess.run([peers, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()}, {names[0] if names else platform.processor() or 'unknown'}"


def _started(out: Path, environment: dict, fresh: bool) -> dict:
    """What the file holds already, if the same machine and versions made it."""
    if out.is_file():
        stored = json.loads(out.read_text())
        if stored["made_with"] == environment and not fresh:
            return stored
        aside = out.with_suffix(".old.json")
        out.replace(aside)
        print(f"{out.name} is of another machine, other versions or not wanted: kept as {aside.name}")
    return {"made_with": environment, "cases": {}}


def _write(out: Path, stored: dict) -> None:
    """Through a second file, so that an interrupt never leaves half of it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    half = out.with_suffix(".part")
    half.write_text(json.dumps(stored, indent=1) + "\n")
    half.replace(out)


def show(found: timings.Timings) -> None:
    """The table, on the terminal."""
    print("\n" + ", ".join(f"{key} {value}" for key, value in found.made_with.items()))
    for case in found.cases.values():
        print(f"\n{case.work}")
        for arm in case.runs:
            error = f"  error {case.median(arm, 'error'):.5f}" if "error" in case.runs[arm][0] else ""
            peak = f"  {case.median(arm, 'peak_mb'):.0f} MB"
            print(f"  {arm:34} {timings.short(case.values(arm)):>24} s, {len(case.runs[arm])} runs{peak}{error}")
        if case.ratio is not None:
            goal = "" if case.goal is None else f"; goal {case.goal:g}: {'reached' if case.reached else 'NOT reached'}"
            low, high = case.spread
            print(f"  {case.ratio:.2f} times ({low:.2f} to {high:.2f}) as fast as {case.against}{goal}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="*", help=f"only these: {', '.join(case.name for case in CASES)}")
    parser.add_argument("--turns", type=int, help="how often each arm runs (default: as the case has it)")
    parser.add_argument("--peers", help="the Python of the environment that has pythae")
    parser.add_argument("--out", type=Path, default=timings.FILE, help="the file to write (default %(default)s)")
    parser.add_argument("--fresh", action="store_true", help="run again what the file holds already")
    parser.add_argument("--show", action="store_true", help="only print what the file holds")
    options = parser.parse_args(arguments)
    if options.show:
        show(timings.load(options.out))
        return 0
    unknown = set(options.case) - {case.name for case in CASES}
    if unknown:
        parser.error(f"no case is called {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CASES)}")
    if options.turns is not None and options.turns < 1:
        parser.error(f"--turns {options.turns}: once at least")
    try:
        data.load("mnist")
    except data.DataUnavailable as error:
        print(error, file=sys.stderr)
        return 2
    stored = _started(options.out, made_with(options.peers), options.fresh)
    failed = []
    for case in CASES:
        if (options.case and case.name not in options.case) or case.name in stored["cases"]:
            continue
        try:
            runs = in_turns(case, options.turns or case.turns, options.peers, lambda line: print(line, flush=True))
        except ArmFailed as error:
            print(f"{case.name}: {error}", file=sys.stderr)
            failed.append(case.name)
            continue
        kept = {key: value for key, value in asdict(case).items() if key not in ("name", "arms", "turns")}
        stored["cases"][case.name] = kept | {"runs": runs}
        _write(options.out, stored)
    if options.out.is_file():
        show(timings.load(options.out))
    if failed:
        print(f"\nwithout a result: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
