"""What the explorers of the pages read, by the name in data-source: made at each build, and in Jupyter when shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lessons_pkg.explore import digits, latent, shapes

SOURCES: dict[str, Callable[[], dict[str, Any]]] = {
    "fashion-autoencoder": lambda: latent.of_the_zoo("autoencoder"),
    "fashion-latent": latent.of_the_zoo,
    "digits": digits.of_the_zoo,
    "course-layers": shapes.of_the_course,
    "small-tensor": lambda: {"shape": (2, 3, 4)},
    "one-dimension": lambda: {"samples": 20, "rate": 0.3},
}
