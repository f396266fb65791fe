"""The convolutional autoencoder of the second exercise: its structure, its shapes, and where it is not linear."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.models import ConvAE

# The listing of the source, layer by layer.
STRUCTURE = """\
  (encoder): Encoder(
    (conv1): Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (conv2): Conv2d(16, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  )
  (decoder): Decoder(
    (t_conv1): ConvTranspose2d(4, 16, kernel_size=(2, 2), stride=(2, 2))
    (t_conv2): ConvTranspose2d(16, 1, kernel_size=(2, 2), stride=(2, 2))
  )
)"""
both = pytest.mark.parametrize("relu", [False, True], ids=["without ReLU", "with ReLU"])


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture
def x():
    return torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))


@both
def test_the_printed_structure_is_that_of_the_source(relu):
    assert str(ConvAE(relu=relu)).split("\n", 1)[1] == STRUCTURE


@both
def test_it_has_1077_parameters(relu):
    model = ConvAE(relu=relu)
    layers = [model.encoder.conv1, model.encoder.conv2, model.decoder.t_conv1, model.decoder.t_conv2]
    counts = [layer.weight.numel() + layer.bias.numel() for layer in layers]
    assert counts == [160, 580, 272, 65]
    assert sum(parameter.numel() for parameter in model.parameters()) == sum(counts) == 1077


@both
def test_the_code_is_four_numbers_at_each_of_7x7_places(relu, x):
    model = ConvAE(relu=relu)
    z = model.encode(x)
    assert z.shape == (5, 4, 7, 7)
    assert z[0].numel() == 196
    assert model.decode(z).shape == x.shape
    assert torch.equal(model(x), model.decode(z))
    assert 0 < model(x).min() < model(x).max() < 1
    assert model.unit_interval_output


@pytest.mark.parametrize(("height", "width"), [(32, 32), (8, 40)])
def test_other_sides_that_are_multiples_of_four_come_back(height, width):
    images = torch.rand(2, 1, height, width)
    model = ConvAE(channels=6, code_channels=3)
    assert model.encode(images).shape == (2, 3, height // 4, width // 4)
    assert model(images).shape == images.shape


def test_a_side_that_is_no_multiple_of_four_is_found_before_training():
    with pytest.raises(ValueError, match="a reconstruction has the shape of its input"):
        training.fit(ConvAE(), torch.rand(4, 1, 30, 30), epochs=1, device="cpu")


@both
def test_encoding_is_convolution_pool_convolution_pool(relu, x):
    model = ConvAE(relu=relu)
    between = F.relu if relu else nn.Identity()
    first, second = model.encoder.conv1, model.encoder.conv2
    expected = F.max_pool2d(between(F.conv2d(x, first.weight, first.bias, padding=1)), 2)
    expected = F.max_pool2d(between(F.conv2d(expected, second.weight, second.bias, padding=1)), 2)
    assert torch.allclose(model.encode(x), expected, atol=1e-6)


def _decoder_affine_error(model: ConvAE) -> float:
    """How far the decoder, its sigmoid undone, is from f((y + z) / 2) = (f(y) + f(z)) / 2."""
    y, z = draw(2, 8, 4, 7, 7)
    at_y, at_z, between = (torch.logit(model.decode(code)) for code in (y, z, (y + z) / 2))
    return (between - (at_y + at_z) / 2).abs().max().item()


@pytest.mark.parametrize("seed", range(3))
def test_before_its_sigmoid_the_decoder_is_affine_without_relu_and_only_then(seed):
    assert _decoder_affine_error(ConvAE(seed=seed).double()) < 1e-12
    assert _decoder_affine_error(ConvAE(relu=True, seed=seed).double()) > 1e-3


@both
def test_a_cell_of_the_code_draws_its_own_4x4_patch_and_no_other_pixel(relu):
    model = ConvAE(relu=relu).double()
    z = draw(1, 4, 7, 7)
    changed = z.clone()
    changed[:, :, 2, 5] += 1
    pixels = (model.decode(z) != model.decode(changed))[0, 0]
    assert pixels[8:12, 20:24].all()
    assert pixels.sum() == 16


@both
def test_the_same_numbers_draw_the_same_patch_at_every_place(relu):
    model = ConvAE(relu=relu)
    image = model.decode(torch.tensor([0.3, -1, 2, 0.5]).view(1, 4, 1, 1).expand(1, 4, 7, 7))
    cells = image.unfold(2, 4, 4).unfold(3, 4, 4).flatten(0, 3)  # (49, 4, 4)
    assert torch.allclose(cells, cells[:1].expand_as(cells), atol=1e-6)
    assert cells[0].std() > 0


def test_only_with_relu_a_code_has_no_negative_number():
    x = torch.rand(50, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert ConvAE(relu=True).encode(x).min() == 0
    assert ConvAE(relu=False).encode(x).min() < 0


@both
def test_the_seed_decides_the_weights_and_touches_nothing_global(relu, rng_untouched):
    one, same, other = (ConvAE(relu=relu, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one)


def test_with_and_without_relu_start_from_the_same_weights():
    plain, with_relu = ConvAE(relu=False, seed=3).state_dict(), ConvAE(relu=True, seed=3).state_dict()
    assert all(torch.equal(plain[key], with_relu[key]) for key in plain)


@both
def test_it_calculates_in_double_precision_when_told_to(relu, x):
    model = ConvAE(relu=relu)
    single = model(x)
    precise = model.double()(x.double())
    assert precise.dtype == torch.float64
    assert torch.allclose(precise.float(), single, atol=1e-5)


@both
def test_one_step_of_training_lowers_the_loss(relu, digits):
    model, part = ConvAE(relu=relu), digits[0][:64]
    before = training.evaluate(model, part)
    history = training.fit(model, part, epochs=1, batch_size=64, device="cpu")
    assert history.loss == pytest.approx([before], rel=1e-5)  # one batch: the loss before the step
    assert training.evaluate(model, part) < before
