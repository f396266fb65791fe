"""Several processes train as one does: the same weights, one voice, and an end that leaves something to go on from."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from filelock import FileLock

from lessons_pkg.team import ALONE, Team, TeamBroken, join
from lessons_pkg.training import fit

HERE = Path(__file__).parent / "team"
PAGE = Path(__file__).parent.parent / "book" / "several_machines.md"
SCRIPT = PAGE.parent / "_assets" / "train.py"
ONE_OF_TWO = Team(0, 2, torch.device("cpu"))
SAME = [f"batch of {size}" for size in (8, 10, 15, 31, 100)]
SAME += ["own loss", "own optimizer", "a frozen part", "an unused part", "plain"]


def torchrun(folder: Path, *command: str | Path) -> subprocess.CompletedProcess:
    """Two processes of this machine, as the page starts them, with ``folder`` as their working folder."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    # A hang is what must not happen: the time is for a busy machine.
    return subprocess.run(
        [*launch, *map(str, command)],
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parent.parent)},
        capture_output=True,
        text=True,
        timeout=240,
    )


def _once(factory: pytest.TempPathFactory, name: str, make) -> Path:
    """A folder that ``make(folder)`` has filled, once for all workers: a launch costs seconds, most of them imports."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not (folder / "done").is_file():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> Path:
    """The folder of a team that made all of ``trainings.py``."""

    def make(folder: Path) -> None:
        done = torchrun(folder, HERE / "trainings.py", folder)
        assert done.returncode == 0, done.stderr
        (folder / "said").write_text(done.stdout)
        (folder / "complained").write_text(done.stderr)

    return _once(tmp_path_factory, "team", make)


@pytest.fixture(scope="module")
def ranks(together) -> list[dict]:
    return [torch.load(together / f"rank{rank}.pt") for rank in (0, 1)]


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict:
    """The same trainings in this process."""
    folder = tmp_path_factory.mktemp("alone")
    with torch.random.fork_rng():
        runpy.run_path(str(HERE / "trainings.py"))["run"](folder)
    return torch.load(folder / "rank0.pt")["results"]


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """The script of the page: its second process killed after two epochs, then the same command again."""

    def make(folder: Path) -> None:
        first = torchrun(folder, HERE / "killed.py", SCRIPT)
        (folder / "complained").write_text(first.stderr)
        assert first.returncode != 0
        assert first.stdout == ""
        second = torchrun(folder, HERE / "killed.py", SCRIPT)
        assert second.returncode == 0, second.stderr
        (folder / "said").write_text(second.stdout)

    return _once(tmp_path_factory, "killed", make)


def _apart(one: dict, other: dict) -> float:
    return max((one[name].double() - other[name].double()).abs().max().item() for name in one)


# --- the numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAME)
def test_two_processes_give_the_result_of_one(ranks, alone, name):
    for rank in ranks:
        result = rank["results"][name]
        assert _apart(result["state"], alone[name]["state"]) < 1e-5
        for losses, expected in zip(result["losses"], alone[name]["losses"], strict=True):
            assert losses == pytest.approx(expected, rel=1e-5)


def test_both_processes_end_with_the_same_weights_buffers_and_losses(ranks):
    first, second = (rank["results"] for rank in ranks)
    for name in [*SAME, "running mean", "noise", "noise, resumed"]:
        assert first[name]["losses"] == second[name]["losses"], name
        assert _apart(first[name]["state"], second[name]["state"]) == 0, name


def test_processes_draw_different_noise(ranks):
    # The first draw is that of a look at the model, before the training.
    first, second = (rank["results"]["noise"]["drawn"][1:] for rank in ranks)
    assert len(first) == len(second)
    assert not any(torch.equal(one, other) for one, other in zip(first, second, strict=True))
    seeds = {ALONE.noise_seed(seed) for seed in range(9)} | {Team(1, 2, "cpu").noise_seed(seed) for seed in range(9)}
    assert len(seeds) == 18  # no rank of one seed draws what a rank of another does


# --- one voice ------------------------------------------------------------------------------------------------------


def test_only_the_first_process_prints_and_shows_progress(together, ranks):
    assert (together / "said").read_text().count("Training interrupted in epoch 3 of 4") == 1
    assert "Warning" not in (together / "complained").read_text()
    assert set(ranks[0]["shown"]) == {True}
    assert set(ranks[1]["shown"]) == {False}


def test_only_the_first_process_writes(together):
    assert (together / "of rank 0" / "plain.pt").is_file()
    assert not (together / "of rank 1").exists()


def test_a_loss_that_one_process_lost_stops_all_of_them(ranks):
    for rank in ranks:
        assert rank["results"]["nan"]["error"].startswith("TrainingDiverged: the loss became nan at step")


def test_an_error_of_the_model_stays_what_it_is(ranks):
    for rank in ranks:
        assert rank["results"]["error"]["error"] == "RuntimeError: a mistake of the model's author"


# --- going on -------------------------------------------------------------------------------------------------------


def test_a_team_that_goes_on_ends_with_the_same_weights_noise_included(ranks):
    for rank in ranks:
        straight, resumed = rank["results"]["noise"], rank["results"]["noise, resumed"]
        assert resumed["losses"][0] == straight["losses"][0]
        assert _apart(resumed["state"], straight["state"]) == 0
        last = resumed["drawn"][-4:]
        assert all(torch.equal(one, other) for one, other in zip(last, straight["drawn"][-4:], strict=True))


def test_one_process_goes_on_where_a_team_stopped(together, ranks, tmp_path):
    """The checkpoint of the killed team, read by a single process: all but the noise is the same in each."""
    trainings = runpy.run_path(str(HERE / "trainings.py"))
    model = trainings["models"].LinearAE(3, seed=1, **trainings["SMALL"])
    path = together / "of rank 0" / "plain.pt"
    settings = {"epochs": 4, "batch_size": 8, "lr": 0.01, "seed": 3, "device": "cpu"}
    fit(model, trainings["IMAGES"], checkpoint=path, **settings)
    assert _apart(model.state_dict(), ranks[0]["results"]["plain"]["state"]) == 0


def test_a_killed_process_ends_the_others_and_they_say_what_is_left(killed):
    said = (killed / "complained").read_text()
    assert said.count("TeamBroken: a process of the team has ended") == 1
    assert "the checkpoint train.checkpoint holds 2 epochs: the same command goes on from there" in said
    begins = [f"{process} begins after {epochs}" for epochs in (0, 2) for process in (0, 1)]
    assert sorted(path.name for path in killed.glob("* begins after *")) == sorted(begins)


def test_the_script_of_the_page_goes_on_after_a_death_and_ends_as_one_process_does(
    killed, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(SCRIPT), run_name="__main__")
    said = capsys.readouterr().out
    assert said.startswith("6 epochs, test error 0.0")
    assert (killed / "said").read_text() == said  # once, and to four digits the same
    assert _apart(torch.load(killed / "weights.pt"), torch.load(tmp_path / "weights.pt")) < 1e-5


def test_the_page_shows_the_script_that_is_tested():
    text = PAGE.read_text(encoding="utf-8")
    assert "{literalinclude} _assets/train.py" in text
    assert "torchrun --nproc-per-node 2 train.py" in text
    assert "torchrun --nproc-per-node 2 train.py" in SCRIPT.read_text(encoding="utf-8")


# --- seen from one process ------------------------------------------------------------------------------------------


def test_being_told_to_end_says_what_is_left():
    """As torchrun tells it: by SIGTERM. Until the process ends, a second one does not cut the message short."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        said = "has ended, and with it this training; nothing is left"
        with pytest.raises(TeamBroken, match=said), ONE_OF_TWO.ending_together(lambda: "nothing is left"):
            os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


def test_after_a_training_the_process_listens_as_before():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="other"), ONE_OF_TWO.ending_together(lambda: ""):
        raise ValueError("some other error")
    assert signal.getsignal(signal.SIGTERM) is before
    with ALONE.ending_together(lambda: ""):
        assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("environment", [{}, {"RANK": "0", "WORLD_SIZE": "2"}, {"RANK": "0", "WORLD_SIZE": "1"}])
def test_without_torchrun_there_is_one_process(monkeypatch, environment):
    rest = {"LOCAL_RANK": "0", "MASTER_ADDR": "localhost"} if environment.get("WORLD_SIZE") == "1" else {}
    for name, value in (environment | rest).items():
        monkeypatch.setenv(name, value)
    assert join(torch.device("cpu")) == ALONE


def test_a_device_on_which_processes_cannot_work_together_is_refused(monkeypatch):
    for name, value in {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "3", "MASTER_ADDR": "localhost"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=r'not on mps: use device="cpu"'):
        join(torch.device("mps"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ValueError, match="process 4 of this machine has no GPU of its own: start at most 2"):
        join(torch.device("cuda"))
