"""The linear models: shapes, counts and seeds, and that a stack of linear layers is one linear layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lessons_pkg import models
from lessons_pkg.models import DenseAE, LinearAE, StackedLinearAE
from lessons_pkg.models.base import Autoencoder

# Every autoencoder of images that can be built without arguments. Not: classifiers; VAE, which its subclasses complete;
# what knows points of a plane; and SparseAE, whose input is the activations of another network.
OTHERS = ("Denoiser", "EncoderClassifier", "GaussianMixture", "Judge", "SparseAE", "VAE")
EXPORTED = [getattr(models, name) for name in models.__all__ if name not in OTHERS]


def _side(cls: type) -> int:
    """Of the images that a model is made for."""
    return 32 if cls in (models.DeepConvAE, models.ConvVAE) else 28


VARIANTS = {
    "linear": lambda **kw: LinearAE(32, **kw),
    "tied": lambda **kw: LinearAE(32, tied=True, **kw),
    "dense": lambda **kw: DenseAE(32, **kw),
    "dense without activations": lambda **kw: DenseAE(32, code_activation="none", output_activation="none", **kw),
    "stacked": lambda **kw: StackedLinearAE((64, 48, 32), **kw),
}


@pytest.fixture
def x():
    return torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("variant", VARIANTS)
def test_shapes_and_forward_is_decode_after_encode(variant, x):
    model = VARIANTS[variant]()
    z = model.encode(x)
    assert z.shape == (5, 32)
    assert model.decode(z).shape == x.shape
    assert torch.equal(model(x), model.decode(z))
    assert model.loss(x).item() == pytest.approx(((model(x) - x) ** 2).mean().item(), rel=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_other_image_shapes_come_back_as_they_went_in(variant):
    x = torch.rand(2, 3, 8, 10)
    model = VARIANTS[variant](image_shape=(3, 8, 10))
    assert model.encode(x).shape == (2, 32)
    assert model(x).shape == x.shape


def test_parameter_counts():
    assert parameter_count(LinearAE(32)) == parameter_count(DenseAE(32)) == 2 * 784 * 32 + 32 + 784 == 50_992
    assert parameter_count(LinearAE(32, tied=True)) == 784 * 32 + 32 + 784
    assert parameter_count(StackedLinearAE((256, 32))) == 2 * (784 * 256 + 256 * 32) + 256 + 32 + 256 + 784


def test_a_tied_decoder_is_the_encoders_transpose(x):
    model = LinearAE(32, tied=True)
    nn.init.uniform_(model.decoder_bias)  # it starts at zero, where it would not be missed
    z = torch.randn(5, 32)
    expected = z @ model.encoder.weight + model.decoder_bias
    assert torch.allclose(model.decode(z).flatten(1), expected, atol=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_seed_decides_the_weights_and_touches_nothing_global(variant, rng_untouched):
    one, same, other = (VARIANTS[variant](seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one if key.endswith("weight"))


@pytest.mark.parametrize("build", [LinearAE, DenseAE, lambda code_dim: StackedLinearAE((64, code_dim))])
@pytest.mark.parametrize(
    ("code_dim", "error", "said"),
    [
        (0, ValueError, "code_dim=0: a code has at least 1"),
        (-3, ValueError, "code_dim=-3"),
        (785, ValueError, r"as many as the image has pixels \(784\)"),
        (True, TypeError, "a whole number, not True"),
        (2.5, TypeError, "a whole number, not 2.5"),
        ("32", TypeError, "a whole number, not '32'"),
    ],
)
def test_a_code_size_that_is_none_is_refused(build, code_dim, error, said):
    with pytest.raises(error, match=said):
        build(code_dim)


def test_the_largest_and_smallest_code_are_allowed(x):
    assert LinearAE(1)(x).shape == LinearAE(784)(x).shape == x.shape


def test_unknown_activations_and_an_empty_stack_are_refused():
    with pytest.raises(ValueError, match="no activation 'tanh' here: choose one of 'none', 'relu'"):
        DenseAE(code_activation="tanh")
    with pytest.raises(ValueError, match="choose one of 'none', 'sigmoid'"):
        DenseAE(output_activation="relu")
    with pytest.raises(ValueError, match="widths is empty"):
        StackedLinearAE(())


@pytest.mark.parametrize("widths", [(32,), (256, 32), (300, 16, 100, 32)])
def test_a_stack_of_linear_layers_is_one_linear_layer(widths, x):
    stack = StackedLinearAE(widths, seed=3)
    single = stack.collapsed()
    assert isinstance(single, LinearAE)
    assert parameter_count(single) == 50_992
    assert torch.allclose(single.encode(x), stack.encode(x), atol=1e-5)
    assert torch.allclose(single(x), stack(x), atol=1e-5)


def _affine_error(model: nn.Module) -> float:
    """How far the model is from f((x + y) / 2) = (f(x) + f(y)) / 2, which holds for affine maps only."""
    x, y = torch.randn(2, 8, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 5
    return (model((x + y) / 2) - (model(x) + model(y)) / 2).abs().max().item()


def test_only_without_both_activations_is_dense_ae_affine():
    assert _affine_error(DenseAE(code_activation="none", output_activation="none")) < 1e-5
    assert _affine_error(DenseAE(code_activation="relu", output_activation="none")) > 1e-2
    assert _affine_error(DenseAE(code_activation="none", output_activation="sigmoid")) > 1e-2


def test_dense_ae_without_activations_is_linear_ae_with_the_same_seed(x):
    dense = DenseAE(32, code_activation="none", output_activation="none", seed=4)
    assert torch.equal(dense(x), LinearAE(32, seed=4)(x))


def test_relu_codes_and_sigmoid_outputs_stay_in_their_range(x):
    model = DenseAE(32)
    assert model.encode(x).min() == 0
    assert 0 < model(x).min() < model(x).max() < 1
    assert model.unit_interval_output
    assert not DenseAE(32, output_activation="none").unit_interval_output


# --- every model the package exports --------------------------------------------------------------------------------


def _all_on_meta(model: nn.Module, side: int = 28) -> bool:
    """Runs every step on the meta device, where mixing in a CPU tensor is an error."""
    model = model.to("meta")
    x = torch.empty(3, 1, side, side, device="meta")
    z = model.encode(x)
    loss = model.loss(x)
    loss.backward()
    results = [z, model.decode(z), model(x), loss, *(parameter.grad for parameter in model.parameters())]
    return all(result.device.type == "meta" for result in results)


@pytest.mark.parametrize("cls", EXPORTED)
def test_no_model_pins_a_tensor_to_the_cpu(cls):
    assert _all_on_meta(cls(), _side(cls))


def test_a_model_that_pins_a_tensor_to_the_cpu_would_be_seen():
    class Pinned(LinearAE):
        def decode(self, z):
            return super().decode(z + torch.zeros(3, 32))

    class Made(LinearAE):
        def encode(self, x):
            return torch.zeros(3, 32)

    with pytest.raises(RuntimeError, match="device"):
        _all_on_meta(Pinned())
    with pytest.raises((RuntimeError, AttributeError)):
        _all_on_meta(Made())


@pytest.mark.parametrize("cls", EXPORTED)
def test_every_model_has_encode_decode_forward_and_a_seed(cls, rng_untouched):
    model, same = cls(seed=7), cls(seed=7)
    assert isinstance(model, Autoencoder)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), same.parameters(), strict=True))
    x = torch.rand(2, 1, _side(cls), _side(cls), generator=torch.Generator().manual_seed(0))
    assert torch.equal(model(x), model.decode(model.encode(x)))


@pytest.mark.parametrize("cls", EXPORTED)
def test_building_a_model_leaves_the_gpus_random_state_alone(cls, monkeypatch):
    seeded = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    cls()
    assert not seeded
