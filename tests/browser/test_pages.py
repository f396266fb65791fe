"""Every page opens by itself: no host asked, formulas set, nothing to be pushed sideways on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from .conftest import WIDTHS, pages

BOOK = Path(__file__).parents[2] / "book"
RAW = re.compile(r"\\\(|\\\[|\\begin\{")


def _formulas(page) -> int:
    """How many formulas the page has, when MathJax has set them."""
    page.wait_for_function("!window.MathJax || !MathJax.startup || MathJax.startup.promise")
    page.evaluate("window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
    return page.locator(".math").count()


@pytest.mark.parametrize("name", pages())
@pytest.mark.parametrize("how", ["file", "http"])
def test_a_page_asks_nobody_and_sets_its_formulas(visit, site, served, name, how):
    made = visit((site / name).as_uri() if how == "file" else f"{served}/{name}")
    there = _formulas(made.page)
    assert made.page.locator(".math:not(:has(mjx-container))").count() == 0
    assert there > 0 or not name[:2].isdigit(), "a chapter has formulas"
    places = made.page.locator("[data-explorer]").count()
    assert made.page.locator("[data-explorer] > .lessons-explorer").count() == places, "an explorer has not started"
    assert not RAW.search(made.page.locator("article, main").first.inner_text())
    assert not made.outside, "asked over the network"
    assert not made.missing, "not found"
    assert not made.errors


@pytest.mark.parametrize("name", pages())
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_reaches_over_the_edge_of_a_phone(visit, site, name, theme):
    page = visit((site / name).as_uri(), width=WIDTHS["phone"], theme=theme).page
    _formulas(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]
    assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_the_book_is_small_enough_to_send(site):
    megabytes = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
    assert megabytes < 25


def test_notebooks_to_download_have_not_been_run_and_run(site):
    notebooks = sorted((site / "_sources").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        written = nbformat.read(BOOK / path.relative_to(site / "_sources"), as_version=4)
        assert [cell.source for cell in notebook.cells] == [cell.source for cell in written.cells]
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


@pytest.mark.parametrize("name", pages())
def test_a_page_loads_at_most_two_megabytes_of_explorers(site, name):
    text = (site / name).read_text(encoding="utf-8")
    files = re.findall(r'src="(_static/explore/[^"?]+)', text)
    assert bool(files) == ("data-explorer=" in text)
    assert sum((site / file).stat().st_size for file in files) < 2e6
