"""The figures of the course: numbers and images in, a ``Picture`` with alt text out.

Every function also takes ``alt=`` to replace the description that it would write by itself.
"""

from lessons_pkg.pictures import Picture
from lessons_pkg.plots.codes import code_clouds, code_plane, code_scatter
from lessons_pkg.plots.curves import dots, error_against_code_size, lines, loss_curves, seeds_against_code_size
from lessons_pkg.plots.fields import vector_fields
from lessons_pkg.plots.groups import dots_by_row
from lessons_pkg.plots.idea import autoencoder_diagram
from lessons_pkg.plots.images import component_images, image_sheet, reconstructions
from lessons_pkg.plots.rates import rate_curves
from lessons_pkg.plots.seeds import seed_curves
from lessons_pkg.plots.verdicts import verdicts

__all__ = [
    "Picture",
    "autoencoder_diagram",
    "code_clouds",
    "code_plane",
    "code_scatter",
    "component_images",
    "dots",
    "dots_by_row",
    "error_against_code_size",
    "image_sheet",
    "lines",
    "loss_curves",
    "rate_curves",
    "reconstructions",
    "seed_curves",
    "seeds_against_code_size",
    "vector_fields",
    "verdicts",
]
