"""One module per lesson idea. Every model has ``encode``, ``decode`` and ``forward``, and takes (N, 1, H, W)."""

from lessons_pkg.models.linear import DenseAE, LinearAE, StackedLinearAE

__all__ = ["DenseAE", "LinearAE", "StackedLinearAE"]
