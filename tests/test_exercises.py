"""The gate: exercises are what solutions generate, give nothing away, and say "not written yet".

That solutions pass is seen by `make solved`, which runs them with LESSONS_STRICT=1. Every notebook under solutions/ is
covered, so a new exercise needs no new test.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from lessons_pkg.grading import generate

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
EXERCISES = [ROOT / "exercises" / path.relative_to(ROOT / "solutions") for path in SOLUTIONS]
STUB = 'raise NotImplementedError("not written yet")  # your code replaces this line'


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def name_of(path: Path) -> str:
    return path.parent.name


def graded(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def split(notebook: NotebookNode) -> tuple[set[str], set[str]]:
    """The stripped lines of a source notebook: those inside solution regions, and those outside."""
    inside, outside = set(), set()
    for cell in notebook.cells:
        target = outside
        for line in cell.source.splitlines():
            if "### BEGIN SOLUTION" in line:
                target = inside
            elif "### END SOLUTION" in line:
                target = outside
            else:
                target.add(line.strip())
    return inside, outside


def executed(path: Path) -> NotebookNode:
    """The notebook after a run on the embedded digits; then its checks once more, as they are where they must pass.

    Every cell is run, errors or not. The cells of the second part are called strict-...
    """
    notebook = read(path)
    again = nbformat.v4.new_code_cell("import os\n\nos.environ['LESSONS_STRICT'] = '1'")
    checks = [nbformat.v4.new_code_cell(cell.source, id=f"strict-{cell.id}") for cell in graded(notebook)]
    notebook.cells += [again, *checks]
    environment = {
        **os.environ,
        "LESSONS_STRICT": "0",
        "LESSONS_PROGRESS": "0",
        "OMP_NUM_THREADS": "1",
    }
    # A loader that knows no files and no network: the digits, at once, on every machine.
    prelude = (
        "from lessons_pkg import data\n"
        "data._find_or_download = lambda source: (_ for _ in ()).throw(data.DataUnavailable)"
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(prelude))
    client = NotebookClient(
        notebook,
        timeout=120,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute(env=environment, stderr=subprocess.DEVNULL)
    return notebook


def errors(cell: NotebookNode) -> list[str]:
    return [f"{o.ename}: {o.evalue}" for o in cell.get("outputs", []) if o.output_type == "error"]


def shown(cell: NotebookNode) -> str:
    return "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.get("outputs", []))


def test_there_is_an_exercise() -> None:
    assert SOLUTIONS


def test_exercises_are_what_solutions_generate() -> None:
    assert generate.differences(ROOT) == []


def test_generation_gives_the_same_bytes_again_without_a_home_and_without_a_database(tmp_path: Path) -> None:
    before = [*ROOT.glob("*.db")]  # an instructor's own may lie there
    generate.generate(ROOT, tmp_path / "first")
    environment = {key: value for key, value in os.environ.items() if key != "HOME"}
    code = (
        "import sys, pathlib; from lessons_pkg.grading import generate;"
        "generate.generate(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path / "second")], env=environment, cwd=tmp_path, check=True
    )
    first, second = (generate._contents(tmp_path / name) for name in ("first", "second"))
    assert first
    assert first == second
    assert not [*tmp_path.rglob("*.db")]
    assert [*ROOT.glob("*.db")] == before


def test_a_stale_exercise_is_noticed(tmp_path: Path) -> None:
    for name in ("solutions", "exercises"):
        (tmp_path / name / "09_tiny").mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    cell = nbformat.v4.new_code_cell("x = 1", metadata={}, id="one")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "solutions/09_tiny/tiny.ipynb")
    assert generate.differences(tmp_path) == ["exercises/09_tiny/tiny.ipynb is missing"]
    generate.generate(tmp_path, tmp_path / "exercises")
    assert generate.differences(tmp_path) == []
    (tmp_path / "exercises/09_tiny/tiny.ipynb").write_text("{}")
    assert generate.differences(tmp_path) == ["exercises/09_tiny/tiny.ipynb is out of date"]


@pytest.mark.parametrize("path", SOLUTIONS, ids=name_of)
def test_a_source_is_well_formed(path: Path) -> None:
    notebook = read(path)
    marks = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
    names = [mark["grade_id"] for mark in marks]
    assert len(set(names)) == len(names)
    assert all(mark["schema_version"] == 3 for mark in marks)
    checks = graded(notebook)
    assert checks
    for cell in checks:
        assert cell.metadata.nbgrader.locked
        assert cell.metadata.nbgrader.points > 0
        assert cell.metadata.nbgrader.grade_id.replace("check-", "task-") in names
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.metadata.get("nbgrader", {}).get("solution", False) == ("### BEGIN SOLUTION" in cell.source)
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(("solution", "exercise"), list(zip(SOLUTIONS, EXERCISES, strict=True)))
def test_no_line_of_a_solution_is_in_the_exercise(solution: Path, exercise: Path) -> None:
    inside, outside = split(read(solution))
    secret = {line for line in inside - outside if len(line) >= 12}
    assert secret, "a solution without a line of its own?"
    text = exercise.read_text(encoding="utf-8") + "\n".join(cell.source for cell in read(exercise).cells)
    assert [line for line in secret if line in text] == []
    assert "BEGIN SOLUTION" not in text
    assert all(
        STUB in cell.source for cell in read(exercise).cells if cell.metadata.get("nbgrader", {}).get("solution")
    )


@pytest.mark.parametrize("worked", ["answered", "run", "unreadable"])
def test_regenerating_keeps_a_notebook_in_which_somebody_has_worked(tmp_path: Path, capsys, worked: str) -> None:
    destination = tmp_path / "exercises"
    generate.generate(ROOT, destination)
    generate.generate(ROOT, destination)
    assert not (destination / ".kept").exists(), "an untouched exercise leaves no copy"
    mine = destination / EXERCISES[0].relative_to(ROOT / "exercises")
    notebook = read(mine)
    if worked == "answered":
        next(cell for cell in notebook.cells if STUB in cell.source).source = "my_answer = 42"
    elif worked == "run":
        next(cell for cell in notebook.cells if cell.cell_type == "code").execution_count = 1
    nbformat.write(notebook, mine)
    if worked == "unreadable":
        mine.write_text("half a file")
    before = mine.read_bytes()
    generate.generate(ROOT, destination)
    (kept,) = (destination / ".kept").iterdir()
    assert kept.read_bytes() == before
    assert kept.name in capsys.readouterr().out
    assert mine.read_bytes() == EXERCISES[0].read_bytes()


@pytest.mark.parametrize("path", EXERCISES, ids=name_of)
def test_an_unwritten_exercise_runs_from_top_to_bottom_and_its_checks_raise_when_strict(path: Path) -> None:
    notebook = executed(path)
    cells = [cell for cell in notebook.cells if not cell.id.startswith("strict-")]
    assert [(cell.id, errors(cell)) for cell in cells if errors(cell)] == []
    for cell in graded(read(path)):
        (run,) = (one for one in cells if one.id == cell.id)
        assert "not written yet" in shown(run), cell.id
    assert any("This cell waits for task" in shown(cell) for cell in notebook.cells)
    strict = [cell for cell in notebook.cells if cell.id.startswith("strict-")]
    assert len(strict) == len(graded(read(path)))
    for cell in strict:
        assert [error.split(":")[0] for error in errors(cell)] == ["NotWritten"], cell.id
