"""The four ways to double a map."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lessons_pkg import models
from lessons_pkg.models.upsampling import WAYS


@pytest.mark.parametrize("way", WAYS)
def test_every_way_leads_from_the_code_back_to_the_image(way):
    model = models.UpsamplingAE(10, way=way)
    images = torch.rand(3, 1, 28, 28)
    assert model.encode(images).shape == (3, 10)
    assert model(images).shape == images.shape
    assert 0 <= model(images).min() < model(images).max() <= 1


def test_only_the_decoder_differs_between_the_ways():
    encoders = [models.UpsamplingAE(10, way=way, seed=3).encoder.state_dict() for way in WAYS]
    for other in encoders[1:]:
        assert all(torch.equal(encoders[0][name], other[name]) for name in other)


def test_the_ways_are_what_they_are_called():
    for way, kernel in zip(WAYS[:3], (2, 3, 4), strict=True):
        doublings = [m for m in models.UpsamplingAE(way=way).decoder.modules() if isinstance(m, nn.ConvTranspose2d)]
        assert [m.kernel_size for m in doublings] == [(kernel, kernel)] * 2
        assert [m.stride for m in doublings] == [(2, 2)] * 2
    resized = list(models.UpsamplingAE(way=WAYS[3]).decoder.modules())
    assert not any(isinstance(m, nn.ConvTranspose2d) for m in resized)
    assert sum(isinstance(m, nn.Upsample) for m in resized) == 2


def test_an_unknown_way_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no way 'magic' .* 'transposed 2x2', .*'resize, then 3x3'"):
        models.UpsamplingAE(way="magic")
