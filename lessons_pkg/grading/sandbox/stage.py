"""What of the course is visible inside a sandbox: copies, made anew for each grader.

``full``: the package as learners know it, without the oracles. ``bare``: without anything that an answer could borrow.
There the modules that hold right answers are stand-ins; whoever uses a name from one gets an exception that says so.
Neither has solutions, tests, results, weights or other people's work.
"""

from __future__ import annotations

import shutil
from inspect import getsource
from pathlib import Path

import lessons_pkg
from lessons_pkg import training
from lessons_pkg.checks import blame

__all__ = ["BORROWED", "stage"]

BORROWED = "BorrowedAnswer"

# What a stand-in is made of, with what the checks let an answer use. No check has passed, as none is run.
_STAND_IN = """
from __future__ import annotations
import math
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from lessons_pkg._borrowed import placeholder

{allowed}

def ready(*tasks):
    return False

def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return placeholder(f"{{__name__}}.{{name}}")
"""

_BORROWED = '''
class BorrowedAnswer(Exception):
    """The package's own code was used as an answer."""


class Placeholder(type):
    def __call__(cls, *args, **kwargs):
        raise BorrowedAnswer(f"{cls.borrowed} is the package's own: write it yourself")

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise BorrowedAnswer(f"{cls.borrowed} is the package's own: write it yourself")


def placeholder(name):
    return Placeholder(name.rpartition(".")[2], (), {"borrowed": name})
'''

# Beside what blame knows as answers: the checks with the right formulas in them, and what is built on the models.
_MORE = ("checks", "experiments", "explore", "zoo.py")
_LEFT_OUT = ("grading", "weights", "book_extension.py")
_INSIDE = ("__init__.py", "plain.py", "sandbox")  # of grading/; the probes travel with the questions


def stage(folder: Path) -> None:
    """Write the two copies to folder/full/lessons_pkg and folder/bare/lessons_pkg, readable for everyone."""
    source = Path(lessons_pkg.__file__).parent
    for kind in ("full", "bare"):
        target = folder / kind / "lessons_pkg"
        shutil.copytree(source, target, ignore=lambda where, names: _ignored(source, Path(where), names))
        for name in _INSIDE:
            one = source / "grading" / name
            (target / "grading").mkdir(exist_ok=True)
            if one.is_dir():
                shutil.copytree(one, target / "grading" / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(one, target / "grading" / name)
    bare = folder / "bare" / "lessons_pkg"
    stand_in = _STAND_IN.format(allowed="\n\n".join(getsource(getattr(training, name)) for name in blame.ALLOWED))
    (bare / "_borrowed.py").write_text(_BORROWED)
    for name in (*blame.ANSWER_MODULES, *_MORE):
        for file in [bare / name] if name.endswith(".py") else sorted((bare / name).rglob("*.py")):
            file.write_text(stand_in)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _ignored(source: Path, where: Path, names: list[str]) -> set[str]:
    top = _LEFT_OUT if where == source else ()
    return {name for name in names if name in top or name == "__pycache__"}
