"""Explorers that ask a kernel, with one that answers slowly, badly or not at all: at most one question is under way."""

from __future__ import annotations

import pytest

from lessons_pkg import explore
from lessons_pkg.explore import digits
from lessons_pkg.explore import latent as maps

from . import explorer_page

# In place of a kernel: what was asked is kept, and answered when the test says so.
KERNEL = """(data) => {
    const listeners = [];
    window.kernel = {
        asked: [],
        dead: false,
        answer(place, words, buffers) {
            listeners.forEach((hear) => hear({id: kernel.asked[place].id, ...words}, buffers));
        },
        image(place, grey, counts) {
            const made = counts.map((count) => new DataView(new Float32Array(count).fill(grey).buffer));
            kernel.answer(place, {}, made);
        },
        model: {
            get: () => data,
            on: (name, hear) => listeners.push(hear),
            off: (name, hear) => listeners.splice(listeners.indexOf(hear), 1),
            send(content, _, [buffer]) {
                if (kernel.dead) throw new Error("Cannot send");
                kernel.asked.push({id: content.id, values: Array.from(new Float32Array(buffer))});
            },
        },
        listeners,
    };
    const place = document.createElement("div");
    place.className = "lessons-explorer";
    document.querySelector("main").replaceChildren(place);
    window.end = Lessons.live(KIND, place, kernel.model);
}"""
PANEL = "document.querySelector('.lessons-explorer').lessons[0]"
FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def opened(visit, folder, kind: str, data: dict, own: dict):
    """The page of the explorer, and on it one of the learner's own in its place."""
    made = visit(explorer_page.write(folder, kind, data))
    made.page.wait_for_selector(".lessons-explorer canvas")
    made.page.add_script_tag(content=(explore.JS / "kernel.js").read_text(encoding="utf-8"))
    made.page.evaluate(KERNEL.replace("KIND", f"'{kind}'"), own)
    assert not made.errors
    return made


@pytest.fixture(scope="module")
def zoo_map():
    return maps.of_the_zoo("VAE")


@pytest.fixture
def visited(visit, tmp_path, zoo_map):
    (each,) = zoo_map["maps"]
    mine = {name: value for name, value in each.items() if name not in ("spec", "weights")}
    own = {**zoo_map, "maps": [{**mine, "name": "network of mine"}], "note": "The dots are old."}
    return opened(visit, tmp_path, "latent", zoo_map, own)


@pytest.fixture
def page(visited):
    return visited.page


def move(page, *codes) -> None:
    for z in codes:
        page.evaluate(f"z => {PANEL}.move(z)", z)
        page.evaluate(FRAME)


def asked(page) -> list[list[float]]:
    return [question["values"] for question in page.evaluate("kernel.asked")]


def grey(page) -> float:
    return page.evaluate(f"{PANEL}.state().image[0]")


def test_while_a_question_is_under_way_only_the_newest_of_the_others_is_kept(page):
    assert len(asked(page)) == 1  # where the point is at first
    move(page, [0.1, 0], [0.2, 0], [0.3, 0], [0.4, 0])
    assert len(asked(page)) == 1
    page.evaluate("kernel.image(0, 0.25, [1024])")
    assert asked(page)[1:] == [pytest.approx([0.4, 0])]
    move(page, [0.5, 0], [0.6, 0])
    assert len(asked(page)) == 2
    page.evaluate("kernel.image(1, 0.5, [1024])")
    assert grey(page) == 0.5
    assert asked(page)[2:] == [pytest.approx([0.6, 0])]
    page.evaluate("kernel.image(2, 0.75, [1024])")
    assert grey(page) == 0.75
    assert len(asked(page)) == 3  # all is answered, nothing more is asked


def test_the_point_moves_at_once_however_slow_the_answer(page):
    told = page.locator(".lessons-told")
    move(page, [0.5, -0.5])
    assert told.inner_text().startswith("z = (0.50, -0.50): ")
    page.locator(".lessons-map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!document.querySelector('.lessons-told').textContent.startsWith('z = (0.50')")
    page.wait_for_function("document.querySelector('.lessons-spoken').textContent.startsWith('network of mine. z = (')")
    assert len(asked(page)) == 1


def test_the_image_of_another_point_is_shown_as_one_that_waits(page):
    opacity = "Number(getComputedStyle(document.querySelector('.lessons-image')).opacity)"
    page.evaluate("kernel.image(0, 0.5, [1024])")
    assert page.evaluate(opacity) == 1
    move(page, [0.5, 0])
    assert page.evaluate(opacity) == 1  # not at every step of a drag
    page.wait_for_function(f"{opacity} < 0.5")
    page.evaluate("kernel.image(1, 0.5, [1024])")
    assert page.evaluate(opacity) == 1


def test_trouble_is_told_in_the_kernels_words_until_an_answer_comes(page):
    status = page.get_by_role("status")
    assert status.inner_text() == ""
    move(page, [0.5, 0])
    page.evaluate("kernel.answer(0, {trouble: 'Your model raised ValueError: <b>no</b>'}, [])")
    assert status.inner_text() == "Your model raised ValueError: <b>no</b>"
    assert asked(page)[1:] == [pytest.approx([0.5, 0])]  # what waited is asked all the same
    assert "lessons-waiting" in page.locator(".lessons-explorer").get_attribute("class")
    page.evaluate("kernel.image(1, 0.5, [1024])")
    assert status.inner_text() == ""
    assert "lessons-waiting" not in page.locator(".lessons-explorer").get_attribute("class")


def test_a_silent_kernel_is_told_after_three_seconds_and_may_still_answer(page):
    page.wait_for_function("document.querySelector('[role=status]').textContent.includes('has not answered')")
    page.evaluate("kernel.image(0, 0.5, [1024])")
    assert page.get_by_role("status").inner_text() == ""
    assert grey(page) == 0.5


def test_a_dead_kernel_is_told_and_the_map_goes_on(visited):
    page = visited.page
    page.evaluate("kernel.image(0, 0.5, [1024])")
    page.evaluate("kernel.dead = true")
    move(page, [0.5, 0], [0.7, 0])
    assert page.get_by_role("status").inner_text().startswith("This explorer has lost its kernel")
    assert page.locator(".lessons-told").inner_text().startswith("z = (0.70, 0.00)")
    assert visited.errors == ["explorer: Error: Cannot send"] * 2  # and nothing that was not caught


def test_answers_to_other_views_and_late_ones_are_left_alone(page):
    page.evaluate("kernel.listeners[0]({id: kernel.asked[0].id + 1}, [new DataView(new ArrayBuffer(4096))])")
    page.evaluate("kernel.listeners[0]({method: 'other'}, [])")
    assert page.evaluate(f"{PANEL}.state().image.length") == 0
    page.evaluate("kernel.image(0, 0.5, [1024])")
    move(page, [0.5, 0])
    page.evaluate("kernel.image(0, 0.9, [1024])")
    assert grey(page) == 0.5


def test_it_says_what_its_dots_are_and_ends_with_its_view(page):
    assert page.locator(".lessons-note").inner_text() == "The dots are old."
    page.evaluate("end()")
    assert page.evaluate("kernel.listeners.length") == 0


def paper(visit, folder, k: int, **more: object):
    drawn = digits.of_the_zoo()
    own = {"name": "mine", "nets": [{"k": k}], "examples": drawn["examples"], "note": "", **more}
    return opened(visit, folder, "digits", drawn, own).page


def test_a_drawing_is_sent_and_its_code_and_image_are_shown_beside_pca(visit, tmp_path):
    page = paper(visit, tmp_path, 8, pca=digits.of_the_zoo()["pca"])
    captions = page.locator(".lessons-three figcaption")
    ((drawing),) = asked(page)
    assert len(drawing) == 784
    assert max(drawing) > 0.5
    page.evaluate("kernel.image(0, 0.5, [8, 784])")
    error = sum((0.5 - value) ** 2 for value in drawing) / 784
    assert captions.nth(1).inner_text() == f"mine: MSE {error:.4f}"
    assert captions.nth(2).inner_text().startswith("PCA: MSE 0.0")
    page.get_by_role("button", name="Another digit").click()
    page.evaluate(FRAME)
    page.get_by_role("button", name="Clear").click()
    page.evaluate(FRAME)
    page.evaluate("kernel.image(1, 0.5, [8, 784])")
    assert max(asked(page)[2]) == 0  # the newest: empty paper
    page.evaluate("kernel.image(2, 0.5, [8, 784])")
    assert captions.nth(1).inner_text() == "mine: MSE 0.2500"
    page.wait_for_function(
        "document.querySelector('.lessons-spoken').textContent.startsWith('A code of 8 numbers. mine: MSE 0.2500. PCA')"
    )
    assert page.get_by_role("slider").count() == 0  # there is but one size


def test_without_pca_there_is_no_column_for_it(visit, tmp_path):
    page = paper(visit, tmp_path, 50)
    page.evaluate("kernel.image(0, 0.5, [50, 784])")
    assert page.locator(".lessons-three figure").count() == 2
    assert page.locator(".lessons-size").inner_text() == "numbers in the code: 50"


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(visit, tmp_path, width, zoo_map):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="make test EXTRAS=browser")
    page = paper(visit, tmp_path, 50, note="A note.")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("kernel.answer(0, {trouble: 'Something is wrong, and this says what it is. '.repeat(8)}, [])")
    found = axe.Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
