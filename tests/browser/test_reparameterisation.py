"""The explorer of reparameterisation: its samples, divergence and gradient are those of torch."""

from __future__ import annotations

import math

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from lessons_pkg import models

from . import explorer_page

EXPLORER = "document.querySelector('.lessons-explorer').lessons"
PLACES = [(0.0, 0.0), (1.5, -1.5), (-3.0, 2.0), (0.37, -4.0), (-0.01, 0.02)]


@pytest.fixture
def page(visit, tmp_path):
    made = visit(explorer_page.write(tmp_path, "reparameterisation", {"samples": 20, "rate": 0.3}))
    made.page.wait_for_selector(".lessons-densities")
    assert not made.errors
    return made.page


def state(page) -> dict:
    return page.evaluate(f"{EXPLORER}.state()")


def move(page, mean: float, log_var: float) -> dict:
    page.evaluate(f"to => {EXPLORER}.move(to)", {"mean": mean, "logVar": log_var})
    return state(page)


def exact(value: object) -> object:
    return pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("mean", "log_var"), PLACES)
def test_divergence_and_gradient_are_those_of_torch(page, mean, log_var):
    shown = move(page, mean, log_var)
    parameters = torch.tensor([mean, log_var], dtype=torch.float64, requires_grad=True)
    q = Normal(parameters[0], torch.exp(0.5 * parameters[1]))
    divergence = kl_divergence(q, Normal(torch.zeros((), dtype=torch.float64), 1.0))
    divergence.backward()
    assert shown["kl"] == exact(divergence.item())
    assert shown["kl"] == exact(models.vae.kl_to_standard_normal(*parameters.detach()).item())
    assert shown["ofMean"] + shown["ofVariance"] == exact(shown["kl"])
    assert shown["gradient"] == exact(parameters.grad.tolist())


@pytest.mark.parametrize(("mean", "log_var"), PLACES)
def test_samples_their_slopes_and_the_estimate_are_those_of_torch(page, mean, log_var):
    shown = move(page, mean, log_var)
    noise = torch.tensor(shown["noise"], dtype=torch.float64)
    parameters = torch.tensor([mean, log_var], dtype=torch.float64, requires_grad=True)
    z = parameters[0] + torch.exp(0.5 * parameters[1]) * noise
    assert shown["z"] == exact(z.tolist())
    for one, slopes in zip(z, shown["slopes"], strict=True):
        assert slopes == exact(torch.autograd.grad(one, parameters, retain_graph=True)[0].tolist())
    q, p = Normal(parameters[0], torch.exp(0.5 * parameters[1])), Normal(0.0, 1.0)
    assert shown["estimate"] == exact((q.log_prob(z) - p.log_prob(z)).mean().item())


def test_the_numbers_that_are_read_are_these(page):
    shown = move(page, -1.25, 0.5)
    variance = math.exp(0.5)
    words = page.locator(".lessons-facts b").all_inner_texts()
    assert words == [
        f"½μ² + ½(σ² − 1 − log σ²) = {0.5 * 1.25**2:.3f} + {0.5 * (variance - 1.5):.3f} = {shown['kl']:.3f} nats",
        "μ = −1.250",
        f"½(σ² − 1) = {0.5 * (variance - 1):.3f}",
        f"mean of log q(z) − log p(z) = {shown['estimate']:.3f} nats".replace("-", "−"),
    ]
    assert page.locator(".lessons-value").all_inner_texts() == ["−1.25", "0.50"]
    e = shown["noise"][0]
    z, slope = -1.25 + math.sqrt(variance) * e, 0.5 * math.sqrt(variance) * e
    assert page.locator(".lessons-told").inner_text() == (
        f"The large point: z = μ + σε = −1.25 + {math.sqrt(variance):.2f} × {e:.2f} = {z:.2f}. "
        f"Its slope by μ is 1, by log σ² it is ½σε = {slope:.2f}. The noise has none."
    ).replace("-", "−")


def test_the_sliders_move_the_samples_while_the_noise_stays(page):
    before = state(page)
    page.get_by_role("slider", name="mean μ").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    after = state(page)
    assert after["mean"] == pytest.approx(before["mean"] + 0.1)
    assert after["noise"] == before["noise"]
    assert after["z"] == pytest.approx([z + 0.1 for z in before["z"]])
    page.get_by_role("slider", name="log variance").focus()
    page.keyboard.press("End")
    wide = state(page)
    assert wide["logVar"] == 2
    assert max(wide["z"]) - min(wide["z"]) == pytest.approx(math.e * (max(wide["noise"]) - min(wide["noise"])))


def test_one_step_is_one_step_of_torch_s_gradient_descent(page):
    move(page, 2.0, -3.0)
    parameters = torch.tensor([2.0, -3.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([parameters], lr=0.3)
    for _ in range(5):
        optimizer.zero_grad()
        models.vae.kl_to_standard_normal(*parameters).backward()
        optimizer.step()
        page.get_by_role("button", name="one gradient step").click()
        shown = state(page)
        assert [shown["mean"], shown["logVar"]] == exact(parameters.tolist())


def test_steps_lead_to_the_standard_normal(page):
    move(page, -3.0, 2.0)
    button = page.get_by_role("button", name="one gradient step")
    button.focus()
    for _ in range(60):
        page.keyboard.press("Enter")
    shown = state(page)
    assert shown["kl"] < 1e-6
    assert page.locator(".lessons-facts b").nth(1).inner_text() == "μ = 0.000"  # and no minus before a zero


def test_new_noise_is_normal_and_changes_the_estimate_only(page):
    before, drawn = state(page), []
    for _ in range(200):
        page.get_by_role("button", name="new noise").dispatch_event("click")
        drawn.append(state(page)["noise"])
    after = state(page)
    assert after["kl"] == before["kl"]
    assert after["estimate"] != before["estimate"]
    noise = torch.tensor(drawn, dtype=torch.float64).flatten()
    assert len(noise.unique()) == len(noise) == 4000
    # The largest gap between the two distribution functions, by Kolmogorov and Smirnov, and its 1 per mille limit.
    places = Normal(0.0, 1.0).cdf(noise.sort().values)
    assert (places - torch.arange(4000) / 4000).abs().max() < 1.95 / math.sqrt(4000)


def test_the_same_page_shows_the_same_noise_again(page):
    before = state(page)["noise"]
    page.reload()
    page.wait_for_selector(".lessons-densities")
    assert state(page)["noise"] == before


def test_the_map_follows_the_pointer_and_the_arrow_keys(page):
    chart = page.locator(".lessons-map")
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 3, steps=4)
    page.mouse.up()
    shown = state(page)
    assert [shown["mean"], shown["logVar"]] == pytest.approx([1.5, 0.0], abs=0.03)
    page.mouse.move(box["x"] + 5, box["y"] + 5)  # no button is down
    assert state(page)["mean"] == shown["mean"]
    chart.focus()
    for key in ("ArrowLeft", "Shift+ArrowDown"):
        page.keyboard.press(key)
    moved = state(page)
    assert moved["mean"] == pytest.approx(shown["mean"] - 0.05)
    assert moved["logVar"] == pytest.approx(shown["logVar"] - 0.5)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 80, box["y"] - 80)
    page.mouse.up()
    corner = state(page)
    assert [corner["mean"], corner["logVar"]] == [3, 2]


@pytest.mark.parametrize(("level", "log_var"), [(0.5, -0.5), (1.0, -1.5), (1.0, 0.8), (2.0, -1.5), (4.0, 1.5)])
def test_a_line_of_the_map_is_where_the_divergence_has_its_value(page, level, log_var):
    """Read back from the pixels: ink at the point with this divergence, and none between the lines."""
    move(page, -3.0, -4.0)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def ink(mean: float) -> int:
        return page.evaluate(
            """([mean, logVar]) => {
                const canvas = document.querySelector(".lessons-map");
                const scale = canvas.width / 6;
                const [x, y] = [(mean + 3) * scale, (2 - logVar) * scale];
                const pixels = canvas.getContext("2d").getImageData(x - 2, y - 2, 4, 4).data;
                return Math.max(...pixels.filter((_, i) => i % 4 === 3));
            }""",
            [mean, log_var],
        )

    mean = math.sqrt(2 * level - (math.exp(log_var) - 1 - log_var))
    assert models.vae.kl_to_standard_normal(torch.tensor(mean), torch.tensor(log_var)).item() == pytest.approx(level)
    assert ink(mean) > 100
    assert ink(mean - 0.12) == 0


def test_a_screen_reader_hears_the_divergence_but_nothing_at_the_start(page):
    page.wait_for_timeout(600)
    assert page.locator(".lessons-spoken").inner_text() == ""
    page.get_by_role("slider", name="mean μ").press("Home")
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent !== ''")
    spoken = page.locator(".lessons-spoken").inner_text()
    assert spoken.startswith("Mean −3.00, log variance −1.50: KL ")
    assert spoken.endswith("slopes −3.000 and −0.388.")
    assert page.get_by_role("slider", name="mean μ").get_attribute("aria-valuetext") == "−3.00"


def test_a_change_of_the_theme_is_drawn_anew(page):
    def colour_of_the_point() -> list[int]:
        """The point on the map, in the colour of the theme."""
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page.evaluate(
            """() => {
                const canvas = document.querySelector(".lessons-map");
                return [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data];
            }"""
        )

    move(page, 0.0, -1.0)
    for theme, colour in (("dark", "#ff0000"), ("light", "#00ff00")):
        page.evaluate(
            """([theme, colour]) => {
                document.documentElement.style.setProperty("--pst-color-primary", colour);
                document.documentElement.dataset.theme = theme;
            }""",
            [theme, colour],
        )
        assert colour_of_the_point()[:3] == [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def test_it_fits_a_phone_and_a_finger(visit, tmp_path):
    page = visit(explorer_page.write(tmp_path, "reparameterisation", {}), width=390).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.locator("button, input").evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    assert min(heights) >= 24
