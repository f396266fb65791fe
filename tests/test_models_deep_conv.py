"""Chapter 4's network: its sizes against the source's code, and the trap that it takes 28x28 images."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lessons_pkg import training
from lessons_pkg.models import DeepConvAE
from lessons_pkg.models.base import Autoencoder
from lessons_pkg.models.deep_conv import Decoder


@pytest.fixture
def x():
    return torch.rand(3, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


class Reshape(nn.Module):
    def forward(self, x):
        return x.reshape(-1, 128, 4, 4)


def the_sources() -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder and decoder written out layer by layer, as the source has them."""

    def double(before, after):
        return nn.ConvTranspose2d(before, after, kernel_size=3, stride=2, padding=1, output_padding=1)

    encoder = nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 64, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(64, 128, kernel_size=3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(2048, 2),
    )
    decoder = nn.Sequential(
        nn.Linear(2, 2048),
        Reshape(),
        double(128, 128),
        nn.ReLU(),
        double(128, 64),
        nn.ReLU(),
        double(64, 32),
        nn.ReLU(),
        nn.Conv2d(32, 1, kernel_size=3, stride=1, padding=1),
    )
    return encoder, decoder


def with_weights_of(other: nn.Module, model: nn.Module) -> nn.Module:
    """The model with the other's weights, first to last; their shapes must agree one by one."""
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert mine.shape == theirs.shape
        mine.data.copy_(theirs.data)
    return model


def test_it_has_the_sources_number_of_parameters():
    model = DeepConvAE(2)
    assert parameter_count(model) == 343_043
    assert parameter_count(model.decoder) == 246_273
    assert parameter_count(model.encoder) == 343_043 - 246_273


def test_it_computes_what_the_sources_layers_compute(x):
    model = DeepConvAE(2, seed=5)
    encoder, decoder = the_sources()
    with_weights_of(model.encoder, encoder)
    with_weights_of(model.decoder, decoder)
    z = torch.randn(3, 2, generator=torch.Generator().manual_seed(1)) * 10
    assert torch.allclose(model.encode(x), encoder(x), atol=1e-6)
    assert torch.allclose(model.decode(z), decoder(z), atol=1e-5)


@pytest.mark.parametrize("code_dim", [1, 2, 32])
def test_shapes_and_forward_is_decode_after_encode(code_dim, x):
    model = DeepConvAE(code_dim)
    assert isinstance(model, Autoencoder)
    z = model.encode(x)
    assert z.shape == (3, code_dim)
    assert model.decode(z).shape == x.shape
    assert torch.equal(model(x), model.decode(z))
    assert model.loss(x).item() == pytest.approx(((model(x) - x) ** 2).mean().item(), rel=1e-5)


@pytest.mark.parametrize("channels", [(4,), (4, 8), (8, 4, 6), (4, 4, 4, 4)])
def test_other_channels_give_another_number_of_halvings(channels, x):
    model = DeepConvAE(2, channels=channels)
    assert model(x).shape == x.shape
    assert model.decoder.fc.out_features == channels[-1] * (32 // 2 ** len(channels)) ** 2
    into = [layer.out_channels for layer in model.encoder if isinstance(layer, nn.Conv2d)]
    out = [layer.in_channels for layer in model.decoder.model if isinstance(layer, nn.ConvTranspose2d)]
    assert into == list(channels)
    assert out == [channels[-1], *channels[:0:-1]]


def test_the_output_is_linear_and_can_leave_the_unit_interval():
    model = DeepConvAE(2)
    last = model.decoder.model[-1]
    before = model.decode(torch.zeros(1, 2))
    for shift in (-3.0, 3.0):
        with torch.no_grad():
            last.bias += shift
        after = model.decode(torch.zeros(1, 2))
        assert torch.allclose(after, before + shift, atol=1e-6)
        before = after
    assert not model.unit_interval_output


def test_it_takes_28x28_and_answers_with_32x32():
    model = DeepConvAE(2)
    x = torch.rand(3, 1, 28, 28)
    assert model.encode(x).shape == (3, 2)
    assert model(x).shape == (3, 1, 32, 32)


def test_training_refuses_images_that_it_answers_in_another_size():
    model = DeepConvAE(2)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with pytest.raises(ValueError, match=r"image of shape \(1, 28, 28\) with shape \(1, 32, 32\)"):
        training.fit(model, torch.rand(8, 1, 28, 28), epochs=1, device="cpu")
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_training_makes_the_loss_fall(x):
    model = DeepConvAE(2, channels=(4, 8, 8))
    history = training.fit(model, x, epochs=20, batch_size=3, lr=1e-2, device="cpu")
    assert history.loss[-1] < 0.8 * history.loss[0]
    assert training.evaluate(model, x) < 0.8 * history.loss[0]


def test_the_seed_decides_the_weights_and_touches_nothing_global(rng_untouched):
    one, same, other = (DeepConvAE(2, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize(
    ("code_dim", "error", "said"),
    [
        (0, ValueError, "code_dim=0: a code has at least 1"),
        (1025, ValueError, r"as many as the image has pixels \(1024\)"),
        (2.0, TypeError, "a whole number, not 2.0"),
    ],
)
def test_a_code_size_that_is_none_is_refused(code_dim, error, said):
    with pytest.raises(error, match=said):
        DeepConvAE(code_dim)
    assert DeepConvAE(1024, channels=(2, 2, 2)).encode(torch.rand(2, 1, 32, 32)).shape == (2, 1024)


def test_a_decoder_takes_any_number_of_codes():
    decoder = Decoder(2, (4, 4))
    z = torch.randn(7, 2)
    whole = decoder(z)
    assert whole.shape == (7, 1, 32, 32)
    assert torch.allclose(torch.cat([decoder(z[:1]), decoder(z[1:])]), whole, atol=1e-6)
