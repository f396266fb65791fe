"""Inside the sandbox: run a notebook's cells, ask its answers where their checks stood, and write what came of it.

A job: {"steps": [{"cell": id, "source"} or {"ask": task, "names", and either "check" (a seed) or "probe" and "given"}],
"skip": [id], "probes": {module: source}, "limits": {"seconds", ...}}. Written are lines of JSON: {"ready": true};
{"at": step} before each step; {"cell": id, "error"}; {"task", "report"}, {"task", "found": plain data} or
{"task", "error", "kind"}; {"end": true}.

Everything here can be changed by the code it runs. The judge outside believes no line of it.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import signal
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from lessons_pkg.grading import plain
from lessons_pkg.grading.sandbox import nest
from lessons_pkg.grading.sandbox.apart import Apart

try:
    from lessons_pkg._borrowed import BorrowedAnswer
except ImportError:  # only the second sandbox has stand-ins
    BorrowedAnswer = None

__all__ = ["run"]

REASON = 2000  # characters of an error's message that are told
FIELDS = ("passed", "written", "requirement", "expected", "found", "hint")
PROBES = "lessons_pkg.grading.probes"


class Shell(InteractiveShell):
    """A notebook's shell without its kernel: magics work, and there is no screen to draw on."""

    apart: Apart | None = None

    def transform_ast(self, node: ast.Module) -> ast.Module:
        """What IPython is to run of a cell that it has parsed."""
        return self.apart(node) if self.apart else node

    def enable_matplotlib(self, gui: str | None = None) -> tuple[None, None]:
        """``%matplotlib inline``: figures go nowhere, whatever the backend."""
        return None, None

    def enable_gui(self, gui: str | None = None) -> None:
        """``%gui``: nor is there a window."""


class TimeUp(BaseException):
    """A step took too long. No Exception, so that an answer's own handling of errors lets it through."""


def run(job: dict[str, Any], answer: int) -> None:
    """Do the job and write to the descriptor; called in a process that ends right after it."""
    limits = job["limits"]
    os.environ["HOME"] = "/tmp"
    os.chdir("/tmp")
    nest.limit(
        seconds=int(limits["cpu"]),
        megabytes=limits["memory"],
        processes=limits["processes"],
        file_megabytes=limits["disk"],
    )
    out = os.fdopen(answer, "wb", buffering=0)

    def tell(**line: Any) -> None:
        out.write(json.dumps(line).encode() + b"\n")

    warnings.simplefilter("ignore")
    shell = Shell.instance(colors="NoColor")
    shell.history_manager.enabled = False
    if BorrowedAnswer:
        shell.apart = Apart(BorrowedAnswer, shell.user_ns)
    seconds = own_seconds = limits["seconds"]
    skip = set(job["skip"])
    tell(ready=True)
    for step in job["steps"]:
        name = step.get("cell") or f"ask-{step['ask']}"
        if name in skip:
            continue
        tell(at=name)
        if "cell" in step:
            is_answer = not name.startswith("cell ")
            error, late = _run_cell(shell, step["source"], seconds if is_answer else own_seconds)
            if error:
                tell(cell=name, error=error)
            if late and not is_answer:  # a notebook full of trainings: the answers below are to be reached
                own_seconds = seconds / 6
        else:
            tell(task=step["ask"], **_timed(lambda step=step: _asked(step, shell.user_ns, job), seconds))
    tell(end=True)


def _run_cell(shell: Shell, source: str, seconds: float) -> tuple[str, bool]:
    """What a cell raised, or the first of its statements that was left out, in words, "" if nothing; did it take too
    long?"""
    left_out = shell.apart.why if shell.apart else []
    left_out.clear()
    with _alarm(seconds) as late:
        result = shell.run_cell(source, store_history=False, silent=True)
    if late:
        return _late(seconds), True
    error = result.error_before_exec or result.error_in_exec or next(iter(left_out), None)
    return ("" if error is None else _words(error)), False


def _timed(ask: Callable[[], dict[str, Any]], seconds: float) -> dict[str, Any]:
    late, line = [], {}
    try:
        with _alarm(seconds) as late:
            line = ask()
    except BaseException as error:
        line = {"error": _words(error), "kind": type(error).__name__}
    return {"error": _late(seconds), "kind": "TimeUp"} if late else line


def _asked(step: dict[str, Any], names: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in step["names"] if name not in names]
    if missing:
        return {"error": f"{missing[0]} is not defined", "kind": "NotDefined"}
    found = tuple(names[name] for name in step["names"])
    answer = found if len(found) > 1 else found[0]
    if "check" in step:
        from lessons_pkg import checks  # the second sandbox has none

        report = checks.TASKS[step["ask"]].judge(answer, seed=step["check"])
        return {"report": {name: getattr(report, name) for name in FIELDS}}
    module, function = step["probe"].split(":")
    probe = getattr(_probes(job["probes"])[module], function)
    given = plain.loads(base64.b64decode(step["given"]))
    return {"found": base64.b64encode(plain.dumps(probe(answer, given))).decode()}


def _probes(sources: dict[str, str]) -> dict[str, types.ModuleType]:
    """The probes, as modules that no cell can import: they have stand-ins in them that an answer could borrow."""
    made = {name: types.ModuleType(f"{PROBES}.{name}") for name in sources}
    package = types.ModuleType(PROBES)
    package.__path__ = []
    names = {PROBES: package} | {module.__name__: module for module in made.values()}
    waiting = dict(sources)
    sys.modules.update(names)
    try:
        while waiting:  # one may import another: whichever can be loaded is
            before = len(waiting)
            for name, source in list(waiting.items()):
                if not any(f"{PROBES}.{other} import" in source for other in waiting):
                    exec(compile(source, f"<probe {name}>", "exec"), made[name].__dict__)
                    del waiting[name]
            if len(waiting) == before:
                raise ImportError(f"the probes {', '.join(waiting)} import each other")
    finally:
        for name in names:
            del sys.modules[name]
    return made


@contextmanager
def _alarm(seconds: float) -> Iterator[list[bool]]:
    """Interrupt the block after so many seconds; yields a list that holds True if it came to that."""
    late: list[bool] = []

    def ring(*_: Any) -> None:
        late.append(True)
        raise TimeUp

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield late
    except TimeUp:
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _late(seconds: float) -> str:
    return f"it took longer than {seconds:g} s: is there a loop that does not end?"


def _words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:REASON]
    except BaseException:
        return "an error whose message cannot be read"
