"""The cells of a notebook that anybody may have written: bytes in, a plain list of cells out, or the reason why not.

No validation by schema: what a learner's editor, a learning platform or an old Jupyter made of a notebook still has
cells. Outputs are dropped while the file is read, so a notebook full of pictures costs no memory.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lessons_pkg.grading.outcome import CannotJudge

__all__ = ["LIMIT", "TOO_LARGE", "Cell", "read_cells"]

LIMIT = 50_000_000  # bytes
# Lists and dicts: each takes dozens of times the memory of the two characters that write it down.
MOST_BRACKETS = 2_000_000
TOO_LARGE = "clear its outputs (in Jupyter: Kernel, Restart Kernel and Clear Outputs), save it and hand it in again"
DAMAGED = "the file is cut off or damaged. Open your notebook in Jupyter, save it and hand it in again"
MOST_WRITTEN = 1_000_000  # characters: no answer is nearly as long
KINDS = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Cell:
    """kind: "code", "markdown" or "raw". grade_id: nbgrader's name for it, empty if it has none or a later cell has it.

    graded: nbgrader gives points for it. points: how many. solution: an answer is written here.
    """

    kind: str
    source: str
    grade_id: str = ""
    graded: bool = False
    points: float = 0.0
    solution: bool = False


def read_cells(content: bytes, name: str) -> list[Cell]:
    """The cells of a notebook of format 3 or 4, in order. ``name`` is for messages.

    A kernel's name, ids and metadata of any kind do not matter. Where two cells have one grade_id the later keeps it,
    as in nbgrader: a copied cell comes below, and what it defines is what holds. Raises CannotJudge.
    """
    if not content.strip():
        raise CannotJudge(f"{name} is empty")
    if len(content) > LIMIT:
        raise CannotJudge(f"{name} has {len(content) / 1e6:.0f} MB, the limit is {LIMIT / 1e6:.0f} MB: {TOO_LARGE}")
    if content.count(b"[") + content.count(b"{") > MOST_BRACKETS:
        raise CannotJudge(f"{name} holds too much data: {TOO_LARGE}")
    refused = f"{name} is not a Jupyter notebook"
    try:
        notebook = json.loads(content, object_hook=_without_outputs)
    except RecursionError:
        raise CannotJudge(f"{refused}: it has lists in lists without end") from None
    except ValueError as error:
        raise CannotJudge(f"{refused}: {DAMAGED} ({str(error)[:200]})") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise CannotJudge(f"{refused}: it has no nbformat")
    if notebook["nbformat"] not in (3, 4):
        raise CannotJudge(f"{name} has format {str(notebook['nbformat'])[:20]!r}; save it in Jupyter, as format 4")
    cells = [cell for cell in map(_cell, _raw_cells(notebook, refused)) if cell is not None]
    if sum(len(cell.source) for cell in cells) > MOST_WRITTEN:
        raise CannotJudge(f"{name}: its cells hold more than {MOST_WRITTEN:,} characters, too many to be an answer")
    return _unique(cells)


def _without_outputs(found: dict[str, Any]) -> dict[str, Any]:
    found.pop("outputs", None)
    found.pop("attachments", None)
    return found


def _raw_cells(notebook: dict[str, Any], refused: str) -> list[Any]:
    if notebook["nbformat"] == 4:
        cells = notebook.get("cells")
    else:  # format 3 had sheets of cells
        sheets = notebook.get("worksheets")
        parts = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
        cells = [cell for part in parts if isinstance(part, list) for cell in part] if parts else None
    if not isinstance(cells, list):
        raise CannotJudge(f"{refused}: it has no list of cells")
    return cells


def _cell(raw: Any) -> Cell | None:
    """None for what is no cell at all."""
    if not isinstance(raw, dict):
        return None
    kind = "markdown" if raw.get("cell_type") == "heading" else raw.get("cell_type")
    if kind not in KINDS:
        return None
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    marks = marks if isinstance(marks, dict) else {}
    points = marks.get("points")
    return Cell(
        kind,
        _text(raw.get("source", raw.get("input"))),  # "input": format 3
        _text(marks.get("grade_id")),
        graded=marks.get("grade") is True,
        points=float(points) if type(points) in (int, float) and 0 <= points < 1e6 else 0.0,
        solution=marks.get("solution") is True,
    )


def _text(value: Any) -> str:
    """A str, or the str of a list, joined; "" for anything else. Half a surrogate pair, which no file holds, is "?"."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _unique(cells: list[Cell]) -> list[Cell]:
    last = {cell.grade_id: index for index, cell in enumerate(cells)}
    return [
        cell if not cell.grade_id or last[cell.grade_id] == index else Cell(cell.kind, cell.source)
        for index, cell in enumerate(cells)
    ]
