"""What every question to a set of images begins with."""

from __future__ import annotations

from torch import Tensor

from lessons_pkg.data import ImageSet


def tensor_of(images: ImageSet | Tensor) -> Tensor:
    """The tensor (N, C, H, W) inside, or itself. Raises ValueError if there is no image in it."""
    images = images.images if isinstance(images, ImageSet) else images
    if len(images) == 0:
        raise ValueError("no images: the selection is empty")
    return images
