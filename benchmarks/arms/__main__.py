"""python -m benchmarks.arms NAME [OPTIONS as JSON]: run one arm and print, as the last line, what it found as JSON."""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys


def main() -> None:
    name, options = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    found = importlib.import_module(f"benchmarks.arms.{name}").run(**options)
    if int(os.environ.get("RANK", "0")) == 0:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes on Linux, bytes on macOS
        found["peak_mb"] = round(peak / (2**20 if sys.platform == "darwin" else 2**10))
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
