"""Attacks on the grading: none earns a point, leaves a trace on this machine, or takes anything from the next student.

The attacks are in tests/submissions/hostile and in bank_attacks.py. Those that only take time are graded beside the
others, by a grader with a short time limit.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from types import FrameType

import pytest
from bank_attacks import HOSTILE, headers
from bank_notebooks import FIRST, Case, answered, cell_of, content_of, notebook, nothing, points_of
from canary import Canary, count, left_over
from hostile_bank import attacks, right

from lessons_pkg.grading import sandbox
from lessons_pkg.grading.judge import Grader
from lessons_pkg.grading.oracles import ORACLES
from lessons_pkg.grading.outcome import CannotJudge, TaskResult
from lessons_pkg.grading.sandbox.bwrap import FIRST_USER

SEED = 20_261_121
PATIENCE = 75  # seconds for one attack, whatever it does
LONGEST = 50  # seconds for one that waits, where a cell may take two
ALL = attacks()
QUICK = [case for case in ALL if not case.waits]
WAITING = [case for case in ALL if case.waits]
# Sandboxes run as users that exist nowhere, if the tests are run by root.
ROOT = os.geteuid() == 0
USERS = tuple(range(FIRST_USER, FIRST_USER + 1000)) if ROOT else ()


@dataclass(frozen=True)
class Outcome:
    """What became of an attack: results or a refusal, the results of the submission after it, the time of both."""

    results: list[TaskResult]
    refusal: str
    after: list[TaskResult]
    seconds: float


def followed() -> Case:
    """The submission after each attack: two right answers, the others unwritten, so that it is judged quickly."""
    found, full = notebook(FIRST), points_of(FIRST)
    for name in ("task-1-3", "task-1-4"):
        cell_of(found, name).source = cell_of(answered(FIRST), name).source
    return Case("after", content_of(found), nothing(FIRST) | {task: full[task] for task in ("1.3", "1.4")})


AFTER = followed()


def points(results: list[TaskResult]) -> dict[str, float]:
    return {result.task: result.points for result in results}


def attacked(grader: Grader, case: Case) -> Outcome:
    """Grade the attack, then the submission of somebody else."""
    results, refusal, start = [], "", time.monotonic()
    try:
        results = grader.grade(case.content, case.name)
    except CannotJudge as reason:
        refusal = str(reason)
    with patient(grader):
        after = grader.grade(AFTER.content, AFTER.name)
    return Outcome(results, refusal, after, time.monotonic() - start)


@contextmanager
def patient(grader: Grader) -> Iterator[None]:
    """Time for a right answer on a busy machine too; a short limit is there to make those who wait wait less."""
    workers = (grader.beside, grader.outside)
    before = [worker.limits for worker in workers]
    for worker in workers:
        worker.limits = replace(worker.limits, seconds=30)
    try:
        yield
    finally:
        for worker, limits in zip(workers, before, strict=True):
            worker.limits = limits


class TooLong(BaseException):
    """An attack has stopped the grading of all others."""


def ring(number: int, frame: FrameType | None) -> None:
    raise TooLong(f"still at it after {PATIENCE} s")


@pytest.fixture(scope="module")
def sandboxed() -> None:
    """There is a sandbox on this machine. Where there must be one, its lack is a failure."""
    if reason := sandbox.available():
        (pytest.fail if os.environ.get("CI_MUST_SANDBOX") == "1" else pytest.skip)(reason)


@pytest.fixture(scope="module")
def canary(sandboxed: None) -> Iterator[Canary]:
    with Canary(USERS) as found:
        yield found


@pytest.fixture(scope="module")
def waiting(canary: Canary) -> dict[str, Future]:
    """The attacks that only take time, graded one after another while the other tests run."""
    futures = {case.name: Future() for case in WAITING}

    def work() -> None:
        with Grader(seed=SEED, timeout=2) as grader:
            for case in WAITING:
                try:
                    futures[case.name].set_result(attacked(grader, case))
                except BaseException as error:
                    futures[case.name].set_exception(error)

    Thread(target=work, daemon=True).start()
    return futures


@pytest.fixture(scope="module")
def grader(canary: Canary, waiting: dict[str, Future]) -> Iterator[Grader]:
    with Grader(seed=SEED, timeout=10) as one:
        yield one


def users_of(grader: Grader) -> tuple[int, ...]:
    return tuple(FIRST_USER + worker.number for worker in (grader.beside, grader.outside)) if ROOT else ()


@pytest.fixture(scope="module")
def processes(grader: Grader) -> int:
    """How many processes of its user a grader has between two submissions."""
    assert points(grader.grade(AFTER.content, AFTER.name)) == AFTER.points
    return count(users_of(grader))


def judge(case: Case, outcome: Outcome) -> None:
    assert outcome.refusal or points(outcome.results) == case.points, outcome.results
    said = "\n".join(f"{result.reason}\n{result.cause}" for result in outcome.results) + outcome.refusal
    assert "RuntimeError: loot:" not in said, said[:2000]
    assert len(said) < 50_000
    for task, words in case.words.items():
        assert words in next(result.reason for result in outcome.results if result.task == task)
    assert points(outcome.after) == AFTER.points, f"the next submission lost points: {outcome.after}"


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_an_attack_earns_nothing_leaves_no_trace_and_stops_nobody(
    case: Case, grader: Grader, canary: Canary, processes: int
) -> None:
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(PATIENCE)
    try:
        outcome = attacked(grader, case)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    judge(case, outcome)
    assert not canary.traces()
    if ROOT:  # else the processes of the two graders cannot be told apart
        assert not left_over(users_of(grader), processes)


@pytest.mark.parametrize("case", WAITING, ids=lambda case: case.name)
def test_an_attack_that_takes_time_earns_nothing_and_stops_nobody(
    case: Case, waiting: dict[str, Future], canary: Canary
) -> None:
    outcome = waiting[case.name].result(timeout=300)  # it waits for those before it
    judge(case, outcome)
    assert outcome.seconds < LONGEST
    assert not canary.traces()


def test_a_submission_knows_that_it_is_in_a_sandbox(grader: Grader) -> None:
    """The attacks that could do harm end at once where it is not set, and would prove nothing."""
    found = notebook(FIRST)
    source = (
        "import os\n\ndef pca_floor(images, k):\n    raise RuntimeError('sandbox ' + os.environ['LESSONS_SANDBOX'])"
    )
    cell_of(found, "task-1-3").source = source
    result = next(one for one in grader.grade(content_of(found), "inside") if one.task == "1.3")
    assert "sandbox 1" in result.reason


def test_a_right_answer_earns_its_points_beside_the_attacks(grader: Grader) -> None:
    case = right()
    assert points(grader.grade(case.content, case.name)) == case.points


SPY = """
import sys

def pca_floor(images, k):
    frame, seeds = sys._getframe(1), []
    while frame is not None:
        seeds += [value for name, value in frame.f_locals.items() if name == "seed" and type(value) is int]
        frame = frame.f_back
    raise RuntimeError(f"seed {seeds[0]} end")
"""


def test_what_a_submission_tells_of_its_check_draws_none_of_the_verdicts_inputs(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check's seed can be read beside it and told in a reason: whoever hands in next must not know the inputs."""
    found = notebook(FIRST)
    cell_of(found, "task-1-3").source = SPY
    result = next(one for one in grader.grade(content_of(found), "spy") if one.task == "1.3")
    told = int(result.reason.split("seed ")[1].split(" end")[0])
    drawn: list[int] = []
    known = ORACLES["1.3"]
    monkeypatch.setitem(ORACLES, "1.3", replace(known, draw=lambda seed: drawn.append(seed) or known.draw(seed)))
    assert points(grader.grade(AFTER.content, AFTER.name)) == AFTER.points
    assert drawn
    assert told not in drawn


@pytest.mark.parametrize("path", sorted(HOSTILE.glob("*.py")), ids=lambda path: path.stem)
def test_an_attack_says_what_it_tries_and_harms_nobody_who_runs_it_by_accident(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    compile(source, path.name, "exec")
    assert headers(path).keys() <= {"attack", "exercise", "cell", "reason", "waits"}
    assert len(headers(path)["attack"]) > 10
    bombs = ("signal.SIGKILL)", "os.kill(-1", ".mount(", "chroot(", "os.mknod(", "loot: 6 GB", "loot: 3 GB")
    if any(word in source for word in bombs):
        assert "LESSONS_SANDBOX" in source
