"""Inside the sandbox: run a notebook's cells, then ask its answers, and write what came of it as lines of JSON.

A job: {"cells": [{"id", "source"}], "asks": [{"task", "names", and either "check" (a seed) or "probe" and "given"}],
"skip": [id], "limits": {"seconds", ...}}. Lines: {"ready": true}; {"at": step} before each step; {"cell": id, "error"},
{"task", "report"}, {"task", "found": plain data} or {"task", "error"}; {"end": true}.

Everything here can be changed by the code it runs. The judge outside believes no line of it.
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import resource
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lessons_pkg.grading import plain
from lessons_pkg.grading.sandbox import nest

__all__ = ["run"]

REASON = 2000  # characters of an error's message that are told
FIELDS = ("passed", "written", "requirement", "expected", "found", "hint")


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

    from IPython.core.interactiveshell import InteractiveShell

    warnings.simplefilter("ignore")
    shell = InteractiveShell.instance(colors="NoColor")
    shell.history_manager.enabled = False
    tell(ready=True)
    skip = set(job.get("skip", ()))
    broken: dict[str, str] = {}  # what the cells raised, by cell
    for cell in job["cells"]:
        name = cell["id"]
        if name in skip:
            continue
        tell(at=name)
        with _alarm(limits["seconds"]) as late:
            result = shell.run_cell(cell["source"], store_history=False, silent=True)
        error = result.error_before_exec or result.error_in_exec
        if late or error is not None:
            broken[name] = f"it took longer than {limits['seconds']:g} s" if late else _words(error)
            tell(cell=name, error=broken[name])
    for ask in job["asks"]:
        step = f"ask-{ask['task']}"
        if step in skip:
            continue
        tell(at=step)
        late, line = [], {}
        try:
            with _alarm(limits["seconds"]) as late:
                line = _asked(ask, shell.user_ns)
        except BaseException as error:
            line = {"error": _words(error), "kind": type(error).__name__}
        if late:
            line = {"error": f"it took longer than {limits['seconds']:g} s", "kind": "TimeUp"}
        tell(task=ask["task"], **line)
    used = resource.getrusage(resource.RUSAGE_SELF)
    tell(end=True, cpu=used.ru_utime + used.ru_stime)


def _asked(ask: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in ask["names"] if name not in names]
    if missing:
        return {"error": f"{missing[0]} is not defined", "kind": "NotDefined"}
    found = tuple(names[name] for name in ask["names"])
    answer = found if len(found) > 1 else found[0]
    if "check" in ask:
        checks = importlib.import_module("lessons_pkg.checks")
        report = checks.TASKS[ask["task"]].judge(answer, seed=ask["check"])
        return {"report": {name: getattr(report, name) for name in FIELDS} | {"met": len(report.met)}}
    module, function = ask["probe"].split(":")
    probe = getattr(importlib.import_module(f"lessons_pkg.grading.probes.{module}"), function)
    given = plain.loads(base64.b64decode(ask["given"]))
    return {"found": base64.b64encode(plain.dumps(probe(answer, given))).decode()}


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


def _words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:REASON]
    except BaseException:
        return "an error whose message cannot be read"
