"""The same class on a Dask cluster: the same points, by graders that live on the workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_class import LINEAR, FakeGrader, MakeFake, hand_in, notebook

from lessons_pkg.grading import classrun, cluster
from lessons_pkg.grading.__main__ import main
from lessons_pkg.grading.workers import NoGrader

distributed = pytest.importorskip("distributed", reason="needs the extra 'grade': make test EXTRAS=grade")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeGrader.forget()
    monkeypatch.setattr(classrun, "write_gradebook", lambda *arguments: 0)


@pytest.fixture
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
    ) as local:
        yield local.scheduler_address


def test_a_cluster_gives_the_same_points(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "in"
    for index in range(9):
        hand_in(folder, f"s{index}", notebook(LINEAR, "# half" if index % 2 else "# wrong: because"))
    assert main([str(folder), "--out", str(tmp_path / "here"), "--seed", "5"], MakeFake) == 0
    FakeGrader.forget()
    arguments = [str(folder), "--out", str(tmp_path / "there"), "--seed", "5", "--scheduler", address]
    assert main(arguments, MakeFake) == 0
    assert (tmp_path / "here/grades.csv").read_bytes() == (tmp_path / "there/grades.csv").read_bytes()
    assert len(FakeGrader.seen) == 9
    assert FakeGrader.made == FakeGrader.closed <= 2
    FakeGrader.forget()
    assert main(arguments, MakeFake) == 0
    assert FakeGrader.seen == []


def test_a_grader_that_dies_there_costs_its_submission_alone(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "in"
    hand_in(folder, "anna", notebook(LINEAR, "# die"))
    hand_in(folder, "ben", notebook(LINEAR, "# stumble"))
    hand_in(folder, "cem", notebook(LINEAR, "# refuse"))
    hand_in(folder, "dora", notebook(LINEAR))
    (folder / "eve.ipynb").touch()
    assert main([str(folder), "--out", str(tmp_path / "out"), "--scheduler", address], MakeFake) == 1
    lines = (tmp_path / "out/grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert next(line for line in lines if line.startswith("anna,1.1,,3.0")).endswith('the sandbox broke"')
    assert "ben,1.1,3.0,3.0," in lines
    assert [line for line in lines if line.startswith("cem,1.1,,")]
    assert "dora,1.5,3.0,3.0," in lines


def test_a_scheduler_that_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1)
    hand_in(tmp_path / "in", "anna", notebook())
    arguments = [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]
    assert main(arguments, MakeFake) == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_workers_with_other_code_are_refused(
    tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter("abcdef")
    monkeypatch.setattr(cluster, "digest_of_files", lambda *_: next(answers))
    hand_in(tmp_path / "in", "anna", notebook())
    assert main([str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", address], MakeFake) == 1
    assert "other code than here" in capsys.readouterr().err
    assert FakeGrader.seen == []


def test_no_grader_on_the_workers(tmp_path: Path, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(tmp_path / "in", "anna", notebook())
    arguments = [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", address]
    assert main(arguments, lambda seed, unsafe, timeout: _no_sandbox) == 1
    assert "no bubblewrap on this worker" in capsys.readouterr().err


def _no_sandbox() -> FakeGrader:
    raise RuntimeError("no bubblewrap on this worker")


def test_without_the_extra_the_command_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    hand_in(tmp_path / "in", "anna", notebook())
    arguments = [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]
    assert main(arguments, MakeFake) == 1
    assert "EXTRAS=grade" in capsys.readouterr().err


def test_a_cluster_that_goes_away_ends_the_run_with_a_line() -> None:
    class Gone:
        status = "cancelled"

        def run(self, *_: object, **__: object) -> None:
            raise OSError("no scheduler")

        close = run

    with pytest.raises(NoGrader, match="the cluster went away"):
        cluster._outcome(Gone())
    cluster._end(Gone())  # says nothing: the line above is what matters
