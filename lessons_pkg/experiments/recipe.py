"""What a recipe is, how it is run over its seeds, and how its results are stored, loaded and checked again."""

from __future__ import annotations

import importlib
import json
import math
import os
import pkgutil
import platform
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import sklearn
import torch

import lessons_pkg
from lessons_pkg import data
from lessons_pkg.code_hash import hash_of
from lessons_pkg.data import ImageSet
from lessons_pkg.experiments.side_by_side import SeedDied, SeedsMissing, each_in_a_process, locked
from lessons_pkg.training import NUMERICS_VERSION

RESULTS = Path(lessons_pkg.__file__).parent.parent / "book" / "results"
_NOT_RECIPES = {
    *("recipe", "side_by_side", "short_training", "latent_space", "latent_table", "anomaly_scores", "__main__"),
}


class ResultMissing(RuntimeError):
    """A result file is not there, or not complete. The message says which command makes it."""


@dataclass(frozen=True)
class Recipe:
    """One experiment, as it is run for every seed.

    run_seed(seed, train, test, settings) -> values: a nested dict of numbers, lists of them, or text.
    reference(train, test, settings) -> values that need no seed, such as the PCA floor; computed once.
    settings: a frozen dataclass; ``smallest`` holds the changes to it that make one run take a moment (for tests).
    uses: the modules whose code decides the numbers, besides the recipe's own.
    tolerance: the relative difference that a re-run may show, on the same versions and another machine;
    tolerances: other limits for values of a certain key (None: chance decides them, a re-run does not compare them);
    dataset: its name, or several: then a seed runs on each, and values and reference lie under the name of the set.
    """

    question: str
    settings: Any
    smallest: Mapping[str, Any]
    run_seed: Callable[[int, ImageSet, ImageSet, Any], dict]
    reference: Callable[[ImageSet, ImageSet, Any], dict]
    uses: Sequence[ModuleType]
    tolerance: float
    tolerances: Mapping[str, float | None] = field(default_factory=dict)
    dataset: str | tuple[str, ...] = "mnist"
    seeds: Sequence[int] = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Results:
    """A result file, read. ``values[seed]`` is what run_seed returned, ``reference`` what needs no seed."""

    name: str
    settings: dict
    reference: dict
    values: dict[int, dict]
    seconds: dict[int, float]
    made_with: dict
    hash: str

    def over_seeds(self, *keys: str) -> list[Any]:
        """The value at these nested keys, one per seed: ``over_seeds("linear", "test")``."""
        answers = []
        for seed in sorted(self.values):
            value = self.values[seed]
            for key in keys:
                value = value[key]
            answers.append(value)
        return answers


def names() -> list[str]:
    """All recipes, by the name of their module."""
    package = importlib.import_module("lessons_pkg.experiments")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name not in _NOT_RECIPES)


def recipe(name: str) -> Recipe:
    """The recipe of this name. Raises ValueError, with the names there are, for another."""
    if name not in names():
        raise ValueError(f"no recipe is called {name!r}; there are: {', '.join(names())}")
    return importlib.import_module(f"lessons_pkg.experiments.{name}").RECIPE


def load(name: str) -> Results:
    """The stored results of a recipe. Raises ResultMissing, with the command that makes them, if there are none."""
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        raise ResultMissing(f"there is no book/results/{name}.json here: run  python -m lessons_pkg.experiments {name}")
    stored = json.loads(path.read_text())
    missing = sorted(set(recipe(name).seeds) - {int(seed) for seed in stored["seeds"]})
    if missing:
        raise ResultMissing(
            f"book/results/{name}.json lacks the seeds {missing}: run  python -m lessons_pkg.experiments {name}"
        )
    return Results(
        name=name,
        settings=stored["settings"],
        reference=stored["reference"],
        values={int(seed): entry["values"] for seed, entry in stored["seeds"].items()},
        seconds={int(seed): entry["seconds"] for seed, entry in stored["seeds"].items()},
        made_with=stored["made_with"],
        hash=stored["hash"],
    )


def current_hash(name: str) -> str:
    """The hash of what decides a recipe's numbers: its code, the code it uses, the numerics version."""
    return hash_of([importlib.import_module(f"lessons_pkg.experiments.{name}"), *recipe(name).uses], NUMERICS_VERSION)


def run(name: str, seeds: Iterable[int] | None = None, *, jobs: int | None = None) -> Results | None:
    """Run the seeds that are missing and store each as soon as it is done; an interrupted run goes on from there.

    Results of another hash (the code has changed since) are set aside as <name>.old-1.json and started anew.
    ``jobs`` processes, one per core unless told, one thread each: the arithmetic does not depend on their number.
    Returns the results, or None if seeds are still missing because only some were asked for. A seed that fails does not
    take the others with it: they are run and stored, then its error is raised, or SeedsMissing if its process died.
    Raises AlreadyRunning, before anything is touched, while another process runs the same recipe.
    """
    chosen = recipe(name)
    wanted = list(chosen.seeds if seeds is None else seeds)
    path = RESULTS / f"{name}.json"
    with _alone(name):
        stored = _started(name, chosen, path)
        todo = [seed for seed in wanted if str(seed) not in stored["seeds"]]
        if not todo:
            print(f"{name}: nothing to do, seeds {wanted} are stored")
        died: list[int] = []
        failed: Exception | None = None
        try:
            for number, ended in enumerate(each_in_a_process(partial(_run_one, name), todo, jobs), start=1):
                progress = f"{number} of {len(todo)}"
                if ended.error is not None:
                    print(f"{name}: seed {ended.seed} failed ({progress}): {ended.error!r}", flush=True)
                    if isinstance(ended.error, SeedDied):
                        died.append(ended.seed)
                    else:
                        ended.error.add_note(f"in the recipe {name}, seed {ended.seed}")
                        failed = ended.error
                    continue
                values, seconds = ended.answer
                stored["seeds"][str(ended.seed)] = {"seconds": round(seconds, 1), "values": values}
                stored["seeds"] = dict(sorted(stored["seeds"].items(), key=lambda entry: int(entry[0])))
                _write(path, stored)
                print(f"{name}: seed {ended.seed} done in {seconds:.0f} s ({progress})", flush=True)
        except KeyboardInterrupt:
            print(
                f"\n{name}: interrupted; {len(stored['seeds'])} seeds are stored, the same command goes on from there"
            )
            raise
    if failed is not None:
        raise failed
    if died:
        raise SeedsMissing(
            f"{name}: the process of seed {', '.join(map(str, sorted(died)))} died; the other seeds are stored. "
            f"The same command goes on from there. If memory was short, with fewer at a time:  "
            f"python -m lessons_pkg.experiments {name} --jobs 1"
        )
    return load(name) if set(map(str, chosen.seeds)) <= set(stored["seeds"]) else None


def recheck(name: str | None = None, seed: int | None = None, *, restamp: bool = False) -> list[str]:
    """Run one stored (recipe, seed), drawn by chance unless named, and compare. Returns the differences found.

    restamp: if there are none, give the file the hash of the code as it is now. For changes that do not touch the
    numbers (a new name, a new comment in a string): one seed is proof enough, and the others need not run again.
    """
    name = name or random.choice(names())
    results = load(name)
    seed = random.choice(sorted(results.values)) if seed is None else seed
    if seed not in results.values:
        raise ValueError(f"{name} has no stored seed {seed}; there are {sorted(results.values)}")
    print(f"rechecking {name}, seed {seed} (it took {results.seconds[seed]:.0f} s when it was stored)", flush=True)
    (ended,) = each_in_a_process(partial(_run_one, name), [seed], 1)
    if ended.error is not None:
        raise ended.error
    values, _ = ended.answer
    chosen = recipe(name)
    as_stored = json.loads(json.dumps(values))
    found = list(differences(results.values[seed], as_stored, chosen.tolerance, chosen.tolerances))
    if restamp and not found:
        path = RESULTS / f"{name}.json"
        with _alone(name):
            stored = json.loads(path.read_text())
            stored["hash"] = current_hash(name)
            # The other seeds were made by the code before: the file says so, and which seed vouches for them.
            stored.setdefault("restamped", []).append({"hash": stored["hash"], "seed_run_again": seed})
            _write(path, stored)
        print(f"{name}: the hash is now {stored['hash']}")
    return found


def differences(
    stored: Any,
    found: Any,
    tolerance: float,
    tolerances: Mapping[str, float | None] | None = None,
    place: str = "",
    exact: bool = True,
) -> Iterable[str]:
    """Where two nested results differ by more than the relative tolerance, as readable lines.

    tolerances: limits for what lies under a certain key instead; None leaves it out. Wall times are left out always.
    Whole numbers must be the same, but for those under a key with a limit of its own (``exact`` is False there).
    """
    tolerances = {"seconds": None, **(tolerances or {})}
    if isinstance(stored, dict) and isinstance(found, dict):
        for key in sorted(stored.keys() | found.keys()):
            limit = tolerances.get(key, tolerance)
            if limit is None:
                continue
            if key in stored and key in found:
                yield from differences(
                    stored[key], found[key], limit, tolerances, f"{place}/{key}", exact and key not in tolerances
                )
            else:
                yield f"{place}/{key}: only in {'the stored result' if key in stored else 'the new run'}"
    elif isinstance(stored, list) and isinstance(found, list) and len(stored) == len(found):
        for number, (one, other) in enumerate(zip(stored, found, strict=True)):
            yield from differences(one, other, tolerance, tolerances, f"{place}[{number}]", exact)
    elif (isinstance(stored, float) and isinstance(found, float)) or (not exact and _numbers(stored, found)):
        if not math.isclose(stored, found, rel_tol=tolerance):
            yield f"{place}: stored {stored:.6g}, now {found:.6g}, more than {tolerance:.1%} apart"
    elif stored != found:
        yield f"{place}: stored {stored!r}, now {found!r}"


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def smallest(name: str) -> tuple[Recipe, Any]:
    """A recipe with settings under which one seed takes a moment: for the test that every recipe still runs."""
    chosen = recipe(name)
    return chosen, replace(chosen.settings, **chosen.smallest)


def _alone(name: str) -> AbstractContextManager[None]:
    """While this is held, no other process writes the recipe's results: two would overwrite each other's seeds."""
    return locked(RESULTS / f".{name}.lock", f"the recipe {name}")


def _run_one(name: str, seed: int) -> tuple[dict, float]:
    torch.set_num_threads(1)
    chosen = recipe(name)
    start = time.perf_counter()
    values = _on_each_dataset(chosen, lambda train, test: chosen.run_seed(seed, train, test, chosen.settings))
    return values, time.perf_counter() - start


def _on_each_dataset(chosen: Recipe, what: Callable[[ImageSet, ImageSet], dict]) -> dict:
    if isinstance(chosen.dataset, str):
        return what(*data.load(chosen.dataset))
    return {name: what(*data.load(name)) for name in chosen.dataset}


def _started(name: str, chosen: Recipe, path: Path) -> dict:
    """What is stored already, if the same code made it; else a fresh beginning."""
    now = current_hash(name)
    if path.is_file():
        stored = json.loads(path.read_text())
        if stored["hash"] == now:
            return stored
        number = 1
        while (aside := path.with_suffix(f".old-{number}.json")).exists():
            number += 1
        path.replace(aside)
        print(f"{name}: the code has changed since these results; they are kept in {aside.name}")
    return {
        "recipe": name,
        "question": chosen.question,
        "hash": now,
        "dataset": chosen.dataset,
        "settings": asdict(chosen.settings),
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "scikit-learn": sklearn.__version__,
            "hardware": f"{platform.machine()}, {os.cpu_count()} CPU cores, one thread per seed",
        },
        "reference": _on_each_dataset(chosen, lambda train, test: chosen.reference(train, test, chosen.settings)),
        "seeds": {},
    }


def _write(path: Path, stored: dict) -> None:
    """Through a second file, so that an interrupt never leaves half a result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(json.dumps(stored, indent=1) + "\n")
    half.replace(path)
