"""What the benchmark has measured, read from book/results/benchmarks.json; ``python -m benchmarks`` writes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from lessons_pkg.experiments.recipe import RESULTS, ResultMissing

__all__ = ["FILE", "PARTS", "Timing", "Timings", "cell", "load", "short"]

FILE = RESULTS / "benchmarks.json"
PARTS = ("lint", "unit", "solved", "handed-out", "build", "browser")  # of `make test`, in its order


@dataclass(frozen=True)
class Timing:
    """Arms that did the same work in turns. runs: name of the arm -> what each of its runs found.

    ours, against: the arms that are compared; goal: the least ratio, or None; measure: which figure is compared.
    """

    name: str
    work: str
    runs: dict[str, list[dict[str, Any]]]
    ours: str
    against: str | None
    goal: float | None
    measure: str

    def values(self, arm: str, key: str | None = None) -> list[float]:
        """A figure of every run of an arm, the compared one unless named. Raises KeyError if the arm did not run."""
        return [run[key or self.measure] for run in self.runs[arm]]

    def median(self, arm: str, key: str | None = None) -> float:
        return median(self.values(arm, key))

    @property
    def ratio(self) -> float | None:
        """How many times as long the other takes: median by median. None if one of the two did not run."""
        if self.against not in self.runs or self.ours not in self.runs:
            return None
        return self.median(self.against) / self.median(self.ours)

    @property
    def spread(self) -> tuple[float, float] | None:
        """The lowest and the highest ratio that any run of one against any run of the other gives."""
        if self.ratio is None:
            return None
        theirs, ours = self.values(self.against), self.values(self.ours)
        return min(theirs) / max(ours), max(theirs) / min(ours)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none, or nothing to compare."""
        return None if self.goal is None or self.ratio is None else self.ratio >= self.goal


@dataclass(frozen=True)
class Timings:
    """All of the file. made_with: versions and hardware; cases: by name.

    own: seconds of the "parts" of `make test` and of all "notebooks", by name, as far as they were measured.
    """

    made_with: dict[str, Any]
    cases: dict[str, Timing]
    own: dict[str, Any]


def load(path: Path = FILE) -> Timings:
    """The stored timings. Raises ResultMissing, with the command that makes them, if there are none."""
    if not path.is_file():
        raise ResultMissing(f"there is no {path.name} here: run  make bench")
    stored = json.loads(path.read_text())
    cases = {name: Timing(name=name, **entry) for name, entry in stored["cases"].items()}
    return Timings(stored["made_with"], cases, stored.get("own", {"parts": {}, "notebooks": {}}))


def short(seconds: Sequence[float]) -> str:
    """Seconds in a line: the median, and where there are several the lowest and highest: "7.0 (6.8 to 7.4)"."""
    middle = f"{median(seconds):.3g}"
    return middle if len(seconds) == 1 else f"{middle} ({min(seconds):.3g} to {max(seconds):.3g})"


def cell(seconds: Sequence[float]) -> str:
    """The same for a cell of a page's table, the lowest and highest below the median."""
    return short(seconds).replace(" (", "<br><small>").replace(")", "</small>")
