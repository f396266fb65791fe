"""What every question to a set of images begins with."""

from __future__ import annotations

from torch import Tensor

from lessons_pkg.data import ImageSet


def pixels_of(images: ImageSet | Tensor) -> Tensor:
    """The pixels (N, C, H, W) as they are kept, bytes if the set keeps bytes, or the tensor itself.

    Raises ValueError if there is no image in it.
    """
    pixels = images.pixels if isinstance(images, ImageSet) else images
    if len(pixels) == 0:
        raise ValueError("no images: the selection is empty")
    return pixels


def tensor_of(images: ImageSet | Tensor) -> Tensor:
    """The tensor (N, C, H, W) inside, or itself. Raises ValueError if there is no image in it."""
    pixels_of(images)
    return images.images if isinstance(images, ImageSet) else images
