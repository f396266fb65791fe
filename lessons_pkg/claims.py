"""What the sources claim, and what became of it: book/claims.yml, with numbers from the result files only.

claims.load()                      # every claim, its numbers read, its verdict held against them
claims.table(some)                 # the table of the page

A claim names its numbers by result file and key, and says under which conditions (``because``) its verdict stands. A
verdict whose conditions no longer hold is an error, not a line of the table.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from IPython.display import Markdown

from lessons_pkg import experiments, pages

__all__ = ["FILE", "VERDICTS", "Claim", "ClaimsBroken", "Number", "count", "load", "sources", "table"]

FILE = Path(pages.ROOT) / "book" / "claims.yml"
VERDICTS = ("holds", "holds with a condition", "confounded", "undetermined", "false")
_NEEDED = {
    "id",
    "topic",
    "claim",
    "source",
    "results",
    "numbers",
    "because",
    "shows",
    "verdict",
    "reading",
    "page",
    "anchor",
}
_OPERATORS = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_OF_ALL = {"mean": lambda values: sum(values) / len(values), "min": min, "max": max}
_CONDITION = re.compile(r"(?:(mean|min|max)\((\w+)\)|(\w+)) *(<=|>=|<|>) *(?:(mean|min|max)\((\w+)\)|([\w.+-]+))")


class ClaimsBroken(ValueError):
    """book/claims.yml says what cannot be read, or what its numbers do not bear out. The message names the claim."""


@dataclass(frozen=True)
class Number:
    """A measured value, one per seed (or a single one), that formats as its mean and its range."""

    values: tuple[float, ...]

    def __format__(self, how: str) -> str:
        how = how.replace(".", "z.", 1)  # never a minus before a zero
        low, high = (format(limit, how) for limit in (min(self.values), max(self.values)))
        return low if low == high else f"{format(_OF_ALL['mean'](self.values), how)} ({low} to {high})"


@dataclass(frozen=True)
class Claim:
    """One claim. source: letters of the sources; results: the recipe; reading: what the verdict means, in words.

    page, anchor: the section of the book that shows the experiment; shows: what was measured, numbers filled in.
    """

    id: str
    topic: str
    claim: str
    source: str
    results: str
    numbers: Mapping[str, Number]
    because: Sequence[str]
    shows: str
    verdict: str
    reading: str
    page: str
    anchor: str


def sources(file: Path = FILE) -> dict[str, str]:
    """Letter -> what that source is about."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]


def load(file: Path = FILE) -> list[Claim]:
    """All claims in the order of the file. Raises ClaimsBroken, naming the claim, where the file or a verdict fails."""
    _results.cache_clear()  # a recipe may have run since
    stored = yaml.safe_load(file.read_text(encoding="utf-8"))
    found = [_read(entry, stored["sources"]) for entry in stored["claims"]]
    ids = [claim.id for claim in found]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ClaimsBroken(f"there are two claims called {', '.join(twice)}")
    return found


def _read(entry: dict[str, Any], letters: Mapping[str, str]) -> Claim:
    name = entry.get("id", "a claim without id")
    if wrong := _NEEDED ^ entry.keys():
        raise ClaimsBroken(f"{name}: every claim has {', '.join(sorted(_NEEDED))}; see to {', '.join(sorted(wrong))}")
    if entry["verdict"] not in VERDICTS:
        raise ClaimsBroken(f"{name}: {entry['verdict']!r} is no verdict; there are {', '.join(VERDICTS)}")
    if not entry["source"] or (unknown := set(entry["source"]) - letters.keys()):
        raise ClaimsBroken(f"{name}: no source is called {', '.join(sorted(unknown)) if entry['source'] else '(none)'}")
    numbers = {key: _number(name, entry["results"], told) for key, told in entry["numbers"].items()}
    for condition in entry["because"]:
        _hold(name, condition, numbers)
    try:
        shows = entry["shows"].format(**numbers)
    except (KeyError, IndexError) as error:
        raise ClaimsBroken(f"{name}: `shows` asks for {error}, which is not among its numbers") from error
    return Claim(**entry | {"numbers": numbers, "shows": " ".join(shows.split())})


def _number(claim: str, results: str, told: str | dict[str, Any]) -> Number:
    """told: a key, or {key, results: another recipe, times: a constant, over: key to divide by, less: to subtract}."""
    told = {"key": told} if isinstance(told, str) else dict(told)
    results = told.pop("results", results)
    values = _at(claim, results, told.pop("key"))
    for what, combine in (("over", operator.truediv), ("less", operator.sub)):
        if what in told:
            other = _at(claim, results, told.pop(what))
            if len(other) not in (1, len(values)):
                raise ClaimsBroken(f"{claim}: {len(values)} values and {len(other)} to set beside them")
            values = tuple(combine(a, b) for a, b in zip(values, other * (len(values) // len(other)), strict=True))
    times = told.pop("times", 1)
    if told:
        raise ClaimsBroken(f"{claim}: a number has key, results, over, less and times, not {', '.join(told)}")
    return Number(tuple(value * times for value in values))


@functools.cache
def _results(name: str) -> experiments.Results:
    """A result file, read once for all the numbers that stand in it."""
    return experiments.load(name)


def _at(claim: str, results: str, key: str) -> tuple[float, ...]:
    """``values/<keys>`` is one number per seed, ``reference/<keys>`` a single one; list entries by their place."""
    stored = _results(results)
    where, *path = key.split("/")
    if where not in ("values", "reference"):
        raise ClaimsBroken(f"{claim}: the key {key} begins with neither values/ nor reference/")
    roots = [stored.values[seed] for seed in sorted(stored.values)] if where == "values" else [stored.reference]
    found = []
    for value in roots:
        for step in path:
            try:
                if isinstance(value, list):
                    value = sum(value) / len(value) if step == "mean" else value[int(step)]
                else:
                    value = value[step]
            except (KeyError, IndexError, TypeError, ValueError) as error:
                raise ClaimsBroken(f"{claim}: book/results/{results}.json has nothing at {key} ({step})") from error
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ClaimsBroken(f"{claim}: at {key} of book/results/{results}.json there is no number")
        found.append(float(value))
    return tuple(found)


def _hold(claim: str, condition: str, numbers: Mapping[str, Number]) -> None:
    """``name < 3`` asks every seed, ``mean(name) < 3`` and the like their mean, minimum or maximum.

    Two names are compared seed by seed. Raises ClaimsBroken where the condition cannot be read, or does not hold.
    """
    match = _CONDITION.fullmatch(condition.strip())
    if match is None:
        raise ClaimsBroken(
            f"{claim}: the condition {condition!r} cannot be read; write for example  mean(error) < floor"
        )
    left_of, left_in, left, sign, right_of, right_in, right = match.groups()

    def side(of: str | None, inside: str | None, name: str | None) -> tuple[float, ...]:
        wanted = inside or name
        if wanted in numbers:
            values = numbers[wanted].values
            return (_OF_ALL[of](values),) if of else values
        try:
            return (float(wanted),)
        except ValueError as error:
            raise ClaimsBroken(f"{claim}: {condition!r} speaks of {wanted}, which is not among its numbers") from error

    one, other = side(left_of, left_in, left), side(right_of, right_in, right)
    count = max(len(one), len(other))
    if min(len(one), len(other)) not in (1, count):
        raise ClaimsBroken(f"{claim}: {condition!r} compares {len(one)} values with {len(other)}")
    pairs = zip(one * (count // len(one)), other * (count // len(other)), strict=True)
    if failing := [(a, b) for a, b in pairs if not _OPERATORS[sign](a, b)]:
        a, b = failing[0]
        raise ClaimsBroken(f"{claim}: its verdict rests on {condition!r}, but {a:.6g} {sign} {b:.6g} is not so")


def count(claims: Iterable[Claim]) -> dict[str, int]:
    """How many claims have each verdict, in the order of VERDICTS."""
    found = [claim.verdict for claim in claims]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def table(claims: Sequence[Claim]) -> Markdown:
    """What is claimed, with the verdict, its reading and the place that shows it; and what was measured."""
    rows = []
    for claim in claims:
        seeds = max(len(number.values) for number in claim.numbers.values())
        rows.append(
            [
                f"{claim.claim} <small>[{', '.join(claim.source)}]</small><br>"
                f"**{claim.verdict}**: {claim.reading} [Where]({claim.page}.ipynb#{claim.anchor})",
                f"{claim.shows} <small>(`{claim.results}`{f', {seeds} seeds' if seeds > 1 else ''})</small>",
            ]
        )
    return pages.table(["claim, and its **verdict**", "measured"], rows, text=2)  # two columns fit on a phone
