"""What a reader uses besides the text: search, the index, the way to the next page, paper. All without a network."""

from __future__ import annotations

import pytest

from lessons_pkg import checks
from lessons_pkg import pages as book

from .conftest import pages

CHAPTERS = [name for name in pages() if name[:2].isdigit()]
WITH_TASKS = [name for name in CHAPTERS if (book.ROOT / "solutions" / name.removesuffix(".html")).is_dir()]


@pytest.mark.parametrize("how", ["file", "http"])
def test_the_search_finds_a_chapter_without_a_network(visit, site, served, how):
    top = site.as_uri() if how == "file" else served
    made = visit(f"{top}/search.html?q=checkerboard")
    made.page.wait_for_selector("ul.search li a")
    found = made.page.locator("ul.search li a").all_inner_texts()
    assert any("convolutional autoencoder" in title for title in found)
    made.page.locator("ul.search li a").first.click()
    made.page.wait_for_load_state()
    assert "checkerboard" in made.page.locator("article").inner_text().lower()
    assert not made.outside
    assert not made.missing
    assert not made.errors


def test_the_search_says_that_it_found_nothing(visit, site):
    page = visit(f"{(site / 'search.html').as_uri()}?q=xylophone").page
    page.wait_for_selector(".search-summary")
    assert "did not match" in page.locator("#search-results").inner_text()


def test_the_index_leads_to_the_first_page(visit, site):
    page = visit((site / "index.html").as_uri()).page
    page.wait_for_url("**/intro.html")
    assert page.locator("article h1").first.inner_text().startswith("Autoencoders, measured")


def test_from_the_first_page_one_gets_to_every_chapter_by_next(visit, site):
    page = visit((site / "intro.html").as_uri()).page
    seen = []
    while page.locator("a.right-next").count():
        page.locator("a.right-next").click()
        page.wait_for_load_state()
        seen.append(page.url.rsplit("/", 1)[1].partition("#")[0])
        assert len(seen) <= len(pages())
    assert [name for name in seen if name in CHAPTERS] == sorted(CHAPTERS)


@pytest.mark.parametrize("name", WITH_TASKS)
def test_a_solution_is_folded_until_it_is_asked_for_and_stands_below_its_task(visit, site, name):
    page = visit((site / name).as_uri()).page
    tasks, solutions = page.locator("div.exercise"), page.locator("div.solution")
    chapter = str(int(name[:2]))
    assert tasks.count() == solutions.count() == sum(task[0] == chapter for task in checks.TASKS)
    assert tasks.first.locator(".admonition-title").inner_text().startswith(f"Task {chapter}.1")
    names = page.locator("div.solution button.toggle-button").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(set(names)) == len(names)
    assert names[0].startswith(f"Solution to Task {chapter}.1")
    code = solutions.first.locator("pre")
    assert not code.is_visible()
    solutions.first.locator("button.toggle-button").click()
    code.wait_for(state="visible")
    assert "def " in code.inner_text() or "class " in code.inner_text()


def test_paper_is_white_and_answers_are_open_on_it(visit, site):
    page = visit((site / next(name for name in CHAPTERS if name.startswith("03"))).as_uri(), theme="dark").page
    code = page.locator("div.solution pre").first
    explorer = page.locator(".lessons-explorer").first
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert code.is_visible()
    assert not explorer.is_visible(), "no explorer on paper"
    for still in page.locator(".lessons-still").all():
        assert still.is_visible(), "its picture instead"
    assert page.locator(".lessons-still").count()
    assert not page.locator(".prev-next-area").first.is_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert not code.is_visible()
