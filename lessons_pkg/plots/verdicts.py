"""Verdicts on claims, a square each: one look says how many held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing

# Signs beside colours: the colours alone would not do on a grey print, nor for every eye.
_SIGNS = ("+", "±", "≠", "?", "×")
_HUES = (2, 0, 3, 5, 1)  # places in the palette


@themed
def verdicts(palette: Palette, given: Mapping[str, Sequence[str]], *, kinds: Sequence[str]) -> tuple[Figure, str]:
    """A row of squares per topic, one square per claim. given: topic -> verdicts; kinds: all verdicts, at most five.

    Raises ValueError for a verdict that is not among the kinds.
    """
    refuse_nothing("given", given)
    if len(kinds) > len(_SIGNS):
        raise ValueError(f"{len(kinds)} kinds of verdicts, and {len(_SIGNS)} signs to tell them apart")
    if unknown := sorted({verdict for row in given.values() for verdict in row} - set(kinds)):
        raise ValueError(f"{', '.join(unknown)} is not among the kinds: {', '.join(kinds)}")
    hue = dict(zip(kinds, (palette.hues[place] for place in _HUES), strict=False))
    sign = dict(zip(kinds, _SIGNS, strict=False))
    widest = max(len(row) for row in given.values())
    figure = Figure(figsize=(WIDTH, 0.42 * (len(given) + len(kinds)) + 0.5))
    axis = figure.subplots()

    def square(column: float, row: float, verdict: str) -> None:
        axis.add_patch(Rectangle((column, row), 0.86, 0.86, facecolor=hue[verdict], edgecolor="none"))
        axis.text(
            column + 0.43, row + 0.45, sign[verdict], color=palette.paper, ha="center", va="center", weight="bold"
        )

    for row, (topic, found) in enumerate(given.items()):
        axis.text(-0.25, row + 0.43, topic, ha="right", va="center")
        for column, verdict in enumerate(sorted(found, key=list(kinds).index)):
            square(column, row, verdict)
    everything = [verdict for row in given.values() for verdict in row]
    for row, kind in enumerate(kinds, start=len(given)):
        square(0, row + 0.6, kind)
        axis.text(1.1, row + 1.03, f"{kind}: {everything.count(kind)}", color=hue[kind], va="center")
    axis.set(xlim=(-4.6, max(widest, 7)), ylim=(len(given) + len(kinds) + 0.7, -0.1), aspect="equal")
    axis.axis("off")
    told = "; ".join(
        f"{topic}: " + ", ".join(f"{row.count(kind)} {kind}" for kind in kinds if kind in row)
        for topic, row in ((topic, list(row)) for topic, row in given.items())
    )
    return figure, f"A square for each of {len(everything)} claims, coloured by its verdict. {told}."
