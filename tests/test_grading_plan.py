"""Which cells run before the answers are asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lessons_pkg.grading.exercises import Exercise, exercises
from lessons_pkg.grading.names import used
from lessons_pkg.grading.notebooks import Cell
from lessons_pkg.grading.plan import answer_names, plan

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return exercises(ROOT)[0]


def kept(cells: list[Cell], exercise: Exercise) -> list[str]:
    return [step["source"] for step in plan(cells, exercise) if "cell" in step]


def changed(exercise: Exercise, grade_id: str, source: str) -> list[Cell]:
    return [Cell("code", source, grade_id, solution=True) if c.grade_id == grade_id else c for c in exercise.cells]


def test_no_check_runs_and_every_answer_does(exercise: Exercise) -> None:
    sources = kept(list(exercise.cells), exercise)
    assert not [source for source in sources if source.startswith("checks.")]
    assert {cell.source for cell in exercise.cells if cell.solution} <= set(sources)


def test_imports_run_because_answers_need_them_and_trainings_do_not(exercise: Exercise) -> None:
    sources = kept(list(exercise.cells), exercise)
    assert any(source.startswith("import torch") for source in sources)
    assert not any("data.load" in source or "def trained" in source for source in sources)


def test_a_cell_as_it_was_handed_out_runs_if_an_answer_needs_its_names_through_others_too(exercise: Exercise) -> None:
    answer = "def pca_floor(images, k):\n    return trained(k)[1][0]"
    sources = kept(changed(exercise, "task-1-3", answer), exercise)
    assert any("def trained" in source for source in sources)
    assert any("data.load" in source for source in sources), "trained needs small"


def test_what_a_student_wrote_or_changed_runs(exercise: Exercise) -> None:
    load = next(cell for cell in exercise.cells if "data.load" in cell.source)
    cells = [Cell("code", "note = 1"), *exercise.cells, Cell("code", load.source + "\nprint(len(small))")]
    sources = kept(cells, exercise)
    assert sources[0] == "note = 1"
    assert sources[-1].endswith("print(len(small))")
    assert load.source in sources, "the changed copy asks for names that the original gives too"


@pytest.mark.parametrize("source", ["%matplotlib inline\nx = small", "!ls\nx = small", "x = small?\nsmall"])
def test_magics_are_no_obstacle(exercise: Exercise, source: str) -> None:
    assert any("data.load" in one for one in kept([*exercise.cells, Cell("code", source)], exercise))


@pytest.mark.parametrize("source", ["def broken(:", "\x00", "(" * 5000, "x = " + "1+" * 200_000 + "1"])
def test_a_cell_that_cannot_be_read_is_left_to_the_sandbox(exercise: Exercise, source: str) -> None:
    assert source.strip() in [one.strip() for one in kept([*exercise.cells, Cell("code", source)], exercise)]


def test_names_are_those_of_the_check_in_its_order() -> None:
    found = {
        check.task: answer_names(exercise, check.grade_id) for exercise in exercises(ROOT) for check in exercise.checks
    }
    assert found["1.3"] == ["pca_floor"]
    assert found["2.1"] == ["conv_size", "transposed_conv_size", "conv_parameters"]
    assert found["4.3"] == ["class_shares", "evenness"]


def test_an_answer_is_asked_where_its_check_stood(exercise: Exercise) -> None:
    order = [step.get("cell") or step["ask"] for step in plan(exercise.cells, exercise)]
    assert [name for name in order if name.startswith(("task", "1."))] == [
        name for task in range(1, 6) for name in (f"task-1-{task}", f"1.{task}")
    ]
    gone = [cell for cell in exercise.cells if cell.grade_id not in ("check-1-2", "check-1-4", "task-1-4")]
    order = [step.get("cell") or step["ask"] for step in plan(gone, exercise)]
    assert order.index("1.2") == order.index("task-1-2") + 1
    assert order[-1] == "1.4"


@pytest.mark.parametrize(
    "source",
    [
        "!ls\n" * 100_000,
        "%a\n" * 300_000,
        "%%time\n" + "%a\n" * 300_000,
        "def f():\n " + ";".join(f"a{i}=0" for i in range(80_000)) + "\n return " + "lambda:" * 900 + "0",
        "".join(f"{' ' * i}def f{i}(a{i}):\n" for i in range(90)) + " " * 90 + "a" + "+a" * 300_000,
        "[" * 90 + "x" + " for x in y]" * 90,
        "f(" + "a," * 400_000 + ")",
        "a" * 1_000_000,
    ],
    ids=["shells", "magics", "timed magics", "lambdas", "functions", "comprehensions", "arguments", "a name"],
)
def test_no_source_keeps_the_judge_or_fills_its_memory(source: str) -> None:
    assert len(source) < 1_000_001
    code = "import sys, resource; from lessons_pkg.grading.names import used; source = sys.stdin.read()\n"
    code += "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; used(source)\n"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    done = subprocess.run([sys.executable, "-c", code], input=source, capture_output=True, text=True, timeout=20)
    assert int(done.stdout) < 600_000, done.stderr  # KiB


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    y = x + small\n    return y + f(y)", {"small", "f"}),
        ("def f(a, *b, c=d, **e) -> g:\n    return a, b, c, e", {"d", "g"}),
        ("def f():\n    global n\n    n += 1", {"n"}),
        ("def f(n):\n    def g():\n        global n\n        return n", {"n"}),
        ("def f(n):\n    def g():\n        nonlocal n\n        n = n + 1\n        return n + m", {"m"}),
        ("total += 1", {"total"}),
        ("@decorated\nclass A(B, metaclass=M):\n    x: T = y", {"decorated", "B", "M", "T", "y"}),
        ("del small", {"small"}),
        ("%%time\nclass A(nn.Module): pass", {"nn"}),
        ("%%capture out\nprint(small)", {"print", "small"}),
        ("%time y = trained(3)", {"trained"}),
        ("exec('small')", {"small", "exec"}),
        ("def f(:\n  small", {"small"}),
        ("if a:\n    %matplotlib inline\n    b()", {"a", "b"}),
        ("lambda x: x + k", {"k"}),
        ("[x * k for x in xs]", {"k", "xs"}),
        ("f'{small:{width}}'", {"small", "width"}),
        ("x.y = z", {"x", "z"}),
        ("async def f(a):\n    async for b in c: await d(b)", {"c", "d"}),
    ],
)
def test_the_names_a_cell_uses(source: str, names: set[str]) -> None:
    assert names <= used(source)


def test_what_a_function_has_of_its_own_is_not_used() -> None:
    source = (
        "def f(a, /, b=1, *c, d, **e):\n    g = h = a\n    for i in b: pass\n    def j(): return g, k\n    return j"
    )
    assert used(source) == {"k"}
