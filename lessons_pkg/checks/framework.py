"""How a check is written: a function that puts one requirement after another to an answer, whatever that is.

    @check("1.3", "pca_floor")
    def pca_floor(t: Trial, answer: Any, seed: int) -> None:
        t.need("pca_floor is a function")
        t.is_function(answer)
        t.need("the floor of 12 images with k=3 is right")
        value = t.call(answer, images, 3, doing="pca_floor(images, 3)")
        if wrong(value):
            t.fail(expected=..., found=..., hint=...)

``t.need`` opens a requirement and closes the one before as met. ``t.fail`` ends the check with the cause.
``t.call`` is the only way to run the learner's code: whatever it raises becomes the cause too.
``t.expect_refused`` does the same for a call that is to raise ValueError. ``t.is_function`` and ``t.are_functions``
look at the answer itself, ``t.tensor`` at what it returned: every tensor goes through it before it is compared.
Models are built and asked by ``model.py``. The right formulas and the wrong ones are in modules called *_causes: what
an answer calls there counts as borrowed. So does what it calls of the package's models: a check has its own stand-ins.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np
import torch
from torch import Tensor

from lessons_pkg.checks import blame
from lessons_pkg.checks.report import CheckFailed, Report, publish, strict
from lessons_pkg.checks.values import is_unwritten, return_hint, show

__all__ = ["TASKS", "Trial", "check", "ready"]

TASKS: dict[str, Check] = {}
_passed: set[str] = set()


class _Verdict(Exception):
    """Ends a trial; carries the fields of the report."""

    def __init__(self, **fields: Any) -> None:
        super().__init__()
        self.fields = fields


class Trial:
    """One answer before its judge: the requirements so far, and the means to run the learner's code."""

    def __init__(self) -> None:
        self.met: list[str] = []
        self.requirement = ""

    def need(self, requirement: str) -> None:
        """Open the next requirement; the one before it is met."""
        self.close()
        self.requirement = requirement

    def close(self) -> None:
        if self.requirement:
            self.met.append(self.requirement)
        self.requirement = ""

    def fail(self, *, found: str, expected: str = "", hint: str = "") -> NoReturn:
        """End the check: this requirement does not hold, for this cause."""
        raise _Verdict(expected=expected, found=found, hint=hint)

    def unwritten(self, found: str, hint: str = "Write it in the cell above, and run that cell first.") -> NoReturn:
        """End the check: there is no answer to judge yet."""
        raise _Verdict(written=False, found=found, hint=hint)

    def is_function(self, answer: Any, name: str) -> None:
        """The answer is something to call, and is not this package's own."""
        self.is_there(answer, name)
        if isinstance(answer, type) or not callable(answer):
            self.fail(expected="a function", found=show(answer), hint=f"Pass {name} itself, without calling it.")

    def are_functions(self, answer: Any, names: Sequence[str]) -> tuple[Callable, ...]:
        """The functions of a task that asks for several, in their order; opens the requirement that they are there."""
        self.need(f"{', '.join(names[:-1])} and {names[-1]} are functions")
        if is_unwritten(answer):
            self.unwritten(f"{names[0]} is {show(answer)}")
        if not isinstance(answer, (tuple, list)) or len(answer) != len(names):
            self.fail(
                expected=f"{len(names)} functions in one pair of brackets: ({', '.join(names)})",
                found=show(answer),
                hint="Pass the functions themselves, without calling them, as the check cell was handed out.",
            )
        for one, name in zip(answer, names, strict=True):
            self.is_function(one, name)
        return tuple(answer)

    def tensor(
        self, value: Any, words: str, *, expected: str = "a tensor", hint: str = "Return one.", finite: bool = True
    ) -> Tensor:
        """The value, if it is an ordinary tensor on the CPU; anything else ends the check. words: "encode returned"."""
        found = f"{words} {show(value)}"
        if not isinstance(value, Tensor):
            if isinstance(value, np.ndarray):
                hint = "torch.from_numpy makes it a tensor."
            self.fail(expected=expected, found=found, hint=return_hint(value, hint))
        with torch._C.DisableTorchFunctionSubclass():  # a subclass could answer every question as it likes
            plain = value.layout is torch.strided and not (value.is_quantized or value.is_nested)
            if not plain or value.device.type != "cpu":
                found += f", {value.layout}, on {value.device}".replace("torch.", "")
                hint = "Leave device and layout as they come: a result lies where the input does, on the CPU."
                self.fail(expected="an ordinary tensor, where the input is", found=found, hint=hint)
            value = value.as_subclass(Tensor)
        if value.is_complex():
            hint = "A root or a Fourier transform may give complex numbers; the answer has real ones."
            self.fail(expected="real numbers", found=found, hint=hint)
        if finite and not torch.isfinite(value).all():
            hint = "Is every number filled in, and every weight initialised? Is something divided by zero?"
            self.fail(expected="finite numbers", found=f"{found}, with NaN or infinity in it", hint=hint)
        return value

    def is_there(self, answer: Any, name: str) -> None:
        if is_unwritten(answer):
            self.unwritten(f"{name} is {show(answer)}")
        if owner := blame.package_name(answer):
            self.fail(
                expected="an answer of your own",
                found=f"{name} is the package's own ({owner})",
                hint="Write it yourself.",
            )

    def call(
        self,
        function: Callable,
        *args: Any,
        doing: str,
        expected: str = "",
        explain: Callable[[BaseException], str] | None = None,
        hint: str = "",
        **kwargs: Any,
    ) -> Any:
        """Run the learner's code and return what it returns; an exception, whatever its kind, ends the check.

        doing: the call in words, for the report. explain: maps the exception to a hint, or to "" for the default one.
        """
        gradients = torch.is_grad_enabled()
        with blame.delegation() as borrowed:
            try:
                value = function(*args, **kwargs)
            except BaseException as error:
                where = blame.location(error)
                if isinstance(error, NotImplementedError) and blame.message(error).startswith("not written yet"):
                    self.unwritten(f'{doing} says "not written yet"{where}', "Your code replaces that line.")
                if isinstance(error, KeyboardInterrupt):
                    self.fail(found=f"{doing} was interrupted{where}", hint="Does a loop in it never end?")
                reason = (explain(error) if explain else "") or hint or blame.usual_hint(error)
                self.fail(expected=expected, found=f"{doing} raised {blame.headline(error)}{where}", hint=reason)
        if gradients and not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            self.fail(
                expected="gradients switched off only inside the function",
                found="gradients are still switched off everywhere after the call",
                hint="with torch.no_grad(): ends by itself; torch.set_grad_enabled(False) does not.",
            )
        if borrowed:
            self.fail(
                expected="an answer of your own",
                found=f"{doing} calls the package's own {borrowed[0]}",
                hint="Write those lines yourself; torch, numpy and scipy are all allowed.",
            )
        return value

    def expect_refused(self, function: Callable, *args: Any, doing: str, why: str, hint: str = "") -> None:
        """The call raises ValueError, as it should because of ``why``; anything else ends the check."""

        def attempt() -> str | None:
            try:
                return f"it returned {show(function(*args))}"
            except ValueError:
                return None

        hint = f"Raise the ValueError yourself: raise ValueError(...), because {why}. {hint}".rstrip()
        if found := self.call(attempt, doing=doing, expected="a ValueError", hint=hint):
            self.fail(expected=f"a ValueError, because {why}", found=f"{doing}: no error, {found}", hint=hint)


class Check(Protocol):
    """A check as learners call it. ``judge`` gives the same report and shows, raises and remembers nothing."""

    task: str
    title: str
    judge: Callable[..., Report]

    def __call__(self, answer: Any = None, *, seed: int = 0) -> Report: ...


def check(task: str, title: str) -> Callable[[Callable[[Trial, Any, int], None]], Check]:
    """Turn ``body(t, answer, seed)`` into a check. The seed decides every input that the answer is tried on."""

    def decorate(body: Callable[[Trial, Any, int], None]) -> Check:
        def judge(answer: Any = None, *, seed: int = 0) -> Report:
            trial, fields = Trial(), {}
            passed = False
            dtype = torch.get_default_dtype()
            try:
                with (
                    torch.random.fork_rng(devices=[]),
                    torch.enable_grad(),
                    warnings.catch_warnings(),
                ):
                    warnings.simplefilter("ignore")  # broadcasting and the like: the report says it better
                    torch.manual_seed(seed)
                    body(trial, answer, seed)
                    trial.close()
                    passed = True
            except _Verdict as verdict:
                fields = verdict.fields
            except BaseException as error:  # a check never breaks: an answer so odd that it got here is just wrong
                fields = {
                    "found": f"an answer this check could not handle: {blame.headline(error)}{blame.location(error)}",
                    "hint": "Compare what your code returns with the docstring: its type, shape and dtype.",
                }
            finally:
                torch.set_default_dtype(dtype)
            requirement = "" if passed else trial.requirement
            return Report(task, title, passed, requirement=requirement, met=tuple(trial.met), **fields)

        @functools.wraps(body)
        def run(answer: Any = None, *, seed: int = 0) -> Report:
            report = judge(answer, seed=seed)
            (_passed.add if report.passed else _passed.discard)(task)
            return publish(report)

        del run.__wrapped__  # its signature would be the body's
        run.task, run.title, run.judge = task, title, judge
        TASKS[task] = run
        return run

    return decorate


def ready(*tasks: str) -> bool:
    """True if the checks of these tasks have passed in this session; if not, one line says what the cell waits for.

    Under LESSONS_STRICT=1 it raises CheckFailed instead of returning False.
    """
    missing = [task for task in tasks if task not in _passed]
    if not missing:
        return True
    *first, last = missing
    names = f"tasks {', '.join(first)} and {last}" if first else f"task {last}"
    line = f"This cell waits for {names}."
    if strict():
        raise CheckFailed(line)
    print(line)
    return False
