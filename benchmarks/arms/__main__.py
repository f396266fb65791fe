"""python -m benchmarks.arms NAME [OPTIONS as JSON]: run one arm and print, as the last line, what it found as JSON."""

from __future__ import annotations

import importlib
import json
import os
import sys

from benchmarks.arms.peak import peak_mb


def main() -> None:
    name, options = sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    found = importlib.import_module(f"benchmarks.arms.{name}").run(**options)
    if int(os.environ.get("RANK", "0")) == 0:
        found.setdefault("peak_mb", peak_mb())
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
