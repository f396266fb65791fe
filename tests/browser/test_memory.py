"""The explorer of memory order does what torch does: shapes, strides, copies and refusals."""

from __future__ import annotations

import math
import random

import pytest
import torch

from lessons_pkg import memory

from . import explorer_page

EXPLORER = "document.querySelector('.lessons-explorer').lessons"
AXES = 4


@pytest.fixture
def page(visit, tmp_path):
    made = visit(explorer_page.write(tmp_path, "memory", {"shape": (2, 3, 4)}))
    made.page.wait_for_selector(".lessons-line")
    assert not made.errors
    return made.page


def state(page) -> dict:
    return page.evaluate(f"{EXPLORER}.state()")


def shapes_of(count: int, longest: int = AXES) -> list[tuple[int, ...]]:
    """Every way to write count as a product of at most ``longest`` sizes, ones included."""
    if longest == 1:
        return [(count,)]
    rest = [
        (size, *others)
        for size in range(1, count + 1)
        if count % size == 0
        for others in shapes_of(count // size, longest - 1)
    ]
    return [(count,), *(shape for shape in rest if len(shape) > 1)]


def random_step(draw: random.Random, axes: int, shapes: list[tuple[int, ...]]) -> tuple[str, list[int]]:
    method = draw.choice(["view", "view", "reshape", "permute", "transpose", "contiguous"])
    if method in ("view", "reshape"):
        sizes = list(draw.choice(shapes))
        if draw.random() < 0.3:
            sizes[draw.randrange(len(sizes))] = -1
        if draw.random() < 0.1:
            sizes[draw.randrange(len(sizes))] = draw.randint(-2, 5)
        return method, sizes
    if method == "contiguous":
        return method, []
    numbers = draw.sample(range(axes), axes) if method == "permute" else [draw.randrange(axes) for _ in range(2)]
    if draw.random() < 0.3:
        numbers[0] -= axes
    if draw.random() < 0.1:
        numbers[-1] = draw.randint(-5, 5)
    if draw.random() < 0.05:
        numbers.pop()
    return method, numbers


def what_torch_says(steps: list[tuple[str, list[int]]]) -> list[dict]:
    a, copies, answers = torch.arange(24).reshape(2, 3, 4), 0, []
    for method, numbers in steps:
        refused, before = None, a.data_ptr()
        try:
            a = getattr(a, method)(*numbers)
        except (RuntimeError, IndexError, TypeError) as error:
            refused = type(error).__name__
        copies += a.data_ptr() != before
        answers.append(
            {
                "shape": list(a.shape),
                "strides": list(a.stride()),
                "contiguous": a.is_contiguous(),
                "line": memory.in_memory(a).tolist(),
                "values": a.flatten().tolist(),
                "copies": copies,
                "refused": refused,
            }
        )
    return answers


def test_any_sequence_of_operations_gives_what_torch_gives(page):
    draw, shapes = random.Random(0), shapes_of(24)
    counts = {"copies": 0, "refused": 0, "views of what is not contiguous": 0}
    for _ in range(250):
        steps, a = [], torch.arange(24).reshape(2, 3, 4)
        for _ in range(20):
            steps.append(random_step(draw, a.dim(), shapes))
            try:
                b = getattr(a, steps[-1][0])(*steps[-1][1])
            except (RuntimeError, IndexError, TypeError):
                continue
            shared = b.data_ptr() == a.data_ptr()
            counts["views of what is not contiguous"] += "view" in steps[-1] and shared and not a.is_contiguous()
            a = b
        shown = page.evaluate(
            """steps => {
                const explorer = EXPLORER;
                document.querySelectorAll(".lessons-operations button[type=button]")[2].click();  // start again
                return steps.map(([method, numbers]) => {
                    explorer.apply(method, numbers);
                    const now = explorer.state();
                    return {shape: now.shape, strides: now.strides, contiguous: now.contiguous, line: now.line,
                            values: now.places.map((place) => now.line[place]), copies: now.copies,
                            refused: now.refused && now.refused.type};
                });
            }""".replace("EXPLORER", EXPLORER),
            steps,
        )
        expected = what_torch_says(steps)
        assert shown == expected, steps
        counts["copies"] += expected[-1]["copies"]
        counts["refused"] += sum(each["refused"] is not None for each in expected)
    assert min(counts.values()) > 30, counts  # the sequences have seen something


def test_typing_and_clicking_as_the_chapter_does(page):
    shape = page.get_by_label("shape")
    told = page.locator(".lessons-result")
    page.get_by_label("order of axes").fill("2, 0, 1")
    page.get_by_role("button", name="permute").click()
    assert state(page)["strides"] == [1, 12, 4]
    shape.fill("24")
    shape.press("Enter")  # the first button of the row: view
    assert told.inner_text().startswith("view(24): torch refuses, RuntimeError: no strides read this line so.")
    assert state(page)["shape"] == [4, 2, 3]
    assert state(page)["line"] == list(range(24))
    page.get_by_role("button", name="reshape").click()
    assert "A copy: view would refuse." in told.inner_text()
    assert state(page)["line"] == torch.arange(24).reshape(2, 3, 4).permute(2, 0, 1).flatten().tolist()
    assert "copy 1" in page.get_by_role("heading", name="Its memory").inner_text()
    assert page.locator(".lessons-chain").inner_text().endswith(".reshape(2, 3, 4).permute(2, 0, 1).reshape(24)")
    page.get_by_role("button", name="back").click()
    assert state(page)["shape"] == [4, 2, 3]
    page.get_by_role("button", name="start again").click()
    assert state(page)["shape"] == [2, 3, 4]


def test_the_reason_of_a_refusal_is_true(page):
    """It names two steps along one axis of the wanted shape; they lead from and to the places that it says."""
    draw, seen = random.Random(1), 0
    for _ in range(60):
        a = torch.arange(24).reshape(draw.choice(shapes_of(24))).clone()
        a = a.permute(*draw.sample(range(a.dim()), a.dim()))
        wanted = draw.choice(shapes_of(24))
        reason = page.evaluate(
            """([a, wanted]) => {
                try { Lessons.memory.methods.view(a, wanted); return null; } catch (error) { return error.message; }
            }""",
            [{"shape": a.shape, "strides": a.stride(), "line": list(range(24))}, wanted],
        )
        try:
            a.view(wanted)
        except RuntimeError:
            places = a.flatten().reshape(wanted)  # a's numbers are their places in memory
            axis = int(reason.split("along axis ")[1][0])
            steps = torch.stack((places.narrow(axis, 0, wanted[axis] - 1), places.narrow(axis, 1, wanted[axis] - 1)))
            there = {
                f"from place {start} to {end} ({end - start:+d})".replace("-", "−")
                for start, end in steps.flatten(1).T.tolist()
            }
            told = reason.split("would go ")[1].split(". A stride")[0].split(", but also ")
            assert set(told) <= there
            assert told[0].split("(")[1] != told[1].split("(")[1]
            seen += 1
        else:
            assert reason is None
    assert seen > 15


@pytest.mark.parametrize(
    ("row", "typed", "button", "words"),
    [
        ("shape", "5, 5", "view", "asks for 25 numbers but the tensor has 24"),
        ("shape", "-1, -1", "reshape", "only one size can be -1"),
        ("shape", "six", "view", "write whole numbers"),
        ("shape", "", "view", "write whole numbers"),
        ("shape", "1, 2, 3, 4, 1", "view", "at most 4 axes"),
        ("order of axes", "0, 1", "permute", "there are 3, not 2"),
        ("order of axes", "0, 1, 1", "permute", "one is there twice"),
        ("two axes", "0, 3", "transpose", "no axis 3: the axes are 0 to 2"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(page, row, typed, button, words):
    before = state(page)
    page.get_by_label(row, exact=True).fill(typed)
    page.get_by_role("button", name=button).click()
    told = page.locator(".lessons-result")
    assert words in told.inner_text()
    assert "lessons-refused" in told.get_attribute("class")
    assert {**state(page), "told": "", "refused": None} == {**before, "told": ""}
    page.get_by_role("button", name="contiguous").click()
    assert "lessons-refused" not in told.get_attribute("class")


def test_the_keyboard_walks_in_reading_order_and_along_the_memory(page):
    page.evaluate(f"() => {{ {EXPLORER}.apply('permute', [2, 0, 1]); {EXPLORER}.mark(0); }}")
    a = torch.arange(24).reshape(2, 3, 4).permute(2, 0, 1)
    slider = page.get_by_label("walk in reading order")
    slider.focus()
    for n in range(1, 24):
        page.keyboard.press("ArrowRight")
        assert state(page)["marked"] == a.flatten()[n]
    assert "It is the last in reading order" in page.locator(".lessons-where").inner_text()
    page.get_by_label("walk along the memory").focus()
    page.keyboard.press("Home")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    index = tuple((a == 5).nonzero()[0].tolist())
    name = f"a[{', '.join(map(str, index))}] = 5"
    assert slider.get_attribute("aria-valuetext") == f"{name}, place {memory.place(index, a.stride())}"
    sum_of = " + ".join(f"{i}×{step}" for i, step in zip(index, a.stride(), strict=True))
    following = a.flatten()[math.ceil(float(slider.input_value())) + 1].item()
    expected = (
        f"{name} lies at place {sum_of} = 5. The next in reading order lies at place {following} ({following - 5:+d})."
    )
    assert page.locator(".lessons-where").inner_text() == expected.replace("-", "−")


def test_the_mouse_and_a_tap_mark_a_number_in_both_pictures(page):
    page.locator(".lessons-blocks [data-value='17']").hover()
    assert state(page)["marked"] == 17
    page.locator(".lessons-line [data-value='9']").dispatch_event("click")
    assert state(page)["marked"] == 9
    assert page.locator(".lessons-marked").evaluate_all("cells => cells.map(cell => cell.dataset.value)") == ["9", "9"]


def test_the_pictures_show_the_numbers(page):
    for method, numbers in (("transpose", [0, 2]), ("contiguous", []), ("permute", [1, 0, 2])):
        page.evaluate(f"([method, numbers]) => {EXPLORER}.apply(method, numbers)", [method, numbers])
    copy = torch.arange(24).reshape(2, 3, 4).transpose(0, 2).contiguous()
    a = copy.permute(1, 0, 2)
    assert page.locator(".lessons-blocks .lessons-cell").all_inner_texts() == [
        str(value) for value in a.flatten().tolist()
    ]
    assert page.locator(".lessons-blocks p").all_inner_texts() == [f"a[{i}]" for i in range(3)]
    assert page.locator(".lessons-blocks").get_attribute("aria-label") == f"The tensor: {a.tolist()}"
    for place, cell in enumerate(page.locator(".lessons-line .lessons-cell").all_inner_texts()):
        value = copy.flatten()[place].item()
        index = (a == value).nonzero()[0].tolist()
        assert cell.split() == [str(place), str(value), ",".join(map(str, index))]
    assert page.locator(".lessons-facts b").all_inner_texts() == [
        str(tuple(a.shape)),
        str(a.stride()),
        "no: reading order is not memory order",
    ]


def test_a_screen_reader_hears_the_outcome_but_nothing_at_the_start(page):
    page.wait_for_timeout(600)
    assert page.locator(".lessons-spoken").inner_text() == ""
    page.get_by_role("button", name="transpose").press("Enter")
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent !== ''")
    spoken = page.locator(".lessons-spoken").inner_text()
    assert spoken.startswith("transpose(0, 1): The line of memory stays as it is")
    assert "strides (4, 12, 1), contiguous: no" in spoken


def test_it_fits_a_phone_and_a_finger(visit, tmp_path):
    page = visit(explorer_page.write(tmp_path, "memory", {"shape": (2, 3, 4)}), width=390).page
    for shape in ([24], [2, 12], [24, 1], [1, 24, 1, 1], [2, 3, 4]):
        page.evaluate(f"shape => {EXPLORER}.apply('view', shape)", shape)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = page.locator("button, input, [data-value]").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        )
        assert min(sizes) >= 24


def test_what_was_typed_stays_where_it_was_typed(page):
    order = page.get_by_label("order of axes")
    order.fill("2 0 1")
    order.press("Enter")
    assert state(page)["shape"] == [4, 2, 3]
    assert order.input_value() == "2 0 1"
    order.fill("0, 1")
    order.press("Enter")
    assert "torch refuses" in page.locator(".lessons-result").inner_text()
    assert order.input_value() == "0, 1"
    shape = page.get_by_label("shape", exact=True)
    shape.fill("6x4")
    shape.press("Enter")
    assert page.locator(".lessons-result").inner_text().startswith("view(6x4): Not done: write whole numbers")
