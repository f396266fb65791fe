"""Which code decides an exercise's points, as one digest: while it is the same, nothing needs to be graded again.

It covers the exercise's solution notebook, the modules of its checks, oracles and probes with all they import from this
package, and whatever in this folder judges at all. So a corrected check of one exercise leaves the others alone.
Comments and docstrings do not count. Sources are only read, never imported.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lessons_pkg.code_hash import code_only
from lessons_pkg.grading.exercises import Exercise

__all__ = ["PACKAGE", "deciding_files", "digest_of", "digest_of_files"]

PACKAGE = Path(__file__).resolve().parents[1]
# They only list what is there: to follow them would make every exercise depend on every other.
LISTS = {"checks/__init__.py", "grading/oracles/__init__.py", "grading/probes/__init__.py"}
# Everything in this folder counts as deciding, unless it is named here: reading, remembering and telling.
TELLING = {
    "__init__.py", "__main__.py", "autograded.py", "classrun.py", "cluster.py", "exercises.py", "feedback.py",
    "generate.py", "gradebook.py", "grades_csv.py", "overview.py", "records.py", "submissions.py", "versions.py",
    "whole_file.py", "workers.py",
}  # fmt: skip


def digest_of(exercise: Exercise, package: Path = PACKAGE) -> str:
    """Sixteen hexadecimal digits for all that decides the points of this exercise."""
    digest = hashlib.sha256()
    for cell in exercise.cells:
        if cell.kind == "code":
            digest.update(repr((cell.source, cell.grade_id, cell.graded, cell.points)).encode())
    digest.update(digest_of_files(deciding_files(exercise.tasks, package), package).encode())
    return digest.hexdigest()[:16]


def digest_of_files(files: Iterable[Path], package: Path = PACKAGE) -> str:
    """Sixteen hexadecimal digits for the code in these files and their places in the package."""
    code = [(path.relative_to(package).as_posix(), _code(path)) for path in sorted(files)]
    return hashlib.sha256(repr(code).encode()).hexdigest()[:16]


def deciding_files(tasks: Iterable[str], package: Path = PACKAGE) -> set[Path]:
    """The files that decide the points of these tasks, without the notebook in solutions/."""
    grading = package / "grading"
    found = {
        path
        for path in grading.rglob("*")
        if path.suffix not in (".html", ".css", ".pyc") and path.is_file() and path.name not in TELLING
        if path.parent not in (grading / "oracles", grading / "probes")
    }
    found.add(grading / "oracles" / "framework.py")
    found |= {package / name for name in LISTS}
    tasks = set(tasks)
    for folder in ("checks", "grading/oracles"):
        for path in (package / folder).glob("*.py"):
            registered = _registered(path)
            if tasks & registered.keys():
                found.add(path)
                probes = {probe.partition(":")[0] for task, probe in registered.items() if task in tasks and probe}
                found |= {grading / "probes" / f"{name}.py" for name in probes}
    return _closure({path for path in found if path.is_file()}, package)


def _closure(files: set[Path], package: Path) -> set[Path]:
    """These files and all they import from the package, directly or not."""
    left, found = list(files), set()
    while left:
        path = left.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".py" and path.relative_to(package).as_posix() not in LISTS:
            left += _imported(path, package)
    return found


def _imported(path: Path, package: Path) -> list[Path]:
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = []
    for name in names:
        first, *parts = name.split(".")
        if first == "lessons_pkg":
            place = package.joinpath(*parts)
            files += [file for file in (place / "__init__.py", place.with_suffix(".py")) if parts and file.is_file()]
    return files


def _registered(path: Path) -> dict[str, str]:
    """Tasks that a module registers by @check("1.3", ...) or @oracle("1.3", probe="..."), with the probe if named."""
    found = {}
    for node in ast.walk(_tree(path)):
        for call in getattr(node, "decorator_list", []):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            if call.func.id in ("check", "oracle") and call.args and isinstance(call.args[0], ast.Constant):
                words = {key.arg: key.value.value for key in call.keywords if isinstance(key.value, ast.Constant)}
                found[str(call.args[0].value)] = str(words.get("probe", ""))
                if call.func.id == "oracle" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                    found[str(call.args[0].value)] = str(call.args[1].value)
    return found


@cache
def _parsed(path: Path, _changed: float) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _tree(path: Path) -> ast.Module:
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _code_at(path: Path, _changed: float) -> str:
    return code_only(path.read_text(encoding="utf-8"))


def _code(path: Path) -> str:
    if path.suffix != ".py":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return _code_at(path, path.stat().st_mtime_ns)
