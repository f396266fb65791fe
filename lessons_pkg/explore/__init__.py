"""Explorers: small pictures to play with, the same on the built page and in Jupyter."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from lessons_pkg.pictures import Picture

__all__ = ["JS", "Explorer", "latent_maps"]

JS = Path(__file__).parent / "js"


@dataclass(frozen=True)
class Explorer:
    """A place on the page where an explorer starts; without scripts the picture stays.

    kind: the file js/<kind>.js. source: the data that the build of the book writes for it.
    """

    kind: str
    source: str
    picture: Picture

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        still = self.picture._repr_mimebundle_()
        attributes = f'data-explorer="{html.escape(self.kind)}" data-source="{html.escape(self.source)}"'
        return {"text/plain": still["text/plain"], "text/html": f"<div {attributes}>{still['text/html']}</div>"}


def latent_maps(picture: Picture) -> Explorer:
    """The maps of the zoo's autoencoder and VAE: move over one, and see what its decoder makes of the point."""
    return Explorer("latent", "fashion-latent", picture)
