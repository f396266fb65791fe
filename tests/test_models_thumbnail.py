"""A start whose code is a thumbnail: which number tells of which corner, and what the sign does."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.experiments import plateau_corners
from lessons_pkg.models import ConvAE
from lessons_pkg.models.thumbnail import start_as_thumbnail


def started(sign: float = 1.0, seed: int = 0) -> ConvAE:
    model = ConvAE(seed=seed)
    start_as_thumbnail(model, sign=sign)
    return model


@pytest.fixture(scope="module")
def strokes():
    """Blurred noise, cut at a threshold: bright blobs two to four pixels wide on black, (300, 1, 28, 28)."""
    noise = torch.randn(300, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    return ((F.avg_pool2d(noise, 3, 1, 1) - 0.25) * 4).clamp(0, 1)


@pytest.mark.parametrize("corner", range(4))
def test_each_number_tells_of_its_own_corner(corner, strokes):
    with torch.no_grad():
        numbers = started().encode(strokes)[:, corner].flatten()
    bright = plateau_corners.corners(strokes).movedim(1, 0).flatten(1)
    found = torch.corrcoef(torch.cat([numbers[None], bright]))[0, 1:]
    assert found.argmin() == corner
    assert found[corner] < -0.7
    assert found[corner] < 1.3 * found[found.argsort()[1]]  # by a margin


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_flat_image_comes_back_in_about_its_brightness_with_either_sign(sign):
    grey = torch.tensor([0.0, 0.5, 1.0]).view(3, 1, 1, 1).expand(3, 1, 28, 28)
    with torch.no_grad():
        drawn = started(sign)(grey)[:, :, 8:20, 8:20].mean((1, 2, 3))
    assert drawn[0] < 0.15
    assert drawn[0] < drawn[1] - 0.2 < drawn[2] - 0.3
    assert drawn[2] > 0.9


def test_the_turned_sign_sees_the_corners_less_well(strokes):
    right, turned = (plateau_corners.best_per_corner(started(sign), strokes) for sign in (1.0, -1.0))
    assert (right > turned + 0.1).all()


def test_the_start_is_nearer_than_random_weights_and_learns(digits):
    part = F.interpolate(digits[0].images[:400], size=(28, 28)) if digits[0].images.shape[-1] != 28 else digits[0][:400]
    model = started()
    before = training.evaluate(model, part)
    assert before < 0.6 * training.evaluate(ConvAE(seed=0), part)
    training.fit(model, part, epochs=2, batch_size=20, device="cpu")
    assert training.evaluate(model, part) < before


def test_seeds_differ_and_the_unused_channels_learn(strokes):
    one, other = started(seed=0), started(seed=1)
    assert not torch.equal(one.encoder.conv1.weight, other.encoder.conv1.weight)
    assert torch.equal(one.encoder.conv1.weight[:4], other.encoder.conv1.weight[:4])
    one.loss(strokes[:50]).backward()
    for parameter in one.parameters():
        assert (parameter.grad.flatten(1) if parameter.ndim > 1 else parameter.grad[:, None]).abs().amax(1).min() > 0


def test_a_model_that_cannot_be_a_thumbnail_is_refused():
    with pytest.raises(ValueError, match="without ReLU"):
        start_as_thumbnail(ConvAE(relu=True))
    with pytest.raises(ValueError, match="this model has 3 and 16"):
        start_as_thumbnail(ConvAE(code_channels=3))
    with pytest.raises(ValueError, match="this model has 4 and 3"):
        start_as_thumbnail(ConvAE(channels=3))
    for sign in (0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"sign={sign}"):
            start_as_thumbnail(ConvAE(), sign=sign)


def test_the_corners_are_where_the_recipe_says():
    image = torch.zeros(1, 1, 8, 8)
    image[0, 0, 4:6, 2:4] = 1  # in the cell at (1, 0): its upper right corner
    assert plateau_corners.corners(image).nonzero().tolist() == [[0, 1, 1, 0]]


def test_a_number_that_never_changes_correlates_with_nothing(strokes):
    model = ConvAE()
    with torch.no_grad():
        model.encoder.conv2.weight.zero_()
    assert plateau_corners.best_per_corner(model, strokes).tolist() == [0, 0, 0, 0]
