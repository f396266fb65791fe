"""The progress bar: seen while it runs, gone when it is done, and silent where nobody looks."""

from __future__ import annotations

import io
import sys
import time

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from lessons_pkg import progress, training
from lessons_pkg.models import LinearAE
from lessons_pkg.progress import progress_bar


def work(seconds: float) -> None:
    """A bar over twenty steps that take so long together."""
    with progress_bar(20, "training") as bar:
        for _ in range(20):
            time.sleep(seconds / 20)
            bar.update()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def last_line(written: str) -> str:
    """What a terminal shows of this after all its carriage returns."""
    line = ""
    for part in written.rpartition("\n")[2].split("\r"):
        line = part + line[len(part) :]
    return line


def test_silent_without_a_terminal(capfd):
    work(1.3)
    assert capfd.readouterr() == ("", "")


def test_in_a_terminal_it_is_shown_after_a_second_and_then_wiped_away(monkeypatch):
    monkeypatch.delenv("LESSONS_PROGRESS", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    work(1.3)
    written = sys.stderr.getvalue()
    assert "training" in written
    assert "%" in written
    assert "\n" not in written
    assert last_line(written).strip() == ""


def test_short_work_shows_nothing_even_in_a_terminal(monkeypatch):
    monkeypatch.delenv("LESSONS_PROGRESS", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    work(0.1)
    training.fit(LinearAE(2, image_shape=(1, 4, 4)), torch.rand(9, 1, 4, 4), epochs=3, device="cpu")
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("jupyter", [True, False])
def test_lessons_progress_0_switches_it_off(monkeypatch, jupyter):
    monkeypatch.setenv("LESSONS_PROGRESS", "0")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(progress, "_in_jupyter", lambda: jupyter)
    with progress_bar(3, "training") as bar:
        assert bar.disable
    assert sys.stderr.getvalue() == ""


@pytest.fixture
def shown(monkeypatch):
    """What a live notebook would show, one entry per change; the bars believe that they are in one."""
    texts = []

    class Handle:
        def update(self, content, raw):
            texts.append(content)

    def display(content, raw, display_id):
        texts.append(content)
        return Handle()

    monkeypatch.delenv("LESSONS_PROGRESS", raising=False)
    monkeypatch.setattr(progress, "_in_jupyter", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    return texts


def test_in_jupyter_it_counts_and_ends_empty(shown):
    work(1.6)
    visible = [content["text/plain"] for content in shown if content["text/plain"]]
    assert len(visible) >= 2
    assert all("training" in text and "/20" in text for text in visible)
    assert set(shown[-1].values()) == {""}


def test_in_jupyter_an_error_wipes_it_away_too(shown):
    def stumble():
        with progress_bar(20, "training") as bar:
            time.sleep(1.1)
            bar.update(10)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stumble()
    assert "training" in shown[0]["text/plain"]
    assert set(shown[-1].values()) == {""}


def test_in_jupyter_short_trainings_show_nothing(shown):
    training.fit(LinearAE(2, image_shape=(1, 4, 4)), torch.rand(9, 1, 4, 4), epochs=3, device="cpu")
    assert shown == []


def test_a_stored_notebook_keeps_nothing_of_it(monkeypatch):
    monkeypatch.delenv("LESSONS_PROGRESS", raising=False)
    long = """
import time
from lessons_pkg.progress import progress_bar
print("before")
with progress_bar(20, "training") as bar:
    for _ in range(20):
        time.sleep(0.07)
        bar.update()
    print("was shown:", bar._handle is not None)
print("after")
"""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(long), nbformat.v4.new_code_cell(long.replace("0.07", "0.001"))]
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    for cell, seen in zip(notebook.cells, ("True", "False"), strict=True):
        text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        assert text == f"before\nwas shown: {seen}\nafter\n"
        assert all(output.name == "stdout" for output in cell.outputs if output.output_type == "stream")
        others = [output for output in cell.outputs if output.output_type != "stream"]
        # A place on the page cannot be taken back, but it is empty, and empty HTML takes no room.
        assert [output.data for output in others] == [{"text/html": "", "text/plain": ""}] * (seen == "True")
