"""The rules that every page keeps: stored outputs of a real run, nothing of a machine in them, tested models only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "book").glob("[0-9]*.ipynb"))
PAGES = sorted((ROOT / "book").glob("*.ipynb"))  # with the landing page, which keeps fewer rules: see test_landing.py
NOTEBOOKS = [*PAGES, *sorted(ROOT.glob("solutions/*/*.ipynb")), *sorted(ROOT.glob("exercises/*/*.ipynb"))]
# An absolute path of two folders or more, on any system, or what only an environment has.
MACHINE = re.compile(r"(?<![\w.:/<])/(?:[\w.-]+/){2,}|\b[A-Z]:\\\\|site-packages|\.venv")


def _id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [
        cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and cell.source.strip()
    ]


def _shown(output: nbformat.NotebookNode) -> str:
    """All the text that a reader sees of an output, images left out."""
    data = output.get("data", {})
    text = "".join(str(value) for kind, value in data.items() if kind.startswith("text/"))
    return re.sub(r"data:image/png;base64,[^\"]*", "", text) + str(output.get("text", ""))


@pytest.mark.parametrize(
    ("text", "names_a_machine"),
    [
        ("reading /srv/images/data/MNIST", True),
        ("C:\\\\Users", True),
        ("in .venv/lib", True),
        ("see https://example.org/a/b/c", False),
        ("lessons_pkg/models/linear.py", False),
        ("<b>1/2</b> and book/results/activations.json", False),
    ],
)
def test_a_path_of_a_machine_is_recognised(text, names_a_machine):
    assert bool(MACHINE.search(text)) == names_a_machine


def test_there_is_a_chapter_to_test():
    assert CHAPTERS


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_a_chapter_was_run_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in _code_cells(path)]
    assert counts == list(range(1, len(counts) + 1)), "run `make execute` and store what it prints"


@pytest.mark.parametrize("path", CHAPTERS, ids=_id)
def test_a_chapter_shows_the_real_data(path):
    text = "".join(_shown(output) for cell in _code_cells(path) for output in cell.outputs)
    assert "embedded digits" not in text
    assert "60,000 training images" in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_no_stored_output_shows_a_path_a_warning_or_a_traceback(path):
    for cell in _code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error", f"a traceback is stored below:\n{cell.source}"
            assert output.get("name") != "stderr", f"stderr is stored below:\n{cell.source}"
            assert "Warning" not in _shown(output), f"a warning is stored below:\n{cell.source}"
            assert not MACHINE.search(_shown(output)), f"the path of a machine is stored below:\n{cell.source}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_no_source_names_a_machine(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert not MACHINE.search(cell.source), cell.source


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_a_chapter_defines_no_model_of_its_own(path):
    for cell in _code_cells(path):
        code = "\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!")))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                assert not any("Module" in base or "Autoencoder" in base for base in bases), cell.source


@pytest.mark.parametrize("path", CHAPTERS, ids=_id)
def test_a_chapter_imports_its_models_from_the_package(path):
    imported = {
        name.name
        for cell in _code_cells(path)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.ImportFrom) and node.module == "lessons_pkg"
        for name in node.names
    }
    assert "models" in imported


@pytest.mark.parametrize("path", CHAPTERS, ids=_id)
def test_at_least_three_cells_are_compared_word_for_word(path):
    assert sum("# NBVAL_CHECK_OUTPUT" in cell.source for cell in _code_cells(path)) >= 3


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_every_figure_says_in_words_what_is_to_be_seen(path):
    pictures = 0
    for cell in _code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            assert "image/png" not in data, f"a bare image without alt text: use lessons_pkg.plots\n{cell.source}"
            for tag in re.findall(r"<img[^>]*>", str(data.get("text/html", ""))):
                pictures += 1
                alt = re.search(r'alt="([^"]*)"', tag)
                assert alt, cell.source
                assert len(alt[1]) > 30, cell.source
    assert pictures


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_a_measured_number_in_prose_is_glued(path):
    """Prose may hold settings and small counts; anything with three decimals was measured, and belongs in a glue."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            found = re.findall(
                r"(?<![\w.])\d*\.\d{3,}", re.sub(r"\{cite[^`]*`[^`]*`|\{glue[^`]*`[^`]*`|\barXiv:\S+", "", cell.source)
            )
            assert not found, f"{found} is typed into the prose:\n{cell.source}"


@pytest.mark.parametrize("path", CHAPTERS, ids=_id)
def test_a_chapter_is_neither_a_leaflet_nor_a_book(path):
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    read = re.sub(r"\{[a-z:]+\}(?=`)|(?<=\w) <[^>`]*>(?=`)", "", text)  # of a role only its words are read
    assert 1500 <= len(re.findall(r"\w+", read)) <= 3500


@pytest.mark.parametrize("path", [path for path in CHAPTERS if (ROOT / "solutions" / path.stem).is_dir()], ids=_id)
def test_tasks_shown_on_the_page_are_those_of_the_solutions(path):
    from lessons_pkg import pages

    now = pages.tasks(path.stem)._repr_mimebundle_()
    stored = [output.get("data", {}) for cell in _code_cells(path) for output in cell.outputs]
    assert any(now.items() <= data.items() for data in stored), "run `make execute` after changing a solution"
