"""The table of chapters 4 and 5: measures of a latent space as rows, models and where one samples from as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from IPython.display import Markdown

from lessons_pkg import pages
from lessons_pkg.experiments.recipe import Results

__all__ = ["OF_POINTS", "OF_THE_CODES", "of_points", "of_the_codes"]

# measure -> (how it is named, digits); the measures of sampled points, see latent_space.measure
OF_POINTS = {
    "evenness": ("evenness of the classes (1: equal shares)", 2),
    "mmd": ("MMD² to the codes (0: the same distribution)", 3),
    "holes": ("share in holes", 2),
    "neighbour_distance": ("distance to the nearest code, in medians", 1),
    "round_trip": ("round trip error, in standard deviations", 2),
    "own_images": ("error on its own images, MSE per pixel", 4),
    "doubt": ("doubt of the judge (0: sure, 1: no idea)", 2),
    "precision": ("precision", 2),
    "recall": ("recall", 2),
    "density": ("density", 2),
    "coverage": ("coverage", 2),
}
OF_THE_CODES = {
    "test_mse": ("test MSE per pixel", 4),
    "asymmetry": ("asymmetry of the mean", 2),
    "mirror_asymmetry": ("MMD² to the mirror image", 3),
    "knn_accuracy": ("accuracy of five neighbours", 2),
    "roughness": ("roughness of interpolations (1: even)", 2),
    "detour": ("detour of interpolations (1: straight)", 2),
}


def of_points(results: Results, columns: Mapping[str, Sequence[str]], *, leave_out: Collection[str] = ()) -> Markdown:
    """Mean over the seeds, lowest and highest. columns: title -> keys of the sampled points, ("AE", "from", "box").

    leave_out: measures that a page has no use for.
    """
    return _table(results, columns, {name: shown for name, shown in OF_POINTS.items() if name not in leave_out})


def of_the_codes(results: Results, columns: Mapping[str, Sequence[str]]) -> Markdown:
    """The measures that need no sampling distribution. columns: title -> keys of the model, ("AE",)."""
    return _table(results, columns, OF_THE_CODES)


def _table(results: Results, columns: Mapping[str, Sequence[str]], measures: Mapping[str, tuple[str, int]]) -> Markdown:
    rows = [
        [named, *(pages.spread(results.over_seeds(*keys, measure), digits) for keys in columns.values())]
        for measure, (named, digits) in measures.items()
    ]
    return pages.table(["", *columns], rows)
