"""Generate exercises/ from solutions/ with nbgrader: the same bytes at every run, no database, no home folder needed.

python -m lessons_pkg.grading.generate             # rewrite exercises/
python -m lessons_pkg.grading.generate --check     # change nothing; exit code 1 if exercises/ is not up to date
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from lessons_pkg.grading.exercises import find_root

__all__ = ["GenerationError", "assignments", "differences", "find_root", "generate", "main"]


class GenerationError(RuntimeError):
    """nbgrader refused a notebook; the message repeats what it said."""


def assignments(root: Path) -> list[str]:
    """The names of the exercises: the folders of solutions/ that hold a notebook."""
    return sorted({notebook.parent.name for notebook in (root / "solutions").glob("*/*.ipynb")})


def generate(root: Path, destination: Path) -> list[Path]:
    """Write ``destination``/NAME/NAME.ipynb for each exercise of ``root``/solutions. Returns the files, sorted.

    A folder in the destination that has no source any more is removed. A notebook in which somebody has worked is
    copied to ``destination``/.kept/ before it is overwritten. Raises GenerationError if nbgrader refuses.
    """
    names = assignments(root)
    with tempfile.TemporaryDirectory() as scratch, _private_jupyter(Path(scratch)):
        course = Path(scratch) / "course"
        for name in names:
            shutil.copytree(root / "solutions" / name, course / "solutions" / name, ignore=_UNWANTED)
            _run_nbgrader(root / "nbgrader_config.py", course, name)
        for old in destination.glob("*/*.ipynb"):
            _keep_if_worked_in(old, destination / ".kept")
        for old in destination.iterdir() if destination.is_dir() else ():
            if old.is_dir() and old.name not in names and not old.name.startswith("."):
                shutil.rmtree(old)
        for name in names:
            shutil.rmtree(destination / name, ignore_errors=True)
            shutil.copytree(course / "exercises" / name, destination / name)
    return sorted(file for name in names for file in (destination / name).rglob("*") if file.is_file())


def differences(root: Path) -> list[str]:
    """Which files of exercises/ differ from what solutions/ gives, one line each; empty if all is up to date."""
    with tempfile.TemporaryDirectory() as scratch:
        generate(root, Path(scratch))
        fresh, present = _contents(Path(scratch)), _contents(root / "exercises")
    lines = [f"exercises/{name} is missing" for name in fresh.keys() - present.keys()]
    lines += [f"exercises/{name} has no source in solutions/" for name in present.keys() - fresh.keys()]
    lines += [
        f"exercises/{name} is out of date" for name in fresh.keys() & present.keys() if fresh[name] != present[name]
    ]
    return sorted(lines)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m lessons_pkg.grading.generate", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if something is out of date")
    options = parser.parse_args(arguments)
    root = find_root()
    if options.check:
        stale = differences(root)
        print("\n".join([*stale, "To mend it: make exercises"] if stale else ["exercises/ is up to date"]))
        return 1 if stale else 0
    for file in generate(root, root / "exercises"):
        print(file.relative_to(root))
    return 0


_UNWANTED = shutil.ignore_patterns(".*", "__pycache__", "*.db")


def _contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        if not any(part.startswith(".") or part == "__pycache__" for part in file.relative_to(folder).parts)
    }


def _keep_if_worked_in(notebook: Path, shelf: Path) -> None:
    """Copy a notebook that was run, or whose stubs were replaced: learners work in exercises/, and lose nothing."""
    try:
        cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    except Exception:  # not readable as a notebook: whatever it is, it was not generated
        cells = None
    fresh = cells is not None and not any(
        cell.execution_count
        or cell.outputs
        or (cell.metadata.get("nbgrader", {}).get("solution") and "not written yet" not in cell.source)
        for cell in cells
    )
    if fresh:
        return
    shelf.mkdir(parents=True, exist_ok=True)
    number = 1
    while (kept := shelf / f"{notebook.stem}-{number}.ipynb").exists():
        number += 1
    shutil.copy2(notebook, kept)
    print(f"{notebook.name} held somebody's work: it is kept in {kept.relative_to(shelf.parent.parent)}")


def _run_nbgrader(config_file: Path, course: Path, name: str) -> None:
    # Inside the function: after _private_jupyter has set the folders, and only where exercises are generated.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config, PyFileConfigLoader

    config = Config(PyFileConfigLoader(str(config_file)).load_config())
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = name
    directory = CourseDirectory(config=config)
    converter = GenerateAssignment(coursedir=directory, config=config)
    converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]  # needs a database
    converter.log = logging.getLogger("lessons_pkg.grading.generate.nbgrader")
    said = _Collected()
    converter.log.addHandler(said)
    converter.log.propagate = False
    try:
        converter.start()
    except Exception as error:
        raise GenerationError(f"nbgrader refused {name}:\n" + "\n".join([*said.lines, str(error)])) from error
    finally:
        converter.log.removeHandler(said)


class _Collected(logging.Handler):
    """Keeps what nbgrader logs as an error, for the message."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _private_jupyter(scratch: Path) -> Iterator[None]:
    """Jupyter's and IPython's folders inside the scratch folder: no setting of the user changes the result."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    before = {name: os.environ.get(name) for name in names}
    for name in names:
        os.environ[name] = str(scratch / name.lower())
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


if __name__ == "__main__":
    sys.exit(main())
