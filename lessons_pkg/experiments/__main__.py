"""python -m lessons_pkg.experiments [NAME ...] [--seed N] [--jobs N] [--recheck [--restamp]]"""

from __future__ import annotations

import argparse
import sys

from lessons_pkg.experiments.recipe import names, recheck, recipe, run
from lessons_pkg.experiments.side_by_side import AlreadyRunning, SeedDied, SeedsMissing, jobs_from


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m lessons_pkg.experiments",
        description="Run a recipe's missing seeds and store the results; without a name, list the recipes.",
    )
    parser.add_argument("name", nargs="*", help="recipes to run, or 'all'")
    parser.add_argument("--seed", type=int, action="append", help="only this seed (may be repeated)")
    parser.add_argument("--jobs", metavar="N", help="how many seeds at a time (default: one per core)")
    parser.add_argument("--recheck", action="store_true", help="run one stored seed again and compare")
    parser.add_argument(
        "--restamp", action="store_true", help="after a recheck without differences, accept the new hash"
    )
    options = parser.parse_args(arguments)
    jobs = None if options.jobs is None else jobs_from(options.jobs)
    if options.recheck:
        found = recheck(
            options.name[0] if options.name else None,
            options.seed[0] if options.seed else None,
            restamp=options.restamp,
        )
        print("\n".join(found) or "the same, within the recipe's tolerance")
        return 1 if found else 0
    if not options.name:
        for name in names():
            print(f"{name:30} {recipe(name).question}")
        return 0
    for name in names() if options.name == ["all"] else options.name:
        run(name, options.seed, jobs=jobs)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (ValueError, AlreadyRunning, SeedDied, SeedsMissing) as error:
        sys.exit(f"error: {error}")
