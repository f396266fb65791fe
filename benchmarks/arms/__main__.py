"""python -m benchmarks.arms NAME [OPTIONS as JSON]: run one arm and print, as the last line, what it found as JSON."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path


def peak_bytes() -> int:
    """The most memory that this process has held.

    Linux hands the maximum of getrusage on from the process that started this one, so there it is read elsewhere.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def main() -> None:
    name, options = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    found = importlib.import_module(f"benchmarks.arms.{name}").run(**options)
    if int(os.environ.get("RANK", "0")) == 0:
        found["peak_mb"] = round(peak_bytes() / 2**20)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
