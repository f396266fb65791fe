"""What the book's pages show of the code behind them, and the command that runs the pages.

pages.source(models.LinearAE)               # the tested source, as it stands in the package
pages.tabs({"PyTorch": ..., "Keras": ...})   # the same of two, in tabs
pages.tasks("01_linear_autoencoder")         # the tasks of an exercise, solutions folded away
python -m lessons_pkg.pages execute         # run the chapters on the real data and store their outputs
"""

from __future__ import annotations

import argparse
import html
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import nbformat
from IPython.display import Markdown
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import lessons_pkg
from lessons_pkg import data

ROOT = Path(lessons_pkg.__file__).parent.parent


def source(*things: type | Callable) -> Markdown:
    """The source of classes or functions of the package, as a highlighted block with the name of its file."""
    return Markdown("\n\n".join(_fenced(thing) for thing in things))


class Tabs:
    """What ``tabs`` returns: tabs on the built page, blocks to be opened in Jupyter."""

    def __init__(self, named: Mapping[str, type | Callable]) -> None:
        self.named = dict(named)

    def __repr__(self) -> str:
        return f"Tabs({', '.join(self.named)})"  # without an address, which would differ at every run

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        items = (f":::{{tab-item}} {name}\n{_fenced(thing)}\n:::" for name, thing in self.named.items())
        return {
            "text/markdown": "::::{tab-set}\n" + "\n".join(items) + "\n::::",
            "text/html": "".join(_folded(name, _listing(thing)[1]) for name, thing in self.named.items()),
        }


def tabs(named: Mapping[str, type | Callable]) -> Tabs:
    """The source of several classes or functions beside each other, name -> class or function."""
    return Tabs(named)


def _listing(thing: type | Callable) -> tuple[str, str]:
    """The file a class or function stands in, from the top of the project, and its source."""
    thing = inspect.unwrap(thing)  # behind a decorator stands another file
    return Path(inspect.getsourcefile(thing)).relative_to(ROOT).as_posix(), inspect.getsource(thing).rstrip()


def _fenced(thing: type | Callable) -> str:
    place, code = _listing(thing)
    return f"`{place}`\n\n```python\n{code}\n```"


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, text: int = 1) -> Markdown:
    """A table for the page. Cells are shown as str() has them: format numbers before.

    text: so many columns on the left hold text; those after them are numbers, aligned to the right.
    """
    lines = [header, ["---"] * text + ["--:"] * (len(header) - text), *rows]
    return Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))


def spread(values: Sequence[float], digits: int = 4) -> str:
    """Mean over the seeds, and below it the lowest and highest, in one cell of a table; never a minus before a zero."""
    mean = sum(values) / len(values)
    return f"{mean:z.{digits}f}<br><small>{min(values):z.{digits}f} to {max(values):z.{digits}f}</small>"


class Tasks:
    """What ``tasks`` returns: exercises with folded solutions on the built page, folded blocks in Jupyter."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        self.parts = _tasks_of(exercise)

    def __repr__(self) -> str:
        return f"Tasks({self.exercise!r})"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        boxes = (
            f":::::::{{exercise}} {title}\n:label: {task}\n\n{text}\n:::::::\n\n"
            f":::::::{{solution}} {task}\n:label: {task.replace('task', 'answer')}\n:class: dropdown\n\n"
            f"```python\n{code}\n```\n:::::::"
            for task, title, text, code in self.parts
        )
        folded = (
            _folded(f"Answer to {task.replace('-', ' ', 1).replace('-', '.')}: {title}", code)
            for task, title, _, code in self.parts
        )
        return {"text/markdown": "\n\n".join(boxes), "text/html": "".join(folded)}


def tasks(exercise: str) -> Tasks:
    """The tasks of an exercise, read from solutions/: each with its text, and its solution folded away.

    exercise: the folder below solutions/. Raises LookupError if it has no notebook with tasks.
    """
    return Tasks(exercise)


def _tasks_of(exercise: str) -> list[tuple[str, str, str, str]]:
    """Of each task its label ("task-1-1"), title, text and solution. All that stands above the stub is text."""
    found = []
    for path in sorted((ROOT / "solutions" / exercise).glob("*.ipynb")):
        told: list[str] = []
        for cell in nbformat.read(path, as_version=4).cells:
            task = cell.metadata.get("nbgrader", {})
            if cell.cell_type == "markdown" and cell.source.startswith("## Task"):
                told = [cell.source]
            elif task.get("solution"):
                title, _, text = "\n\n".join(told).partition("\n")
                code = re.sub(r"^ *### (BEGIN|END) SOLUTION *\n?", "", cell.source, flags=re.MULTILINE).rstrip()
                found.append((task["grade_id"], title.partition(": ")[2], text.strip(), code))
                told = []
            elif told:
                told.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
    if not found:
        raise LookupError(f"solutions/{exercise} has no notebook with tasks")
    return found


def _folded(title: str, code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    block = highlight(code, PythonLexer(), HtmlFormatter())
    return f"<details><summary>{html.escape(title)}</summary>{block}</details>"


def execute(notebooks: Sequence[Path]) -> None:
    """Run chapters on the real data and store their outputs; a chapter that fails keeps the outputs it had.

    Raises DataUnavailable without the real data: outputs of the embedded digits are not what the page shows.
    """
    data.load("mnist")
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        print(f"{path.name} ...", end=" ", flush=True)
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
        )
        environment = os.environ | {"LESSONS_STILL": "1"}  # explorers as the page has them, without a kernel
        client.execute(
            stderr=subprocess.DEVNULL, env=environment
        )  # the kernel's own log; what a cell prints is in its outputs
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)  # times of day, another set at every run
            if cell.cell_type == "code":
                cell.outputs = [output for output in cell.outputs if not _empty(output)]
        half = path.with_suffix(".part")
        nbformat.write(notebook, half)
        half.replace(path)
        print("stored")


def _empty(output: nbformat.NotebookNode) -> bool:
    """What a progress bar leaves when it is done: one display of nothing."""
    return output.output_type == "display_data" and not any(output.data.values())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lessons_pkg.pages", description=execute.__doc__.splitlines()[0])
    parser.add_argument("action", choices=["execute"])
    parser.add_argument("notebook", nargs="*", type=Path, help="chapters to run; all of book/ without it")
    options = parser.parse_args(arguments)
    try:
        execute(options.notebook or sorted((ROOT / "book").glob("*.ipynb")))
    except (data.DataUnavailable, data.DataCorrupted) as error:
        print(f"error: the chapters are stored with real data only.\n{error}", file=sys.stderr)
        return 2
    except CellExecutionError as error:
        print(f"failed; the outputs stored before are untouched.\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
