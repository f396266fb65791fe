"""The latent explorer, as a person drives it: its images and distances are those of torch."""

from __future__ import annotations

import re

import pytest
import torch

from lessons_pkg import latent, zoo
from lessons_pkg.explore import export
from lessons_pkg.explore import latent as maps

from . import explorer_page

NETS = list(maps.SHOWN)
PANELS = "document.querySelector('.lessons-explorer').lessons"


@pytest.fixture(scope="module")
def data():
    return maps.of_the_zoo()


@pytest.fixture
def page(visit, tmp_path, data):
    made = visit(explorer_page.write(tmp_path, "latent", data))
    made.page.wait_for_selector(".lessons-map")
    assert not made.errors
    return made.page


def state(page, panel: int) -> dict:
    return page.evaluate(f"{PANELS}[{panel}].state()")


@pytest.mark.parametrize("panel", range(len(NETS)))
def test_the_images_are_those_of_torch_with_the_same_rounded_weights(page, panel):
    decoder = export.rounded(zoo.load(maps.SHOWN[NETS[panel]]).decoder)
    draw = torch.Generator().manual_seed(panel)
    for z in (2 * torch.randn(12, 2, generator=draw)).tolist():
        page.evaluate(f"z => {PANELS}[{panel}].move(z)", z)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        shown = state(page, panel)
        with torch.no_grad():
            expected = decoder(torch.tensor([shown["z"]])).flatten()
        assert torch.allclose(torch.tensor(shown["image"]), expected, atol=1e-5)


@pytest.mark.parametrize("panel", range(len(NETS)))
def test_the_distance_is_that_of_the_measure_of_chapter_4(page, data, panel):
    stored = maps.stored_codes()
    kind = maps.SHOWN[NETS[panel]]
    codes, held_out = stored[f"{kind}.codes"].float(), stored[f"{kind}.held_out"].float()
    for z in ([0.0, 0.0], [1.5, -0.5], [4.0, 3.0], [-2.0, 2.5]):
        page.evaluate(f"z => {PANELS}[{panel}].move(z)", z)
        shown = state(page, panel)
        expected = latent.neighbour_distance(torch.tensor([shown["z"]]).float(), codes, held_out).item()
        assert shown["units"] == pytest.approx(expected, rel=0.01, abs=0.02)


def test_the_mouse_moves_the_point_and_a_hole_is_told(page):
    box = page.locator(".lessons-map").first.bounding_box()
    told = page.locator(".lessons-told").first
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.wait_for_function("document.querySelector('.lessons-told').textContent.includes('a hole')")
    assert page.locator(".lessons-panel").first.get_attribute("class").endswith("lessons-hole")
    page.evaluate(f"() => {PANELS}[0].move([-1.2, 0.1])")
    page.wait_for_function("document.querySelector('.lessons-told').textContent.includes('among codes')")
    assert "lessons-hole" not in page.locator(".lessons-panel").first.get_attribute("class")
    assert re.match(r"z = \(-1\.20, 0\.10\): \d+\.\d units from the nearest code", told.inner_text())


def test_the_point_follows_the_mouse_until_it_is_put_somewhere(page):
    box = page.locator(".lessons-map").first.bounding_box()

    def after(*moves: tuple[str, ...]) -> list[float]:
        for name, *places in moves:
            getattr(page.mouse, name)(*places)
        return state(page, 0)["z"]

    def at(across: float, down: float) -> tuple[str, float, float]:
        return "move", box["x"] + across, box["y"] + down

    free = after(at(50, 60))
    assert free != after(at(90, 90)), "without a click it follows"
    clicked = after(("down",), ("up",))
    assert after(at(200, 40)) == clicked, "a click holds it"
    freed = after(("down",), ("up",))
    assert freed != clicked
    assert after(at(120, 150)) != freed, "the next click lets it go"
    dragged = after(("down",), at(250, 250), ("up",))
    assert after(at(20, 20)) == dragged, "a drag leaves it where it ends"
    after(("down",), ("up",))
    page.locator(".lessons-map").first.focus()
    page.keyboard.press("ArrowRight")
    pressed = state(page, 0)["z"]
    assert after(at(220, 220)) == pressed, "keys hold it too"


def test_the_keyboard_moves_it_and_a_screen_reader_hears_where(page):
    chart = page.locator(".lessons-map").nth(1)
    before = state(page, 1)["z"]
    chart.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    after = state(page, 1)["z"]
    assert after[0] > before[0]
    assert after[1] - before[1] == pytest.approx(2.5 * (after[0] - before[0]))
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent.startsWith('VAE. z = (')")
    assert "The nearest code is that of: " in page.locator(".lessons-spoken").inner_text()


def test_the_sliders_move_it_too(page):
    slider = page.get_by_label("autoencoder, z₂")
    slider.focus()
    before = state(page, 0)["z"]
    page.keyboard.press("ArrowRight")
    after = state(page, 0)["z"]
    assert after[0] == pytest.approx(before[0], abs=1e-6)
    assert after[1] > before[1]


def test_a_point_stays_on_the_map(page):
    page.evaluate(f"() => {PANELS}[0].move([1e6, -1e6])")
    z = state(page, 0)["z"]
    assert max(map(abs, z)) < 50


def test_without_scripts_the_static_picture_stays(visit, tmp_path, data):
    page = visit(explorer_page.write(tmp_path, "latent", data), scripts=False).page
    assert page.locator("#still").inner_text() == "a static picture"


def test_with_broken_data_the_static_picture_stays_and_the_console_says_why(visit, tmp_path, data):
    broken = {**data, "maps": [{**data["maps"][0], "weights": "!"}]}
    made = visit(explorer_page.write(tmp_path, "latent", broken))
    assert made.page.locator("#still").inner_text() == "a static picture"
    assert "explorer latent" in made.errors[0]


def test_nothing_is_said_before_somebody_does_something(page):
    page.wait_for_timeout(700)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(700)
    assert page.locator(".lessons-spoken").inner_text() == ""


def test_at_the_start_the_point_covers_no_name(page, data):
    """Names stand at the medians of their classes."""
    for panel, each in enumerate(data["maps"]):
        codes, labels = torch.tensor(each["codes"]), torch.tensor(each["labels"])
        half = 0.55 * (codes.amax(0) - codes.amin(0)).max()
        names = torch.stack([codes[labels == label].median(0).values for label in labels.unique()])
        pixels = (torch.tensor(state(page, panel)["z"]) - names).norm(dim=1) / half * 150
        assert pixels.min() > 35
