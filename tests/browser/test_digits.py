"""Draw a digit: what it shows is what torch and PCA give for the image that the networks see."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import zoo
from lessons_pkg.explore import digits, export

from . import explorer_page

STATE = "document.querySelector('.lessons-explorer').lessons.state()"


@pytest.fixture(scope="module")
def data():
    return digits.of_the_zoo()


@pytest.fixture
def page(visit, tmp_path, data):
    made = visit(explorer_page.write(tmp_path, "digits", data))
    made.page.wait_for_selector(".lessons-paper")
    assert not made.errors
    return made.page


def settled(page) -> dict:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(f"""() => {{
        const s = {STATE}, plain = (x) => Array.from(x);
        return {{...s, input: plain(s.input), code: plain(s.code), rebuilt: plain(s.rebuilt), pca: plain(s.pca)}};
    }}""")


@pytest.mark.parametrize("place", range(len(digits.SIZES)))
def test_code_and_images_are_those_of_torch_at_every_size(page, place):
    page.get_by_label("numbers in the code").first.evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", place
    )
    k = digits.SIZES[place]
    model, stored = zoo.load(f"digits-{k}"), digits.stored()
    encoder, decoder = export.rounded(model.encoder), export.rounded(model.decoder)
    for _ in range(3):
        page.get_by_role("button", name="Another digit").click()
        shown = settled(page)
        assert shown["k"] == k
        image = torch.tensor(shown["input"])
        assert image.max() > 0.5
        with torch.no_grad():
            code = encoder(image.reshape(1, 1, 28, 28))
            rebuilt = decoder(code).flatten()
        mean, basis = stored["mean"].half().float(), stored["components"][:, :k].half().float()
        flat = mean + basis @ (basis.T @ (image - mean))
        assert torch.allclose(torch.tensor(shown["code"]), code[0], atol=1e-4, rtol=1e-5)
        assert torch.allclose(torch.tensor(shown["rebuilt"]), rebuilt, atol=1e-5)
        assert torch.allclose(torch.tensor(shown["pca"]), flat, atol=1e-5)
        expected = [(rebuilt - image).square().mean().item(), (flat - image).square().mean().item()]
        assert shown["errors"] == pytest.approx(expected, rel=1e-3)


def stroke(page, *places: tuple[float, float]) -> None:
    box = page.locator(".lessons-paper").bounding_box()
    for step, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_drawing_is_centred_like_mnist_whatever_its_place_and_size(page):
    seen = []
    for places in (((0.2, 0.2), (0.8, 0.2), (0.4, 0.9)), ((0.1, 0.5), (0.4, 0.5), (0.2, 0.85))):
        page.get_by_role("button", name="Clear").click()
        stroke(page, *places)
        image = torch.tensor(settled(page)["input"]).reshape(28, 28)
        seen.append(image)
        at = torch.arange(28) + 0.5
        assert (image.sum(0) @ at / image.sum()).item() == pytest.approx(14, abs=0.5)
        assert (image.sum(1) @ at / image.sum()).item() == pytest.approx(14, abs=0.5)
        rows = (image > 0.2).any(1).nonzero()
        columns = (image > 0.2).any(0).nonzero()
        longest = max((rows.max() - rows.min()).item(), (columns.max() - columns.min()).item()) + 1
        assert 18 <= longest <= 21
    assert seen[0].sum() > 30


def test_the_first_stroke_takes_the_example_away(page):
    before = settled(page)["input"]
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    after = torch.tensor(settled(page)["input"]).reshape(28, 28)
    assert after.flatten().tolist() != before
    assert (after > 0.3).any(0).sum() <= 8  # a single upright stroke


def test_empty_paper_is_an_empty_image(page):
    page.get_by_role("button", name="Clear").click()
    assert max(settled(page)["input"]) == 0


def test_it_works_by_keyboard_and_tells_what_it_shows(page):
    page.get_by_role("button", name="Another digit").focus()
    before = settled(page)["input"]
    page.keyboard.press("Enter")
    assert settled(page)["input"] != before
    page.get_by_label("numbers in the code").first.focus()
    page.keyboard.press("Home")
    assert settled(page)["k"] == digits.SIZES[0]
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent.startsWith('A code of 2 numbers.')")
    assert "PCA: MSE 0." in page.locator(".lessons-spoken").inner_text()


def test_a_tap_draws_a_dot_and_only_the_left_button_draws(page):
    page.get_by_role("button", name="Clear").click()
    box = page.locator(".lessons-paper").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle, button="right")
    assert sum(settled(page)["input"]) == 0
    page.mouse.click(*middle)
    assert sum(settled(page)["input"]) > 10


def test_nothing_is_said_before_somebody_does_something(page):
    page.wait_for_timeout(700)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(700)
    assert page.locator(".lessons-spoken").inner_text() == ""
