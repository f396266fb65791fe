"""Loops from scratch against torch, the matrix and its transpose, and a measure of checkerboards with known answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lessons_pkg import convolution
from lessons_pkg.convolution import (
    checkerboard,
    conv2d,
    conv2d_channels,
    conv_transpose2d,
    convolution_matrix,
    max_pool2d,
    overlap_counts,
    phase_pattern,
)

small = st.integers(1, 4)


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def close(ours, theirs) -> None:
    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs, atol=1e-12)


# --- against torch --------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), small, small, st.integers(1, 3), st.integers(0, 3), st.integers(0, 99))
def test_conv2d_is_that_of_torch_and_refuses_what_torch_refuses(h, w, kh, kw, stride, padding, seed):
    image, kernel = random(h, w, seed=seed), random(kh, kw, seed=seed + 1)
    if kh > h + 2 * padding or kw > w + 2 * padding:
        with pytest.raises(ValueError, match="does not fit"):
            conv2d(image, kernel, stride, padding)
        with pytest.raises(ValueError, match="does not fit"):
            convolution_matrix(kernel, (h, w), stride, padding)
        with pytest.raises(RuntimeError):
            F.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)
        return
    theirs = F.conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]
    close(conv2d(image, kernel, stride, padding), theirs)
    close(convolution_matrix(kernel, (h, w), stride, padding) @ image.flatten(), theirs.flatten())


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 4), st.integers(1, 4), small, small, st.integers(1, 3), st.integers(0, 3), st.integers(0, 2),
    st.integers(0, 99),
)  # fmt: skip
def test_conv_transpose2d_is_that_of_torch_and_refuses_what_torch_refuses(h, w, kh, kw, stride, padding, extra, seed):
    image, kernel = random(h, w, seed=seed), random(kh, kw, seed=seed + 1)
    options = {"stride": stride, "padding": padding, "output_padding": extra}
    if extra >= stride or min((h - 1) * stride + kh, (w - 1) * stride + kw) + extra - 2 * padding < 1:
        with pytest.raises(ValueError, match=r"smaller than the stride|cuts everything away"):
            conv_transpose2d(image, kernel, **options)
        with pytest.raises(RuntimeError):
            F.conv_transpose2d(image[None, None], kernel[None, None], **options)
        return
    close(
        conv_transpose2d(image, kernel, **options),
        F.conv_transpose2d(image[None, None], kernel[None, None], **options)[0, 0],
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 7), st.integers(1, 7), small, st.none() | st.integers(1, 3), st.integers(0, 99))
def test_max_pool2d_is_that_of_torch_and_refuses_what_torch_refuses(h, w, size, stride, seed):
    image = random(h, w, seed=seed) - 5  # all negative: a pool that starts from 0 would show
    if size > min(h, w):
        with pytest.raises(ValueError, match="does not fit"):
            max_pool2d(image, size, stride)
        with pytest.raises(RuntimeError):
            F.max_pool2d(image[None, None], size, stride)
        return
    close(max_pool2d(image, size, stride), F.max_pool2d(image[None, None], size, stride)[0, 0])


@settings(max_examples=60, deadline=None)
@given(small, small, st.integers(3, 6), st.integers(1, 3), st.integers(1, 2), st.integers(0, 1), st.booleans())
def test_conv2d_channels_is_that_of_torch(channels, out, size, k, stride, padding, with_bias):
    image, kernels = random(channels, size, size), random(out, channels, k, k, seed=1)
    bias = random(out, seed=2) if with_bias else None
    theirs = F.conv2d(image[None], kernels, bias, stride, padding)[0]
    close(conv2d_channels(image, kernels, bias, stride, padding), theirs)


# --- the matrix and its transpose -----------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 7), st.integers(2, 7), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1))
def test_the_transposed_matrix_is_the_transposed_convolution(h, w, k, stride, padding):
    if k > min(h, w) + 2 * padding:
        return
    kernel = random(k, k)
    matrix = convolution_matrix(kernel, (h, w), stride, padding)
    small_map = conv2d(torch.zeros(h, w, dtype=torch.float64), kernel, stride, padding)
    y = random(*small_map.shape, seed=1)
    back = (matrix.T @ y.flatten()).reshape(h, w)
    # Only output_padding knows which of the sizes with the same y was meant; here it may differ along the two axes.
    extra = [(size + 2 * padding - k) % stride for size in (h, w)]
    theirs = F.conv_transpose2d(y[None, None], kernel[None, None], None, stride, padding, output_padding=extra)[0, 0]
    close(back, theirs)
    if extra[0] == extra[1]:
        close(back, conv_transpose2d(y, kernel, stride, padding, extra[0]))


def test_the_transposed_convolution_is_not_the_inverse():
    image = random(4, 4)
    kernel = torch.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=torch.float64)
    matrix = convolution_matrix(kernel, (4, 4), stride=2)
    there_and_back = conv_transpose2d(conv2d(image, kernel, stride=2), kernel, stride=2)
    assert there_and_back.shape == image.shape
    assert (there_and_back - image).abs().max() > 1
    assert torch.linalg.matrix_rank(matrix) == 4  # 16 numbers in, 4 out: no inverse can exist
    # From the small map and back it is, up to a factor, where windows do not overlap; that is no general rule.
    close(matrix @ matrix.T, kernel.square().sum() * torch.eye(4, dtype=torch.float64))


def test_a_worked_example():
    image = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    kernel = [[0, 1], [2, 3]]
    assert conv2d(image, kernel).tolist() == [[19, 25], [37, 43]]
    assert max_pool2d(image, 2, stride=1).tolist() == [[4, 5], [7, 8]]
    assert conv_transpose2d([[0, 1], [2, 3]], kernel).tolist() == [[0, 0, 1], [0, 4, 6], [4, 12, 9]]
    assert conv_transpose2d([[0, 1], [2, 3]], kernel, stride=2).tolist() == [
        [0, 0, 0, 1],
        [0, 0, 2, 3],
        [0, 2, 0, 3],
        [4, 6, 6, 9],
    ]


def test_whole_numbers_stay_whole_and_do_not_run_over():
    grey = torch.full((2, 2), 200, dtype=torch.uint8)
    assert conv2d(grey, torch.ones(2, 2, dtype=torch.uint8)).tolist() == [[800]]
    assert conv2d(grey.numpy(), np.ones((2, 2), dtype=np.uint8)).dtype == torch.int64
    assert conv2d(grey, torch.full((2, 2), 0.5)).tolist() == [[400.0]]
    assert conv2d(torch.tensor([[True, True]]), [[1, 1]]).tolist() == [[2]]


def test_gradients_flow_through_the_loops():
    kernel = random(2, 2).requires_grad_()
    ours, theirs = (
        torch.autograd.grad(y.square().sum(), kernel)[0]
        for y in (conv2d(random(3, 3), kernel), F.conv2d(random(3, 3)[None, None], kernel[None, None]))
    )
    close(ours, theirs)


# --- refusals -------------------------------------------------------------------------------------------------------

NUMBERS = torch.arange(9.0).reshape(3, 3)
WRONG = {
    "a batch": (lambda: conv2d(NUMBERS[None, None], NUMBERS), r"image has shape \(1, 1, 3, 3\).*conv2d_channels"),
    "a kernel in a row": (lambda: conv2d(NUMBERS, NUMBERS[0]), r"kernel has shape \(3,\), but \(H, W\)"),
    "an empty image": (lambda: conv2d(NUMBERS[:0], NUMBERS), "nothing in it"),
    "stride 0": (lambda: conv2d(NUMBERS, NUMBERS, stride=0), "stride=0"),
    "half a stride": (lambda: conv_transpose2d(NUMBERS, NUMBERS, stride=1.5), r"stride=1\.5"),
    "a pair as stride": (lambda: conv2d(NUMBERS, NUMBERS, stride=(2, 2)), r"stride=\(2, 2\)"),
    "negative padding": (lambda: convolution_matrix(NUMBERS, (3, 3), padding=-1), "padding=-1"),
    "a pool of nothing": (lambda: max_pool2d(NUMBERS, 0), "=0: a whole number, at least 1"),
    "output_padding as large as the stride": (
        lambda: conv_transpose2d(NUMBERS, NUMBERS, 2, 1, 2),
        "output_padding=2 must be smaller than the stride, 2",
    ),
    "everything cut away": (lambda: conv_transpose2d(NUMBERS[:1, :1], NUMBERS, 1, 2), "would be -1 x -1"),
    "the source's 3x3x3 kernel over a 5x5x1 image": (
        lambda: conv2d_channels(torch.zeros(1, 5, 5), torch.zeros(1, 3, 3, 3)),
        "the kernels have 3 channels and the image has 1",
    ),
    "an image without channels": (lambda: conv2d_channels(NUMBERS, torch.zeros(1, 1, 3, 3)), r"\(C, H, W\)"),
    "one bias for two kernels": (
        lambda: conv2d_channels(torch.zeros(1, 5, 5), torch.zeros(2, 1, 3, 3), torch.zeros(1)),
        "one number for each of 2 kernels",
    ),
    "a period of one": (lambda: checkerboard(torch.zeros(9, 9), 1), "period=1"),
    "an image smaller than two periods": (lambda: checkerboard(torch.zeros(9, 7), 4), "at least 8"),
    "no images": (lambda: checkerboard(torch.zeros(0, 9, 9), 2), "at least 4"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_is_refused_in_words(wrong):
    call, said = WRONG[wrong]
    with pytest.raises(ValueError, match=said):
        call()


# --- overlaps and checkerboards -------------------------------------------------------------------------------------


def test_overlap_counts_by_hand():
    assert overlap_counts(3, 3, 2)[3].tolist() == [1, 1, 2, 1, 2, 1, 1]
    assert overlap_counts(3, 3, 2)[2, 2] == 4
    assert (overlap_counts(5, 2, 2) == 1).all()
    assert overlap_counts(5, 3, 2, padding=1, output_padding=1).shape == (10, 10)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", range(1, 9))
def test_counts_are_equal_inside_exactly_where_the_kernel_is_a_multiple_of_the_stride(kernel, stride):
    inside = overlap_counts(14, kernel, stride)[kernel:-kernel, kernel:-kernel]
    assert (inside.unique().numel() == 1) == (kernel % stride == 0)


def tiles(period: int, size: int, seed: int = 0) -> torch.Tensor:
    """One random tile repeated."""
    return random(period, period, seed=seed).repeat(size // period + 1, size // period + 1)[:size, :size]


@pytest.mark.parametrize("period", [2, 3, 4, 5])
def test_what_repeats_is_all_checkerboard_also_on_a_slope(period):
    image = tiles(period, 29)
    slope = 3 * torch.arange(29.0)[:, None] - 2 * torch.arange(29.0) + 100
    assert checkerboard(image, period) == pytest.approx(1)
    assert checkerboard(image + slope, period) == pytest.approx(1)
    tile = image[:period, :period]
    assert torch.allclose(phase_pattern(image + slope, period), tile - tile.mean(), atol=1e-9)


@pytest.mark.parametrize("period", [2, 3, 4])
def test_constants_and_slopes_have_no_checkerboard(period):
    assert checkerboard(torch.full((29, 29), 0.3), period) == 0
    assert checkerboard(torch.arange(29.0).expand(28, 29) * 0.1 + 5, period) == 0
    assert checkerboard(torch.zeros(2, 1, 29, 29), period) == 0


@pytest.mark.parametrize("period", [2, 3, 4])
def test_noise_has_the_share_that_its_numbers_of_freedom_say(period):
    noise = random(400, 40, 40)
    n = 40 - period // 2 * 2  # of each side, where the average has a whole window
    weights = {2: [1, 2, 1], 3: [1, 1, 1], 4: [0.5, 1, 1, 1, 0.5]}[period]
    one = torch.tensor(weights, dtype=torch.float64) / sum(weights)
    kept = float(1 - 2 * one.max() ** 2 + one.square().sum() ** 2)  # variance of noise less its moving average
    expected = (period**2 - 1) / (n**2 * kept)
    measured = sum(checkerboard(image, period) for image in noise) / len(noise)
    assert measured == pytest.approx(expected, rel=0.1)
    # Taken together, four hundred images of noise are one large one.
    assert checkerboard(noise, period) < 5 * expected / len(noise)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_mixture_has_the_share_it_was_mixed_with(share):
    pattern = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64).repeat(100, 100)
    noise = random(200, 200)
    kept = 41 / 64  # of the noise, by the moving average 1/4 1/2 1/4 along both axes
    image = share**0.5 * pattern + ((1 - share) / kept) ** 0.5 * noise
    assert checkerboard(image, 2) == pytest.approx(share, abs=0.02)


def test_another_period_is_not_seen_and_a_multiple_is():
    image = tiles(2, 50)  # 48 pixels a side are left inside: whole periods of 2, 3 and 4
    assert checkerboard(image, 3) == pytest.approx(0, abs=1e-9)
    assert checkerboard(image, 4) == pytest.approx(1)


def test_the_share_does_not_depend_on_size_or_level_but_the_pattern_does():
    image = tiles(2, 20) + random(20, 20, seed=1)
    assert checkerboard(7 * image + 3, 2) == pytest.approx(checkerboard(image, 2))
    assert torch.allclose(phase_pattern(7 * image + 3, 2), 7 * phase_pattern(image, 2))


def test_a_decoder_at_a_constant_code():
    """Stride-2 layers leave their pattern even where the counts are equal; upsampling and convolution leave none."""
    torch.manual_seed(0)
    code = torch.ones(1, 4, 12, 12)
    up = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(4, 1, 3, padding=1))
    for layer, expected in (
        (nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1, output_padding=1), 1),
        (nn.ConvTranspose2d(4, 1, 4, stride=2, padding=1), 1),
        (nn.ConvTranspose2d(4, 1, 2, stride=2), 1),
        (up, 0),
    ):
        inside = layer(code)[..., 4:-4, 4:-4]
        assert checkerboard(inside, 2) == pytest.approx(expected, abs=1e-6)
        assert (phase_pattern(inside, 2).std() > 1e-3) == bool(expected)


def test_every_public_function_is_listed():
    mine = {
        name for name, value in vars(convolution).items() if getattr(value, "__module__", "") == convolution.__name__
    }
    assert set(convolution.__all__) == {name for name in mine if not name.startswith("_")}
