"""What images take as files of the usual formats: one file for each image, or one for a sheet of many."""

from __future__ import annotations

import io
import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from lessons_pkg.data import ImageSet
from lessons_pkg.latent.images import pixels_of

__all__ = ["as_bytes", "as_files", "as_sheet"]


def as_bytes(images: ImageSet | Tensor) -> np.ndarray:
    """Grey images as bytes, (N, 1, H, W) -> (N, H, W) uint8; floats in [0, 1] are rounded to the nearest of 255."""
    pixels = pixels_of(images)
    if pixels.shape[1] != 1:
        raise ValueError(f"these images have {pixels.shape[1]} channels; grey images have 1")
    pixels = pixels if pixels.dtype == torch.uint8 else (pixels * 255).round().clamp(0, 255).byte()
    return pixels[:, 0].numpy()


def as_files(images: ImageSet | Tensor, file_format: str, **options: object) -> tuple[float, float]:
    """Every image as a file of its own: bits per image, headers included, and squared error per pixel in [0, 1].

    images: (N, 1, H, W); file_format and options: what Pillow's ``save`` takes, such as "JPEG", quality=50.
    """
    pixels = as_bytes(images)
    sizes, errors = zip(*(_stored(one, one, file_format, options) for one in pixels), strict=True)
    return 8 * sum(sizes) / len(pixels), sum(errors) / len(pixels)


def as_sheet(images: ImageSet | Tensor, file_format: str, *, cell: int = 32, **options: object) -> tuple[float, float]:
    """All images in one file, on a sheet: bits per image, its share of the file, and squared error per pixel.

    Each image lies in the middle of a black square of ``cell`` pixels. With 32, a multiple of 8 and of 16, no block of
    JPEG and WebP holds parts of two images. The error is that of the images; the border does not count.
    """
    pixels = as_bytes(images)
    count, height, width = pixels.shape
    if cell < max(height, width):
        raise ValueError(f"images of {height}x{width} do not fit into cells of {cell} pixels")
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, cell, cell), dtype=np.uint8)
    top, left = (cell - height) // 2, (cell - width) // 2
    cells[:count, top : top + height, left : left + width] = pixels
    sheet = cells.reshape(rows, columns, cell, cell).swapaxes(1, 2).reshape(rows * cell, columns * cell)
    inside = np.zeros_like(cells, dtype=bool)
    inside[:count, top : top + height, left : left + width] = True
    inside = inside.reshape(rows, columns, cell, cell).swapaxes(1, 2).reshape(sheet.shape)
    size, error = _stored(sheet, sheet[inside], file_format, options, inside)
    return 8 * size / count, error


def _stored(
    image: np.ndarray, wanted: np.ndarray, file_format: str, options: dict, where: np.ndarray | None = None
) -> tuple[int, float]:
    """Bytes of the file, and the squared error of the pixels ``where`` (all of them), which should be ``wanted``."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, file_format, **options)
    with Image.open(file) as opened:
        back = np.asarray(opened.convert("L"))  # WebP knows colours only, and gives grey as three equal ones
    back = back if where is None else back[where]
    return file.tell(), float(np.square((back.astype(np.float64) - wanted) / 255).mean())
