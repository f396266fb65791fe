"""Arrows in the plane."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette, themed
from lessons_pkg.plots.parts import refuse_nothing


@themed
def vector_fields(
    palette: Palette,
    at: Tensor,
    fields: Mapping[str, Tensor],
    *,
    points: Tensor | None = None,
    shaded: Tensor | None = None,
) -> tuple[Figure, str]:
    """Fields beside each other, each an arrow at every point of ``at``: where it leads, not how fast.

    at: (N, 2); fields: title -> (N, 2). All arrows have the same length, since a score can differ a thousandfold.
    points: (M, 2), dots among the arrows. shaded: (N,), True where an arrow is drawn faint.
    Raises ValueError for fields of another shape.
    """
    refuse_nothing("fields", fields)
    for name, arrows in fields.items():
        if arrows.shape != at.shape:
            raise ValueError(f"{name}: arrows of shape {tuple(arrows.shape)} at points of shape {tuple(at.shape)}")
    figure = Figure(figsize=(WIDTH, WIDTH / len(fields) + 0.3))
    x, y = at.numpy().T
    faint = [False] * len(at) if shaded is None else shaded.tolist()
    for axis, (name, arrows) in zip(figure.subplots(1, len(fields), squeeze=False)[0], fields.items(), strict=True):
        if points is not None:
            axis.plot(*points.numpy().T, "o", color=palette.hues[1], markersize=2, alpha=0.5, markeredgewidth=0)
        unit = (arrows / arrows.norm(dim=1, keepdim=True).clamp(min=1e-12)).numpy()
        axis.quiver(
            x, y, *unit.T, color=[palette.faint if pale else palette.hues[0] for pale in faint], pivot="mid",
            angles="xy", scale=1.2 * len(at) ** 0.5, scale_units="width", width=0.006, headwidth=5,
        )  # fmt: skip
        axis.set_title(name, loc="left")
        axis.set(xticks=[], yticks=[], aspect="equal")
        axis.spines[:].set_visible(False)
    dots = f", with {len(points)} points among them" if points is not None else ""
    return figure, f"{len(at)} arrows in the plane in each of {len(fields)} fields{dots}: {'; '.join(fields)}."
