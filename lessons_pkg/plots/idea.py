"""The idea of an autoencoder in one picture."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from torch import Tensor

from lessons_pkg.pictures import WIDTH, Palette, themed


@themed
def autoencoder_diagram(
    palette: Palette, *, image: Tensor, reconstruction: Tensor, code_dim: int
) -> tuple[Figure, str]:
    """The idea in one picture: image x, encoder h, code z, decoder g, reconstruction.

    image, reconstruction: (1, H, W), shown at the two ends.
    """
    figure = Figure(figsize=(WIDTH, 2.3), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, 10.4), ylim=(0, 4.6))
    axis.axis("off")
    blue, orange = palette.hues[:2]
    wide, narrow, middle = 1.15, 0.45, 2.45
    for left, right, first, last, hue, name in (
        (2.5, 4.4, wide, narrow, blue, "encoder $h$"),
        (6.0, 7.9, narrow, wide, orange, "decoder $g$"),
    ):
        corners = [(left, middle - first), (left, middle + first), (right, middle + last), (right, middle - last)]
        axis.add_patch(Polygon(corners, closed=True, facecolor=hue, alpha=0.25, edgecolor=hue, linewidth=1.5))
        axis.text((left + right) / 2, middle, name.replace(" ", "\n"), ha="center", va="center")
    for number in range(5):
        bottom = middle - 0.55 + number * 0.22
        axis.add_patch(Rectangle((5.09, bottom), 0.22, 0.22, facecolor=palette.paper, edgecolor=palette.ink))
    for start, end in ((2.1, 2.5), (4.4, 5.05), (5.35, 6.0), (7.9, 8.3)):
        axis.add_patch(
            FancyArrowPatch((start, middle), (end, middle), arrowstyle="->", mutation_scale=10, color=palette.ink)
        )
    for left, picture in ((0.15, image), (8.35, reconstruction)):
        axis.imshow(picture.squeeze().numpy(), extent=(left, left + 1.9, middle - 0.95, middle + 0.95), vmin=0, vmax=1)
        axis.add_patch(Rectangle((left, middle - 0.95), 1.9, 1.9, fill=False, edgecolor=palette.faint))
    axis.set(xlim=(0, 10.4), ylim=(0, 4.6), aspect="auto")  # imshow moved the limits
    pixels = image.numel()
    for x, text in (
        (1.1, f"image $x$\n{pixels} numbers"),
        (5.2, f"code $z$\n{code_dim} numbers"),
        (9.3, f"$\\hat x = g(z)$\n{pixels} numbers"),
    ):
        axis.text(x, 1.1, text, ha="center", va="top")
    return figure, (
        f"An image x of {pixels} numbers goes through the encoder h, which narrows to a code z of {code_dim} numbers; "
        f"the decoder g widens it again to a reconstruction of {pixels} numbers, blurrier than the image."
    )
