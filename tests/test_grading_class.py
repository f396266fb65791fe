"""Grading a class: who gets which points, what a second run does, and what a killed one leaves."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fake_class import CONV, KNOWN, LINEAR, ROOT, FakeGrader, MakeFake, hand_in, notebook

from lessons_pkg.grading import classrun, versions, workers
from lessons_pkg.grading.__main__ import main


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeGrader.forget()
    # nbgrader's takes seconds to make; it has tests of its own.
    monkeypatch.setattr(classrun, "write_gradebook", lambda *arguments: 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "handed in").mkdir()
    return tmp_path / "handed in"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(folder: Path, out: Path, *more: str) -> int:
    return main([str(folder), "--out", str(out), "--jobs", "3", *more], MakeFake)


def table(out: Path) -> dict[tuple[str, str], dict[str, str]]:
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return {(row["student"], row["task"]): row for row in csv.DictReader(file)}


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_points_and_reasons_for_both_layouts(folder: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(folder, "anna", notebook(LINEAR, "# right", "# half", "# wrong: Found: nothing", ""))
    hand_in(folder, "anna", notebook(CONV), CONV)
    (folder / "ben.ipynb").write_bytes(notebook(LINEAR))
    before = everything(folder)
    assert run(folder, out) == 0
    grades = table(out)
    assert len(grades) == 15
    assert [grades["anna", f"1.{i}"]["points"] for i in range(1, 6)] == ["3.0", "1.0", "0.0", "0.0", "3.0"]
    assert [grades["ben", f"1.{i}"]["possible"] for i in range(1, 6)] == ["3.0", "2.0", "3.0", "2.0", "3.0"]
    assert grades["anna", "1.3"]["reason"] == "Found: nothing"
    assert grades["anna", "2.2"]["points"] == "4.0"
    assert everything(folder) == before
    said = capsys.readouterr().out
    assert "3 submissions: 0 known already, 3 to grade" in said
    assert "3 submissions graded; 2 students in all" in said


def test_a_second_run_grades_nothing_and_a_changed_file_alone(folder: Path, out: Path) -> None:
    for student in ("anna", "ben", "cem"):
        hand_in(folder, student, notebook(LINEAR, "# wrong: x"))
    run(folder, out)
    first = (out / "grades.csv").read_bytes()
    FakeGrader.forget()
    assert run(folder, out) == 0
    assert FakeGrader.seen == []
    assert (out / "grades.csv").read_bytes() == first
    hand_in(folder, "ben", notebook(LINEAR, "# half"))
    hand_in(folder, "dora", notebook(LINEAR))
    shutil.rmtree(folder / "cem")
    run(folder, out)
    assert sorted(FakeGrader.seen) == [f"{s}/{LINEAR.name}/{LINEAR.path.name}" for s in ("ben", "dora")]
    assert table(out)["ben", "1.1"]["points"] == "1.5"
    assert {student for student, _ in table(out)} == {"anna", "ben", "dora"}


def test_a_corrected_check_regrades_its_exercise_alone(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "lessons_pkg"
    shutil.copytree(versions.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "weights", "data", "js"))
    monkeypatch.setattr(classrun, "digest_of", lambda exercise: versions.digest_of(exercise, package))
    hand_in(folder, "anna", notebook(LINEAR))
    hand_in(folder, "anna", notebook(CONV), CONV)

    def graded_after(change: str, path: Path) -> list[str]:
        path.write_text(path.read_text() + change)
        FakeGrader.forget()
        assert run(folder, out) == 0
        return [name.split("/")[1] for name in sorted(FakeGrader.seen)]

    assert graded_after("\nX = 1\n", package / "checks/linear_pca.py") == [LINEAR.name, CONV.name]  # the first run
    assert graded_after("\nX = 2\n", package / "checks/linear_pca.py") == [LINEAR.name]
    assert graded_after("\nX = 2\n", package / "checks/conv_scratch_causes.py") == [CONV.name]
    assert graded_after("\nX = 2\n", package / "grading/oracles/linear.py") == [LINEAR.name]
    assert graded_after("\nX = 2\n", package / "grading/probes/linear.py") == [LINEAR.name]
    assert graded_after("\n# a comment\n", package / "checks/linear_pca.py") == []
    assert graded_after("\nX = 2\n", package / "grading/feedback.py") == []
    assert graded_after("\nX = 2\n", package / "checks/framework.py") == [LINEAR.name, CONV.name]
    assert graded_after("\nX = 2\n", package / "grading/judge.py") == [LINEAR.name, CONV.name]


def test_a_corrected_solution_notebook_is_another_version() -> None:
    from dataclasses import replace

    cells = list(LINEAR.cells)
    place = next(index for index, cell in enumerate(cells) if cell.graded)
    cells[place] = replace(cells[place], points=cells[place].points + 1)
    assert versions.digest_of(replace(LINEAR, cells=tuple(cells))) != versions.digest_of(LINEAR)


def test_every_module_here_decides_or_tells() -> None:
    """A new module counts as deciding until somebody says that it only tells."""
    here = {path.name for path in (versions.PACKAGE / "grading").glob("*.py")}
    assert here >= versions.TELLING
    judging = {path.name for path in versions.deciding_files(LINEAR.tasks)}
    assert {"judge.py", "plain.py", "notebooks.py", "outcome.py", "linear_pca.py", "linear.py"} <= judging


def test_the_seed_is_drawn_once_and_kept_and_another_grades_anew(folder: Path, out: Path, tmp_path: Path) -> None:
    hand_in(folder, "anna", notebook())
    run(folder, out)
    (seed,) = FakeGrader.seeds
    hand_in(folder, "ben", notebook())
    run(folder, out)
    assert FakeGrader.seeds == {seed}
    run(folder, tmp_path / "elsewhere")
    assert len(FakeGrader.seeds) == 2  # drawn, not fixed
    FakeGrader.forget()
    run(folder, out, "--seed", "7")
    assert (FakeGrader.seeds, len(FakeGrader.seen)) == ({7}, 2)
    FakeGrader.forget()
    run(folder, out)
    assert FakeGrader.seen == []  # 7 is the one that is kept now
    assert (out / "records.sqlite").stat().st_mode & 0o077 == 0


def test_a_killed_run_goes_on_and_counts_nothing_twice(folder: Path, out: Path, tmp_path: Path) -> None:
    for index in range(24):
        hand_in(folder, f"s{index:02}", notebook(LINEAR, "# half" if index < 12 else "# wait"))
    log, gate = tmp_path / "log", tmp_path / "gate"
    environment = {**os.environ, "FAKE_LOG": str(log), "FAKE_GATE": str(gate)}
    command = [sys.executable, str(ROOT / "tests/fake_class.py"), str(folder), "--out", str(out), "--jobs", "2"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        _wait(out, 12, process)  # the rest stand at the gate
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert _kept(out) == 12
    assert not (out / "grades.csv").exists()
    gate.touch()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0
    graded = log.read_text().splitlines()
    assert len(graded) == len(set(graded)) == 24
    grades = table(out)
    assert len(grades) == 24 * 5
    assert sum(float(row["points"]) for row in grades.values()) == 12 * 11.5 + 12 * 13


def _wait(out: Path, count: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 300
    while _kept(out) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)


def _kept(out: Path) -> int:
    """How many are in the records of a run that is going on or was killed; read from a copy, since it locks them."""
    for name in ("records.sqlite", "records.sqlite-journal"):
        if (out / name).exists():
            shutil.copy(out / name, out.with_name(name))
        else:
            out.with_name(name).unlink(missing_ok=True)
    if not out.with_name("records.sqlite").exists():
        return 0
    database = sqlite3.connect(out.with_name("records.sqlite"))
    try:
        return database.execute("SELECT COUNT(*) FROM graded").fetchone()[0]
    except sqlite3.Error:  # copied in the middle of a transaction
        return 0
    finally:
        database.close()


def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(folder: Path, out: Path, tmp_path: Path) -> None:
    for index in range(6):
        hand_in(folder, f"s{index}", notebook(LINEAR, "# half" if index < 3 else "# wait"))
    environment = {**os.environ, "FAKE_GATE": str(tmp_path / "gate")}
    command = [sys.executable, str(ROOT / "tests/fake_class.py"), str(folder), "--out", str(out), "--jobs", "2"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        _wait(out, 3, process)
        process.send_signal(signal.SIGINT)
        try:
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert process.returncode == 130
    assert "3 of 6 submissions left" in said
    assert "same command again" in said
    assert "Traceback" not in said
    (tmp_path / "gate").touch()
    assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0
    assert len(table(out)) == 30


def test_a_grader_that_dies_is_replaced_and_the_submission_tried_once_more(folder: Path, out: Path) -> None:
    hand_in(folder, "anna", notebook(LINEAR, "# stumble"))
    hand_in(folder, "ben", notebook(LINEAR, "# die"))
    for student in ("cem", "dora", "eva"):
        hand_in(folder, student, notebook())
    assert main([str(folder), "--out", str(out), "--jobs", "1"], MakeFake) == 1
    grades = table(out)
    assert grades["anna", "1.1"]["points"] == "3.0"
    assert grades["ben", "1.1"]["points"] == ""
    assert (
        "could not be graded: the grader ended twice, with RuntimeError: the sandbox broke"
        in (grades["ben", "1.1"]["reason"])
    )
    assert [grades[student, "1.2"]["points"] for student in ("cem", "dora", "eva")] == ["2.0"] * 3
    assert (FakeGrader.made, FakeGrader.closed) == (4, 4)  # one, and one for each of three deaths
    assert len([name for name in FakeGrader.seen if name.startswith("ben")]) == 2
    FakeGrader.forget()
    run(folder, out)  # what was not the notebook's fault is tried again, and nothing else
    assert {name.split("/")[0] for name in FakeGrader.seen} == {"ben"}


def test_a_refused_file_is_remembered_with_its_reason(folder: Path, out: Path) -> None:
    hand_in(folder, "anna", notebook(LINEAR, "# refuse"))
    assert run(folder, out) == 1
    FakeGrader.forget()
    assert run(folder, out) == 1
    assert FakeGrader.seen == []
    assert "this cannot be graded" in table(out)["anna", "1.5"]["reason"]


def test_no_grader_at_all_ends_the_run_with_the_reason(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_sandbox(seed: int, unsafe: bool, timeout: float) -> object:
        def make() -> None:
            raise RuntimeError("there is no bubblewrap here")

        return make

    for student in ("anna", "ben"):
        hand_in(folder, student, notebook())
    assert main([str(folder), "--out", str(out)], no_sandbox) == 1
    assert "there is no bubblewrap here" in capsys.readouterr().err
    assert not (out / "grades.csv").exists()


def test_a_grader_that_cannot_be_remade_costs_one_submission(folder: Path, out: Path) -> None:
    """A submission that fills the memory may stop the next grader from starting; the others go on."""

    def make_grader(seed: int, unsafe: bool, timeout: float) -> object:
        def make() -> FakeGrader:
            if FakeGrader.made == 1:
                FakeGrader.made = 2
                raise OSError("no memory")
            return FakeGrader(seed)

        return make

    hand_in(folder, "anna", notebook(LINEAR, "# die"))
    hand_in(folder, "ben", notebook())
    assert main([str(folder), "--out", str(out), "--jobs", "1"], make_grader) == 1
    assert table(out)["anna", "1.1"]["points"] == ""
    assert table(out)["ben", "1.1"]["points"] == "3.0"


def test_results_of_other_tasks_are_not_taken(folder: Path, out: Path) -> None:
    class Other(FakeGrader):
        def grade(self, notebook: bytes, name: str) -> list:
            return super().grade(notebook, name)[:-1]

    hand_in(folder, "anna", notebook())
    assert main([str(folder), "--out", str(out)], lambda seed, unsafe, timeout: lambda: Other(seed)) == 1
    assert table(out)["anna", "1.1"]["points"] == ""


def test_all_threads_grade_side_by_side(folder: Path, out: Path) -> None:
    meeting = threading.Barrier(3)

    class Meeting(FakeGrader):
        def grade(self, notebook: bytes, name: str) -> list:
            if not name.startswith("solutions/"):
                meeting.wait(timeout=20)
            return super().grade(notebook, name)

    for student in ("anna", "ben", "cem"):
        hand_in(folder, student, notebook())
    make = lambda seed, unsafe, timeout: lambda: Meeting(seed)  # noqa: E731
    assert main([str(folder), "--out", str(out), "--jobs", "3"], make) == 0


def test_only_shows_these_tasks_and_remembers_all(folder: Path, out: Path) -> None:
    hand_in(folder, "anna", notebook())
    hand_in(folder, "ben", notebook(CONV), CONV)
    run(folder, out, "--only", "1.3", "1.5")
    assert set(table(out)) == {("anna", "1.3"), ("anna", "1.5")}
    FakeGrader.forget()
    run(folder, out)
    assert len(table(out)) == 10
    assert [name.split("/")[0] for name in FakeGrader.seen] == ["ben"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["{folder}", "--out", "{folder}"], "must not lie in the folder"),
        (["{folder}", "--out", "{folder}/anna/out"], "must not lie in the folder"),
        (["{folder}", "--out", "{link}/out"], "must not lie in the folder"),
        (["{folder}", "--gradebook", "{folder}/gradebook.db"], "must not lie in the folder"),
        (["{folder}", "--out", "{file}"], "not a folder"),
        (["{folder}", "--only", "9.9"], "there is no task 9.9"),
        (["{empty}"], "no submission"),
    ],
)
def test_wrong_usage_writes_nothing_and_exits_with_2(
    folder: Path, tmp_path: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook())
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(folder)
    places = {name: tmp_path / name for name in ("empty", "file", "link")} | {"folder": folder}
    before = sorted(tmp_path.rglob("*"))
    assert main([one.format(**places) for one in arguments], MakeFake) == 2
    assert complaint in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("wrong", [["--seed", "-1"], ["--seed", "x"], ["--jobs", "0"], ["--timeout", "nan"]])
def test_a_wrong_number_is_wrong_usage(folder: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(folder), *wrong], MakeFake)
    assert ended.value.code == 2


def test_settings_of_a_class_for_one_notebook_are_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(ROOT / "solutions" / LINEAR.name / LINEAR.path.name), "--jobs", "3"], MakeFake)
    assert ended.value.code == 2
    assert "--jobs is for a folder" in capsys.readouterr().err


def test_ctrl_c_while_pages_are_written(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    hand_in(folder, "anna", notebook())
    with monkeypatch.context() as patch:
        patch.setattr(classrun, "write_feedback", stop)
        assert run(folder, out) == 130
    assert "same command again" in capsys.readouterr().err
    FakeGrader.forget()
    assert run(folder, out) == 0
    assert FakeGrader.seen == []


def test_the_output_lies_beside_the_submissions_by_default(folder: Path) -> None:
    hand_in(folder, "anna", notebook())
    assert main([str(folder)], MakeFake) == 0
    assert (folder.parent / "handed in_graded/grades.csv").exists()


def test_two_runs_at_once_in_one_folder_are_refused(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook())
    out.mkdir()
    with classrun.Records(out / "records.sqlite"):
        assert run(folder, out) == 1
    assert "another run is using it" in capsys.readouterr().err


def test_a_damaged_records_file_is_not_overwritten(folder: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(folder, "anna", notebook())
    out.mkdir()
    (out / "records.sqlite").write_text("not a database, but not empty either\n" * 100)
    assert run(folder, out) == 1
    assert "damaged" in capsys.readouterr().err
    assert (out / "records.sqlite").read_text().startswith("not a database")


def test_a_file_that_goes_away_while_others_are_graded(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand_in(folder, "anna", notebook())
    hand_in(folder, "ben", notebook())
    read = workers.submissions.read

    def gone(asked: Path) -> bytes:
        if threading.current_thread() is not threading.main_thread() and asked == path:
            path.unlink(missing_ok=True)
        return read(asked)

    monkeypatch.setattr(workers.submissions, "read", gone)
    assert run(folder, out) == 1
    assert "No such file" in table(out)["anna", "1.1"]["reason"]
    assert table(out)["ben", "1.1"]["points"] == "3.0"


def test_the_exercises_of_the_course_are_found() -> None:
    assert [exercise.tasks[0] for exercise in KNOWN] == [f"{number}.1" for number in range(1, len(KNOWN) + 1)]
    assert all(check.title and check.points > 0 for exercise in KNOWN for check in exercise.checks)


def test_make_grade_passes_on_what_it_is_given() -> None:
    command = ["make", "-n", "grade", "SUBMISSIONS=a b", "OUT=c d", "GRADE=--jobs 4"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert '-m lessons_pkg.grading "a b" --out "c d" --jobs 4' in said


def test_more_time_grades_again_what_lost_points(folder: Path, out: Path) -> None:
    hand_in(folder, "anna", notebook(LINEAR, "# wrong: it took longer than 60 s"))
    hand_in(folder, "ben", notebook(LINEAR))
    run(folder, out)
    FakeGrader.forget()
    run(folder, out, "--timeout", "30")
    assert FakeGrader.seen == []
    run(folder, out, "--timeout", "120")
    assert [name.split("/")[0] for name in FakeGrader.seen] == ["anna"]
    FakeGrader.forget()
    run(folder, out, "--timeout", "90")
    assert FakeGrader.seen == []


def test_a_solution_that_loses_points_is_told_and_asked_again(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook(LINEAR))
    monkeypatch.setattr(FakeGrader, "own_share", 0.5)
    assert run(folder, out) == 1
    told = capsys.readouterr()
    assert f"solutions/{LINEAR.name}/{LINEAR.path.name} itself lost points" in told.err
    assert CONV.name not in told.err, "nobody handed that one in"
    assert "solutions" not in (out / "grades.csv").read_text("utf-8-sig")
    assert "1 submission graded; 1 student in all" in told.out
    monkeypatch.setattr(FakeGrader, "own_share", 1.0)
    hand_in(folder, "ben", notebook(LINEAR))
    assert run(folder, out) == 0
    monkeypatch.setattr(FakeGrader, "own_share", 0.5)
    hand_in(folder, "cem", notebook(LINEAR))
    assert run(folder, out) == 0, "it was seen to pass, and its checks are the same"


def test_what_cannot_be_written_is_said_and_nothing_is_lost(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook(LINEAR))
    (out / "grades.csv" / "open").mkdir(parents=True)
    assert run(folder, out) == 1
    told = capsys.readouterr().err
    assert "grades.csv cannot be written" in told
    assert "Nothing is lost" in told
    shutil.rmtree(out / "grades.csv")
    FakeGrader.forget()
    assert run(folder, out) == 0
    assert FakeGrader.seen == []


def test_an_output_folder_that_cannot_be_made_is_wrong_usage(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook(LINEAR))
    (tmp_path / "file").write_text("")
    assert run(folder, tmp_path / "file" / "below") == 2
    assert "cannot be made" in capsys.readouterr().err


def test_files_that_cannot_be_read_are_not_known_already(
    folder: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(folder, "anna", notebook(LINEAR))
    hand_in(folder, "ben", b"{")
    run(folder, out)
    assert "2 submissions: 0 known already, 1 cannot be read, 1 to grade" in capsys.readouterr().out


def test_a_place_that_is_not_there_is_said_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "submited"), "--jobs", "2"], MakeFake) == 2
    assert capsys.readouterr().err.endswith("submited: there is no such file or folder\n")
