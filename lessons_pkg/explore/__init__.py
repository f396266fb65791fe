"""Explorers: small pictures to play with, the same on the built page and in Jupyter."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessons_pkg.pictures import Picture

if TYPE_CHECKING:
    from torch import nn

    from lessons_pkg.data import ImageSet
    from lessons_pkg.explore.widget import OwnModel

__all__ = [
    "JS",
    "Explorer",
    "draw_a_digit",
    "draw_with",
    "latent_maps",
    "map_of",
    "memory_order",
    "reparameterisation",
    "scripts",
    "shape_calculator",
    "walk",
]

JS = Path(__file__).parent / "js"
# The kinds of explorers, each with the scripts that it needs besides js/<kind>.js and those that all share.
_KINDS: dict[str, tuple[str, ...]] = {
    "digits": (),
    "latent": ("maps.js",),
    "memory": ("strides.js",),
    "reparameterisation": ("gaussian.js",),
    "shapes": ("layers.js",),
    "walk": ("maps.js",),
}


def scripts(*kinds: str) -> list[str]:
    """The files in js/ that explorers of these kinds need, in the order in which they are loaded.

    Raises ValueError for a kind that there is not.
    """
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown:
        raise ValueError(f"no explorer {unknown[0]!r}; there are: {', '.join(_KINDS)}")
    own = [name for kind in kinds for name in (*_KINDS[kind], f"{kind}.js")]
    return [*dict.fromkeys(["network.js", "parts.js", *own])]


@dataclass(frozen=True)
class Explorer:
    """A place on the page where an explorer starts; without scripts the picture stays.

    kind: the file js/<kind>.js. source: the data that the build of the book writes for it.
    """

    kind: str
    source: str
    picture: Picture

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """On the page a place with the picture; where a kernel runs it for a reader, the explorer itself."""
        still = self.picture._repr_mimebundle_()
        attributes = f'data-explorer="{html.escape(self.kind)}" data-source="{html.escape(self.source)}"'
        shown = {"text/plain": still["text/plain"], "text/html": f"<div {attributes}>{still['text/html']}</div>"}
        if "LESSONS_STILL" in os.environ:  # the book is executed: a widget would be an address of this kernel
            return shown
        from lessons_pkg.explore import sources, widget

        made = widget.live(self.kind, sources.SOURCES[self.source]())._repr_mimebundle_()
        return shown | (made[0] if isinstance(made, tuple) else made or {})


def draw_a_digit(picture: Picture) -> Explorer:
    """Paper to draw on: the digit, its code, and what an autoencoder and PCA of the same size make of it."""
    return Explorer("digits", "digits", picture)


def latent_maps(picture: Picture, *, vae: bool = True) -> Explorer:
    """The maps of the zoo's autoencoder and VAE: move over one, and see what its decoder makes of the point."""
    return Explorer("latent", "fashion-latent" if vae else "fashion-autoencoder", picture)


def walk(picture: Picture) -> Explorer:
    """A picture that moves: a point walks over both maps of the zoo, and each decoder shows what it makes of it."""
    return Explorer("walk", "fashion-latent", picture)


def shape_calculator(picture: Picture) -> Explorer:
    """A stack of layers to change: size, parameters and receptive field after each, as in ``lessons_pkg.shapes``."""
    return Explorer("shapes", "course-layers", picture)


def memory_order(picture: Picture) -> Explorer:
    """A small tensor and its line of memory: what view, reshape, permute, transpose and contiguous do to both."""
    return Explorer("memory", "small-tensor", picture)


def reparameterisation(picture: Picture) -> Explorer:
    """One dimension of a VAE's code: mean and log variance to move, samples, the KL divergence and its slope."""
    return Explorer("reparameterisation", "one-dimension", picture)


def map_of(model: nn.Module, known: ImageSet, fresh: ImageSet, *, name: str = "model") -> OwnModel:
    """The latent explorer of your own model, live in Jupyter: ``explore.map_of(model, train, test, name="my VAE")``.

    model: any nn.Module with a code of two numbers, encode(x) and decode(z), for grey images (N, 1, H, W). The point on
    the map is decoded in the kernel, in evaluation mode, with the weights of that moment: after more training the next
    move shows the new decoder. The codes stay those of when the map was made, and the model is this very one: after
    ``model = ...`` make a new map. Where the model has a posterior(x) -> (z_mean, z_log_var), the codes are samples of
    it, as its decoder sees them in training.
    known: images whose codes are drawn, at most 1,500 of them. fresh: other images, whose median distance to the known
    codes is the unit in which holes are measured.

    Raises TypeError for what is no such model or no ImageSet; ValueError for a code of another size, for labels that do
    not fit, for NaN, for codes that do not fill the plane.
    """
    from lessons_pkg.explore import own

    return own.map_of(model, known, fresh, name=name)


def draw_with(model: nn.Module, *, name: str = "model") -> OwnModel:
    """Paper to draw on for your own model, live in Jupyter, with PCA of the same code size beside it.

    model: any nn.Module with encode(x) and decode(z) for images (N, 1, 28, 28), with a code of any size, at work in the
    kernel with the weights of that moment. PCA is that of MNIST's training images, stored for up to 32 numbers; beside
    a larger code there is none.

    Raises TypeError for what is no such model; ValueError for images of another size, and for NaN.
    """
    from lessons_pkg.explore import own

    return own.draw_with(model, name=name)
