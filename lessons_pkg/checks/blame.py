"""Whose code was it? Where the learner's code raised, and whether an answer is borrowed from the package."""

from __future__ import annotations

import linecache
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["ALLOWED", "ANSWER_MODULES", "delegation", "headline", "location", "message", "package_name", "usual_hint"]

_PACKAGE = Path(__file__).resolve().parent.parent
_NOT_THEIRS = (str(_PACKAGE), sysconfig.get_paths()["stdlib"], "<frozen")
# What an answer must not be made of. Data, figures and the choice of a device are there to be used.
ANSWER_MODULES = (
    "coding.py",
    "convolution.py",
    "denoisers.py",
    "keras_originals.py",
    "latent",
    "memory.py",
    "models",
    "noise.py",
    "pretraining.py",
    "rate_distortion.py",
    "shapes.py",
    "training.py",
)
# Nor of the right formulas beside the wrong ones: they are in the modules of checks/ whose names end in _causes.
_CAUSES = sorted((_PACKAGE / "checks").glob("*_causes.py"))
_ANSWERS = tuple(str(path) for path in (*(_PACKAGE / module for module in ANSWER_MODULES), *_CAUSES))
ALLOWED = ("best_device", "cosine", "mse_per_pixel")  # of training: they answer no task


def package_name(answer: Any) -> str:
    """The dotted name of an answer that comes from this package (a class: one that inherits from it); else ""."""
    kinds = type.__getattribute__(answer, "__mro__") if isinstance(answer, type) else (answer, type(answer))
    for kind in kinds:
        try:
            module, name = kind.__module__, kind.__qualname__
        except BaseException:
            continue
        if isinstance(module, str) and module.split(".")[0] == "lessons_pkg":
            return f"{module}.{name}"
    return ""


@contextmanager
def delegation() -> Iterator[list[str]]:
    """Collect the names of the package's own answers that are called inside the ``with``."""
    borrowed: list[str] = []

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_ANSWERS):
            name = frame.f_code.co_qualname
            if name not in ALLOWED:
                borrowed.append(f"{frame.f_globals.get('__name__', 'lessons_pkg')}.{name}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield borrowed
    finally:
        sys.setprofile(before)


def message(error: BaseException) -> str:
    """The exception's own words, even where asking for them raises."""
    try:
        return str(error)
    except BaseException:
        return "(its message cannot be read)"


def headline(error: BaseException) -> str:
    """Type and first line of the message, cut to a readable length."""
    first = (message(error).strip().splitlines() or [""])[0]
    first = first if len(first) <= 200 else first[:197] + "..."
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def location(error: BaseException) -> str:
    """ "\nin encode, line 4 of the cell: `...`" for the deepest line that is the learner's own; "" if there is none."""
    place, step = None, error.__traceback__
    while step is not None:
        if _is_theirs(step.tb_frame.f_code.co_filename):
            place = step
        step = step.tb_next
    if place is None:
        return ""
    code = place.tb_frame.f_code
    source = linecache.getline(code.co_filename, place.tb_lineno, place.tb_frame.f_globals).strip()
    inside = f"in {code.co_name}, " if code.co_name != "<module>" else ""
    return f"\n{inside}line {place.tb_lineno}" + (f": {source}" if source else "")


def usual_hint(error: BaseException) -> str:
    """A hint for the exceptions that beginners meet most."""
    text = message(error)
    if isinstance(error, TypeError) and ("positional argument" in text or "unexpected keyword" in text):
        return "Compare the arguments of your function with the stub: their number, order and names."
    if isinstance(error, NameError):
        return "That name does not exist inside the function: is it spelled right, imported, or one of the arguments?"
    if isinstance(error, AttributeError) and "before Module.__init__() call" in text:
        return "Call super().__init__() first, before the layers are assigned."
    if isinstance(error, (SystemExit, GeneratorExit)):
        return "A function answers with return; it does not end the program."
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    if "is invalid for input of size" in text:
        return "The numbers do not fill that shape. Is the number of images fixed there? len(x) or -1 leaves it open."
    if "same dtype" in text or "expected scalar type" in text or ") should be the same" in text:
        return "Numbers of two kinds meet there, such as float32 and float64: leave the dtype as it comes."
    if isinstance(error, AttributeError):
        return "Nothing of that name is there: was it stored in __init__, and is the object of the kind you think?"
    if "is not callable" in text:
        return "Something that is a number, a tensor or None is called like a function there."
    if "device" in text and "cuda" in text:
        return "Everything in one calculation lies on one device: take it from the input, do not fix it."
    return "Run that line by itself, and print the shapes and types of what goes in."


def _is_theirs(file: str) -> bool:
    return not (file.startswith(_NOT_THEIRS) or "site-packages" in file or "dist-packages" in file)
