"""Seeds side by side: one that dies takes no other with it, and two runs of one recipe do not collide."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from lessons_pkg.experiments import __main__ as command
from lessons_pkg.experiments import recipe as recipes
from lessons_pkg.experiments import side_by_side
from lessons_pkg.experiments.side_by_side import AlreadyRunning, Ended, SeedDied, SeedsMissing
from tests.test_experiments import at_the_command_line, file_of, quick

__all__ = ["at_the_command_line", "quick"]  # fixtures

needs_fork = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="without fork every process imports torch: too slow"
)
needs_fcntl = pytest.mark.skipif(side_by_side.fcntl is None, reason="there is no fcntl here")


class Unspeakable(Exception):
    """Pickles, but does not come back."""

    def __init__(self, one, two):
        super().__init__(f"{one}, {two}")


def work(seed: int) -> object:
    """What a test's process does: its seed says what."""
    if seed == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if seed == 2:
        raise FileNotFoundError("gone")
    if seed == 4:
        raise Unspeakable("first", "second")
    if seed == 6:
        time.sleep(60)
    return seed * 10


def ended(seeds, jobs=None) -> dict[int, Ended]:
    return {one.seed: one for one in side_by_side.each_in_a_process(work, seeds, jobs)}


@pytest.fixture
def forked(monkeypatch):
    """Processes that need not import everything anew, as those of a real run do."""
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(side_by_side, "get_context", lambda _: fork)


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_processes_that_die_take_no_other_seed_with_them(forked):
    found = ended([1, 2, 4, 10], 2)
    assert set(found) == {1, 2, 4, 10}
    assert found[10] == Ended(10, 100)
    assert isinstance(found[1].error, SeedDied)
    assert "was killed (SIGKILL; the machine does so when memory runs out)" in str(found[1].error)
    assert isinstance(found[2].error, FileNotFoundError)
    assert "raise FileNotFoundError" in str(found[2].error.__cause__)  # where in its process it happened
    assert "first, second" in str(found[4].error)
    assert side_by_side._how(7) == "ended with exit code 7, without a result"


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_whoever_stops_listening_stops_the_processes(forked):
    start = time.perf_counter()
    results = side_by_side.each_in_a_process(work, [10, 6], 2)
    assert next(results) == Ended(10, 100)
    results.close()
    assert time.perf_counter() - start < 30
    assert multiprocessing.active_children() == []


class Noted:
    """A process that does nothing; how many are alive at most is noted."""

    alive = most = 0


def test_no_more_processes_than_jobs_at_a_time(monkeypatch):
    class Process:
        exitcode = 0

        def __init__(self, *, target, args, name):
            self.args, self.target = args, target

        def start(self):
            Noted.alive += 1
            Noted.most = max(Noted.most, Noted.alive)
            self.args[0].send((self.args[2], None, ""))

        def join(self):
            Noted.alive -= 1

    class Context:
        Pipe = staticmethod(multiprocessing.Pipe)

    Context.Process = Process
    monkeypatch.setattr(side_by_side, "get_context", lambda _: Context)
    for jobs, most in ((1, 1), (3, 3)):
        Noted.alive = Noted.most = 0
        assert set(ended(range(10, 17), jobs)) == set(range(10, 17))
        assert Noted.most == most
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: 5)
    Noted.alive = Noted.most = 0
    ended(range(10, 17))
    assert Noted.most == 5
    with pytest.raises(ValueError, match="at least one process"):
        ended([10], 0)


# --- the lock -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["fcntl", "without fcntl"])
def lock(request, tmp_path, monkeypatch):
    if request.param == "without fcntl":
        monkeypatch.setattr(side_by_side, "fcntl", None)
    elif side_by_side.fcntl is None:
        pytest.skip("there is no fcntl here")
    return tmp_path / "results" / ".quick.lock"


def test_a_second_run_is_told_who_holds_the_lock_and_the_first_goes_on(lock):
    with side_by_side.locked(lock, "the recipe quick"):
        with (
            pytest.raises(AlreadyRunning, match=rf"the recipe quick runs already, in process {os.getpid()}:"),
            side_by_side.locked(lock, "the recipe quick"),
        ):
            pass
        with pytest.raises(AlreadyRunning), side_by_side.locked(lock, "the recipe quick"):
            pass  # the one refused did not take the lock away
        with side_by_side.locked(lock.with_name(".other.lock"), "another recipe"):
            pass
    with side_by_side.locked(lock, "the recipe quick"):
        pass


def test_a_lock_left_by_a_dead_process_does_no_harm(lock):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    lock.parent.mkdir()
    lock.write_text(str(gone.pid))
    with side_by_side.locked(lock, "the recipe quick"):
        assert lock.read_text() == str(os.getpid())


@needs_fcntl
def test_the_lock_of_a_process_that_is_killed_is_free_again(tmp_path):
    path = tmp_path / ".quick.lock"
    hold = (
        "import sys, time; from pathlib import Path; from lessons_pkg.experiments import side_by_side as s\n"
        "with s.locked(Path(sys.argv[1]), 'it'):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=f"in process {holder.pid}:"), side_by_side.locked(path, "it"):
            pass
        holder.kill()
        holder.wait()
    with side_by_side.locked(path, "it"):
        pass


def test_an_error_in_the_block_gives_the_lock_back(lock):
    with pytest.raises(KeyboardInterrupt), side_by_side.locked(lock, "it"):
        raise KeyboardInterrupt
    with side_by_side.locked(lock, "it"):
        pass


# --- recipes --------------------------------------------------------------------------------------------------------


def test_a_recipe_that_runs_already_is_not_touched(quick):
    recipes.run("quick", [0])
    before = file_of("quick")
    with (
        side_by_side.locked(recipes.RESULTS / ".quick.lock", "the recipe quick"),
        pytest.raises(AlreadyRunning, match="the recipe quick runs already"),
    ):
        recipes.run("quick", [1])
    assert file_of("quick") == before
    assert quick.seen == [0]


def test_seeds_whose_process_died_are_named_and_the_same_command_goes_on(quick, monkeypatch, capsys):
    whole = recipes.each_in_a_process

    def dying(work, seeds, jobs=None):
        for one in whole(work, seeds, jobs):
            yield Ended(one.seed, error=SeedDied("its process was killed")) if one.seed == 1 else one

    monkeypatch.setattr(recipes, "each_in_a_process", dying)
    with pytest.raises(SeedsMissing, match=r"seed 1 died; the other seeds are stored.*same command.*quick --jobs 1"):
        recipes.run("quick")
    assert "quick: seed 1 failed (2 of 3): SeedDied('its process was killed')" in capsys.readouterr().out
    assert list(file_of("quick")["seeds"]) == ["0", "2"]
    monkeypatch.setattr(recipes, "each_in_a_process", whole)
    assert set(recipes.run("quick").values) == {0, 1, 2}
    assert "seed 1 done in 0 s (1 of 1)" in capsys.readouterr().out


def test_the_command_passes_jobs_on(at_the_command_line, monkeypatch):
    asked = []
    monkeypatch.setattr(command, "run", lambda *_, jobs: asked.append(jobs))
    command.main(["quick", "--jobs", "3"])
    command.main(["quick"])
    assert asked == [3, None]


@pytest.mark.parametrize("given", ["0", "-2", "two", "1.5", ""])
def test_a_number_of_jobs_that_is_none_is_refused(given):
    with pytest.raises(ValueError, match=rf"--jobs is .* a whole number from 1 on, not '{given}'"):
        command.main(["activations", f"--jobs={given}"])


def test_the_command_ends_with_a_message_not_a_traceback():
    done = subprocess.run(
        [sys.executable, "-m", "lessons_pkg.experiments", "activations", "--jobs", "0"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "error: --jobs is the number of processes, a whole number from 1 on, not '0'\n"
