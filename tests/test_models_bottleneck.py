"""Autoencoders with different middles: what each bottleneck keeps, and which "convolution" is a Linear layer."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lessons_pkg import training
from lessons_pkg.models import BottleneckAE, KerasFCAE, KerasNoFCAE, TorchFCAE, TorchNoFCAE

VARIANTS = {
    "fc": lambda **kw: BottleneckAE(10, **kw),
    "fc, hidden": lambda **kw: BottleneckAE(10, hidden=50, **kw),
    "pooled": lambda **kw: BottleneckAE(10, bottleneck="pooled", **kw),
    "conv 7x7": lambda **kw: BottleneckAE(98, bottleneck="conv", **kw),
    "conv 4x4": lambda **kw: BottleneckAE(64, bottleneck="conv", **kw),
    "torch fc": TorchFCAE,
    "torch no fc": TorchNoFCAE,
    "torch fc, sigmoid": lambda **kw: TorchFCAE(output_activation="sigmoid", **kw),
    "torch no fc, sigmoid": lambda **kw: TorchNoFCAE(output_activation="sigmoid", **kw),
    "keras fc": KerasFCAE,
    "keras no fc": KerasNoFCAE,
}
CODES = {
    **{"fc": (10,), "fc, hidden": (10,), "pooled": (10,), "conv 7x7": (2, 7, 7), "conv 4x4": (4, 4, 4)},
    **{"torch fc": (10,), "torch no fc": (64, 1, 1), "torch fc, sigmoid": (10,), "torch no fc, sigmoid": (64, 1, 1)},
    **{"keras fc": (10,), "keras no fc": (64, 7, 7)},
}
every = pytest.mark.parametrize("variant", VARIANTS)


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def x():
    return torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


# --- all of them ----------------------------------------------------------------------------------------------------


@every
def test_the_shapes_of_codes_and_images(variant, x):
    model = VARIANTS[variant]()
    z = model.encode(x)
    assert z.shape == (5, *CODES[variant])
    assert model.decode(z).shape == x.shape
    assert torch.equal(model(x), model.decode(z))


@every
def test_the_seed_decides_the_weights_and_touches_nothing_global(variant, rng_untouched):
    one, same, other = (VARIANTS[variant](seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one if key.endswith("weight"))


@every
def test_no_tensor_is_pinned_to_the_cpu_or_to_single_precision(variant, x):
    model = VARIANTS[variant]()
    single = model(x)
    precise = model.double()(x.double())
    assert precise.dtype == torch.float64
    assert torch.allclose(precise.float(), single, atol=1e-5)
    assert model.to("meta")(x.double().to("meta")).device.type == "meta"


@every
def test_one_step_of_training_lowers_the_loss(variant, digits):
    model, part = VARIANTS[variant](), digits[0][:64]
    before = training.evaluate(model, part)
    training.fit(model, part, epochs=1, batch_size=64, lr=1e-4, device="cpu")
    assert training.evaluate(model, part) < before


@every
def test_an_output_leaves_the_unit_interval_only_where_the_model_says_so(variant, x):
    model = VARIANTS[variant]()
    assert model.unit_interval_output == (variant not in ("torch fc", "torch no fc"))
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5, generator=torch.Generator().manual_seed(1))
    lowest, highest = model(x).aminmax()
    assert highest > 0.9
    assert lowest < (0.1 if model.unit_interval_output else -0.9)
    assert lowest >= (0 if model.unit_interval_output else -1)
    assert highest <= 1


# --- one trunk, three middles ---------------------------------------------------------------------------------------


def test_parameter_counts_of_the_three_middles():
    trunk = 8 * 8 * 32 + 32 + 8 * 8 * 32 + 1
    back = 1568 * 10 + 1568
    assert parameter_count(BottleneckAE(10)) == trunk + 1568 * 10 + 10 + back
    assert parameter_count(BottleneckAE(10, bottleneck="pooled")) == trunk + 32 * 10 + 10 + back
    assert parameter_count(BottleneckAE(98, bottleneck="conv")) == trunk + 9 * 32 * 2 + 2 + 9 * 32 * 2 + 32
    assert parameter_count(BottleneckAE(64, bottleneck="conv")) == trunk + 9 * 32 * 4 + 4 + 9 * 32 * 4 + 32
    wide = 1568 * 50 + 50 + 50 * 10 + 10 + 10 * 50 + 50 + 50 * 1568 + 1568
    assert parameter_count(BottleneckAE(10, hidden=50)) == trunk + wide


@pytest.mark.parametrize("bottleneck", ["fc", "pooled"])
@pytest.mark.parametrize("code_dim", [1, 49, 784])
def test_a_code_of_any_size_goes_through_linear_layers(bottleneck, code_dim, x):
    model = BottleneckAE(code_dim, bottleneck=bottleneck, channels=8)
    assert model.encode(x).shape == (5, code_dim)
    assert model(x).shape == x.shape


@pytest.mark.parametrize(
    ("code_dim", "places"),
    [(16, 4), (32, 4), (49, 7), (64, 4), (98, 7), (196, 7), (784, 7)],  # 784 is a multiple of both: the finer grid
)
def test_a_convolutional_code_lies_on_the_finest_grid_that_fits(code_dim, places, x):
    model = BottleneckAE(code_dim, bottleneck="conv", channels=8)
    assert model.encode(x).shape == (5, code_dim // places**2, places, places)
    assert model(x).shape == x.shape


@pytest.mark.parametrize("code_dim", [1, 10, 50, 100])
def test_a_convolutional_code_off_the_grid_is_refused(code_dim):
    with pytest.raises(ValueError, match=f"code_dim={code_dim}: .* in multiples of 49 or of 16"):
        BottleneckAE(code_dim, bottleneck="conv")


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ({"code_dim": 0}, ValueError, "code_dim=0: a code has at least 1"),
        ({"code_dim": 785}, ValueError, r"as many as the image has pixels \(784\)"),
        ({"code_dim": True}, TypeError, "a whole number, not True"),
        ({"code_dim": 10.0}, TypeError, "a whole number, not 10.0"),
        ({"bottleneck": "Linear"}, ValueError, "no bottleneck 'Linear' here: choose 'fc', 'conv' or 'pooled'"),
        ({"bottleneck": "pooled", "hidden": 9}, ValueError, "hidden=9 belongs to bottleneck='fc'; here it is 'pooled'"),
        ({"code_dim": 49, "bottleneck": "conv", "hidden": 9}, ValueError, "here it is 'conv'"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        BottleneckAE(**arguments)


@pytest.mark.parametrize("variant", ["fc", "fc, hidden", "pooled", "conv 7x7", "conv 4x4"])
def test_it_begins_with_dark_images(variant, x):
    model = VARIANTS[variant]()
    without_code = model.decode(torch.zeros_like(model.encode(x)))
    assert torch.allclose(without_code, torch.sigmoid(torch.tensor(-2.0)).expand_as(without_code))
    assert 0.05 < model(x).mean() < 0.25


def test_the_first_weights_keep_the_size_of_what_goes_through_them():
    """With leaky ReLU between, the mean square of the numbers stays about one from layer to layer."""
    # Wide enough that the draw of the weights averages out.
    model = BottleneckAE(784, channels=64)
    features = model.encoder[:2](draw(50, 1, 28, 28))
    code = model.encoder[3](features.flatten(1))
    before_sigmoid = torch.logit(model.decode(draw(50, 784)).double()) + 2
    inside = features[..., 1:-1, 1:-1]  # windows at the edge also see the padding
    gain = 2 / (1 + 0.2**2)  # what the activation takes away, and the next layer's weights give back in advance
    assert inside.square().mean().item() == pytest.approx(1, rel=0.2)
    assert code.square().mean().item() == pytest.approx(gain, rel=0.2)
    assert before_sigmoid[..., 2:-2, 2:-2].square().mean().item() == pytest.approx(gain, rel=0.2)


def _codes_of_shuffled_places(model: BottleneckAE, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes of a feature map, and of the same map with its 7x7 places in another order."""
    feature_map = model.encoder[:2](x)
    assert feature_map.shape == (5, 32, 7, 7)
    order = torch.randperm(49, generator=torch.Generator().manual_seed(0))
    shuffled = feature_map.flatten(2)[..., order].view_as(feature_map)
    return model.encoder[2:](feature_map), model.encoder[2:](shuffled)


def test_global_average_pooling_forgets_where_and_flatten_does_not(x):
    pooled, pooled_shuffled = _codes_of_shuffled_places(BottleneckAE(10, bottleneck="pooled").double(), x.double())
    assert torch.allclose(pooled, pooled_shuffled, atol=1e-12)
    fc, fc_shuffled = _codes_of_shuffled_places(BottleneckAE(10).double(), x.double())
    assert (fc - fc_shuffled).abs().mean() > 0.1 * fc.std()


@pytest.mark.parametrize("variant", ["conv 7x7", "conv 4x4"])
def test_in_a_convolutional_bottleneck_no_number_sees_the_whole_image(variant, x):
    model = VARIANTS[variant]()
    changed = x.clone()
    changed[..., 0, 0] += 1
    moved = (model.encode(x) != model.encode(changed)).any(0).any(0)  # (7, 7) or (4, 4): which places noticed
    assert moved[0, 0]
    assert not moved[2:].any()
    assert not moved[:, 2:].any()


@pytest.mark.parametrize("variant", ["fc", "fc, hidden", "pooled"])
def test_in_the_other_two_every_number_does(variant, x):
    model = VARIANTS[variant]()
    changed = x.clone()
    changed[..., 0, 0] += 1
    assert (model.encode(x) != model.encode(changed)).any(0).all()


def test_all_pixels_but_those_at_the_edge_are_drawn_by_equally_many_windows():
    layer = BottleneckAE(10).decoder[-2]
    ones = torch.ones(1, 1, 7, 7)
    windows = F.conv_transpose2d(ones, torch.ones(1, 1, *layer.kernel_size), stride=layer.stride, padding=layer.padding)
    assert windows.shape == (1, 1, 28, 28)
    assert (windows[..., 2:-2, 2:-2] == 4).all()


# --- the source's PyTorch networks ----------------------------------------------------------------------------------


def test_parameter_counts_of_the_sources_pytorch_networks():
    around = 160 + 4_640 + 100_416 + 100_384 + 4_624 + 145
    assert parameter_count(TorchNoFCAE()) == around == 210_369
    assert parameter_count(TorchFCAE()) == around + (64 * 10 + 10) + (10 * 64 + 64)


def test_the_listing_of_the_source_with_a_relu_before_fc1_only():
    layers = ["Conv2d", "ReLU", "Conv2d", "ReLU", "Conv2d"]
    assert [type(layer).__name__ for layer in TorchNoFCAE().encoder] == layers
    assert [type(layer).__name__ for layer in TorchFCAE().encoder] == [*layers, "ReLU"]
    decoder = ["ConvTranspose2d", "ReLU", "ConvTranspose2d", "ReLU", "ConvTranspose2d", "Tanh"]
    assert [type(layer).__name__ for layer in TorchFCAE().decoder] == decoder
    assert [type(layer).__name__ for layer in TorchNoFCAE().decoder] == decoder


@pytest.mark.parametrize("build", [TorchFCAE, TorchNoFCAE])
def test_a_7x7_convolution_of_a_7x7_map_is_a_linear_layer(build, x):
    model = build()
    convolution = model.encoder[4]
    linear = nn.Linear(32 * 7 * 7, 64)
    with torch.no_grad():
        linear.weight.copy_(convolution.weight.flatten(1))
        linear.bias.copy_(convolution.bias)
    feature_map = model.encoder[:4](x)
    assert feature_map.shape == (5, 32, 7, 7)
    assert torch.allclose(convolution(feature_map).flatten(1), linear(feature_map.flatten(1)), atol=1e-6)


def test_and_the_7x7_transposed_convolution_of_a_single_place_is_one_too():
    transposed = TorchNoFCAE().decoder[0]
    linear = nn.Linear(64, 32 * 7 * 7)
    with torch.no_grad():
        linear.weight.copy_(transposed.weight.flatten(1).T)
        linear.bias.copy_(transposed.bias.repeat_interleave(49))
    z = draw(5, 64)
    assert torch.allclose(transposed(z.view(5, 64, 1, 1)).flatten(1), linear(z), atol=1e-5)


def test_fc1_and_fc2_are_one_affine_map_of_rank_10():
    model = TorchFCAE().double()
    weight = model.fc2.weight @ model.fc1.weight
    bias = model.fc2.weight @ model.fc1.bias + model.fc2.bias
    features = draw(20, 64).double()
    assert torch.allclose(model.fc2(model.fc1(features)), features @ weight.T + bias, atol=1e-12)
    assert torch.linalg.matrix_rank(weight) == 10


def test_with_fc_the_decoder_gets_what_fc2_says_of_the_code(x):
    model = TorchFCAE()
    z = model.encode(x)
    assert torch.allclose(z, model.fc1(model.encoder(x).flatten(1)), atol=1e-6)
    assert torch.equal(model.decode(z), model.decoder(model.fc2(z)[:, :, None, None]))


@pytest.mark.parametrize("build", [TorchFCAE, TorchNoFCAE])
def test_an_unknown_output_activation_is_refused(build):
    with pytest.raises(ValueError, match="no output activation 'relu' here: choose 'tanh' or 'sigmoid'"):
        build(output_activation="relu")


# --- the source's Keras networks, as the same PyTorch function (tests/test_keras_originals.py has them in Keras) ------


def test_the_keras_code_without_fc_has_more_numbers_than_the_image(x):
    assert KerasNoFCAE().encode(x)[0].numel() == 3136 > x[0].numel() == 784


def test_parameter_counts_of_the_sources_keras_networks():
    assert parameter_count(KerasNoFCAE(in_channels=3)) == 896 + 18_496 + 36_928 + 18_464 + 867
    assert parameter_count(KerasNoFCAE()) == 75_651 - 2 * 9 * 32 - (2 * 9 * 32 + 2)
    middle = (64 * 10 + 10) + (10 * 3136 + 3136)
    assert parameter_count(KerasFCAE()) == parameter_count(KerasNoFCAE()) + middle


@pytest.mark.parametrize(("build", "code"), [(KerasFCAE, (10,)), (KerasNoFCAE, (64, 7, 7))])
def test_the_keras_networks_take_three_channels_as_in_the_source(build, code):
    model, x = build(in_channels=3), torch.rand(2, 3, 28, 28)
    assert model.encode(x).shape == (2, *code)
    assert model(x).shape == x.shape


def only_tap(layer: nn.Module, row: int, column: int) -> None:
    """A kernel that passes one neighbour of each place on, and no bias."""
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.zero_()
        layer.weight[..., row, column] = 1


def test_padding_same_at_stride_2_is_one_row_and_column_at_the_bottom_right(x):
    model = KerasNoFCAE()
    only_tap(model.conv1, 0, 0)
    only_tap(model.conv2, 0, 0)
    assert torch.allclose(model.encode(x)[:, :1], 32 * x[:, :, ::4, ::4])  # no zeros at the top left
    only_tap(model.conv1, 2, 2)
    seen = F.pad(x, (0, 2, 0, 2))[:, :, 2::2, 2::2][:, :, ::2, ::2]  # two on, of which one lies in the padding
    assert torch.allclose(model.encode(x)[:, :1], 32 * seen[:, :, :7, :7])


def test_and_on_the_way_out_one_row_and_column_is_cut_off_there():
    model = KerasNoFCAE().double()
    z = draw(2, 64, 7, 7).double().abs() / 10_000  # small, so that the sigmoid can be undone
    for row, kept in ((0, 7), (2, 6)):  # the tap of the corner draws places 0, 2 ... 12, or 2, 4 ... 14 (cut off)
        only_tap(model.t_conv1, row, row)
        only_tap(model.t_conv2, 0, 0)
        only_tap(model.t_conv3, 1, 1)
        image = torch.logit(model.decode(z)) / (64 * 32)
        expected = torch.zeros(2, 1, 28, 28).double()
        expected[:, :, 2 * row :: 4, 2 * row :: 4] = z.sum(1, keepdim=True)[..., :kept, :kept]
        assert torch.allclose(image, expected, atol=1e-12)


def test_the_keras_code_with_fc_depends_on_the_mean_of_each_channel_only(x):
    model = KerasFCAE().double()
    feature_map = KerasNoFCAE.encode(model, x.double())
    means = feature_map.mean((2, 3))
    assert torch.allclose(model.encode(x.double()), model.dense1(means), atol=1e-12)


def test_the_reshape_of_the_keras_network_numbers_places_within_a_channel_first():
    model = KerasFCAE()
    z = draw(3, 10)
    assert torch.equal(model.decode(z), KerasNoFCAE.decode(model, model.dense2(z).view(3, 64, 7, 7)))
