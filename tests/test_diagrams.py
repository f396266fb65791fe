"""Diagrams: the numbers in the cells are those computed, the blocks are those of the model, and words can be read."""

from __future__ import annotations

import functools
import struct
import warnings
from collections.abc import Callable
from itertools import combinations

import matplotlib as mpl
import pytest
import torch
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from torch import nn
from torch.nn import functional as F

from lessons_pkg import diagrams, pictures
from lessons_pkg.convolution import conv2d, conv_transpose2d, convolution_matrix, overlap_counts
from lessons_pkg.diagrams.canvas import tint
from lessons_pkg.diagrams.chain import chain
from lessons_pkg.models.base import Autoencoder
from lessons_pkg.models.bottleneck import BottleneckAE, KerasFCAE, KerasNoFCAE, TorchFCAE, TorchNoFCAE
from lessons_pkg.models.conv import ConvAE
from lessons_pkg.models.linear import LinearAE
from lessons_pkg.pictures import Palette, Picture


class Deep(Autoencoder):
    """The source's network for 32 x 32 pixels, with a code of two numbers and a decoder of five layers."""

    def __init__(self):
        super().__init__()
        up = {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}
        down = [nn.Sequential(nn.Conv2d(i, o, 3, 2, 1), nn.ReLU()) for i, o in ((1, 32), (32, 64), (64, 128))]
        self.into = nn.Sequential(*down, nn.Flatten(), nn.Linear(2048, 2))
        self.fc = nn.Linear(2, 2048)
        ups = [nn.Sequential(nn.ConvTranspose2d(i, o, **up), nn.ReLU()) for i, o in ((128, 128), (128, 64), (64, 32))]
        self.out = nn.Sequential(*ups, nn.Conv2d(32, 1, 3, padding=1))

    def encode(self, x):
        return self.into(x)

    def decode(self, z):
        return self.out(self.fc(z).reshape(len(z), 128, 4, 4))


# One call of every kind, and what its description must say.
CALLS: dict[str, tuple[Callable[[], Picture], list[str]]] = {
    "padding_same": (diagrams.padding_same, ["5×5×1", "3×3×1", "ring of zeros", "1·0 + 1·0 + 2·1 + 1·2 + 1·3 = 7"]),
    "padding_same, inside": (lambda: diagrams.padding_same(at=(2, 3)), ["row 3, column 4"]),
    "padding_same, longest sum": (
        lambda: diagrams.padding_same(-9 * torch.ones(5, 5, dtype=int), torch.ones(3, 3, dtype=int), at=(3, 3)),
        ["5×5×1", "1·(−9) + 1·(−9) = −81"],
    ),
    "convolution_of_channels": (diagrams.convolution_of_channels, ["3×3×3", "2×2×3", "one map of 2×2×1", "9, 4; 4, 7"]),
    "convolution_of_channels, two": (
        lambda: diagrams.convolution_of_channels(torch.ones(2, 4, 4, dtype=int), torch.ones(2, 3, 3, dtype=int)),
        ["4×4×2", "18, 18; 18, 18"],
    ),
    "strided_convolution": (diagrams.strided_convolution, ["5×5", "3×3", "2 places", "7, 5, 6, 10"]),
    "transposed_convolution": (
        diagrams.transposed_convolution,
        ["5×5", "2 places apart", "0, 3, 0, 1, 0", "9 of 25", "1 + 4 + 6 + 1 = 12"],
    ),
    "transposed_convolution, apart": (
        lambda: diagrams.transposed_convolution(kernel=[[1, 2], [0, 1]]),
        ["4×4", "No stamps meet"],
    ),
    "transposed_convolution, stride 1": (
        lambda: diagrams.transposed_convolution([[-9, 9], [9, 9]], [[9]], stride=1),
        ["−81, 81; 81, 81"],
    ),
    "overlaps": (diagrams.overlaps, ["3×3, uneven inside: 1, 2 or 4 stamps", "4×4, even inside: 4 stamps"]),
    "overlaps, none": (lambda: diagrams.overlaps((3, 2)), ["2×2, even inside: 1 stamp a pixel"]),
    "matrix_view": (diagrams.matrix_view, ["4 rows and 16 columns", "16 rows and 4 columns", "transpose"]),
    "matrix_view, stride 2": (
        lambda: diagrams.matrix_view([[0, 5], [5, -5]], stride=2),
        ["2×2 convolution over an image of 4×4", "4 rows and 16 columns"],
    ),
    "output_padding_pair": (
        diagrams.output_padding_pair,
        ["13 pixels", "14 pixels", "7 windows", "last cell is not read", "output_padding=1: 1 cut off left, 0 right"],
    ),
    "memory_order": (diagrams.memory_order, ["strides (1, 3)", "rows 1 4, 2 5 and 3 6", "new order: 1 4 2 5 3 6"]),
    "channel_order": (diagrams.channel_order, ["R1 G1 B1 R2 G2 B2", "planes R1 G1 B1 R2; G2 B2 R3 G3"]),
    "architecture, ConvAE": (
        lambda: diagrams.architecture(ConvAE(relu=True)),
        ["ConvAE", "by conv 3×3 ReLU to 16×28×28", "4×7×7, the code, 196 numbers", "stride 2 sigmoid to 1×28×28"],
    ),
    "architecture, TorchFCAE": (lambda: diagrams.architecture(TorchFCAE()), ["by flatten linear to 10, the code"]),
    "architecture, TorchNoFCAE": (lambda: diagrams.architecture(TorchNoFCAE()), ["64×1×1, the code, 64 numbers"]),
    "architecture, KerasFCAE": (
        lambda: diagrams.architecture(KerasFCAE(in_channels=3), image_shape=(3, 28, 28)),
        ["3×28×28, by pad conv", "global average to 64", "linear reshape to 64×7×7"],
    ),
    "architecture, KerasNoFCAE": (lambda: diagrams.architecture(KerasNoFCAE()), ["64×7×7, the code, 3,136 numbers"]),
    "architecture, fc": (lambda: diagrams.architecture(BottleneckAE(10, hidden=64)), ["flatten linear leaky ReLU to"]),
    "architecture, conv": (
        lambda: diagrams.architecture(BottleneckAE(16, bottleneck="conv"), name="Without FC"),
        ["Without FC. Encoder", "conv 3×3 stride 2 to 1×4×4, the code"],
    ),
    "architecture, pooled": (lambda: diagrams.architecture(BottleneckAE(bottleneck="pooled")), ["average to 32×1×1"]),
    "architecture, linear": (lambda: diagrams.architecture(LinearAE(32)), ["flatten linear to 32, the code"]),
    "architecture, three rows": (
        lambda: diagrams.architecture(Deep(), image_shape=(1, 32, 32)),
        ["128×4×4, by flatten linear to 2, the code, 2 numbers", "32×32×32, by conv 3×3 to 1×32×32"],
    ),
}  # fmt: skip


@functools.cache
def drawn(name: str) -> Picture:
    return CALLS[name][0]()


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def texts(picture: Picture, name: str | None = None) -> list[str]:
    """All the words in a figure, or those of one grid, in the order in which they were written."""
    found = [text for axis in picture.figure.axes for text in axis.texts]
    return [text.get_text() for text in found if name is None or text.get_gid() == name]


def numbers(picture: Picture, name: str) -> list[int]:
    """What stands in the cells of a grid, row by row; empty cells left out."""
    return [int(text.replace("−", "-")) for text in texts(picture, name) if text]


# --- every picture --------------------------------------------------------------------------------------------------


def test_every_public_diagram_is_tested_here():
    assert {name.split(",")[0] for name in CALLS} == set(diagrams.__all__) - {"Block", "Chain", "chain"}


@pytest.mark.parametrize("name", CALLS)
def test_every_diagram_is_a_picture_in_two_themes_that_says_what_is_seen(name):
    picture = drawn(name)
    assert set(picture.png) == {"light", "dark"}
    assert picture.png["light"] != picture.png["dark"]
    for png in picture.png.values():
        width, height = struct.unpack(">II", png[16:24])
        assert width == round(pictures.WIDTH * 160)
        assert 300 < height < 1.3 * width  # no taller than a phone's screen
    assert len(picture.alt) > 60
    for part in CALLS[name][1]:
        assert part in picture.alt


@pytest.mark.parametrize("name", CALLS)
def test_words_can_be_read_on_a_phone_and_stay_apart_and_on_the_sheet(name):
    figure = drawn(name).figure
    figure.draw_without_rendering()
    written = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in written) >= 10
    boxes = [(text.get_text(), text.get_window_extent()) for text in written]
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y1 <= figure.bbox.y1, text
    for (one, a), (other, b) in combinations(boxes, 2):
        assert min(a.x1, b.x1) <= max(a.x0, b.x0) or min(a.y1, b.y1) <= max(a.y0, b.y0), (one, other)


@pytest.mark.parametrize("name", CALLS)
def test_cells_lie_on_the_sheet(name):
    figure = drawn(name).figure
    height = figure.get_figheight()
    for box in [patch.get_bbox() for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]:
        assert min(box.x0, box.y0) >= 0.02
        assert max(box.x1 - pictures.WIDTH, box.y1 - height) <= -0.02


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_stand_out_from_every_tint_that_cells_have(theme):
    palette = Palette(theme)
    for hue in palette.hues[:4]:
        for amount in (0.08, 0.2, 0.3, 0.35, 0.48, 0.5):
            high, low = sorted((luminance(palette.ink), luminance(tint(hue, palette, amount))), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (hue, amount)


@pytest.mark.parametrize("name", ["padding_same", "transposed_convolution", "architecture, KerasFCAE"])
def test_the_same_call_gives_the_same_bytes(name):
    assert CALLS[name][0]().png == drawn(name).png


# --- the numbers are those computed ---------------------------------------------------------------------------------

IMAGE = torch.tensor([[4, -1, 0, 2, 7], [3, 3, 1, 0, 2], [2, 1, 0, -5, 1], [0, 2, 1, 3, 0], [1, 0, 1, 2, 1]])
KERNEL = torch.tensor([[0, 1, -2], [1, 2, 0], [3, 1, 1]])


def test_padding_same_shows_torchs_numbers():
    picture = diagrams.padding_same(IMAGE, KERNEL, at=(2, 3))
    out = F.conv2d(IMAGE[None, None].float(), KERNEL[None, None].float(), padding="same")[0, 0]
    assert numbers(picture, "output") == out.flatten().tolist()
    assert numbers(picture, "input") == F.pad(IMAGE, (1,) * 4).flatten().tolist()
    assert numbers(picture, "kernel") == KERNEL.flatten().tolist()
    worked = next(text for text in texts(picture) if "frames" in text).split("\n")[1].replace("−", "-")
    terms, value = worked.split(" = ")
    assert eval(terms.replace("·", "*")) == int(value) == out[2, 3]
    assert "3×3×3" not in picture.alt  # the source's kernel, over an image with one channel


def test_convolution_of_channels_shows_torchs_numbers():
    image, kernel = torch.randint(0, 5, (3, 4, 4)), torch.randint(-2, 3, (3, 2, 2))
    picture = diagrams.convolution_of_channels(image, kernel)
    assert numbers(picture, "output") == F.conv2d(image[None].float(), kernel[None].float()).flatten().tolist()
    for channel in range(3):
        assert numbers(picture, f"part {channel}") == conv2d(image[channel], kernel[channel]).flatten().tolist()


def test_strided_convolution_shows_torchs_numbers_and_one_frame_a_window():
    picture = diagrams.strided_convolution(IMAGE, KERNEL)
    out = F.conv2d(IMAGE[None, None].float(), KERNEL[None, None].float(), stride=2)[0, 0]
    assert numbers(picture, "output") == out.flatten().tolist()
    frames = [patch for patch in picture.figure.axes[0].patches if not patch.get_fill()]
    assert len({patch.get_edgecolor() for patch in frames}) == len(frames) == 4
    # The cell of a number has the colour of the frame that it comes from.
    left, top = min(frame.get_x() for frame in frames), min(frame.get_y() for frame in frames)
    for place, hue in enumerate(Palette("light").hues[:4]):
        (frame,) = [frame for frame in frames if frame.get_edgecolor()[:3] == pytest.approx(to_rgb(hue))]
        row, column = divmod(place, 2)
        assert (frame.get_x() - left, frame.get_y() - top) == pytest.approx((column * 0.68, row * 0.68), abs=0.04)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_transposed_convolution_shows_torchs_numbers_and_frames_what_is_shared(k, stride):
    image = torch.tensor([[2, -1], [0, 3]])
    kernel = torch.arange(-4, k * k - 4).reshape(k, k)
    picture = diagrams.transposed_convolution(image, kernel, stride=stride)
    out = F.conv_transpose2d(image[None, None].float(), kernel[None, None].float(), stride=stride)[0, 0]
    assert numbers(picture, "output") == out.flatten().tolist()
    assert torch.equal(out.long(), conv_transpose2d(image, kernel, stride))
    for place, value in enumerate(image.flatten()):
        assert numbers(picture, f"stamp {place}") == (value * kernel).flatten().tolist()
    frames = [patch for patch in picture.figure.axes[0].patches if not patch.get_fill()]
    assert len(frames) == (overlap_counts(2, k, stride) > 1).sum()
    for line in texts(picture):
        if line.startswith("In the framed cells"):
            terms, value = line.split(": ")[1].replace("−", "-").split(" = ")
            assert eval(terms) == int(value)


def test_overlaps_shows_the_counts():
    picture = diagrams.overlaps((5, 2), size=4)
    for kernel in (5, 2):
        assert numbers(picture, f"kernel {kernel}") == overlap_counts(4, kernel, 2).flatten().tolist()


@pytest.mark.parametrize("stride", [1, 2])
def test_matrix_view_shows_the_matrix_and_its_transpose(stride):
    kernel = torch.tensor([[2, 0], [2, -3]])
    picture = diagrams.matrix_view(kernel, (4, 3), stride=stride)
    matrix = convolution_matrix(kernel + 100, (4, 3), stride)  # no weight is 0 here: where one stands
    for name, table in (("matrix", matrix), ("transpose", matrix.T)):
        shown = texts(picture, name)
        assert len(shown) == table.numel()
        wanted = ["" if value == 0 else str(value - 100).replace("-", "−") for value in table.flatten().tolist()]
        assert shown == wanted


def test_output_padding_pair_shows_both_sizes_both_ways():
    picture = diagrams.output_padding_pair()
    for size in (13, 14):
        y = F.conv1d(torch.zeros(1, 1, size), torch.zeros(1, 1, 3), stride=2, padding=1)
        assert (
            numbers(picture, f"windows {size}") == numbers(picture, f"stamps {size}") == list(range(1, y.shape[-1] + 1))
        )
        back = F.conv_transpose1d(y, torch.zeros(1, 1, 3), stride=2, padding=1, output_padding=size - 13)
        assert (
            numbers(picture, f"pixels {size}") == numbers(picture, f"back {size}") == list(range(1, back.shape[-1] + 1))
        )


def test_output_padding_cuts_off_less_of_the_same_stamps():
    picture = diagrams.output_padding_pair()
    one, other = (texts(picture, f"back {size}") for size in (13, 14))
    assert len(one) == len(other) == 15  # what seven stamps of three, two apart, cover
    assert [place for place, text in enumerate(one) if not text] == [0, 14]
    assert [place for place, text in enumerate(other) if not text] == [0]


def test_output_padding_pair_draws_other_sizes_and_says_what_is_left():
    alt = diagrams.output_padding_pair((9, 10), kernel=3, stride=3, padding=2).alt
    assert "9 pixels, padding 2: 4 windows, the last cell is not read" in alt
    assert "10 pixels, padding 2: 4 windows, the last 2 cells are not read" in alt
    assert "output_padding=1: 2 cut off left, 1 right: 9 pixels" in alt
    assert "output_padding=2: 2 cut off left, 0 right: 10 pixels" in alt


def test_memory_order_shows_what_pytorch_does():
    picture = drawn("memory_order")
    a = torch.tensor([[1, 2, 3], [4, 5, 6]])
    assert numbers(picture, "line") == [1, 2, 3, 4, 5, 6]
    assert numbers(picture, "a") == [1, 2, 3, 4, 5, 6]
    assert numbers(picture, "a.view(3, 2)") == [1, 2, 3, 4, 5, 6]
    assert numbers(picture, "a.T") == numbers(picture, "copy") == a.T.flatten().tolist() == [1, 4, 2, 5, 3, 6]
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        a.T.view(6)  # as the picture says
    told = [text for text in texts(picture) if "strides" in text]
    assert [text.split("\n")[1:] for text in told] == [
        ["strides (3, 1)", "one down: +3", "one right: +1"],
        ["strides (2, 1)", "one down: +2", "one right: +1"],
        ["strides (1, 3)", "one down: +1", "one right: +3"],
    ]


def test_channel_order_shows_both_lines_and_the_confusion():
    picture = drawn("channel_order")
    assert texts(picture, "planes") == texts(picture, "permuted") == texts(picture, "chw")
    assert texts(picture, "chw") == [f"{channel}{pixel}" for channel in "RGB" for pixel in range(1, 5)]
    assert texts(picture, "hwc") == [f"{channel}{pixel}" for pixel in range(1, 5) for channel in "RGB"]
    assert texts(picture, "confused") == texts(picture, "hwc")  # a view leaves the order as it is


# --- models become chains -------------------------------------------------------------------------------------------


def shapes(blocks) -> list[tuple[int, ...]]:
    return [block.shape for block in blocks]


def test_a_chain_is_what_the_model_does_functions_included():
    found = chain(KerasFCAE(in_channels=3), (3, 28, 28))
    assert shapes(found.encoder) == [(3, 28, 28), (32, 14, 14), (64, 7, 7), (64,), (10,)]
    assert shapes(found.decoder) == [(10,), (64, 7, 7), (64, 14, 14), (32, 28, 28), (3, 28, 28)]
    assert found.encoder[1].steps == ("pad", "conv", "3×3", "stride 2", "ReLU")
    assert found.encoder[3].steps == ("global average",)
    assert found.decoder[1].steps == ("linear", "reshape")
    assert found.decoder[2].steps == ("t-conv", "3×3", "stride 2", "crop", "ReLU")
    assert found.decoder[4].steps == ("t-conv", "3×3", "sigmoid")
    assert found.code.numbers == 10


def test_an_activation_makes_a_difference_and_a_shared_layer_is_seen_twice():
    plain, relu = chain(ConvAE()), chain(ConvAE(relu=True))
    assert shapes(plain.encoder) == [(1, 28, 28), (16, 28, 28), (16, 14, 14), (4, 14, 14), (4, 7, 7)]
    assert shapes(plain.encoder) == shapes(relu.encoder)
    assert [block.steps for block in plain.encoder[1:3]] == [("conv", "3×3"), ("max-pool", "2×2")]
    assert relu.encoder[1].steps == ("conv", "3×3", "ReLU")


class Odd(Autoencoder):
    """What a chain must take: a layer that keeps the shape, upsampling, a flat code read as a map, ReLU in place."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)
        self.norm = nn.BatchNorm2d(1)
        self.up = nn.Upsample(scale_factor=2)
        self.act = nn.ReLU(inplace=True)

    def encode(self, x):
        return F.avg_pool2d(self.act(self.norm(self.conv(x))), 2).flatten(1)

    def decode(self, z):
        return self.conv(self.up(z.view(-1, 1, 4, 4)))


def test_odd_models_are_followed_too_and_left_as_they_were():
    model = Odd().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = chain(model, (1, 8, 8))
    assert [(block.steps, block.shape) for block in found.encoder] == [
        ((), (1, 8, 8)),
        (("conv", "3×3", "BatchNorm2d", "ReLU"), (1, 8, 8)),
        (("avg_pool2d",), (1, 4, 4)),
        (("flatten",), (16,)),
    ]
    assert [(block.steps, block.shape) for block in found.decoder] == [
        ((), (16,)),
        (("reshape", "upsample", "×2"), (1, 8, 8)),
        (("conv", "3×3"), (1, 8, 8)),
    ]
    assert model.training
    assert model.norm.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert diagrams.architecture(model, image_shape=(1, 8, 8)).alt.startswith("Odd. Encoder: 1×8×8, by conv")


def test_what_is_cut_off_last_is_gone_from_the_shape():
    class Crops(Odd):
        def decode(self, z):
            return self.up(z.view(-1, 1, 4, 4))[..., 1:, 1:]

    assert chain(Crops(), (1, 8, 8)).decoder[-1] == diagrams.Block(("reshape", "upsample", "×2", "crop"), (1, 7, 7))


def test_a_chain_made_by_hand_is_drawn_too():
    made = diagrams.Chain(
        (diagrams.Block((), (1, 8, 8)), diagrams.Block(("conv", "5×5"), (4, 4, 4))),
        (diagrams.Block((), (4, 4, 4)), diagrams.Block(("t-conv", "5×5"), (1, 8, 8))),
    )
    picture = diagrams.architecture(made, name="By hand")
    assert picture.alt == (
        "By hand. Encoder: 1×8×8, by conv 5×5 to 4×4×4, the code, 64 numbers. Decoder: 4×4×4, by t-conv 5×5 to 1×8×8."
    )
    assert texts(picture, "shape") == ["1×8×8", "4×4×4\ncode = 64", "4×4×4\ncode = 64", "1×8×8"]


def test_the_code_is_marked_by_its_place_not_by_its_shape():
    class Same(Autoencoder):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 3, padding=1)

        def encode(self, x):
            return self.one(x)

        def decode(self, z):
            return self.two(z)

    shown = texts(diagrams.architecture(Same(), image_shape=(1, 6, 6)), "shape")
    assert ["code" in text for text in shown] == [False, True, True, False]


def test_a_long_chain_goes_on_in_another_row_with_the_block_that_ended_the_last():
    picture = drawn("architecture, three rows")
    assert [text for text in texts(picture) if "coder" in text] == ["encoder", "decoder", "decoder, continued"]
    assert texts(picture, "shape")[5:] == [
        *["2\ncode", "128×4×4", "128×8×8"],
        *["128×8×8", "64×16×16", "32×32×32", "1×32×32"],
    ]


def test_a_higher_block_is_a_larger_map_and_a_thicker_one_has_more_channels():
    picture = drawn("architecture, ConvAE")
    fronts = [patch for patch in picture.figure.axes[0].patches if isinstance(patch, Rectangle)]
    shown = [(1, 28), (16, 28), (16, 14), (4, 14), (4, 7), (4, 7), (16, 14), (1, 28)]
    assert len(fronts) == len(shown)
    for (channels, side), front in zip(shown, fronts, strict=True):
        for (other_channels, other_side), other in zip(shown, fronts, strict=True):
            assert (side > other_side) == (front.get_height() > other.get_height() + 1e-9)
            assert (channels > other_channels) == (front.get_width() > other.get_width() + 1e-9)


# --- refusals -------------------------------------------------------------------------------------------------------


class Skips(Odd):
    def decode(self, z):
        x = self.up(z.view(-1, 1, 4, 4))
        return x + self.conv(x)


class Peeks(Odd):
    def encode(self, x):
        self.seen = x
        return super().encode(x)

    def decode(self, z):
        return self.conv(self.seen)


class Pairs(Odd):
    def encode(self, x):
        return super().encode(x), None


WRONG = {
    "a network with a skip connection": (lambda: chain(Skips(), (1, 8, 8)), "Skips: 'add' joins two ways"),
    "a decoder that looks at the image": (lambda: chain(Peeks(), (1, 8, 8)), "not made from the code alone"),
    "an encoder that returns a pair": (lambda: chain(Pairs(), (1, 8, 8)), "encode returns a tuple"),
    "a kernel that one ring is not enough for": (lambda: diagrams.padding_same(kernel=[[1]]), r"shape \(1, 1\)"),
    "a place outside": (lambda: diagrams.padding_same(at=(5, 0)), r"at=\(5, 0\)"),
    "an image too large": (lambda: diagrams.padding_same(torch.ones(7, 7, dtype=int)), "sides from 1 to 5"),
    "broken numbers": (lambda: diagrams.padding_same(torch.ones(5, 5) / 3), "whole numbers from -9 to 9"),
    "numbers too long": (lambda: diagrams.strided_convolution(10 * IMAGE), "whole numbers from -9 to 9"),
    "nine windows": (lambda: diagrams.strided_convolution(stride=1), "gives 3×3 windows"),
    "a channel too few": (
        lambda: diagrams.convolution_of_channels(kernel=KERNEL[None]),
        "has 3",
    ),
    "an image without channels": (lambda: diagrams.convolution_of_channels(IMAGE), "is wanted"),
    "a large input to stamp": (lambda: diagrams.transposed_convolution(KERNEL), "sides from 1 to 2"),
    "a stride of four": (lambda: diagrams.transposed_convolution(stride=4), "stride of 1 to 3"),
    "an output too large": (lambda: diagrams.overlaps((3, 4), size=9), "at most 11 a side"),
    "nothing but edge": (lambda: diagrams.overlaps((5, 4), size=2), "edge"),
    "a matrix too large": (lambda: diagrams.matrix_view(image_shape=(5, 5)), "25 numbers in"),
    "a matrix with too many rows": (lambda: diagrams.matrix_view([[1]]), "16 out"),
    "sizes of two outputs": (lambda: diagrams.output_padding_pair((14, 15)), r"outputs of \[7, 8\]"),
    "one size twice": (lambda: diagrams.output_padding_pair((14, 14)), "two sizes of one output"),
    "more output_padding than padding": (
        lambda: diagrams.output_padding_pair((9, 10), kernel=3, padding=0),
        "output_padding up to the padding",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_drawn_is_refused_in_words(wrong):
    call, said = WRONG[wrong]
    with pytest.raises(ValueError, match=said):
        call()


def test_a_number_too_long_for_its_cell_is_refused():
    _, axis = diagrams.canvas.canvas(1)
    with pytest.raises(ValueError, match="−10 in the x does not fit"):
        diagrams.canvas.grid(axis, Palette("light"), 0, 0, [[-10]], size=0.28, name="x")
