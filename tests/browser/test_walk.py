"""The picture of the landing page that moves: its images are torch's, and it rests when a reader wants it to."""

from __future__ import annotations

import pytest
import torch

from lessons_pkg import latent, zoo
from lessons_pkg.explore import export
from lessons_pkg.explore import latent as maps

from . import explorer_page
from .conftest import SITE

NETS = list(maps.SHOWN)
WALK = "document.querySelector('.lessons-explorer').lessons"
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def data():
    return maps.of_the_zoo()


@pytest.fixture
def page(visit, tmp_path, data):
    made = visit(explorer_page.write(tmp_path, "walk", data))
    made.page.wait_for_selector(".lessons-map")
    assert not made.errors
    return made.page


@pytest.fixture
def paused(page):
    page.get_by_role("button", name="Pause").click()
    return page


def at(page, time: float) -> list[dict]:
    """What both maps show at a time of the walk, which is paused."""
    page.evaluate(f"time => {WALK}.go(time)", time)
    return page.evaluate(f"{WALK}.state()")


def settings(page) -> tuple[int, int]:
    """Milliseconds from stop to stop, and of these at the stop."""
    return page.evaluate(f"{WALK}.LEG"), page.evaluate(f"{WALK}.REST")


def moves(page, milliseconds: int = 400) -> bool:
    before = page.evaluate(f"{WALK}.time()")
    page.wait_for_timeout(milliseconds)
    return page.evaluate(f"{WALK}.time()") != before


@pytest.mark.parametrize("panel", range(len(NETS)))
def test_the_images_are_those_of_torch_with_the_same_rounded_weights(paused, data, panel):
    decoder = export.rounded(zoo.load(maps.SHOWN[NETS[panel]]).decoder)
    leg, _ = settings(paused)
    round_trip = leg * len(data["stops"])
    for time in [*range(0, round_trip, 1730), *range(0, round_trip, 4310)]:  # a second round shows what was kept
        shown = at(paused, time)[panel]
        with torch.no_grad():
            expected = decoder(torch.tensor([shown["z"]])).flatten()
        assert torch.allclose(torch.tensor(shown["image"]), expected, atol=1e-5)


@pytest.mark.parametrize("panel", range(len(NETS)))
def test_the_decoded_image_is_what_stands_beside_the_map(paused, panel):
    shown = at(paused, 6000)[panel]
    pixels = paused.evaluate(
        """panel => {
            const canvas = document.querySelectorAll(".lessons-image")[panel];
            return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
        }""",
        panel,
    )
    assert torch.allclose(torch.tensor(pixels[::4]) / 255, torch.tensor(shown["image"]).clamp(0, 1), atol=1 / 255)


@pytest.mark.parametrize("panel", range(len(NETS)))
def test_a_hole_is_marked_where_the_measure_of_chapter_4_finds_one(paused, data, panel):
    stored, kind = maps.stored_codes(), maps.SHOWN[NETS[panel]]
    codes, held_out = stored[f"{kind}.codes"].float(), stored[f"{kind}.held_out"].float()
    leg, _ = settings(paused)
    marked = []
    for time in range(0, leg * len(data["stops"]), 1100):
        shown = at(paused, time)[panel]
        expected = latent.neighbour_distance(torch.tensor([shown["z"]]), codes, held_out).item()
        assert shown["units"] == pytest.approx(expected, rel=0.01, abs=0.02)
        holder = paused.locator(".lessons-panel").nth(panel)
        mark = "lessons-hole" in holder.get_attribute("class")
        assert holder.locator(".lessons-told").inner_text() == ("in a hole" if mark else "among codes")
        if abs(expected - maps.RADIUS) > 0.05:
            assert mark == (expected > maps.RADIUS)
        marked.append(mark)
    assert True in marked
    assert False in marked


def test_it_stops_at_codes_of_test_garments_and_eases_in_between(paused, data):
    leg, rest = settings(paused)
    for stop in range(len(data["stops"])):
        for panel, shown in enumerate(at(paused, stop * leg + rest / 2)):
            assert shown["z"] == pytest.approx(data["maps"][panel]["stops"][stop])
    a, b = (torch.tensor(data["maps"][0]["stops"][stop]) for stop in (0, 1))
    times = torch.linspace(0, 1, 17)
    share = torch.tensor([at(paused, rest + t * (leg - rest))[0]["z"] for t in times.tolist()[:-1]])
    done = (share - a) @ (b - a) / (b - a).square().sum()
    assert torch.allclose(share, a + done[:, None] * (b - a), atol=1e-5)  # on the straight line
    steps = done.diff()
    assert (steps > 0).all()
    assert steps[0] < 0.3 * steps.max()
    assert steps[-1] < 0.5 * steps.max()
    assert at(paused, leg * len(data["stops"]))[0]["z"] == pytest.approx(data["maps"][0]["stops"][0])  # and again


def test_it_says_between_which_garments_the_points_are(paused, data):
    leg, _ = settings(paused)
    at(paused, 7 * leg + leg / 2)
    first, second = (data["classes"][data["stops"][stop]] for stop in (7, 8))
    assert paused.locator(".lessons-legs").inner_text() == f"{first} → {second}"


def test_it_moves_until_it_is_paused_and_goes_on_from_there(page):
    assert moves(page)
    page.get_by_role("button", name="Pause").click()
    page.evaluate(NEXT_FRAMES)
    rested = page.evaluate(f"{WALK}.time()")
    assert not moves(page)
    assert not page.evaluate(f"{WALK}.runs()")
    page.get_by_role("button", name="Play").press("Enter")
    assert moves(page)
    assert rested < page.evaluate(f"{WALK}.time()") < rested + 2000


def test_while_it_is_paused_nothing_is_asked_of_the_machine(paused):
    paused.evaluate(NEXT_FRAMES)
    asked = paused.evaluate(
        """() => new Promise(done => {
            let count = 0;
            const real = window.requestAnimationFrame;
            window.requestAnimationFrame = (draw) => { count += 1; return real(draw); };
            setTimeout(() => done(count), 400);
        })"""
    )
    assert asked == 0


def test_who_wants_less_motion_finds_it_paused(visit, tmp_path, data):
    page = visit("about:blank").page
    page.emulate_media(reduced_motion="reduce")
    page.goto(explorer_page.write(tmp_path, "walk", data))
    page.wait_for_selector(".lessons-map")
    assert page.get_by_role("button").inner_text().endswith("Play")
    assert not moves(page)
    assert len(page.evaluate(f"{WALK}.state()")[0]["image"]) == 32 * 32  # and there is something to see
    page.get_by_role("button", name="Play").click()
    assert moves(page)


def test_it_rests_when_less_motion_is_wanted_later(page):
    assert moves(page)
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Play").wait_for()
    assert not moves(page)


def test_it_rests_while_it_is_out_of_sight(page):
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"height: 4000px\"></p>')")
    assert moves(page)
    page.evaluate("window.scrollTo(0, 3000)")
    page.wait_for_function(f"!{WALK}.runs()")
    assert not moves(page)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_function(f"{WALK}.runs()")


def test_it_rests_in_a_hidden_tab(page):
    page.wait_for_function(f"{WALK}.runs()")
    hide = """hidden => {
        Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    assert not page.evaluate(f"{WALK}.runs()")
    page.evaluate(hide, False)
    assert page.evaluate(f"{WALK}.runs()")


def test_a_screen_reader_hears_nothing_while_it_moves_and_where_it_is_when_paused(page):
    page.wait_for_timeout(1500)
    assert page.locator(".lessons-spoken").inner_text() == ""
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent !== ''")
    spoken = page.locator(".lessons-spoken").inner_text()
    assert spoken.startswith("T-shirt/top → Trouser. autoencoder: ")
    assert "VAE: " in spoken
    for role in page.locator("canvas").all():
        assert role.get_attribute("role") == "img"
        assert len(role.get_attribute("aria-label")) > 20


def test_a_change_of_the_theme_is_drawn_anew(paused):
    def frame() -> list[int]:
        paused.evaluate(NEXT_FRAMES)
        return paused.evaluate(
            """() => {
                const canvas = document.querySelector(".lessons-map");
                const x = canvas.width / 2;  // on the vertical line of the edge, which has the faint colour
                return [...canvas.getContext("2d").getImageData(x, 0, 1, 1).data];
            }"""
        )

    before = frame()
    paused.add_style_tag(content='html[data-theme="dark"] { --pst-color-text-muted: #00ff00 }')
    paused.evaluate("document.documentElement.dataset.theme = 'dark'")
    after = frame()
    assert after != before
    assert after[1] > 200 > 60 > after[0]


def test_an_explorer_has_the_colours_of_the_page_before_it_stands_in_it(page):
    page.add_style_tag(content="html { --pst-color-text-base: #123456; --pst-color-background: #fedcba }")
    found = page.evaluate("Lessons.colours(document.createElement('div'))")
    assert (found["ink"], found["paper"]) == ("#123456", "#fedcba")


def test_both_maps_are_side_by_side_and_below_each_other_on_a_phone(visit, tmp_path, data):
    address = explorer_page.write(tmp_path, "walk", data)
    for width, beside in ((760, True), (390, False)):
        page = visit(address, width=width).page
        page.wait_for_selector(".lessons-map")
        first, second = (page.locator(".lessons-map").nth(i).bounding_box() for i in (0, 1))
        assert (first["y"] == second["y"]) == beside
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_or_stops_the_static_picture_stays(visit, tmp_path, data):
    address = explorer_page.write(tmp_path, "walk", data)
    assert visit(address, scripts=False).page.locator("#still").inner_text() == "a static picture"
    made = visit(explorer_page.write(tmp_path, "walk", {**data, "stops": []}))
    assert made.page.locator("#still").inner_text() == "a static picture"
    assert "explorer walk: Error: a walk needs two stops" in made.errors[0]


@pytest.mark.skipif(not (SITE / "intro.html").is_file(), reason="the book is not built: make build")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_screen_holds_the_promise_the_picture_and_the_first_cards(visit, site, theme):
    page = visit((site / "intro.html").as_uri(), theme=theme).page
    page.wait_for_selector(".lessons-map")
    for part in (
        "article h1",
        "article section > p",
        ".landing-doors",
        ".lessons-map >> nth=1",
        ".lessons-play button",
    ):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900, part
    assert page.locator(".landing-cards a").first.bounding_box()["y"] + 20 < 900
