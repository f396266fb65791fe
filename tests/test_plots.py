"""Figures: one for each theme, in words too, the same bytes for the same numbers, and letters that can be read."""

from __future__ import annotations

import base64
import functools
import html
import io
import re
import struct
import sys
import warnings
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
import torch
from PIL import Image

from lessons_pkg import pictures, plots
from lessons_pkg.pictures import Picture

DRAW = torch.Generator().manual_seed(0)
IMAGES = torch.rand(9, 1, 28, 28, generator=DRAW)
CODES = torch.randn(40, 2, generator=DRAW)
LABELS = torch.arange(40) % 3

# One ordinary call of every public function, and what its description must say.
CALLS: dict[str, tuple[Callable[..., Picture], list[str]]] = {
    "reconstructions": (
        lambda **kw: plots.reconstructions({"originals": IMAGES, "linear AE": IMAGES / 2}, **kw),
        ["8 images in 2 rows", "originals", "linear AE"],
    ),
    "component_images": (
        lambda **kw: plots.component_images({"PCA": torch.randn(784, 5, generator=_seeded())}, **kw),
        ["first 5 directions", "PCA"],
    ),
    "loss_curves": (
        lambda **kw: plots.loss_curves({"linear": [0.05, 0.02, 0.0173]}, floor=0.01724, **kw),
        ["mean squared error per pixel", "linear from 0.05 to 0.0173", "PCA floor at 0.01724"],
    ),
    "lines": (
        lambda **kw: plots.lines(
            {"MSE": ([0, 1], [1.5, 0.25]), "BCE": ([0, 1], [3, 2])},
            x_label="output",
            y_label="gradient",
            levels={"zero": 0},
            **kw,
        ),
        ["gradient against output", "MSE from 1.5 to 0.25", "BCE from 3 to 2", "zero at 0"],
    ),
    "error_against_code_size": (
        lambda **kw: plots.error_against_code_size(
            [2, 32], [0.055953, 0.017243], {"LinearAE": [[0.056, 0.0561], [0.0173, 0.0174]]}, **kw
        ),
        ["0.0560 at 2", "0.0172 at 32", "LinearAE"],
    ),
    "verdicts": (
        lambda **kw: plots.verdicts(
            {"linear": ["false", "holds", "false"], "VAE": ["holds"]}, kinds=("holds", "false"), **kw
        ),
        ["each of 4 claims", "linear: 1 holds, 2 false", "VAE: 1 holds"],
    ),
    "dots": (
        lambda **kw: plots.dots(
            {"ReLU": [0.013, 0.0135], "none": [0.0175]},
            x_label="error",
            levels={"floor": 0.01724, "other": 0.015},
            **kw,
        ),
        ["ReLU: mean 0.0132", "none: mean 0.0175", "floor at 0.0172", "other at 0.0150"],
    ),
    "dots_by_row": (
        lambda **kw: plots.dots_by_row(
            ["cat", "dog"],
            {"AE": [[0.6, 0.62], [0.4]], "PCA": [[0.5], []]},
            x_label="AUROC",
            levels={"a coin": 0.5},
            **kw,
        ),
        ["AUROC", "cat: AE 0.61, PCA 0.50", "dog: AE 0.40.", "a coin at 0.50"],
    ),
    "rate_curves": (
        lambda **kw: plots.rate_curves(
            {"PCA": [[(10, 0.1), (1000, 0.001)]], "AE": [[(20, 0.05), (400, 0.004)], [(10, 0.05), (500, 0.006)]]},
            baseline="PCA",
            lossless={"PNG": 1500},
            **kw,
        ),
        [
            "PCA from 0.1 at 10 bits to 0.001 at 1,000",
            "AE from 0.041 at 20 bits to 0.0052 at 400",
            "PNG, without error, 1,500",
        ],
    ),
    "code_scatter": (
        lambda **kw: plots.code_scatter({"PCA": CODES, "t-SNE": CODES * 2}, LABELS, ["cat", "dog", "owl"], **kw),
        ["40 codes", "cat, dog, owl", "PCA", "t-SNE"],
    ),
    "seeds_against_code_size": (
        lambda **kw: plots.seeds_against_code_size([2, 8], {"AE": [[0.1, 0.2], [0.4]]}, y_label="holes", **kw),
        ["holes against the numbers in the code", "AE from 0.15 at 2 to 0.4 at 8"],
    ),
    "seed_curves": (
        lambda **kw: plots.seed_curves(
            {
                "Gaussian": {"median": {0.1: [20.0, 21.0], 0.5: [15.0]}, "network": {0.1: [18.0], 0.5: [19.0]}},
                "masking": {"median": {0.3: [12.0], 0.9: [8.0]}},
            },
            x_label="strength",
            y_label="PSNR",
            marks={"Gaussian": ("trained here", 0.5)},
            **kw,
        ),
        [
            "PSNR against strength",
            "Gaussian: median from 20.5 at 0.1 to 15 at 0.5",
            "network from 18",
            "trained here at 0.5",
        ],
    ),
    "image_sheet": (
        lambda **kw: plots.image_sheet(
            IMAGES[:6].unflatten(0, (2, 3)), x=torch.arange(3), y=torch.tensor([5, -5]), **kw
        ),
        ["2 rows of 3 images", "z_1 from 0.0 to 2.0", "z_2 from -5.0 to 5.0"],
    ),
    "code_plane": (
        lambda **kw: plots.code_plane(CODES, LABELS, ["cat", "dog", "owl"], points={"holes": CODES[:3] + 5}, **kw),
        ["40 codes", "cat, dog, owl", "3 points: holes", "z_1 from"],
    ),
    "vector_fields": (
        lambda **kw: plots.vector_fields(
            CODES, {"exact": -CODES, "network": CODES}, points=CODES[:7], shaded=CODES[:, 0] > 1, **kw
        ),
        ["40 arrows", "2 fields", "7 points", "exact; network"],
    ),
    "code_clouds": (
        lambda **kw: plots.code_clouds(CODES, torch.full((40, 2), -2.0), LABELS, ["cat", "dog", "owl"], **kw),
        ["40 ellipses", "cat, dog, owl", "from 0.37 to 0.37", "radius 2.45"],
    ),
    "autoencoder_diagram": (
        lambda **kw: plots.autoencoder_diagram(image=IMAGES[0], reconstruction=IMAGES[1], code_dim=32, **kw),
        ["784 numbers", "32 numbers", "encoder", "decoder"],
    ),
}


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(1)


@functools.cache
def drawn(name: str) -> Picture:
    """Drawn once for all the tests that only look at it."""
    return CALLS[name][0]()


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def chunks(png: bytes) -> list[bytes]:
    """The names of a PNG's parts; raises where it is not a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found.append(name)
        at += 12 + length
    assert found[-1] == b"IEND"
    return found


def test_every_public_plot_is_tested_here():
    assert set(CALLS) == set(plots.__all__) - {"Picture"}


@pytest.mark.parametrize("name", CALLS)
def test_every_plot_is_a_picture_in_two_themes(name):
    picture = drawn(name)
    assert isinstance(picture, Picture)
    assert set(picture.png) == {"light", "dark"}
    assert picture.png["light"] != picture.png["dark"]
    for png in picture.png.values():
        assert len(png) > 2000
        width, height = struct.unpack(">II", png[16:24])
        assert width == round(pictures.WIDTH * 160)
        assert height > 100
        # Size, palette, resolution, pixels, end: no text, so no version, no date and no path of a machine.
        assert set(chunks(png)) <= {b"IHDR", b"PLTE", b"pHYs", b"IDAT", b"IEND"}
        assert b"PLTE" in chunks(png)


@pytest.mark.parametrize("name", CALLS)
def test_the_description_holds_the_numbers_that_matter(name):
    for part in CALLS[name][1]:
        assert part in drawn(name).alt


@pytest.mark.parametrize("name", CALLS)
def test_the_same_numbers_give_the_same_bytes_and_leave_matplotlib_as_it_was(name):
    first, before = drawn(name), dict(mpl.rcParams)
    again = CALLS[name][0](alt="my own words")
    assert again.png == first.png
    assert again.alt == "my own words"
    assert dict(mpl.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert sys.modules["matplotlib.pyplot"].get_fignums() == []


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.images = []

    def handle_starttag(self, tag, attributes):
        assert tag in ("img", "style"), f"<{tag}> got into the page"
        if tag == "img":
            self.images.append(dict(attributes))


def test_the_html_holds_both_images_and_the_escaped_description():
    alt = 'code "z" <script>alert(1)</script> & more'
    picture = CALLS["lines"][0](alt=alt)
    bundle = picture._repr_mimebundle_()
    page = Tags()
    page.feed(bundle["text/html"])
    assert [image["class"] for image in page.images] == ["themed-light", "themed-dark"]
    for image, theme in zip(page.images, ("light", "dark"), strict=True):
        assert image["alt"] == alt
        assert base64.b64decode(image["src"].removeprefix("data:image/png;base64,")) == picture.png[theme]
    assert html.escape(alt) in bundle["text/html"]
    # Where a style sheet is stripped, one of the two is seen, not both.
    assert ["display:none" in image["style"] for image in page.images] == [False, True]
    assert bundle["text/plain"] == repr(picture) == f"[figure: {alt}]"


def test_the_signature_shows_no_palette():
    assert "palette" not in plots.lines.__annotations__
    assert plots.lines.__annotations__["alt"] == "str | None"
    assert plots.lines.__doc__.startswith("Named lines")


# --- little, much, and nothing --------------------------------------------------------------------------------------

LITTLE = {
    "one image": lambda: plots.reconstructions({"original": IMAGES[:1]}),
    "one column of several": lambda: plots.reconstructions({"original": IMAGES, "again": IMAGES[:1]}),
    "an image with a gradient": lambda: plots.reconstructions({"x": IMAGES.clone().requires_grad_()}),
    "one direction": lambda: plots.component_images({"PCA": torch.rand(784, 1)}),
    "a direction of zeros": lambda: plots.component_images({"PCA": torch.zeros(784, 2)}),
    "one epoch": lambda: plots.loss_curves({"linear": [0.5]}, floor=0.4),
    "one epoch, logarithmic": lambda: plots.loss_curves({"linear": [0.5]}, log=True),
    "three decades": lambda: plots.loss_curves({"linear": [1.0, 0.1, 0.001]}, floor=0.0009, log=True),
    "one code size": lambda: plots.error_against_code_size([32], [0.017], {"AE": [[0.018]]}),
    "no models beside the floor": lambda: plots.error_against_code_size([2, 32], [0.05, 0.017], {}),
    "one setting of a coder": lambda: plots.rate_curves({"AE": [[(100, 0.01)]]}),
    "one place of one line": lambda: plots.seed_curves({"": {"AE": {2: [1.0]}}}, x_label="x", y_label="y", log_x=True),
    "one dot": lambda: plots.dots({"AE": [0.5]}, x_label="error"),
    "one dot in a row": lambda: plots.dots_by_row(["cat"], {"AE": [[0.5]]}, x_label="error"),
    "one code": lambda: plots.code_scatter({"PCA": CODES[:1]}, LABELS[:1], ["cat", "dog"]),
    "codes with a gradient": lambda: plots.code_scatter({"PCA": CODES.clone().requires_grad_()}, LABELS, list("abc")),
}


@pytest.mark.parametrize("little", LITTLE)
def test_little_is_drawn_too(little):
    assert LITTLE[little]().alt


NOTHING = {
    "no rows": lambda: plots.reconstructions({}),
    "a row of no images": lambda: plots.reconstructions({"originals": IMAGES, "none": IMAGES[:0]}),
    "no components": lambda: plots.component_images({}),
    "no directions": lambda: plots.component_images({"PCA": torch.rand(784, 0)}),
    "no curves": lambda: plots.loss_curves({}),
    "a training that was interrupted in its first epoch": lambda: plots.loss_curves({"linear": []}),
    "no panels of curves": lambda: plots.seed_curves({}, x_label="x", y_label="y"),
    "a panel of nothing": lambda: plots.seed_curves({"AE": {}}, x_label="x", y_label="y"),
    "a line without places": lambda: plots.seed_curves({"AE": {"a": {}}}, x_label="x", y_label="y"),
    "a place without seeds": lambda: plots.seed_curves({"AE": {"a": {2: []}}}, x_label="x", y_label="y"),
    "no lines": lambda: plots.lines({}, x_label="x", y_label="y"),
    "no code sizes": lambda: plots.error_against_code_size([], [], {}),
    "no groups": lambda: plots.dots({}, x_label="error"),
    "a group of no seeds": lambda: plots.dots({"AE": []}, x_label="error"),
    "no rows of dots": lambda: plots.dots_by_row([], {"AE": []}, x_label="x"),
    "no groups in the rows": lambda: plots.dots_by_row(["cat"], {}, x_label="x"),
    "no coders": lambda: plots.rate_curves({}),
    "a coder without seeds": lambda: plots.rate_curves({"AE": []}),
    "no panels": lambda: plots.code_scatter({}, LABELS, list("abc")),
    "no codes": lambda: plots.code_scatter({"PCA": CODES[:0]}, LABELS[:0], list("abc")),
}


@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_to_draw_is_refused_in_words(nothing):
    with pytest.raises(ValueError, match=r"is empty: give at least one|there is nothing to draw for"):
        NOTHING[nothing]()


def coloured(figure, kinds=("lines",)) -> int:
    return sum(len(getattr(axis, kind)) for axis in figure.axes for kind in kinds)


def test_more_curves_than_colours_are_all_drawn():
    names = [f"curve {number}" for number in range(11)]
    assert coloured(plots.loss_curves({name: [1.0, 0.5] for name in names}).figure) == 11
    assert coloured(plots.dots({name: [1.0] for name in names}, x_label="x").figure) == 22  # the dot and its mean
    models = {name: [[1.0], [0.5]] for name in names}
    # dots and the line through their means for each, and the floor
    assert coloured(plots.error_against_code_size([2, 4], [0.1, 0.05], models).figure) == 2 * 11 + 1


def test_each_dot_of_a_row_stands_at_its_value_and_its_groups_do_not_lie_on_each_other():
    groups = {"AE": [[0.1, 0.2], [0.3]], "PCA": [[0.4], []], "kNN": [[0.5], [0.6]]}
    axis = plots.dots_by_row(["cat", "dog"], groups, x_label="x", levels={"coin": 0.7}).figure.axes[0]
    drawn = {tuple(line.get_xdata()): set(line.get_ydata()) for line in axis.lines if len(line.get_xdata())}
    assert {(0.1, 0.2), (0.3,), (0.4,), (0.5,), (0.6,), (0.7, 0.7)} <= set(drawn)
    heights = [drawn[x].pop() for x in ((0.1, 0.2), (0.4,), (0.5,), (0.3,), (0.6,))]
    assert heights == sorted(heights)
    assert min(b - a for a, b in pairwise(heights)) > 0.1
    assert heights[2] < 0.5 < heights[3]
    with pytest.raises(ValueError, match="'AE' has values for 1 rows, and there are 2"):
        plots.dots_by_row(["cat", "dog"], {"AE": [[0.1]]}, x_label="x")


def test_a_model_without_a_code_of_some_size_has_no_dot_there():
    models = {"on a grid": [[], [0.5, 0.7], []], "any": [[1.0], [0.4], [0.2]]}
    _, dots, means, *_ = plots.error_against_code_size([2, 4, 8], [0.1, 0.05, 0.01], models).figure.axes[0].lines
    assert dots.get_xydata().tolist() == [[4, 0.5], [4, 0.7]]
    assert means.get_xydata().tolist() == [[4, pytest.approx(0.6)]]
    with pytest.raises(ValueError, match="nothing to draw for 'none'"):
        plots.error_against_code_size([2], [0.1], {"none": [[]]})


def test_the_lines_hold_the_numbers_that_were_given():
    figure = plots.loss_curves({"a": [3.0, 2.0, 1.0]}, floor=0.5).figure
    curve, floor = figure.axes[0].lines
    assert curve.get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]]
    assert set(floor.get_ydata()) == {0.5}
    shown = plots.reconstructions({"a": IMAGES, "b": IMAGES / 2}, columns=3).figure
    assert [axis.images[0].get_array().max() for axis in shown.axes] == pytest.approx(
        [IMAGES[i].max().item() * scale for scale in (1, 0.5) for i in range(3)]
    )
    assert {axis.images[0].get_clim() for axis in shown.axes} == {(0, 1)}  # grey means the same in every cell


def test_a_band_runs_from_the_least_to_the_greatest_seed_where_all_have_been():
    seeds = [[(10, 0.1), (1000, 0.001)], [(20, 0.1), (500, 0.004)]]
    axis = plots.rate_curves({"AE": seeds}).figure.axes[0]
    (line,), (band,) = axis.lines, axis.collections
    x, y = line.get_data()
    assert (x[0], x[-1]) == (20, 500)
    assert y[0] == pytest.approx((0.05 * 0.1) ** 0.5)  # the power law 1 / bits of the first, and the second's own point
    corners = band.get_paths()[0].vertices
    assert [corners[:, 1].min(), corners[:, 1].max()] == pytest.approx([0.002, 0.1])
    with pytest.raises(ValueError, match="no bits in common"):
        plots.rate_curves({"AE": [[(10, 0.1), (20, 0.05)], [(30, 0.1), (40, 0.05)]]})


@pytest.mark.parametrize("values", [[0.5, 0.5001, 0.5002], [1.0, 0.2, 0.21]])
def test_names_at_the_ends_do_not_touch(values):
    figure = plots.loss_curves({f"curve {number}": [2.0, value] for number, value in enumerate(values)}).figure
    figure.draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in figure.axes[0].texts), key=lambda box: box.y0)
    assert len(boxes) == 3
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in pairwise(boxes))


# --- legibility -----------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_of_every_colour_stand_out_from_the_paper(theme):
    palette = pictures.Palette(theme)
    for colour in [*palette.hues, palette.ink]:
        assert re.fullmatch("#[0-9a-f]{6}", colour)
        assert contrast(colour, palette.paper) >= 4.5, colour
    assert contrast(palette.faint, palette.paper) >= 3  # lines only, no letters
    assert len(set(palette.hues)) == len(palette.hues) == 8


@pytest.mark.parametrize("name", CALLS)
def test_letters_are_large_enough_for_a_phone(name):
    """On 390 px a picture shrinks to 390 / (5.2 in x 72) of its points: 10 points become 10 px."""
    figure = drawn(name).figure
    figure.draw_without_rendering()
    sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text() and text.get_visible()]
    assert min(sizes, default=10) >= 10


def test_an_image_sheet_refuses_what_is_no_sheet():
    with pytest.raises(ValueError, match=r"shape \(9, 1, 28, 28\)"):
        plots.image_sheet(IMAGES)
    with pytest.raises(ValueError, match="2 coordinates for 3 images"):
        plots.image_sheet(IMAGES[:6].unflatten(0, (2, 3)), x=torch.arange(2), y=torch.arange(2))


def test_a_palette_of_256_colours_changes_no_pixel_that_one_would_see():
    sheet = torch.linspace(0, 1, 6 * 28 * 28).reshape(2, 3, 1, 28, 28)  # every grey value there is
    figure = plots.image_sheet(sheet)
    buffer = io.BytesIO()
    figure.figure.savefig(buffer, format="png")
    before, after = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
        for png in (buffer.getvalue(), figure.png["light"])
    )
    assert before.shape == after.shape
    assert abs(before - after).max() <= 4


def test_a_verdict_that_is_none_is_refused():
    with pytest.raises(ValueError, match="maybe is not among the kinds: holds, false"):
        plots.verdicts({"linear": ["maybe"]}, kinds=("holds", "false"))
