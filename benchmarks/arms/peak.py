"""The most memory that this process has held so far."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_mb() -> int:
    """Megabytes (2^20 bytes).

    Linux hands the maximum of getrusage on from the process that started this one, so there it is read elsewhere.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 2**10)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)  # bytes on macOS
