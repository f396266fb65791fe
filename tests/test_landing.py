"""The landing page: a card for each chapter, with the title and the times that the chapter itself gives."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import nbformat
import pytest
import yaml

BOOK = Path(__file__).parent.parent / "book"
CARD = re.compile(r"^:::\{grid-item-card\} \{doc\}`(.+?) <(\w+)>`\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
NUMBERS = {"an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "thirty": 30, "ninety": 90}


def _parts() -> list[dict]:
    return yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))["parts"]


def _pages() -> list[str]:
    """All pages but the index, which nobody reads."""
    return [chapter["file"] for part in _parts() for chapter in part["chapters"] if chapter["file"] != "genindex"]


CHAPTERS = [chapter["file"] for part in _parts() if part.get("numbered") for chapter in part["chapters"]]


def _text(name: str) -> str:
    """The words of a page."""
    notebook = BOOK / f"{name}.ipynb"
    if not notebook.is_file():
        return (BOOK / f"{name}.md").read_text(encoding="utf-8")
    cells = nbformat.read(notebook, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def _cards() -> dict[str, tuple[str, str]]:
    """Page -> the title of its card, and what stands in it."""
    return {page: (title, text) for title, page, text in CARD.findall(_text("intro"))}


def _spoken(words: str) -> int:
    """Minutes of a time in words: "two and a half hours"."""
    found = re.fullmatch(r"(\w+)( and a half)? (minute|hour)s?( and a half)?", words)
    assert found, f"{words!r} is no time that this test understands"
    number = NUMBERS[found[1]] + (Fraction(1, 2) if found[2] or found[4] else 0)
    return int(number * (60 if found[3] == "hour" else 1))


def _written(time: str) -> int:
    """Minutes of a time on a card: "2½ h", "5 min"."""
    found = re.fullmatch(r"(\d+)(½)? (h|min)", time)
    assert found, f"{time!r} is no time that this test understands"
    return int((int(found[1]) + (Fraction(1, 2) if found[2] else 0)) * (60 if found[3] == "h" else 1))


@pytest.mark.parametrize(
    ("words", "short", "minutes"),
    [
        ("an hour", "1 h", 60),
        ("ninety minutes", "1½ h", 90),
        ("an hour and a half", "90 min", 90),
        ("two and a half hours", "2½ h", 150),
    ],
)
def test_times_in_words_and_on_cards_are_read(words, short, minutes):
    assert _spoken(words) == _written(short) == minutes


def test_every_page_of_the_table_of_contents_has_a_card_in_its_order():
    assert list(_cards()) == _pages()


@pytest.mark.parametrize("page", _pages())
def test_a_card_is_named_as_its_page(page):
    title = _text(page).partition("\n")[0].removeprefix("# ")
    number = f"{CHAPTERS.index(page) + 1} · " if page in CHAPTERS else ""
    assert _cards()[page][0] == number + title


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_times_on_a_card_are_those_of_the_chapter(page):
    opening = re.search(r"\*\*Time\*\*: ([\w ]+?) to read and run(?:, ([\w ]+?) for the exercise)?\.", _text(page))
    assert opening
    assert bool(opening[2]) == (BOOK.parent / "solutions" / page).is_dir()
    foot = _cards()[page][1].strip().splitlines()[-1]
    times = [_written(time) for time in foot.partition(" · ")[0].split(" + ")]
    assert times == [_spoken(words) for words in opening.groups() if words]


def test_the_time_of_the_prerequisites_is_theirs():
    said = re.search(r"They take (\w+ minutes)", _text("prerequisites"))
    assert _written(_cards()["prerequisites"][1].strip().splitlines()[-1]) == _spoken(said[1])


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_level_is_drawn_and_said(page):
    found = re.search(r'<span role="img" aria-label="level ([123]) of 3">([●○]{3})</span>', _cards()[page][1])
    assert found
    assert found[2] == "●" * int(found[1]) + "○" * (3 - int(found[1]))


def test_no_card_is_easier_than_the_one_before():
    levels = [_cards()[page][1].count("●") for page in CHAPTERS]
    assert levels == sorted(levels)


def test_the_landing_page_hides_its_code_and_shows_the_walk():
    (cell,) = (cell for cell in nbformat.read(BOOK / "intro.ipynb", as_version=4).cells if cell.cell_type == "code")
    assert "remove-input" in cell.metadata.tags
    assert 'data-explorer="walk" data-source="fashion-latent"' in cell.outputs[0].data["text/html"]


def test_the_landing_page_needs_no_data_set(monkeypatch):
    from lessons_pkg import data

    def refuse(*_, **__):
        raise AssertionError("the landing page asked for a data set")

    monkeypatch.setattr(data, "load", refuse)
    monkeypatch.setenv("LESSONS_STILL", "1")
    (cell,) = (cell for cell in nbformat.read(BOOK / "intro.ipynb", as_version=4).cells if cell.cell_type == "code")
    exec(cell.source, {})  # the page's own code
