"""What students hand in by accident: files that are no notebooks, notes that raise, cells deleted, copied and moved."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import nbformat
from bank_notebooks import FIRST, Case, answered, cell_of, code, content_of, grade_id, points_of
from nbformat import NotebookNode

LIMIT = 50_000_000  # bytes of a notebook that is still read


def messy() -> Iterator[Case]:
    """What students hand in by accident. Made one at a time: some are large."""
    full = points_of(FIRST)
    yield from _unreadable()
    for name, source in NOTES.items():
        found = answered(FIRST)
        found.cells.insert(1, code(source))
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
    yield from _tools_above(full)
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
    # The course's own tools, which the second run does not have.
    "ready": ("if checks.ready('1.1'):\n    print('1.1 is done')\n", ""),
    "check-first": ("report = checks.linear_ae(LinearAE)\nprint(report.passed)\n", ""),
    "check-first-and-timed": ("%%time\nchecks.linear_ae(LinearAE)\n", ""),
    "trained": (
        "from __future__ import annotations\nmine, small = LinearAE(4), data.load('digits')[0].take(64, seed=0)\n"
        "losses = []\nlosses.append(training.fit(mine, small, epochs=1).loss[-1])\nlast = losses[-1]\nprint(last)\n",
        "",
    ),
    "not-ready": ("digits = None if checks.ready('1.1') else 3\nassert digits == 3\n", ""),
    "trained-in-a-function": (
        "def trial():\n    return training.evaluate(LinearAE(4), data.load('digits')[0])\n\nassert trial() > 0\n",
        "",
    ),
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
    "pasted-prompt": (">>> def pca_floor(images, k):\n...     return 0.5", "Expected"),
    "asks": ("k = int(input('k? '))\n\ndef pca_floor(images, k):\n    return 0.0", ""),
    "returns-none": ("def pca_floor(images, k):\n    print(0.5)", "None"),
    "called": ("def pca_floor(images, k):\n    return 0.5\n\npca_floor = pca_floor(None, 2)", "float"),
}


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
    found.cells.insert(-1, code(source))
    yield Case("answer-in-a-cell-of-its-own", content_of(found), full)

    found = answered(FIRST)
    _, body = cell_of(found, "task-1-3").source.split("flat =", 1)
    cell_of(found, "task-1-3").source = "def _floor(images, k):\n    flat =" + body
    found.cells.append(code("pca_floor = _floor"))
    yield Case("answer-split-over-two-cells", content_of(found), full)

    found = answered(FIRST)
    found.cells.append(code("while True:\n    pass"))
    yield Case("loop-at-the-end", content_of(found), full, waits=True)


def _tools_above(full: dict[str, float]) -> Iterator[Case]:
    """The course's own tools, which the second run does not have, are used in a cell above, or to end the cell."""
    found = answered(FIRST)
    fit = "history = training.fit(LinearAE(4), data.load('digits')[0].take(64, seed=0), epochs=1)"
    found.cells.insert(-2, code(fit))
    cell_of(found, "task-1-5").source = f"print(history.loss[-1])\n{cell_of(found, 'task-1-5').source}"
    yield Case("tools-trained-in-a-cell-above", content_of(found), full)

    found = answered(FIRST)
    cell = cell_of(found, "task-1-3")
    stop = "raise ValueError('what follows does not work')\n\ndef pca_floor(images, k):\n    return 0.0"
    cell.source = f"checks.ready('1.1')\n{cell.source}\n{stop}"
    yield Case("tools-above-and-an-end-below", content_of(found), full)

    found = answered(FIRST)
    cell = cell_of(found, "task-1-3")
    once = "\n".join(f"    {line}" for line in cell.source.splitlines())
    cell.source = f"for model in [LinearAE(4)]:\n    checks.linear_ae(type(model))\n{once}"
    words = "its cell: BorrowedAnswer: lessons_pkg.checks.linear_ae"
    yield Case("tools-in-one-statement-with-the-answer", content_of(found), full | {"1.3": 0.0}, "", {"1.3": words})

    found = answered(FIRST)
    source = cell_of(found, "task-1-3").source
    allowed = "training.best_device(), training.cosine(0.5), training.mse_per_pixel(torch.nn.Identity(), images)"
    cell_of(found, "task-1-3").source = source.replace("    flat =", f"    {allowed}\n    flat =")
    assert allowed in cell_of(found, "task-1-3").source
    yield Case("tools-that-an-answer-may-use", content_of(found), full)

    found = answered(FIRST)
    own = "floor = latent.pca_floor(torch.rand(50, 1, 28, 28), 3)\n\ndef pca_floor(images, k):\n    return floor"
    cell_of(found, "task-1-3").source = f"from lessons_pkg import latent\n\n{own}"
    yield Case("tools-in-the-answer", content_of(found), full | {"1.3": 0.0})


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
    found.cells.append(code("1"))
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
