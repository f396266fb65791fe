"""Images as files: the sizes are those of real files, and on a sheet no image touches another."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from lessons_pkg import data, image_files

FRESH = data.load("digits")[1][:30]


def test_a_file_is_as_long_as_what_pillow_writes_to_the_disk(tmp_path):
    pixels = image_files.as_bytes(FRESH)
    sizes, errors = [], []
    for number, one in enumerate(pixels):
        path = tmp_path / f"{number}.jpg"
        Image.fromarray(one).save(path, quality=40)
        sizes.append(path.stat().st_size)
        errors.append(np.square(np.asarray(Image.open(path)) / 255.0 - one / 255.0).mean())
    bits, error = image_files.as_files(FRESH, "JPEG", quality=40)
    assert bits == 8 * sum(sizes) / 30
    assert error == pytest.approx(np.mean(errors))
    assert error > 1e-4


@pytest.mark.parametrize(("file_format", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_lossless_formats_have_no_error_and_less_than_the_raw_bits(file_format, options):
    for bits, error in (
        image_files.as_files(FRESH, file_format, **options),
        image_files.as_sheet(FRESH, file_format, **options),
    ):
        assert error == 0
        assert bits < 784 * 8


def test_a_sheet_spares_the_headers():
    for file_format in ("JPEG", "WEBP"):
        alone, _ = image_files.as_files(FRESH, file_format, quality=30)
        shared, _ = image_files.as_sheet(FRESH, file_format, quality=30)
        assert shared < alone / 1.3


def test_the_error_of_an_image_on_a_sheet_does_not_depend_on_its_neighbours():
    """JPEG's 8x8 blocks end where a cell ends: an image on a sheet decodes as one alone in a cell of its own."""
    shared = image_files.as_sheet(FRESH, "JPEG", quality=20)[1]
    alone = [image_files.as_sheet(FRESH[i : i + 1], "JPEG", quality=20)[1] for i in range(30)]
    assert shared == pytest.approx(sum(alone) / 30, rel=1e-9)
    crowded = image_files.as_sheet(FRESH, "JPEG", cell=28, quality=20)[1]
    assert crowded != pytest.approx(shared, rel=1e-3)  # cells of 28 pixels cut blocks in two


def test_the_border_of_a_sheet_does_not_count():
    flat = torch.full((5, 1, 28, 28), 0.5)
    inside = image_files.as_sheet(flat, "JPEG", quality=90)[1]
    as_file = io.BytesIO()
    cell = np.zeros((32, 32), dtype=np.uint8)
    cell[2:30, 2:30] = 128
    Image.fromarray(cell).save(as_file, "JPEG", quality=90)
    back = np.asarray(Image.open(as_file)).astype(float)[2:30, 2:30]
    assert inside == pytest.approx(np.square((back - 128) / 255).mean())


def test_images_become_bytes_by_rounding_and_wrong_ones_are_refused():
    assert image_files.as_bytes(torch.tensor([0.0, 0.5, 1.0]).reshape(1, 1, 1, 3)).tolist() == [[[0, 128, 255]]]
    with pytest.raises(ValueError, match="3 channels; grey images have 1"):
        image_files.as_bytes(torch.zeros(2, 3, 8, 8))
    with pytest.raises(ValueError, match="do not fit into cells of 16"):
        image_files.as_sheet(FRESH, "PNG", cell=16)
