"""Submissions for tests of the grading: attacks, right and partly right ones, messy ones, and a class of sixty of them.

Each is a ``Case``: a notebook's bytes and what has to become of it. The attacks are cells in
``tests/submissions/hostile``, with what is to be known about them in comments above the code:

    # attack: what it tries, in one sentence
    # exercise: 02_convolutional_autoencoder     (01_linear_autoencoder if absent)
    # cell: task-2-1                             (task-1-1 if absent)
    # reason: words that the reason must contain (none if absent)
    # waits: yes                                 (it only takes time; if absent, it does not)
"""

from __future__ import annotations

import ast
import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lessons_pkg import checks

__all__ = ["Case", "attacks", "class_of_60", "messy", "mixed", "right", "stub"]

ROOT = Path(__file__).resolve().parents[1]
BANK = ROOT / "tests" / "submissions"
HOSTILE = BANK / "hostile"
EXERCISES = sorted(folder.parent.name for folder in (ROOT / "solutions").glob("*/*.ipynb"))
FIRST = EXERCISES[0]
LIMIT = 50_000_000  # bytes of a notebook that is still read


@dataclass(frozen=True)
class Case:
    """A submission and its expected end.

    points: by task. refused: words of the message if it cannot be graded at all; points is empty then.
    words: by task, what its reason must contain. waits: it uses up its time.
    """

    name: str
    content: bytes
    points: dict[str, float] = field(default_factory=dict)
    refused: str = ""
    words: dict[str, str] = field(default_factory=dict)
    waits: bool = False
    exercise: str = FIRST

    @property
    def total(self) -> float:
        return sum(self.points.values())


# --- notebooks ----------------------------------------------------------------------------------------------------


@cache
def _read(kind: str, exercise: str) -> NotebookNode:
    return nbformat.read(next((ROOT / kind / exercise).glob("*.ipynb")), as_version=4)


def notebook(exercise: str, *, kind: str = "exercises", lean: bool = True) -> NotebookNode:
    """A copy of the notebook of that exercise; kind: "exercises" or "solutions".

    lean: only its imports, answers and checks, so that nothing is trained.
    """
    found = copy.deepcopy(_read(kind, exercise))
    if lean:
        found.cells = [cell for cell in found.cells if cell.id == "setup" or "nbgrader" in cell.metadata]
    return found


def grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def cell_of(found: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in found.cells if grade_id(cell) == name)


def answered(exercise: str, *, lean: bool = True) -> NotebookNode:
    """The exercise as handed out, with the solutions' answers in it."""
    found = notebook(exercise, lean=lean)
    for cell in _read("solutions", exercise).cells:
        if grade_id(cell).startswith("task-"):
            cell_of(found, grade_id(cell)).source = cell.source
    return found


def content_of(found: NotebookNode) -> bytes:
    return nbformat.writes(found).encode()


def points_of(exercise: str) -> dict[str, float]:
    """Points to be had for each task, as in solutions/."""
    graded = [cell for cell in _read("solutions", exercise).cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {task_of(grade_id(cell)): float(cell.metadata.nbgrader.points) for cell in graded}


def task_of(name: str) -> str:
    """ "1.3" of "task-1-3"."""
    return ".".join(re.findall(r"\d+", name))


def nothing(exercise: str) -> dict[str, float]:
    return dict.fromkeys(points_of(exercise), 0.0)


# --- right, unwritten, partly right -----------------------------------------------------------------------------------


def right(exercise: str = FIRST, *, lean: bool = True) -> Case:
    """The answers of solutions/: full marks."""
    content = content_of(answered(exercise, lean=lean))
    return Case(f"right-{exercise}", content, points_of(exercise), exercise=exercise)


def stub(exercise: str = FIRST) -> Case:
    """The exercise as handed out."""
    unwritten = dict.fromkeys(points_of(exercise), "not written yet")
    return Case(f"stub-{exercise}", content_of(notebook(exercise)), nothing(exercise), "", unwritten, exercise=exercise)


@cache
def answers(kind: str) -> tuple[Path, ...]:
    """All files of the bank of that kind, "right" or "wrong", that can stand in a notebook beside right answers.

    Left out are those that define a name which another task asks for or uses, and those of tasks that another task
    is built on: there, one wrong answer makes two.
    """
    found = sorted(BANK.glob(f"*/*/{kind}/*.py"))
    return tuple(path for path in found if _stands_alone(path))


def with_answer(path: Path) -> Case:
    """The answers of solutions/, except one that is a file of the bank."""
    exercise, task = path.parts[-4], _task_in(path)
    found = answered(exercise)
    cell_of(found, "task-" + task.replace(".", "-")).source = _source(path)
    points = points_of(exercise)
    if path.parts[-2] == "wrong":
        points[task] = 0.0
    return Case(f"{path.parts[-2]}-{task}-{path.stem}", content_of(found), points, exercise=exercise)


def mixed(count: int, seed: int, kind: str = "wrong", exercise: str = "*") -> list[Case]:
    """A sample of submissions with one answer of the bank in each, the rest from solutions/."""
    paths = [path for path in answers(kind) if exercise in ("*", path.parts[-4])]
    return [with_answer(path) for path in random.Random(seed).sample(paths, min(count, len(paths)))]


def _check(path: Path) -> Any:
    return getattr(checks, path.parts[-3])


def _task_in(path: Path) -> str:
    return _check(path).task


def _source(path: Path) -> str:
    """The file; what it leaves out of the names that its task asks for comes from the first right answer."""
    source = path.read_text(encoding="utf-8")
    if set(_check(path).title.split(", ")) <= _bound(source):
        return source
    return min((path.parents[1] / "right").glob("*.py")).read_text(encoding="utf-8") + "\n\n" + source


def _bound(source: str) -> set[str]:
    """The names of functions, classes and values that a source defines at its top."""
    names = set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return names


@cache
def _used_elsewhere(exercise: str, task: str) -> frozenset[str]:
    """The names that the other answers of solutions/ define or use."""
    used: set[str] = set()
    for cell in _read("solutions", exercise).cells:
        if grade_id(cell).startswith("task-") and task_of(grade_id(cell)) != task:
            used |= {one.id for one in ast.walk(ast.parse(cell.source)) if isinstance(one, ast.Name)}
            used |= _bound(cell.source)
    return frozenset(used)


def _stands_alone(path: Path) -> bool:
    exercise, task = path.parts[-4], _task_in(path)
    asked = set(_check(path).title.split(", ")) | _bound(_source(path))
    return not asked & _used_elsewhere(exercise, task)


# --- attacks ------------------------------------------------------------------------------------------------------


def attacks() -> list[Case]:
    """All attacks: the cells of tests/submissions/hostile, and those on the notebook as a whole. Each earns nothing."""
    return [_attack(path) for path in sorted(HOSTILE.glob("*.py"))] + [
        edit(replace(stub(), name=name, words={})) for name, edit in EDITS.items()
    ]


def headers(path: Path) -> dict[str, str]:
    """The comments that a file begins with, by their first word."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not (parts := re.fullmatch(r"# (\w+): (.+)", line)):
            return found
        found[parts[1]] = parts[2].strip()
    return found


def _attack(path: Path) -> Case:
    about = headers(path)
    exercise, place = about.get("exercise", FIRST), about.get("cell", "task-1-1")
    found = notebook(exercise)
    cell_of(found, place).source = path.read_text(encoding="utf-8")
    words = {task_of(place): about["reason"]} if "reason" in about else {}
    return Case(path.stem, content_of(found), nothing(exercise), "", words, "waits" in about, exercise)


def _edited_checks(case: Case) -> Case:
    """The check cells are emptied, or say that all is well."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell).startswith("check-"):
            cell.source = "print('passed')"
            cell.metadata.nbgrader.locked = False
    return replace(case, content=content_of(found))


def _checks_with_other_answers(case: Case) -> Case:
    """The check cells judge an answer that is not the learner's."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell) == "check-1-3":
            cell.source = (
                "from lessons_pkg import latent\nchecks.pca_floor(latent.pca_floor)\npca_floor = latent.pca_floor"
            )
    return replace(case, content=content_of(found))


def _raised_points(case: Case) -> Case:
    """Each check gives a thousand points, and so does a new one that asks nothing."""
    found = notebook(FIRST)
    for cell in found.cells:
        if grade_id(cell).startswith("check-"):
            cell.metadata.nbgrader.points = 1000
    extra = copy.deepcopy(cell_of(found, "check-1-5"))
    extra.id, extra.source, extra.metadata.nbgrader.grade_id = "extra", "pass", "check-1-6"
    found.cells.append(extra)
    return replace(case, content=content_of(found))


def _points_of_odd_kinds(case: Case) -> Case:
    """Points that are infinite, negative, no numbers or far too large."""
    found = json.loads(content_of(notebook(FIRST)))
    odd = iter([float("inf"), -1e308, "3", [3], {"points": 3}])
    for cell in found["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] = next(odd)
    return replace(case, content=json.dumps(found).encode())


def _answers_marked_as_checks(case: Case) -> Case:
    """Answers are called checks and checks answers, and all of them are marked as graded by hand."""
    found = notebook(FIRST)
    for cell in found.cells:
        if name := grade_id(cell):
            swapped = name.replace("task-", "X").replace("check-", "task-").replace("X", "check-")
            cell.metadata.nbgrader.update(grade_id=swapped, grade=True, solution=True, points=3, task=True)
            cell.source = "passed = True"
    return replace(case, content=content_of(found))


def _forged_outputs(case: Case) -> Case:
    """The stored outputs and the metadata say that every check has passed."""
    found = notebook(FIRST)
    found.metadata.update(grade=13, nbgrader={"score": 13}, lessons={"passed": list(points_of(FIRST))})
    for cell in found.cells:
        if cell.cell_type == "code":
            said = "Task 1.3 (pca_floor): passed"
            cell.outputs = [nbformat.v4.new_output("stream", text=said)]
            cell.execution_count = 1
            cell.metadata.nbgrader = {**cell.metadata.get("nbgrader", {}), "score": 3, "manual_score": 3}
    return replace(case, content=content_of(found))


def _kernel_of_its_own(case: Case) -> Case:
    """The notebook names a kernel with a command of its own."""
    found = notebook(FIRST)
    argv = ["sh", "-c", "touch /tmp/lessons-was-here-kernel ~/lessons-was-here-kernel"]
    found.metadata.kernelspec = {"name": "../../tmp/mine", "display_name": "mine", "language": "sh", "argv": argv}
    return replace(case, content=content_of(found))


def _names_with_markup(case: Case) -> Case:
    """Cell ids and grade ids that are paths, markup and commands."""
    found = json.loads(content_of(notebook(FIRST)))
    for i, odd in enumerate(
        ["../../../../tmp/lessons-was-here", "<script>alert(1)</script>", "$(touch x)", "\x00", "a" * 10**6]
    ):
        cell = {"cell_type": "code", "id": odd, "metadata": {"nbgrader": {"grade_id": odd, "grade": True, "points": 3}}}
        found["cells"].insert(
            i, {**cell, "source": "raise RuntimeError('odd')", "outputs": [], "execution_count": None}
        )
    return replace(case, content=json.dumps(found).encode())


def _many_magics(case: Case) -> Case:
    """A cell of thousands of lines that each have to be rewritten before Python understands them."""
    found = notebook(FIRST)
    cell_of(found, "task-1-3").source = "!true\n" * 3_000
    return replace(case, content=content_of(found))


def _nested_source(case: Case) -> Case:
    """Cells whose code is nested deeper than any parser goes."""
    found = notebook(FIRST)
    deep = ["(" * 50_000, "x = " + "-" * 100_000 + "1", "x" + ".a" * 50_000, "x = " + "[" * 5_000 + "]" * 5_000]
    deep += ["".join(" " * i + "if x:\n" for i in range(150)), "x = " + "1+" * 50_000 + "1", "lambda: " * 20_000 + "1"]
    found.cells += [nbformat.v4.new_code_cell(source) for source in deep]
    return replace(case, content=content_of(found))


def _odd_source(case: Case) -> Case:
    """Cells with null bytes, halves of surrogate pairs, marks of direction and other encodings in them."""
    found = json.loads(content_of(notebook(FIRST)))
    for i, odd in enumerate(
        ["x = '\x00'", "x = '\ud800'", "# \u202e\u2066 x", "\ufeffx = 1", "# -*- coding: rot13 -*-\nk = 1"]
    ):
        cell = {"cell_type": "code", "id": f"odd-{i}", "metadata": {}, "outputs": [], "execution_count": None}
        found["cells"].insert(1, {**cell, "source": odd})
    return replace(case, content=json.dumps(found).encode())


def _much_source(case: Case) -> Case:
    """Ten megabytes of code, of which nothing is needed."""
    found = notebook(FIRST)
    found.cells.insert(1, nbformat.v4.new_code_cell("x = 1\n" * 1_700_000))
    return replace(case, content=content_of(found))


def _many_cells(case: Case) -> Case:
    """Twenty thousand cells, each of which uses a name of the one before."""
    found = notebook(FIRST)
    found.cells += [nbformat.v4.new_code_cell(f"def f{i}():\n    return f{i - 1}()") for i in range(1, 20_000)]
    return replace(case, content=content_of(found))


EDITS: dict[str, Callable[[Case], Case]] = {
    f"notebook{edit.__name__}": edit
    for edit in (
        _edited_checks, _checks_with_other_answers, _raised_points, _points_of_odd_kinds, _answers_marked_as_checks,
        _forged_outputs, _kernel_of_its_own, _names_with_markup, _many_magics, _nested_source, _odd_source,
        _much_source, _many_cells,
    )
}  # fmt: skip


# --- mess -----------------------------------------------------------------------------------------------------------


def messy() -> Iterator[Case]:
    """What students hand in by accident. Made one at a time: some are large."""
    full = points_of(FIRST)
    yield from _unreadable()
    for name, source in NOTES.items():
        found = answered(FIRST)
        found.cells.insert(1, nbformat.v4.new_code_cell(source))
        yield Case(f"note-{name}", content_of(found), full)
    for name, (before, after) in AROUND.items():
        found = answered(FIRST)
        cell = cell_of(found, "task-1-3")
        cell.source = f"{before}{cell.source}{after}"
        yield Case(f"around-{name}", content_of(found), full)
    for name, (source, words) in BROKEN.items():
        found = answered(FIRST)
        cell_of(found, "task-1-3").source = source
        yield Case(f"broken-{name}", content_of(found), full | {"1.3": 0.0}, "", {"1.3": words})
    yield from _cells_moved(full)
    yield from _containers(full)


# What stands in a cell of its own, beside right answers: it costs nothing.
NOTES = {
    "pip": "!pip install numpy",
    "pip-magic": "%pip install --quiet numpy",
    "shell": "!ls /home && cd .. ; rm -f no-such-file",
    "inline": "%matplotlib inline",
    "config": "%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n%autoreload 2",
    "time": "%%time\nsum(range(10))",
    "input": "name = input('Who are you? ')",
    "show": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "syntax": "this is no Python, only a note:",
    "indentation": "    x = 1\n  y = 2",
    "path": "import pandas\npandas.read_csv('/home/kim/data.csv')",
    "path-open": "open(r'C:\\Users\\Kim\\Desktop\\notes.txt').read()",
    "error": "1 / 0",
    "question": "torch.linalg.svdvals?",
    "colab": "from google.colab import drive\ndrive.mount('/content/drive')",
    "cuda": "torch.zeros(3).cuda()",
    "chatter": "for i in range(2000):\n    print(i, 'of', 2000)",
    "umlauts": "größe, 数 = 1, '🙂'\nprint(größe, 数)",
    "own-data": "train, test = data.load('mnist', fallback='digits')\nprint(len(train))",
    "html": "%%html\n<b>bold</b>",
    "bash": "%%bash\necho hello",
    "exit-button": "raise KeyboardInterrupt",
    "quit": "exit()",
    "widgets": "from ipywidgets import interact",
    "thread": "import threading\nthreading.Thread(target=print, args=('hello',)).start()",
    "markup": "print('<script>alert(1)</script>\\x1b[31m')",
}

# What stands above and below a right answer in its own cell: it costs nothing.
AROUND = {
    "inline": ("%matplotlib inline\n", ""),
    "time": ("%%time\n", ""),
    "prints": ("print('start')\n", "\nprint(pca_floor(torch.rand(5, 1, 28, 28), 2))"),
    "pip": ("!pip install numpy\n", ""),
    "windows": ("", "\r\n# end\r\n"),
    "show": ("", "\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
    "await": ("import asyncio\nawait asyncio.sleep(0)\n", ""),
    "own-check": ("", "\nchecks.pca_floor(pca_floor)"),
    "seeded": ("torch.manual_seed(0)\ntorch.set_num_threads(2)\n", ""),
    "warnings": ("import warnings\nwarnings.simplefilter('error')\n", ""),
    "error-below": ("", "\nassert pca_floor(torch.rand(5, 1, 28, 28), 2) == 0, 'my own test'"),
}

# What stands in the place of the answer to 1.3, and a word of the reason.
BROKEN = {
    "helpers": ("from my_helpers import f\n\ndef pca_floor(images, k):\n    return f(images, k)", "my_helpers"),
    "path": ("rows = open('/home/kim/data.csv').read()\n\ndef pca_floor(images, k):\n    return 0.0", "data.csv"),
    "syntax": ("def pca_floor(images, k)\n    return 0.0", "SyntaxError"),
    "tabs": ("def pca_floor(images, k):\n\tx = 1\n        return x", "TabError"),
    "empty": ("", ""),
    "comment": ("# I did not have the time", ""),
    "other-name": ("def floor(images, k):\n    return 0.0", "pca_floor"),
    "conflict": ("<<<<<<< HEAD\ndef pca_floor(images, k):\n    return 0.0\n=======\n>>>>>>> mine", "SyntaxError"),
    "pasted-prompt": (">>> def pca_floor(images, k):\n...     return 0.5", "expected"),
    "asks": ("k = int(input('k? '))\n\ndef pca_floor(images, k):\n    return 0.0", ""),
    "returns-none": ("def pca_floor(images, k):\n    print(0.5)", "None"),
    "called": ("def pca_floor(images, k):\n    return 0.5\n\npca_floor = pca_floor(torch.rand(3, 1, 28, 28), 2)", "float"),
}  # fmt: skip


def _unreadable() -> Iterator[Case]:
    whole = content_of(answered(FIRST))
    no_notebook = "not a Jupyter notebook"
    yield Case("file-empty", b"", refused="empty")
    yield Case("file-blank", b" \n\n", refused="empty")
    yield Case("file-cut-off", whole[: len(whole) // 2], refused=no_notebook)
    yield Case("file-zip", b"PK\x03\x04" + bytes(range(256)), refused=no_notebook)
    yield Case("file-html", b"<html><body>Sign in to download</body></html>", refused=no_notebook)
    yield Case("file-python", b"import torch\n", refused=no_notebook)
    yield Case("file-list", b"[]", refused=no_notebook)
    yield Case("file-deep", b"[" * 1_000_000, refused="")
    yield Case(
        "file-checkpoint", b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', refused="exercise"
    )
    yield Case("file-of-another-course", content_of(nbformat.v4.new_notebook()), refused="exercise")
    yield Case("file-latin-1", b'{"cells": [], "nbformat": 4, "metadata": {"a": "\xe9"}}', refused="")
    found = json.loads(whole)
    for version in (1, 5, "4", None):
        yield Case(f"format-{version}", json.dumps({**found, "nbformat": version}).encode(), refused="format")
    yield Case("cells-missing", json.dumps({"nbformat": 4, "metadata": {}}).encode(), refused=no_notebook)
    yield Case("cells-no-list", json.dumps({**found, "cells": {"a": 1}}).encode(), refused=no_notebook)


def _cells_moved(full: dict[str, float]) -> Iterator[Case]:
    found = answered(FIRST)
    found.cells.remove(cell_of(found, "task-1-3"))
    yield Case("cell-deleted", content_of(found), full | {"1.3": 0.0}, "", {"1.3": "missing"})

    found = answered(FIRST)
    found.cells = [cell for cell in found.cells if not grade_id(cell).startswith("check-")]
    yield Case("checks-deleted", content_of(found), full)

    found = answered(FIRST)
    found.cells = [found.cells[0], *reversed(found.cells[1:])]
    yield Case("cells-reversed", content_of(found), full)

    found = answered(FIRST)
    twice = copy.deepcopy(cell_of(found, "task-1-3"))
    twice.id = "twice"
    cell_of(found, "task-1-3").source = "def pca_floor(images, k):\n    return 0.0  # my first attempt"
    found.cells.append(twice)
    yield Case("cell-copied-and-improved-below", content_of(found), full)

    found = answered(FIRST)
    same = json.loads(content_of(found))
    for cell in same["cells"]:
        cell["id"] = "same"
    yield Case("cells-of-one-id", json.dumps(same).encode(), full)

    found = answered(FIRST)
    for cell in found.cells:
        if grade_id(cell).startswith("check-"):
            cell.source, cell.metadata.nbgrader.points = "checks.pca_floor(lambda images, k: 0)  # try", 0
    yield Case("checks-edited", content_of(found), full)

    found = answered(FIRST)
    cell_of(found, "task-1-2").cell_type = "markdown"
    yield Case("cell-made-markdown", content_of(_plain(found)), full | {"1.2": 0.0})

    found = answered(FIRST)
    source = cell_of(found, "task-1-3").source
    cell_of(found, "task-1-3").source = ""
    found.cells.insert(-1, nbformat.v4.new_code_cell(source))
    yield Case("answer-in-a-cell-of-its-own", content_of(found), full)

    found = answered(FIRST)
    head, body = cell_of(found, "task-1-3").source.split("flat =", 1)
    cell_of(found, "task-1-3").source = "def _floor(images, k):\n    flat =" + body
    found.cells.append(nbformat.v4.new_code_cell("pca_floor = _floor"))
    yield Case("answer-split-over-two-cells", content_of(found), full)

    found = answered(FIRST)
    found.cells.append(nbformat.v4.new_code_cell("while True:\n    pass"))
    yield Case("loop-at-the-end", content_of(found), full, waits=True)


def _plain(found: NotebookNode) -> NotebookNode:
    """Cells that are no code any more have no outputs."""
    for cell in found.cells:
        if cell.cell_type != "code":
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    return found


def _containers(full: dict[str, float]) -> Iterator[Case]:
    found = answered(FIRST)
    found.metadata.kernelspec = {"name": "no-such-kernel", "display_name": "?", "language": "julia"}
    yield Case("kernel-unknown", content_of(found), full)

    plain = json.loads(content_of(answered(FIRST)))
    yield Case("metadata-missing", json.dumps({**plain, "metadata": None}).encode(), full)
    yield Case("byte-order-mark", b"\xef\xbb\xbf" + json.dumps(plain).encode(), full)
    yield Case("utf-16", json.dumps(plain).encode("utf-16"), full)
    yield Case("windows-line-ends", json.dumps(plain, indent=1).replace("\n", "\r\n").encode(), full)

    odd = copy.deepcopy(plain)
    odd["cells"] += [None, 3, "cell", {}, {"cell_type": "code"}, {"cell_type": "heading", "source": 7}]
    yield Case("cells-that-are-none", json.dumps(odd).encode(), full)

    old = {**plain, "nbformat": 3, "nbformat_minor": 0}
    old["worksheets"] = [{"cells": [_of_version_3(cell) for cell in old.pop("cells")], "metadata": {}}]
    yield Case("format-3", json.dumps(old).encode(), full)

    found = answered(FIRST)
    found.cells.append(nbformat.v4.new_code_cell("1"))
    found.cells[-1].outputs = [nbformat.v4.new_output("stream", text="x" * (LIMIT // 3))]
    yield Case("outputs-of-17-megabytes", content_of(found), full)
    found.cells[-1].outputs[0].text = "x" * (2 * LIMIT)
    yield Case("outputs-of-100-megabytes", content_of(found), refused="outputs")


def _of_version_3(cell: dict[str, Any]) -> dict[str, Any]:
    code = cell["cell_type"] == "code"
    kept = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
    return kept | (
        {"input": cell["source"], "language": "python", "outputs": []} if code else {"source": cell["source"]}
    )


# --- a class --------------------------------------------------------------------------------------------------------

SIZE = 60
# How many of each kind are in a class; the rest have one wrong answer each.
SHARES = {"right": 12, "other-right": 8, "stub": 6, "hostile": 6, "messy": 8}


def class_of_60(folder: Path, seed: int, exercise: str = FIRST) -> dict[str, Case]:
    """Write folder/submitted/STUDENT/EXERCISE/NAME.ipynb, as nbgrader has it, for sixty students.

    Returns each student's case, with the points by task, or the words of the refusal. Attacks and mess are of the
    first exercise; a class of another one has more wrong answers instead. The same for every run with that seed.
    """
    chance = random.Random(seed)
    cases = [right(exercise)] * SHARES["right"] + [stub(exercise)] * SHARES["stub"]
    cases += mixed(SHARES["other-right"], seed, "right", exercise)
    if exercise == FIRST:
        cases += chance.sample(
            [case for case in attacks() if not case.waits and case.exercise == FIRST], SHARES["hostile"]
        )
        small = [case for case in messy() if len(case.content) < 2_000_000 and not case.waits]
        cases += chance.sample(small, SHARES["messy"])
    cases += mixed(SIZE - len(cases), seed, "wrong", exercise)
    assert len(cases) == SIZE, f"{exercise}: {len(cases)} submissions"
    chance.shuffle(cases)
    name = next((ROOT / "solutions" / exercise).glob("*.ipynb")).name
    students = [f"student{number:02d}" for number in range(SIZE - 3)] + ["zoë", "名前", "o'neill, kim"]
    for student, case in zip(students, cases, strict=True):
        place = folder / "submitted" / student / exercise
        place.mkdir(parents=True)
        (place / name).write_bytes(case.content)
        (place / "timestamp.txt").write_text("2026-11-21 12:00:00.000000 UTC\n")
    return dict(zip(students, cases, strict=True))
