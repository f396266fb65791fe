"""What the pages show of the code, and the command that runs them."""

from __future__ import annotations

import nbformat
import pytest

from lessons_pkg import data, experiments, models, pages
from lessons_pkg.models import thumbnail


def test_source_is_the_code_as_it_stands_with_its_file():
    shown = pages.source(models.LinearAE).data
    assert "`lessons_pkg/models/linear.py`" in shown
    assert "class LinearAE(Autoencoder):" in shown
    assert "self.encoder = nn.Linear(pixels, code_dim)" in shown


def test_the_source_of_a_decorated_function_is_found_behind_its_decorator():
    assert "`lessons_pkg/models/thumbnail.py`" in pages.source(thumbnail.start_as_thumbnail).data


def test_tabs_are_markdown_for_the_page_and_html_for_jupyter():
    bundle = pages.tabs({"linear": models.LinearAE, "a <dense> one": models.DenseAE})._repr_mimebundle_()
    page, jupyter = bundle["text/markdown"], bundle["text/html"]
    assert page.startswith("::::{tab-set}\n:::{tab-item} linear\n`lessons_pkg/models/linear.py`")
    assert page.count(":::{tab-item}") == jupyter.count("<details>") == 2
    assert "class DenseAE(Autoencoder):" in page
    assert "<summary>a &lt;dense&gt; one</summary>" in jupyter
    assert "DenseAE" in jupyter.split("</details>")[1]


def test_a_table_has_one_line_per_row_and_right_aligned_numbers():
    lines = pages.table(["model", "error"], [["PCA", 0.5], ["AE", 1]]).data.splitlines()
    assert lines == ["| model | error |", "| --- | --: |", "| PCA | 0.5 |", "| AE | 1 |"]
    assert pages.table(["model", "kind", "error"], [], text=2).data.splitlines()[1] == "| --- | --- | --: |"


def test_spread_shows_the_mean_and_both_ends():
    assert pages.spread([1.0, 2.0, 6.0], 1) == "3.0<br><small>1.0 to 6.0</small>"
    assert pages.spread([-0.0004, 0.0002], 3) == "0.000<br><small>0.000 to 0.000</small>"


def _exercise(root, source: str) -> None:
    folder = root / "solutions" / "01_x"
    folder.mkdir(parents=True)
    text = nbformat.v4.new_markdown_cell("## Task 1.2: the size of $k$\n\nabout five minutes\n\nWrite `f`.")
    exhibit = nbformat.v4.new_code_cell("print('shown')")
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade_id": "task-1-2", "solution": True}
    check = nbformat.v4.new_code_cell("checks.f(f)")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# x"), text, exhibit, cell, check])
    nbformat.write(notebook, folder / "x.ipynb")


def test_a_task_comes_with_its_text_and_its_folded_solution_without_markers(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    _exercise(tmp_path, "def f(a, b):\n    ### BEGIN SOLUTION\n    return a < b\n    ### END SOLUTION")
    shown = pages.tasks("01_x")._repr_mimebundle_()
    assert shown["text/html"].startswith("<details><summary>Answer to task 1.2: the size of $k$</summary>")
    assert "&lt;" in shown["text/html"], "code is text in Jupyter, not markup"
    exercise, solution = shown["text/markdown"].split(":::::::{solution} task-1-2\n")
    assert exercise.startswith(":::::::{exercise} the size of $k$\n:label: task-1-2\n\nabout five minutes\n\nWrite")
    assert solution.startswith(":label: answer-1-2\n:class: dropdown\n")
    assert "```python\nprint('shown')\n```" in exercise, "what is to be repaired is part of the task"
    assert "def f(a, b):\n    return a < b\n```" in solution
    for text in shown.values():
        assert "SOLUTION" not in text
        assert "checks.f" not in text


def test_an_exercise_that_does_not_exist_is_an_error_that_names_it(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    _exercise(tmp_path, "pass")
    with pytest.raises(LookupError, match="09_y"):
        pages.tasks("09_y")


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A function that writes a chapter of one cell, on a machine that has the real data."""
    monkeypatch.setattr(data, "load", lambda name, **_: data.digits())

    def write(source: str):
        path = tmp_path / "01_x.ipynb"
        old = nbformat.v4.new_output("stream", name="stdout", text="stored before")
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, outputs=[old])]), path)
        return path

    return write


def test_execute_stores_what_a_chapter_prints(chapter):
    path = chapter("print(6 * 7)")
    assert pages.main(["execute", str(path)]) == 0
    (cell,) = nbformat.read(path, as_version=4).cells
    assert cell.outputs[0].text == "42\n"
    assert "execution" not in cell.metadata, "times of day would change the file at every run"


def test_a_chapter_that_fails_keeps_the_outputs_it_had(chapter, capsys):
    path = chapter("raise ValueError('broken here')")
    before = path.read_bytes()
    assert pages.main(["execute", str(path)]) == 1
    assert path.read_bytes() == before
    assert "broken here" in capsys.readouterr().err


def test_execute_refuses_to_store_outputs_of_the_embedded_digits(chapter, monkeypatch, capsys):
    path = chapter("print(1)")
    before = path.read_bytes()

    def unavailable(name, **_):
        raise data.DataUnavailable("no files here")

    monkeypatch.setattr(data, "load", unavailable)
    assert pages.main(["execute", str(path)]) == 2
    assert path.read_bytes() == before
    assert "real data only" in capsys.readouterr().err


def test_the_empty_trace_of_a_progress_bar_is_not_stored(chapter):
    path = chapter("from IPython.display import display\ndisplay({'text/plain': ''}, raw=True)\nprint('kept')")
    pages.main(["execute", str(path)])
    (cell,) = nbformat.read(path, as_version=4).cells
    assert [output.output_type for output in cell.outputs] == ["stream"]


def test_results_and_answers_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert experiments.load("activations").values
    assert "LinearAE" in pages.tasks("01_linear_autoencoder")._repr_mimebundle_()["text/html"]
