"""The calculator agrees with the real layers, whatever they are, and refuses what they refuse."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lessons_pkg import shapes
from lessons_pkg.shapes import ImpossibleLayer

small = st.integers(1, 3)


@st.composite
def windows(draw, kinds=("conv", "transposed", "max", "average", "upsample")):
    """Settings of one layer; channels are filled in by ``built``."""
    kind = draw(st.sampled_from(kinds))
    stride, dilation, kernel = draw(small), draw(st.integers(1, 3)), draw(st.integers(1, 5))
    padding = draw(st.integers(0, 3))
    channels = draw(st.integers(1, 3))
    extra = draw(st.integers(0, 3))
    wrong = draw(st.integers(0, 30)) == 0
    return kind, kernel, stride, padding, dilation, extra, channels, wrong


def built(chosen, channels: int) -> tuple[nn.Module, int]:
    """The torch layer for these settings, and the channels after it; now and then with the wrong channels."""
    kind, kernel, stride, padding, dilation, extra, out, wrong = chosen
    given_channels = channels + wrong
    if kind == "conv":
        return nn.Conv2d(given_channels, out, kernel, stride, padding, dilation), out
    if kind == "transposed":
        return nn.ConvTranspose2d(given_channels, out, kernel, stride, padding, extra, dilation=dilation), out
    if kind == "max":
        return nn.MaxPool2d(kernel, stride, padding, dilation), channels
    if kind == "average":
        return nn.AvgPool2d(kernel, stride, padding), channels
    return nn.Upsample(scale_factor=stride, mode="nearest"), channels


def stacked(choices) -> list[nn.Module]:
    layers, channels = [], 1
    for chosen in choices:
        layer, channels = built(chosen, channels)
        layers.append(layer)
    return layers


@settings(max_examples=2000, deadline=None)
@given(st.lists(windows(), min_size=1, max_size=3), st.integers(1, 9), st.integers(1, 9))
def test_shapes_are_those_of_the_real_layers_and_so_are_the_refusals(choices, height, width):
    layers = stacked(choices)
    try:
        with torch.no_grad():  # on the CPU: the meta device lets some wrong channels pass
            real = nn.Sequential(*layers)(torch.zeros(1, 1, height, width)).shape[1:]
    except RuntimeError:
        real = None
    try:
        found = shapes.trace(layers, (1, height, width)).shape
    except ImpossibleLayer:
        found = None
    assert found == (None if real is None or 0 in real else tuple(real))


@settings(max_examples=60, deadline=None)
@given(st.lists(windows(kinds=("conv", "transposed", "average", "upsample")), min_size=1, max_size=2))
def test_the_receptive_field_is_as_far_as_gradients_reach(choices):
    choices = [(*chosen[:4], 1, 0, 1, False) for chosen in choices]  # gaps of a dilated kernel would hide the ends
    layers = nn.Sequential(*stacked(choices))
    for parameter in layers.parameters():
        nn.init.ones_(parameter)
    size = 30
    try:
        found = shapes.trace(layers, (1, size, size))
    except ImpossibleLayer:
        return
    x = torch.ones(1, 1, size, size, requires_grad=True)
    y = layers(x)[0, 0]
    inside, longest = False, 0
    for row in range(y.shape[0] // 2, min(y.shape[0] // 2 + 9, y.shape[0])):  # 9: a period of two strides
        (gradient,) = torch.autograd.grad(y[row, y.shape[1] // 2], x, retain_graph=True)
        rows = gradient[0, 0].sum(1).nonzero().flatten()
        if len(rows):
            longest = max(longest, int(rows[-1] - rows[0]) + 1)
            inside = inside or (rows[0] > 0 and rows[-1] < size - 1)
    # What the border cuts off cannot be compared; what lies inside can never reach further.
    assert longest <= found.steps[-1].receptive_field[0]
    if inside and found.steps[-1].receptive_field[0] < size // 3 and y.shape[0] > 8:
        assert longest == found.steps[-1].receptive_field[0]


def test_the_exercise_network_has_1077_parameters_and_a_code_of_196():
    encoder = [nn.Conv2d(1, 16, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(16, 4, 3, padding=1), nn.MaxPool2d(2)]
    decoder = [nn.ConvTranspose2d(4, 16, 2, stride=2), nn.ConvTranspose2d(16, 1, 2, stride=2), nn.Sigmoid()]
    code = shapes.trace(encoder, (1, 28, 28))
    assert code.shape == (4, 7, 7)
    assert code.steps[-1].receptive_field == (10, 10)
    whole = shapes.trace(encoder + decoder, (1, 28, 28))
    assert whole.shape == (1, 28, 28)
    assert whole.parameters == 1077
    assert "1,077" in str(whole)


def test_a_linear_layer_sees_everything():
    found = shapes.trace([nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 26 * 26, 5)], (1, 28, 28))
    assert [step.receptive_field for step in found.steps] == [(1, 1), (3, 3), (3, 3), (28, 28)]


def test_flatten_and_unflatten_to_the_same_image_change_nothing():
    found = shapes.trace(
        [nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Unflatten(1, (2, 26, 26)), nn.Conv2d(2, 1, 3)], (1, 28, 28)
    )
    assert found.shape == (1, 24, 24)
    assert found.steps[-1].receptive_field == (5, 5)


def test_padding_same_is_that_of_torch():
    layer = nn.Conv2d(1, 1, 4, padding="same", dilation=2)
    assert shapes.trace([layer], (1, 9, 9)).shape == tuple(layer(torch.zeros(1, 1, 9, 9)).shape[1:])


@pytest.mark.parametrize("size", [7, 8])
def test_output_padding_chooses_between_two_input_sizes_with_one_output_size(size):
    small_size = shapes.conv_size(size, 3, 2, 1)
    assert small_size == 4
    assert shapes.transposed_conv_size(small_size, 3, 2, 1, output_padding=size - 7) == size


@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([nn.Conv2d(1, 2, 3), nn.Conv2d(3, 1, 3)], (1, 28, 28), "layer 2, Conv2d wants 3 channels, but 2 come"),
        ([nn.Conv2d(1, 2, 9)], (1, 4, 4), "layer 1, Conv2d: its window covers 9, but only 4 are there"),
        ([nn.Linear(784, 2)], (1, 28, 28), "is a Flatten missing"),
        ([nn.Flatten(), nn.Conv2d(1, 1, 3)], (1, 28, 28), "is an Unflatten missing"),
        ([nn.Flatten(), nn.Linear(700, 2)], (1, 28, 28), "layer 2, Linear wants 700 features"),
        ([nn.ConvTranspose2d(1, 1, 3, 2, output_padding=2)], (1, 4, 4), "output_padding 2 must be smaller"),
        ([nn.LSTM(3, 3)], (1, 28, 28), "layer 1, LSTM: this calculator does not know"),
        ([nn.Upsample(scale_factor=2, mode="bilinear")], (1, 4, 4), "only mode='nearest'"),
        ([], (1, 0, 4), "every size must be at least 1"),
    ],
)
def test_an_impossible_layer_is_named_with_the_reason(layers, shape, words):
    with pytest.raises(ImpossibleLayer, match=words.replace("(", r"\(")):
        shapes.trace(layers, shape)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Conv2d(1, 16, 3, padding=1), "Conv2d 1-16, 3x3, padding 1"),
        (nn.Conv2d(2, 4, (3, 5), stride=(2, 1), dilation=2), "Conv2d 2-4, 3x5, stride 2x1, dilation 2"),
        (
            nn.ConvTranspose2d(4, 16, 3, stride=2, padding=1, output_padding=1),
            "ConvTranspose2d 4-16, 3x3, stride 2, padding 1, output_padding 1",
        ),
        (nn.MaxPool2d(2), "MaxPool2d 2x2, stride 2"),
        (nn.Linear(2048, 2), "Linear 2048-2"),
        (nn.Flatten(), "Flatten"),
        (nn.ReLU(), "ReLU"),
    ],
)
def test_a_line_of_the_table_names_the_layer_in_few_words(layer, words):
    assert shapes._short(layer) == words
