"""The benchmark's own machinery: arms in turns, nothing lost, ratios that say what they say."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from torchvision import datasets

from benchmarks import __main__ as command
from benchmarks import own_times
from benchmarks.arms import linear_floor, seeds
from benchmarks.cases import CASES
from benchmarks.measure import Arm, ArmFailed, Case, data_folder, in_turns, run_arm
from lessons_pkg import data, timings
from lessons_pkg.experiments import ResultMissing

# An arm that says what it was asked, in a module that takes a moment.
ECHO = """
import os, sys
def run(fail=False, seconds=1.0, seed=None):
    if fail:
        print("about to fail")
        raise ValueError("no such thing")
    return {"seconds": seconds, "seed": seed, "data": os.environ["LESSONS_DATA"], "rank": os.environ.get("RANK")}
"""


@pytest.fixture
def echo(monkeypatch, tmp_path):
    """An arm called ``echo``, found by processes that are started here."""
    package = tmp_path / "benchmarks" / "arms"
    package.mkdir(parents=True)
    (package / "echo.py").write_text(ECHO)
    real = Path(command.__file__).parent
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    for module in ("__main__.py", "peak.py"):
        (package / module).write_text((real / "arms" / module).read_text())
    monkeypatch.setattr("benchmarks.measure.ROOT", tmp_path)
    monkeypatch.setenv("LESSONS_DATA", "where-the-images-are")
    return lambda name="echo", **options: Arm(name, "echo", options)


def case(*arms: Arm, **options) -> Case:
    return Case("a-case", "some work", arms, ours=arms[-1].name, against=arms[0].name, **options)


def test_an_arm_is_a_process_of_its_own_whose_last_line_is_the_result(echo):
    found = run_arm(echo(seconds=2.5), 0, None)
    assert found["seconds"] == 2.5
    assert found["data"] == "where-the-images-are"
    assert 5 < found["peak_mb"] < 500


def test_an_arm_that_fails_says_why(echo):
    with pytest.raises(ArmFailed, match=r"(?s)slow ended with code 1.*about to fail.*no such thing"):
        run_arm(echo("slow", fail=True), 0, None)


def test_arms_take_turns_with_a_seed_for_each_and_long_ones_less_often(echo):
    told = []
    arms = (Arm("long", "echo", every=2), Arm("quick", "echo", seeded=True))
    found = in_turns(case(*arms), 3, None, told.append)
    assert [run["seed"] for run in found["quick"]] == [0, 1, 2]
    assert len(found["long"]) == 2
    assert [line.split(": ")[1].split()[0] for line in told] == ["long", "quick", "quick", "long", "quick"]


def test_a_peer_without_an_environment_is_left_out_in_so_many_words(echo):
    told = []
    found = in_turns(case(Arm("peer", "echo", peer=True), echo()), 2, None, told.append)
    assert list(found) == ["echo"]
    assert [line for line in told if "left out" in line] == [
        "a-case: peer left out: no environment of the peers (make bench makes one)"
    ]


def test_a_peer_runs_in_its_own_environment(echo):
    assert run_arm(Arm("peer", "echo", peer=True), 0, sys.executable)["seconds"] == 1


# --- what is stored, and read again ---------------------------------------------------------------------------------


def timing(theirs=(4.0, 6.0, 5.0), ours=(2.0, 2.5, 1.0), **options) -> timings.Timing:
    runs = {"theirs": [{"seconds": s} for s in theirs], "ours": [{"seconds": s} for s in ours]}
    settings = {"goal": 2.0, "measure": "seconds", "ours": "ours", "against": "theirs"} | options
    return timings.Timing(name="x", work="w", runs=runs, **settings)


def test_a_ratio_is_of_medians_and_its_spread_of_the_extremes():
    found = timing()
    assert found.ratio == 2.5
    assert found.spread == (4 / 2.5, 6 / 1)
    assert found.reached
    assert not timing(goal=2.6).reached


def test_without_the_other_there_is_no_ratio_and_nothing_is_reached():
    for found in (timing(against=None), timing(against="not here")):
        assert (found.ratio, found.spread, found.reached) == (None, None, None)
    assert timing(goal=None).reached is None


def test_seconds_are_shown_with_their_extremes():
    assert timings.short([7.04, 6.8, 7.4]) == "7.04 (6.8 to 7.4)"
    assert timings.short([7.04]) == "7.04"
    assert timings.cell([7.04, 6.8, 7.4]) == "7.04<br><small>6.8 to 7.4</small>"
    assert timings.cell([7.04]) == "7.04"


def test_without_a_file_the_command_that_makes_it_is_named(tmp_path):
    with pytest.raises(ResultMissing, match="make bench"):
        timings.load(tmp_path / "none.json")


@pytest.fixture
def bench(echo, monkeypatch, tmp_path):
    """The command with two small cases, and what its file holds."""
    cases = [
        Case("first", "work one", (echo("a", seconds=3.0), echo("b", seconds=1.5)), ours="b", against="a", goal=3),
        Case("second", "work two", (echo("c"),), ours="c", turns=2),
    ]
    monkeypatch.setattr(command, "CASES", cases)
    monkeypatch.setattr(data, "load", lambda name: None)
    out = tmp_path / "found.json"

    def run(*arguments: str) -> tuple[int, dict]:
        code = command.main([*arguments, "--out", str(out)])
        return code, json.loads(out.read_text()) if out.exists() else {}

    run.cases = cases
    return run


def test_the_command_writes_every_run_and_prints_ratio_and_goal(bench, capsys):
    code, stored = bench()
    assert code == 0
    assert [run["seconds"] for run in stored["cases"]["first"]["runs"]["a"]] == [3.0] * 3
    assert len(stored["cases"]["second"]["runs"]["c"]) == 2
    assert stored["made_with"]["cores"] == os.cpu_count()
    assert "2.00 times (2.00 to 2.00) as fast as a; goal 3: NOT reached" in capsys.readouterr().out


def test_an_interrupted_run_goes_on_and_measures_nothing_twice(bench, monkeypatch):
    bench("first", "--turns", "1")
    ran = []
    real = command.in_turns
    monkeypatch.setattr(command, "in_turns", lambda case, *rest: ran.append(case.name) or real(case, *rest))
    _, stored = bench("--turns", "1")
    assert ran == ["second"]
    assert list(stored["cases"]) == ["first", "second"]


def test_figures_of_another_machine_are_set_aside_and_kept(bench, monkeypatch, tmp_path):
    bench("first", "--turns", "1")
    monkeypatch.setattr(os, "cpu_count", lambda: 77)
    _, stored = bench("second", "--turns", "1")
    assert list(stored["cases"]) == ["second"]
    assert list(json.loads((tmp_path / "found.old.json").read_text())["cases"]) == ["first"]


def test_a_case_that_fails_is_named_and_the_others_are_kept(bench, echo, capsys):
    bench.cases[0] = Case("first", "work one", (echo("a", fail=True),), ours="a")
    code, stored = bench("--turns", "1")
    assert code == 1
    assert list(stored["cases"]) == ["second"]
    assert "no such thing" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["third"], ["--turns", "0"]])
def test_what_does_not_exist_is_refused(bench, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        bench(*arguments)
    assert ended.value.code == 2
    assert "error" in capsys.readouterr().err


# --- the cases of the course ----------------------------------------------------------------------------------------


def test_every_case_compares_arms_that_it_has():
    assert len({case.name for case in CASES}) == len(CASES)
    for one in CASES:
        names = [arm.name for arm in one.arms]
        assert one.ours in names
        assert one.against is None or one.against in names
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", sorted({arm.module for case in CASES for arm in case.arms if not arm.peer}))
def test_every_arm_runs_and_tells_what_its_case_compares(module, mnist, monkeypatch):
    """On a few images: what takes long is only their number."""
    few = tuple(images.take(256, seed=0) for images in mnist)
    monkeypatch.setattr(data, "load", lambda name: few)
    arm, compared = next((arm, case.measure) for case in CASES for arm in case.arms if arm.module == module)
    if module == "sources":
        monkeypatch.setenv("LESSONS_DATA", str(data_folder()))
        monkeypatch.setattr(datasets.MNIST, "__len__", lambda self: 256)
    found = importlib.import_module(f"benchmarks.arms.{module}").run(**arm.options)
    assert found[compared] > 0
    assert all(isinstance(value, int | float | list | None) for value in found.values())


def test_gradients_through_the_covariance_end_at_the_floor(mnist, monkeypatch):
    few = tuple(images.take(3000, seed=0) for images in mnist)
    monkeypatch.setattr(data, "load", lambda name: few)
    found = linear_floor.run(code_dim=8)
    assert abs(found["above_floor"]) < 1e-4  # rounding may leave it a hair below


def test_stacked_seeds_are_the_same_trainings_as_one_after_the_other(mnist, monkeypatch):
    few = tuple(images.take(250, seed=0) for images in mnist)  # the last batch is smaller
    monkeypatch.setattr(data, "load", lambda name: few)
    each, stacked = (seeds.run("linear", 20, way, seeds=3)["losses"] for way in ("in turn", "stacked"))
    assert stacked == pytest.approx(each, rel=1e-5)
    assert len(set(each)) == 3


def test_seconds_of_a_notebook_are_those_of_its_cells(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="book/a.ipynb" name="Cell 0" time="1.25"/>'
        '<testcase classname="book/a.ipynb" name="Cell 1" time="2.5"/>'
        '<testcase classname="book/b.ipynb" name="Cell 0" time="1"/></testsuite></testsuites>'
    )
    assert own_times.seconds_of_notebooks(report) == {"book/a.ipynb": 3.8, "book/b.ipynb": 1.0}


def test_a_part_is_kept_as_soon_as_it_has_ended_and_one_that_fails_is_not(tmp_path, monkeypatch, capsys):
    out = tmp_path / "benchmarks.json"
    assert own_times.main(["--out", str(out)]) == 2, "there is nothing to add to"
    out.write_text(json.dumps({"made_with": {}, "cases": {}, "own": {"parts": {"unit": 7.0}, "notebooks": {}}}))

    def make(words, **_):
        if words[1] == "browser":
            raise subprocess.CalledProcessError(2, words)

    monkeypatch.setattr(own_times.subprocess, "run", make)
    assert own_times.main(["lint", "browser", "build", "--out", str(out)]) == 1
    assert set(timings.load(out).own["parts"]) == {"unit", "lint"}
    assert "make browser EXTRAS=all failed: its time is not kept" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        own_times.main(["everything", "--out", str(out)])
    assert "no part is called everything; there are lint, unit" in capsys.readouterr().err
