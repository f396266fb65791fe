"""The shape calculator of the page: answers and refusals of ``lessons_pkg.shapes``, by clicks and by keyboard."""

from __future__ import annotations

import random
import re
from math import prod

import pytest
import torch
from torch import nn

from lessons_pkg import models, shapes
from lessons_pkg.explore import shapes as calculator

from . import explorer_page

PLACE = "document.querySelector('.lessons-explorer').lessons"
LARGEST = 1024  # pixels a side that the page follows
# What each line of the page says, the input first: layer, shape, parameters, what it sees, refusal.
LINES = """() => [...document.querySelectorAll('.lessons-shapes li')].map(line =>
    ['layer', 'shape', 'count', 'sees', 'refusal'].map(name => {
        const words = line.querySelector(`.lessons-${name}`).firstChild;
        return words ? words.data.trim() : '';
    }))"""


def expected(spec: dict) -> dict:
    """What lessons_pkg.shapes says: the steps, up to a layer that is refused, and the words of the refusal."""
    with torch.device("meta"):  # no memory for the weights
        layers = [calculator.layer(part) for part in spec["layers"]]
    answer: dict = {"steps": []}
    for count in range(len(layers) + 1):
        try:
            steps = shapes.trace(layers[:count], spec["input"]).steps
        except shapes.ImpossibleLayer as error:
            return {**answer, "refused": str(error), "place": count}
        answer = {
            "steps": [[s.layer, list(s.shape), s.parameters, list(s.receptive_field)] for s in steps],
            "refused": None,
            "place": None,
        }
    return answer


def lines(spec: dict) -> list[list[str]]:
    """The same as the lines of the page; what a layer is called stays open where it was not reached."""
    told = expected(spec)
    page = []
    for place, (layer, shape, parameters, field) in enumerate(told["steps"]):
        count = f"{parameters:,} parameter{'s' * (parameters != 1)}" if place else ""
        page.append([layer, " × ".join(map(str, shape)), count, "sees {} × {}".format(*field) if place else "", ""])
    for place in range(len(page), len(spec["layers"]) + 1):
        refused = place == told["place"]
        page.append(["", "impossible" if refused else "not reached", "", "", told["refused"] if refused else ""])
    return page


def said(rows: list[list[str]]) -> list[list[str]]:
    """Lines of the page, to compare with ``lines``."""
    return [["", *row[1:]] if row[1] in ("impossible", "not reached") else row for row in rows]


def random_stack(draw: random.Random) -> dict:
    """Up to seven layers, most of which fit; now and then one that does not."""
    shape = [draw.randint(1, 4), draw.randint(1, 40), draw.randint(1, 40)]
    spec, image = {"input": shape, "layers": []}, shape
    for _ in range(draw.randint(0, 7)):
        wrong = draw.random() < 0.04
        kinds = ["Conv2d", "MaxPool2d", "AvgPool2d", "ConvTranspose2d"] * 2 + ["Flatten", "ReLU"]
        if len(shape) == 1:
            kinds = ["Flatten", "Linear", "Unflatten", "ReLU"]
        kind = draw.choice(kinds if draw.random() < 0.94 else calculator.KINDS)
        part = {"kind": kind}
        window = {"kernel": draw.randint(1, 6), "stride": draw.randint(1, 3), "padding": draw.randint(0, 2)}
        if kind in ("MaxPool2d", "AvgPool2d"):
            part |= {**window, "padding": min(window["padding"], window["kernel"] // 2 + wrong)}
        elif kind in ("Conv2d", "ConvTranspose2d"):
            part |= {"in": shape[0] + wrong, "out": draw.randint(1, 6), **window}
            if kind == "ConvTranspose2d":
                part["output_padding"] = draw.randint(0, window["stride"] - (draw.random() < 0.8))
        elif kind == "Linear":
            part |= {"in": prod(shape) + wrong if draw.random() < 0.9 else shape[-1], "out": draw.randint(1, 60)}
        elif kind == "Unflatten":
            target = draw.choice([image, [prod(shape), 1, 1], [1, 1, prod(shape) + wrong]])
            part |= dict(zip(("channels", "height", "width"), target, strict=True))
        spec["layers"].append(part)
        steps = expected(spec)["steps"]
        shape = steps[-1][1] if len(steps) == len(spec["layers"]) + 1 else shape
        image = shape if len(shape) == 3 else image
    return spec


@pytest.fixture(scope="module")
def stacks():
    draw = random.Random(5)
    return [random_stack(draw) for _ in range(800)]


@pytest.fixture
def visited(visit, tmp_path):
    made = visit(explorer_page.write(tmp_path, "shapes", calculator.of_the_course()))
    made.page.wait_for_selector(".lessons-shapes")
    yield made
    assert not made.errors


@pytest.fixture
def page(visited):
    return visited.page


def state(page) -> dict:
    return page.evaluate(f"{PLACE}.state()")


def agreed(page) -> dict:
    """The stack on the page, after its lines were compared with lessons_pkg.shapes."""
    found = state(page)
    assert said(page.evaluate(LINES)) == lines(found)
    return found


def head(page, place: int):
    return page.locator(".lessons-head").nth(place)


def test_hundreds_of_stacks_have_the_answers_and_the_refusals_of_the_package(page, stacks):
    told = [expected(spec) for spec in stacks]
    causes = (
        "channels, but", "window covers", "must be smaller than the stride", "more than half of the window",
        "is an Unflatten missing", "is a Flatten missing", "cannot become", "nothing is left",
        "what each sees is not known", "by itself: is a Flatten missing", "features, but what comes",
    )  # fmt: skip
    for cause in causes:
        assert any(cause in (one["refused"] or "") for one in told), f"no stack is refused with {cause!r}"
    assert sum(len(one["steps"]) > 4 and not one["refused"] for one in told) > 200, "too few stacks that work"
    found = page.evaluate(
        """stacks => stacks.map(({input, layers}) => {
            const { steps, refused } = Lessons.trace(layers, input);
            return {
                steps: steps.map(step => [step.layer, step.shape, step.parameters, step.receptive_field]),
                refused: refused && refused.message, place: refused && refused.place,
            };
        })""",
        stacks,
    )
    for spec, ours, theirs in zip(stacks, found, told, strict=True):
        assert ours == theirs, spec


def test_a_row_of_features_and_an_impossible_input_are_answered_as_in_the_package(page):
    linear = {"kind": "Linear", "in": 6, "out": 2}
    for spec in (
        {"input": [6], "layers": [linear]},
        {"input": [6], "layers": [{"kind": "Flatten"}]},
        {"input": [1, 0, 4], "layers": [linear]},
        {"input": [0], "layers": []},
    ):
        found = page.evaluate("({layers, input}) => Lessons.trace(layers, input)", spec)
        told = expected(spec)
        assert [list(step.values()) for step in found["steps"]] == told["steps"]
        assert (found["refused"] or {}).get("message") == told["refused"]


def test_a_layer_that_the_calculator_does_not_know_is_refused_with_the_words_of_the_package(page):
    found = page.evaluate("Lessons.trace([{kind: 'LSTM'}], [1, 28, 28]).refused.message")
    with pytest.raises(shapes.ImpossibleLayer) as told:
        shapes.trace([nn.LSTM(3, 3)], (1, 28, 28))
    assert found == str(told.value)


def test_the_lines_of_the_page_say_it(page, stacks):
    def largest(spec: dict) -> int:
        return max(max([0, *shape[1:]]) for _, shape, *_ in expected(spec)["steps"])

    small = [spec for spec in stacks if largest(spec) <= LARGEST]
    assert len(small) > 700
    shown = page.evaluate(f"stacks => stacks.map(stack => {{ {PLACE}.load(stack); return ({LINES})() }})", small)
    for spec, rows in zip(small, shown, strict=True):
        assert said(rows) == lines(spec), spec


def test_it_starts_with_the_network_of_exercise_2(page):
    found = agreed(page)
    assert found["input"] == [1, 28, 28]
    assert [step["shape"] for step in found["steps"]][4] == [4, 7, 7]
    network = models.ConvAE()
    total = sum(parameter.numel() for parameter in network.parameters())
    code = network.encode(torch.zeros(1, 1, 28, 28)).numel()
    assert page.locator(".lessons-sum").last.inner_text() == (
        f"Out: 1 × 28 × 28, the shape of the image. {total:,} parameters. "
        f"Fewest numbers: {code} after layer 4; the image has 784."
    )
    assert (total, code) == (1077, 196)


def test_by_clicks_a_layer_is_changed_refused_mended_moved_removed_and_added(page):
    head(page, 3).click()
    page.get_by_role("button", name="channels out, more").click()
    found = agreed(page)
    assert found["refused"]["message"] == "layer 5, ConvTranspose2d wants 4 channels, but 5 come"
    assert page.get_by_text("Stops at layer 5.").is_visible()
    assert page.evaluate(LINES)[6][1] == "not reached"
    page.get_by_role("button", name="Take 5 in").click()
    assert agreed(page)["refused"] is None
    assert page.get_by_text("Out: 1 × 28 × 28, the shape of the image.").is_visible()

    page.get_by_role("button", name="Move up").click()
    assert [layer["kind"] for layer in agreed(page)["layers"]][:3] == ["Conv2d", "Conv2d", "MaxPool2d"]
    page.get_by_role("button", name="Move down").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    found = agreed(page)
    assert found["refused"]["message"] == "layer 4, ConvTranspose2d wants 5 channels, but 16 come"

    page.get_by_role("button", name="Start again").click()
    assert agreed(page)["layers"] == calculator.of_the_course()["layers"]
    head(page, 4).click()
    for kind in ("Flatten", "Linear", "Linear", "Unflatten"):
        page.get_by_role("button", name=kind, exact=True).click()
    found = agreed(page)
    assert [layer["kind"] for layer in found["layers"]][4:8] == ["Flatten", "Linear", "Linear", "Unflatten"]
    assert found["layers"][5] == {"kind": "Linear", "in": 196, "out": 32}
    head(page, 7).click()
    page.get_by_role("spinbutton", name="features out").fill("196")
    head(page, 8).click()
    for name, value in (("channels", "4"), ("height", "7"), ("width", "7")):
        page.get_by_role("spinbutton", name=name).fill(value)
    found = agreed(page)
    assert found["refused"] is None
    assert found["steps"][-1]["shape"] == [1, 28, 28]
    assert page.get_by_text("Fewest numbers: 32 after layer 6").is_visible()

    page.get_by_role("button", name="Remove all").click()
    assert agreed(page)["layers"] == []
    assert page.get_by_text("No layers yet.").is_visible()


def test_output_padding_brings_back_an_even_or_an_odd_size(page):
    page.get_by_role("button", name="Remove all").click()
    page.get_by_role("button", name="Conv2d", exact=True).click()
    page.get_by_role("button", name="stride, more").click()
    page.get_by_role("button", name="ConvTranspose2d", exact=True).click()
    page.get_by_role("spinbutton", name="kernel").fill("3")
    page.get_by_role("spinbutton", name="padding", exact=True).fill("1")
    assert agreed(page)["steps"][-1]["shape"] == [1, 27, 27]
    page.get_by_role("button", name="output_padding, more").click()
    assert agreed(page)["steps"][-1]["shape"] == [1, 28, 28]
    page.get_by_role("button", name="output_padding, more").click()
    assert "output_padding 2 must be smaller than the stride (2)" in agreed(page)["refused"]["message"]


def tab_to(page, wanted: str) -> None:
    """Press Tab until the focused element is called so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")
        if name.startswith(wanted):
            return
    raise AssertionError(f"Tab does not reach {wanted!r}")


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


def heard(page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('.lessons-spoken').textContent.includes(words)", arg=words, timeout=5000
    )


def test_by_keyboard_alone_a_layer_is_chosen_changed_moved_removed_and_added_and_each_is_heard(page):
    page.wait_for_timeout(600)  # longer than the voice waits
    assert page.locator(".lessons-spoken").inner_text() == ""  # nothing is said before anything is done
    tab_to(page, "3Conv2d 16-4")
    page.keyboard.press("Enter")
    assert head(page, 3).get_attribute("aria-expanded") == "true"
    tab_to(page, "kernel")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    found = agreed(page)
    assert found["layers"][2]["kernel"] == 5
    heard(page, "Layer 3, Conv2d 16-4, 5x5, padding 1: 4 × 12 × 12, 1,604 parameters, sees 12 × 12.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("2")  # what Tab reaches is selected, so that typing replaces it
    assert agreed(page)["layers"][2]["padding"] == 2
    tab_to(page, "Move down")
    page.keyboard.press("Enter")
    assert agreed(page)["layers"][3]["kernel"] == 5
    assert focused(page) == "Move down"
    page.keyboard.press("Enter")
    heard(page, "layer 4, ConvTranspose2d wants 4 channels, but 16 come")
    page.keyboard.press("Enter")
    assert agreed(page)["layers"][5]["kernel"] == 5
    assert focused(page) == "Move up"  # at the end it cannot go further down
    tab_to(page, "Remove")
    page.keyboard.press("Enter")
    assert focused(page).startswith("5ConvTranspose2d 16-1")
    assert len(agreed(page)["layers"]) == 5
    page.reload()
    tab_to(page, "MaxPool2d")
    page.keyboard.press("Enter")
    assert agreed(page)["layers"][6]["kind"] == "MaxPool2d"
    assert focused(page) == "MaxPool2d"  # to add one more
    heard(page, "Layer 7, MaxPool2d 2x2, stride 2: 1 × 14 × 14")


def test_a_number_out_of_bounds_changes_nothing_and_is_told(page):
    head(page, 1).click()
    box = page.get_by_role("spinbutton", name="padding")
    for bad in ("99", "", "-1", "1.5"):
        box.fill(bad)
        assert box.get_attribute("aria-invalid") == "true"
        assert agreed(page)["layers"][0]["padding"] == 1
        assert page.get_by_text("0 to 15", exact=True).is_visible()  # not what is spoken, which comes a moment later
    heard(page, "padding: a whole number from 0 to 15")
    box.press("Tab")
    page.wait_for_function("!document.querySelector('[aria-invalid]')")
    assert box.input_value() == "1"
    assert box.get_attribute("aria-invalid") is None
    assert page.get_by_text("1 stays: 0 to 15", exact=True).is_visible()
    page.get_by_role("button", name="stride, less").click()
    assert agreed(page)["layers"][0]["stride"] == 1
    assert page.locator("[aria-invalid]").count() == 0  # the button stops at the smallest


def test_what_is_typed_is_not_rewritten_under_the_fingers(page):
    head(page, 1).click()
    box = page.get_by_role("spinbutton", name="padding")
    box.fill("02")
    assert agreed(page)["layers"][0]["padding"] == 2
    assert box.input_value() == "02"


def test_the_input_can_be_another_image(page):
    head(page, 0).click()
    page.get_by_role("spinbutton", name="width").fill("30")
    assert agreed(page)["steps"][-1]["shape"] == [1, 28, 28]
    page.get_by_role("button", name="channels, more").click()
    assert agreed(page)["refused"]["message"] == "layer 1, Conv2d wants 1 channels, but 2 come"
    assert page.get_by_role("button", name="Move up").count() == 0


def test_at_most_16_layers_and_1024_pixels_a_side(page):
    page.get_by_role("button", name="Remove all").click()
    add = page.get_by_role("button", name="ConvTranspose2d", exact=True)
    for _ in range(5):
        add.click()
    assert agreed(page)["steps"][-1]["shape"] == [1, 896, 896]
    add.click()
    assert "(1, 1792, 1792), and this page stops at 1024 pixels a side" in state(page)["refused"]["message"]
    for _ in range(10):
        add.click()
    assert add.is_disabled()
    assert len(state(page)["layers"]) == 16
    assert page.evaluate("document.activeElement.className") == "lessons-head"


@pytest.mark.parametrize("kind", ["course", "random"])
def test_the_code_on_the_page_makes_the_same_layers(page, stacks, kind):
    specs = [calculator.of_the_course()] if kind == "course" else stacks[:60]
    shown = "document.querySelector('.lessons-shapes code').textContent"
    codes = page.evaluate(f"stacks => stacks.map(stack => {{ {PLACE}.load(stack); return {shown} }})", specs)
    for spec, code in zip(specs, codes, strict=True):
        with torch.device("meta"):
            made = eval(code, {"nn": nn})
            assert [repr(layer) for layer in made] == [repr(calculator.layer(part)) for part in spec["layers"]]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off_and_all_buttons_are_large_enough(visit, tmp_path, width):
    page = visit(explorer_page.write(tmp_path, "shapes", calculator.of_the_course()), width=width).page
    head(page, 5).click()
    page.get_by_role("button", name="kernel, more").click()
    page.get_by_role("spinbutton", name="channels in").fill("99999")
    page.get_by_text("The same in PyTorch").click()
    assert page.get_by_role("button", name="Take 4 in").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [one.bounding_box() for one in page.locator("button:visible, input:visible").all()]
    assert len(boxes) > 20
    assert all(min(box["width"], box["height"]) >= 24 for box in boxes)
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)


def test_without_scripts_the_static_picture_stays(visit, tmp_path):
    page = visit(explorer_page.write(tmp_path, "shapes", calculator.of_the_course()), scripts=False).page
    assert page.locator("#still").inner_text() == "a static picture"


def test_a_stack_of_torch_layers_comes_back_as_it_was():
    layers = [
        nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.ReLU(), nn.AvgPool2d(2), nn.ConvTranspose2d(2, 1, 3, 2, 1, 1),
        nn.MaxPool2d(3, stride=1, padding=1), nn.Flatten(), nn.Linear(196, 4), nn.Unflatten(1, (4, 1, 1)),
    ]  # fmt: skip
    spec = calculator.stack(layers, (1, 28, 28))
    assert [repr(calculator.layer(part)) for part in spec["layers"]] == [repr(layer) for layer in layers]


@pytest.mark.parametrize(
    "layer",
    [
        nn.LSTM(1, 2), nn.Conv2d(1, 2, 3, bias=False), nn.Conv2d(2, 2, 3, groups=2), nn.Conv2d(1, 2, 3, dilation=2),
        nn.Conv2d(1, 2, (3, 5)), nn.Conv2d(1, 2, 3, padding="same"), nn.MaxPool2d(2, ceil_mode=True), nn.Flatten(0),
        nn.Unflatten(1, (2, 2)),
    ],
)  # fmt: skip
def test_a_layer_with_settings_that_the_page_lacks_is_named(layer):
    with pytest.raises(ValueError, match=re.escape(str(layer))):
        calculator.stack([layer], (1, 28, 28))
