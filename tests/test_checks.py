"""The checks: every answer of the bank is judged rightly, and nothing at all can break a check."""

from __future__ import annotations

import runpy
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg import checks, latent, models
from lessons_pkg.checks import conv_compare
from lessons_pkg.checks.framework import Trial, _Verdict, check
from lessons_pkg.checks.model import Ask
from lessons_pkg.checks.report import publish

BANK = Path(__file__).parent / "submissions"
WRONG = sorted(BANK.glob("*/*/wrong/*.py"))
RIGHT = sorted(BANK.glob("*/*/right/*.py"))
ALL = list(checks.TASKS.values())


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}-{path.stem}"


def names_of(one: Any) -> list[str]:
    """What a task asks for: its title is the name of the answer, or several names with commas between them."""
    return one.title.split(", ")


def answer_in(path: Path) -> tuple[Any, Any]:
    """The check that a file of the bank is for (its folder's name), and the answer it defines.

    A task that asks for several things is answered by a tuple. What a file leaves out of it is taken from the first
    right answer of the same folder, so that a wrong one can be wrong in one thing only.
    """
    judged_by = getattr(checks, path.parts[-3])
    found, names = runpy.run_path(str(path)), names_of(judged_by)
    if len(names) == 1:
        return judged_by, found[names[0]]
    assert any(name in found for name in names), f"{path.name} defines none of {names}"
    if any(name not in found for name in names):
        found = {**runpy.run_path(str(min((path.parents[1] / "right").glob("*.py")))), **found}
    return judged_by, tuple(found[name] for name in names)


def all_of(one: Any, answer: Any) -> list[Any]:
    """The same thing as an answer to any task: by itself, and once for each of several names."""
    several = len(names_of(one))
    return [answer] if several == 1 else [answer, (answer,) * several]


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSONS_STRICT", raising=False)
    for one in ALL:  # no test depends on what another one has passed
        checks.framework._passed.discard(one.task)


# --- the bank -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WRONG, ids=name_of)
@pytest.mark.parametrize("seed", [0, 4711])
def test_a_wrong_answer_is_refused_with_its_cause_whatever_the_seed(path: Path, seed: int) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# cause: "), f"{path.name} does not say which cause the message must name"
    judged_by, answer = answer_in(path)
    report = judged_by.judge(answer, seed=seed)
    assert not report.passed
    assert first.removeprefix("# cause: ") in report.reason
    assert "could not handle" not in report.reason, "a check must not rely on its last resort"
    assert report.requirement
    assert report.hint


@pytest.mark.parametrize("path", RIGHT, ids=name_of)
@pytest.mark.parametrize("seed", [0, 20261121])
def test_a_right_answer_is_accepted_whatever_the_seed(path: Path, seed: int) -> None:
    judged_by, answer = answer_in(path)
    report = judged_by.judge(answer, seed=seed)
    assert report.passed, str(report)


def test_the_bank_covers_every_task() -> None:
    assert {path.parts[-3] for path in (*WRONG, *RIGHT)} == {one.__name__ for one in ALL}
    for one in ALL:
        folder = one.__name__
        assert len(list(BANK.glob(f"*/{folder}/wrong/*.py"))) >= 8, folder
        assert len(list(BANK.glob(f"*/{folder}/right/*.py"))) >= 4, folder


# --- anything at all ----------------------------------------------------------------------------------------------


class BrokenEverywhere:
    """Nothing can be asked of it."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("no")

    def __repr__(self) -> str:
        raise ValueError("no")

    def __bool__(self) -> bool:
        raise ValueError("no")

    def __len__(self) -> int:
        raise ValueError("no")

    __hash__ = None

    @property
    def __class__(self) -> type:
        raise ValueError("no")

    def __getattr__(self, name: str) -> Any:
        raise ValueError("no")


class RaisesItself(BaseException):
    def __str__(self) -> str:
        raise ValueError("no words")


class EqualToAll(torch.Tensor):
    """A tensor that says it is equal to everything."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.equal, torch.allclose):
            return True
        return super().__torch_function__(func, types, args, kwargs or {})


def raiser(error: BaseException) -> Any:
    def answer(*args: Any, **kwargs: Any) -> Any:
        raise error

    return answer


def recursion(*args: Any) -> Any:
    return recursion(*args)


class RaisingMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        if name == "__name__":
            raise SystemExit("not even my name")
        return super().__getattribute__(name)


class NamelessClass(nn.Module, metaclass=type("Meta", (RaisingMeta,), {})):
    pass


class RaisesWhenBuilt(nn.Module):
    def __init__(self, code_dim: int = 32) -> None:
        raise SystemExit(3)


class WithMethods(nn.Module):
    """A module whose methods give whatever it is told to."""

    value: Any = None

    def __init__(self, code_dim: int = 32) -> None:
        super().__init__()
        self.layer = nn.Linear(1, 1)

    def encode(self, x: Any) -> Any:
        return self.value

    decode = forward = encode


VALUES = [
    None,
    ...,
    0,
    -1.5,
    float("nan"),
    float("inf"),
    True,
    "text",
    b"bytes",
    [],
    {},
    (None, None),
    (torch.zeros(3), torch.zeros(3)),
    (torch.zeros(12, 3, requires_grad=True), None),
    (np.zeros((12, 3)), np.zeros(12)),
    (torch.full((12, 3), torch.nan), torch.zeros(12)),
    (torch.zeros(12, 3, dtype=torch.complex64), torch.zeros(12, dtype=torch.complex64)),
    (torch.zeros((), dtype=torch.bool), torch.zeros((), dtype=torch.bool)),
    np.zeros((5, 5)),
    np.float64("nan"),
    torch.tensor(float("nan")),
    torch.zeros(0),
    torch.zeros(6, 5, dtype=torch.int64),
    torch.zeros(6, 5, dtype=torch.complex64),
    torch.zeros(4, requires_grad=True),
    torch.zeros(4, device="meta"),
    torch.zeros(3, 3).to_sparse(),
    torch.zeros(4).as_subclass(EqualToAll),
    torch.zeros(6, 5).as_subclass(EqualToAll),
    object(),
    BrokenEverywhere(),
    type,
    (x for x in ()),
]


def odd_answers() -> list[tuple[str, Any]]:
    odd: list[tuple[str, Any]] = [(f"value-{i}", value) for i, value in enumerate(VALUES)]
    odd += [(f"returns-{i}", lambda *args, value=value, **kwargs: value) for i, value in enumerate(VALUES)]
    odd += [(f"methods-return-{i}", type("M", (WithMethods,), {"value": value})) for i, value in enumerate(VALUES)]
    errors = [
        ValueError("no"),
        SystemExit(1),
        GeneratorExit(),
        KeyboardInterrupt(),
        MemoryError(),
        NotImplementedError(),
        StopIteration(),
        RaisesItself(),
    ]
    odd += [(f"raises-{type(error).__name__}", raiser(error)) for error in errors]
    odd += [
        ("no-arguments", lambda: 1.0),
        ("one-argument", lambda a: a),
        ("keywords-only", lambda *, a: a),
        ("returns-its-arguments", lambda *args: args),
        ("recursion", recursion),
        ("int", int),
        ("nn.Module", nn.Module),
        ("nn.Linear", nn.Linear),
        ("an instance", nn.Linear(784, 784)),
        ("RaisesWhenBuilt", RaisesWhenBuilt),
        ("NamelessClass", NamelessClass),
        ("abs", abs),
        ("torch.zeros", torch.zeros),
        ("nn.Identity", nn.Identity),
        ("a module", torch),
    ]
    return odd


ODD = dict(odd_answers())


@pytest.mark.parametrize("name", ODD)
def test_a_check_survives_any_answer(name: str) -> None:
    answer = ODD[name]
    for one in ALL:
        for odd in all_of(one, answer):
            report = one.judge(odd)
            assert isinstance(report, checks.Report)
            assert not report.passed
            assert report.found, "a report always says what was found"
            assert str(report)
            assert report._repr_html_()


@pytest.mark.parametrize("error", [SystemExit(1), GeneratorExit(), MemoryError(), RaisesItself()])
def test_whatever_the_learners_code_raises_is_named_with_its_line(error: BaseException) -> None:
    report = checks.pca_floor.judge(raiser(error))
    assert f"raised {type(error).__name__}" in report.found
    assert "raise error" in report.found
    assert "could not handle" not in report.found


def test_a_check_leaves_the_global_state_as_it_was() -> None:
    def meddles(*args: Any) -> Any:
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(99)
        return 0.5

    before = torch.random.get_rng_state()
    for one in ALL:
        for answer in all_of(one, meddles):
            one.judge(answer)
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() == torch.float32
    assert torch.equal(torch.random.get_rng_state(), before)


# --- unwritten answers, exceptions, the package's own ---------------------------------------------------------------


def stub(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError("not written yet")  # your code replaces this line


class StubAE(nn.Module):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        raise NotImplementedError("not written yet")


class HalfWritten(nn.Module):
    def __init__(self, code_dim: int = 32) -> None:
        super().__init__()
        self.layer = nn.Linear(784, code_dim)

    def encode(self, x: Tensor) -> Tensor:
        raise NotImplementedError("not written yet")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.task)
def test_an_unwritten_answer_is_reported_calmly(one: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asks_for_a_class = names_of(one)[0][0].isupper()
    for answer in (None, ..., all_of(one, StubAE if asks_for_a_class else stub)[-1]):
        report = one.judge(answer)
        assert not report.written
        assert "not written yet" in report.headline
        monkeypatch.setenv("LESSONS_STRICT", "1")
        with pytest.raises(checks.NotWritten, match="not written yet"):
            one(answer)
        monkeypatch.delenv("LESSONS_STRICT")


def test_a_half_written_class_says_which_method_is_missing() -> None:
    report = checks.linear_ae.judge(HalfWritten)
    assert not report.written
    assert "encode" in report.found


def test_the_line_that_raised_is_the_learners_own() -> None:
    def pca_floor(images: Tensor, k: int) -> float:
        flat = images.flatten(1)
        return F.mse_loss(flat, flat[:, :3]).item()  # torch raises, far below this line

    report = checks.pca_floor.judge(pca_floor)
    assert "return F.mse_loss(flat, flat[:, :3]).item()" in report.found
    assert f"line {pca_floor.__code__.co_firstlineno + 2}" in report.found
    assert "functional.py" not in str(report)


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (checks.linear_ae, models.LinearAE),
        (checks.pca_floor, latent.pca_floor),
        (checks.pca_floor, lambda images, k: latent.pca_floor(images, k)),
        (checks.principal_angles, latent.principal_angles),
        (checks.principal_angles, lambda A, B: latent.principal_angles(A, B).float()),
    ],
)
def test_the_packages_own_answers_earn_nothing(one: Any, answer: Any) -> None:
    assert "the package's own" in one.judge(answer).found


# --- reports: shown once, raised when strict, remembered ------------------------------------------------------------


def right(one: Any) -> Any:
    return answer_in(next(path for path in RIGHT if path.parts[-3] == one.__name__))[1]


def test_a_check_prints_its_report_once_and_returns_it(capsys: pytest.CaptureFixture[str]) -> None:
    report = checks.principal_angles(None)
    assert capsys.readouterr().out.count("Task 1.4") == 1
    assert report.task == "1.4"


def test_strict_raises_the_whole_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSONS_STRICT", "1")
    with pytest.raises(checks.CheckFailed) as caught:
        checks.pca_floor(lambda images, k: 0.5)
    for part in ("Required", "Expected", "Found", "Hint"):
        assert part in str(caught.value)
    assert caught.value.report.found in str(caught.value)
    assert caught.value._render_traceback_() == [f"CheckFailed: {caught.value}"]


def test_ready_follows_the_last_verdict(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert not checks.ready("1.4")
    assert capsys.readouterr().out == "This cell waits for task 1.4.\n"
    checks.principal_angles(right(checks.principal_angles))
    assert checks.ready("1.4")
    checks.principal_angles(lambda A, B: A)
    assert not checks.ready("1.3", "1.4")
    assert "This cell waits for tasks 1.3 and 1.4." in capsys.readouterr().out
    monkeypatch.setenv("LESSONS_STRICT", "1")
    with pytest.raises(checks.CheckFailed, match=r"waits for task 1\.4"):
        checks.ready("1.4")


def test_judge_neither_shows_nor_remembers(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.principal_angles.judge(right(checks.principal_angles)).passed
    assert not capsys.readouterr().out
    assert not checks.ready("1.4")


def test_a_report_is_safe_html() -> None:
    report = checks.Report("9.9", "<b>", False, found="<script>alert(1)</script>", requirement="a < b")
    assert "<script>" not in report._repr_html_()
    assert "&lt;script&gt;" in report._repr_html_()


def test_in_jupyter_a_report_is_shown_exactly_once(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    cells = ["from lessons_pkg import checks\nkept = checks.pca_floor(None)", "checks.pca_floor(None)"]
    cells += ["checks.pca_floor(None)\nprint('after')", "kept"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell in notebook.cells:
        shown = [output for output in cell.outputs if "text/html" in output.get("data", {})]
        assert len(shown) == 1, cell.source
        assert "not written yet" in shown[0].data["text/plain"]


# --- the framework itself -------------------------------------------------------------------------------------------


def test_a_check_that_breaks_is_a_report_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = dict(checks.TASKS)

    @check("0.0", "broken")
    def broken(t: Trial, answer: Any, seed: int) -> None:
        t.need("the first thing")
        t.need("the second thing")
        raise ZeroDivisionError("in the check itself")

    checks.TASKS.clear()
    checks.TASKS.update(tasks)
    report = broken.judge(1)
    assert not report.passed
    assert report.met == ("the first thing",)
    assert report.requirement == "the second thing"
    assert "ZeroDivisionError" in report.found


def cause_of(body: Any) -> str:
    """Found and hint of the verdict that this body ends with."""
    with pytest.raises(_Verdict) as caught:
        body()
    return f"{caught.value.fields['found']} | {caught.value.fields['hint']}"


@pytest.mark.parametrize("kind", [tuple, list, namedtuple("Pair", "one other")._make])
def test_several_functions_may_come_in_any_kind_of_tuple_or_list(kind: Any) -> None:
    functions = lambda x: x, lambda x: -x
    assert Trial().are_functions(kind(functions), ("one", "other")) == functions
    assert "a float" in cause_of(lambda: Trial().are_functions(kind((functions[0], 0.5)), ("one", "other")))


def test_a_tensor_that_agrees_with_everything_becomes_an_ordinary_one() -> None:
    given = torch.zeros(3, requires_grad=True)
    value = Trial().tensor(given.as_subclass(EqualToAll), "it returned")
    assert type(value) is Tensor
    assert not torch.equal(value, torch.ones(3))
    value.sum().backward()
    assert given.grad is not None, "the gradient still reaches what it came from"


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (None, "Is a return missing?"),
        (np.zeros(3), "torch.from_numpy"),
        ([torch.zeros(3)], "Join them"),
        (torch.eye(3).to_sparse(), "Leave device and layout"),
        (torch.zeros(3, device="meta"), "Leave device and layout"),
        (torch.zeros(3, device="meta").as_subclass(EqualToAll), "Leave device and layout"),
        (torch.zeros(3, dtype=torch.complex64), "Fourier"),
        (torch.tensor([0.0, torch.inf]), "divided by zero"),
    ],
)
def test_what_is_no_ordinary_tensor_is_refused_with_its_cause(value: Any, cause: str) -> None:
    assert cause in cause_of(lambda: Trial().tensor(value, "it returned", hint="Join them."))


def test_a_number_that_is_not_finite_may_be_left_to_the_check() -> None:
    assert Trial().tensor(torch.tensor([torch.nan]), "it returned", finite=False).isnan().all()


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (torch.zeros(2), "return one, other"),
        ((torch.zeros(2),), "return one, other"),
        (None, "Is a return missing?"),
        ((torch.zeros(2), None), "number 2 of what encode returns is None"),
        ((torch.zeros(2, dtype=torch.float64), torch.zeros(2)), "number 1 of what encode returns is a tensor"),
        ((torch.zeros(2), torch.tensor([torch.nan])), "number 2 of what encode returns is a tensor of shape (1,)"),
    ],
)
def test_a_method_that_is_to_give_a_pair_is_told_what_is_wrong_with_it(value: Any, cause: str) -> None:
    ask = Ask(Trial(), type("M", (WithMethods,), {"value": value})())
    assert cause in cause_of(lambda: ask("encode", torch.zeros(2, 1), tensors=2))


def test_a_model_is_asked_for_a_pair() -> None:
    pair = torch.zeros(2), torch.ones(2)
    one, other = Ask(Trial(), type("M", (WithMethods,), {"value": pair})())("encode", torch.zeros(2, 1), tensors=2)
    assert torch.equal(one, pair[0])
    assert torch.equal(other, pair[1])


def test_a_model_that_was_left_on_another_device_is_noticed_without_a_gpu_too() -> None:
    before, moved, x = nn.Linear(2, 2), nn.Linear(2, 2).to("meta"), torch.zeros(1)
    cause = cause_of(lambda: conv_compare._expect_nothing_changed(Trial(), moved, before, (x, x), (x, x)))
    assert "the model was left on meta" in cause


def test_publish_shows_a_pass_under_strict_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_STRICT", "1")
    publish(checks.Report("9.9", "thing", True, met=("all",)))
    assert "Task 9.9 (thing): passed" in capsys.readouterr().out
