"""The long runs behind the tables and curves of the book.

    experiments.load("activations")            # what is stored in book/results/activations.json
    python -m lessons_pkg.experiments NAME      # run what is missing of it, seed by seed

Each module here is one recipe. A recipe's file records every seed's values, wall time, versions, hardware and a
hash of the code that made it; a test compares the hash, and ``--recheck`` runs one stored seed again.
"""

from lessons_pkg.experiments.recipe import Recipe, ResultMissing, Results, load, names, recheck, run

__all__ = ["Recipe", "ResultMissing", "Results", "load", "names", "recheck", "run"]
