"""Messy folders and files that are no notebooks: each costs its student alone, and says why."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_class import CONV, KNOWN, LINEAR, ROOT, MakeFake, hand_in, notebook

from lessons_pkg.grading import classrun, notebooks, submissions
from lessons_pkg.grading.__main__ import main
from lessons_pkg.grading.feedback import write_feedback
from lessons_pkg.grading.notebooks import read_cells
from lessons_pkg.grading.outcome import CannotJudge
from lessons_pkg.grading.records import Record
from lessons_pkg.grading.submissions import Submission, UsageError, find, not_looked_at


def found(folder: Path) -> dict[tuple[str, str], Submission]:
    all_of_them = find(folder, KNOWN)
    by_key = {(one.student, one.exercise): one for one in all_of_them}
    assert len(by_key) == len(all_of_them)
    return by_key


# --- the layouts ----------------------------------------------------------------------------------------------------


def test_both_layouts_and_what_lies_about(tmp_path: Path) -> None:
    hand_in(tmp_path, "anna", notebook())
    hand_in(tmp_path, "anna", notebook(CONV), CONV)
    (tmp_path / "anna" / LINEAR.name / "data.csv").write_text("1,2")
    hidden = tmp_path / "anna" / LINEAR.name / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "linear_autoencoder-checkpoint.ipynb").write_bytes(b"{")
    (tmp_path / "ben.ipynb").write_bytes(notebook())
    (tmp_path / "Cem Ö'Neil.IPYNB").write_bytes(notebook(CONV))
    (tmp_path / "grades.xlsx").write_bytes(b"PK")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "dora").mkdir()
    (tmp_path / "dora" / "no assignment folder.ipynb").write_bytes(notebook())
    all_of_them = found(tmp_path)
    assert set(all_of_them) == {
        ("anna", LINEAR.name),
        ("anna", CONV.name),
        ("ben", LINEAR.name),
        ("Cem Ö'Neil", CONV.name),
        ("dora", LINEAR.name),
    }
    assert not any(one.problem or one.note for one in all_of_them.values())
    assert all(len(one.digest) == 64 for one in all_of_them.values())


def test_one_student_may_hand_in_in_both_layouts(tmp_path: Path) -> None:
    hand_in(tmp_path, "anna", notebook())
    (tmp_path / "anna.ipynb").write_bytes(notebook(CONV))
    assert set(found(tmp_path)) == {("anna", LINEAR.name), ("anna", CONV.name)}


@pytest.mark.parametrize(
    ("names", "why"),  # the one to be graded comes first, and each is a second older than the next
    [
        (["{e}/{n}", "newer.ipynb"], "lies in the assignment's folder"),
        (["{e}/{n}", "{e}/{s} (2).ipynb"], "has the exercise's own file name"),
        (["{e}/{n}", "{e}/{s} (2).ipynb", "newer.ipynb"], None),
        (["{e}/{n}", "{e}/deeper/{n}"], "lies in the assignment's folder"),
        (["{n}", "newer.ipynb"], "has the exercise's own file name"),
    ],
)
def test_which_of_several_notebooks_is_taken_and_why(tmp_path: Path, names: list[str], why: str | None) -> None:
    words = {"e": LINEAR.name, "n": LINEAR.path.name, "s": LINEAR.path.stem}
    names = [name.format(**words) for name in names]
    for when, name in enumerate(names):
        os.utime(hand_in(tmp_path, "anna", notebook(), name=f"../{name}"), (1000 + when, 1000 + when))
    one = found(tmp_path)["anna", LINEAR.name]
    why = why or "lies in the assignment's folder, and of such files it has the exercise's own file name"
    head = f"{len(names)} notebooks for this exercise: anna/{names[0]} was graded, because it {why}; not "
    assert one.note.startswith(head)
    assert set(one.note.removeprefix(head).split(", ")) == {f"anna/{name}" for name in names[1:]}


def test_of_equals_the_newest_is_taken(tmp_path: Path) -> None:
    for name, when in (("b.ipynb", 3000), ("a.ipynb", 1000), ("c.ipynb", 2000)):
        os.utime(hand_in(tmp_path, "anna", notebook(), name=f"../{name}"), (when, when))
    one = found(tmp_path)["anna", LINEAR.name]
    assert one.path.name == "b.ipynb"
    assert "because it is the newest; not anna/c.ipynb, anna/a.ipynb" in one.note


def test_the_newest_in_the_folder_is_not_called_the_newest_of_all(tmp_path: Path) -> None:
    for name, when in ((f"{LINEAR.name}/a.ipynb", 1000), (f"{LINEAR.name}/b.ipynb", 2000), ("c.ipynb", 3000)):
        os.utime(hand_in(tmp_path, "anna", notebook(), name=f"../{name}"), (when, when))
    one = found(tmp_path)["anna", LINEAR.name]
    assert one.path.name == "b.ipynb"
    assert "because it lies in the assignment's folder, and of such files it is the newest;" in one.note


def test_files_of_one_age_are_not_called_newer(tmp_path: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        os.utime(hand_in(tmp_path, "anna", notebook(), name=name), (1000, 1000))
    assert (
        "b.ipynb was graded, because it comes last in the order of names" in found(tmp_path)["anna", LINEAR.name].note
    )


def test_of_two_the_one_that_can_be_read_is_taken(tmp_path: Path) -> None:
    hand_in(tmp_path, "anna", b"{")
    hand_in(tmp_path, "anna", notebook(), name="../spare.ipynb")
    one = found(tmp_path)["anna", LINEAR.name]
    assert (one.path.name, one.problem) == ("spare.ipynb", "")
    assert "because it can be read; not anna" in one.note


def test_names_from_moodle_are_the_students_not_the_files(tmp_path: Path) -> None:
    start = "Kim Lee_12345_assignsubmission_file"
    (tmp_path / f"{start}_linear_autoencoder.ipynb").write_bytes(notebook())
    (tmp_path / start).mkdir()
    (tmp_path / start / "whatever.ipynb").write_bytes(notebook(CONV))
    (tmp_path / "Kim Lee_678_assignsubmission_file_").mkdir()
    (tmp_path / "Kim Lee_678_assignsubmission_file_" / "x.ipynb").write_bytes(notebook())
    # Whatever a student calls the file, it is that student's.
    (tmp_path / "Zoë O'N_9_assignsubmission_file_Kim Lee_12345_assignsubmission_file_x.ipynb").write_bytes(notebook())
    (tmp_path / "Max_7_assignsubmission_file_linear_autoencoder.ipynb").write_bytes(b"{")
    all_of_them = found(tmp_path)
    assert set(all_of_them) == {
        ("Kim Lee_12345", LINEAR.name),
        ("Kim Lee_12345", CONV.name),
        ("Kim Lee_678", LINEAR.name),
        ("Zoë O'N_9", LINEAR.name),
        ("Max_7", LINEAR.name),  # broken, but its own name says which exercise it is
    }
    assert all_of_them["Kim Lee_12345", LINEAR.name].name == f"{start}_linear_autoencoder.ipynb"


def test_a_name_that_only_resembles_moodles_stays_whole(tmp_path: Path) -> None:
    for name in ("kim_lee", "kim_assignsubmission_file_x", "kim_5_assignsubmission_filex", "_5_assignsubmission_file"):
        (tmp_path / f"{name}.ipynb").write_bytes(notebook())
    assert {student for student, _ in found(tmp_path)} == {
        *("kim_lee", "kim_assignsubmission_file_x", "kim_5_assignsubmission_filex", "_5_assignsubmission_file")
    }


# --- what is no student's -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "given", "instead"),
    [
        ("01_linear_autoencoder/anna.ipynb", ".", True),
        ("01_Linear_Autoencoder/anna/linear_autoencoder.ipynb", ".", True),
        ("linear_autoencoder/anna.ipynb", ".", True),
        ("kim/01_linear_autoencoder/linear_autoencoder.ipynb", "kim", True),
        ("01_linear_autoencoder/linear_autoencoder.ipynb", "01_linear_autoencoder", False),
        ("01_linear_autoencoder.ipynb", ".", False),
    ],
)
def test_a_folder_with_exercises_where_students_should_be_is_refused(
    tmp_path: Path, place: str, given: str, instead: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook())
    hand_in(tmp_path / "in" / given, "ben", notebook())
    before = sorted(tmp_path.rglob("*"))
    assert main([str(tmp_path / "in" / given)], MakeFake) == 2
    said = capsys.readouterr().err
    name = path.relative_to(tmp_path / "in" / given).parts[0]
    assert f"{name} is an exercise, not a student" in said
    assert "STUDENT/01_linear_autoencoder/linear_autoencoder.ipynb or STUDENT.ipynb for each student" in said
    assert (f"give {tmp_path / 'in' / given / name} instead" in said) == instead
    assert sorted(tmp_path.rglob("*")) == before


def test_an_exercises_folder_with_notebooks_called_as_students_is_taken(tmp_path: Path) -> None:
    """What the refusal advises where the assignments come first."""
    for student in ("anna", "dan"):
        hand_in(tmp_path, "", notebook(), name=f"{student}.ipynb")
    with pytest.raises(UsageError):
        find(tmp_path, KNOWN)
    assert set(found(tmp_path / LINEAR.name)) == {("anna", LINEAR.name), ("dan", LINEAR.name)}


def test_files_that_are_no_notebooks_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(classrun, "write_gradebook", lambda *arguments: 0)
    folder = tmp_path / "in"
    hand_in(folder, "anna", notebook())
    (folder / "anna" / "data.csv").write_text("1,2")
    for name in ("max.zip", "uta.py", "\x1b[31mivo.pdf", ".DS_Store", "timestamp.txt", "index.csv"):
        (folder / name).touch()
    assert main([str(folder)], MakeFake) == 0
    assert "\nNot looked at: \\x1b[31mivo.pdf, index.csv, max.zip, uta.py (no notebooks)\n" in (
        "\n" + capsys.readouterr().out
    )


def test_of_many_files_that_are_no_notebooks_ten_are_named(tmp_path: Path) -> None:
    assert not_looked_at(tmp_path) == ""
    for index in range(10):
        (tmp_path / f"{index}.zip").touch()
    ten = ", ".join(f"{index}.zip" for index in range(10))
    assert not_looked_at(tmp_path) == f"Not looked at: {ten} (no notebooks)"
    (tmp_path / "a.zip").touch()
    (tmp_path / "b.zip").touch()
    assert not_looked_at(tmp_path) == f"Not looked at: {ten} and 2 more (no notebooks)"


def test_a_folder_of_archives_alone_is_told_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "max.zip").touch()
    assert main([str(tmp_path / "in")], MakeFake) == 2
    said = capsys.readouterr()
    assert "there is no submission in it" in said.err
    assert "Not looked at: max.zip" in said.out


def test_the_page_does_not_say_more_about_a_broken_file_than_is_known(tmp_path: Path) -> None:
    page = write_feedback(tmp_path, KNOWN, [Record("ben", "", "ben.ipynb", problem="ben.ipynb is empty")])["ben"]
    assert "<h2>Exercise not known</h2>" in page.read_text(encoding="utf-8")


# --- the mess -------------------------------------------------------------------------------------------------------


def link(path: Path) -> None:
    path.symlink_to(path.parents[3] / "elsewhere.ipynb")


def huge(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(300_000_000)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (link, "is a link to another place"),
        (lambda path: path.mkdir(), "is a folder"),
        (os.mkfifo, "is a pipe"),
        (lambda path: path.touch(), "is empty"),
        (huge, "has 300 MB, the limit is 50 MB: clear its outputs"),
        (lambda path: path.write_bytes(b'{"cells": ['), "not a Jupyter notebook"),
    ],
)
def test_what_is_no_file_to_read_costs_one_student(
    tmp_path: Path, make: Callable[[Path], object], complaint: str
) -> None:
    folder = tmp_path / "in"
    (tmp_path / "elsewhere.ipynb").write_bytes(notebook())
    path = hand_in(folder, "anna", b"")
    path.unlink()
    make(path)
    hand_in(folder, "ben", notebook())
    all_of_them = found(folder)
    assert complaint in all_of_them["anna", LINEAR.name].problem
    assert all_of_them["ben", LINEAR.name].problem == ""


def test_devices_are_not_opened(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "anna.ipynb", 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root may make a device")
    (one,) = find(tmp_path, KNOWN)
    assert "is a device" in one.problem


def test_links_in_a_flat_folder_and_to_folders_are_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    hand_in(target, "x", notebook())
    folder = tmp_path / "in"
    hand_in(folder, "cem", notebook())
    (folder / "anna").symlink_to(target / "x")
    (folder / "ben.ipynb").symlink_to(target / "x" / LINEAR.name / LINEAR.path.name)
    (folder / "cem" / CONV.name).symlink_to(target / "x" / LINEAR.name)
    (folder / "cem" / "deeper").symlink_to(folder)  # a circle
    all_of_them = found(folder)
    assert "is a link" in all_of_them["anna", ""].problem
    assert "is a link" in all_of_them["ben", ""].problem
    assert "is a link" in all_of_them["cem", ""].problem
    assert "deep" not in all_of_them["cem", ""].problem
    assert len(all_of_them) == 4
    assert all_of_them["cem", LINEAR.name].problem == ""


def test_a_pipe_that_takes_the_files_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "anna.ipynb"
    os.mkfifo(path)
    regular = os.stat(__file__)
    monkeypatch.setattr(submissions.os, "lstat", lambda _: regular)
    with pytest.raises(CannotJudge, match="pipe"):
        submissions.read(path)


def test_names_that_are_not_utf8_or_not_printable(tmp_path: Path) -> None:
    for raw in (b"caf\xe9", b"caf\xe8", b"new\nline", b"\x1b[31mred", "\u202egnihsif".encode(), "山田　太郎".encode()):
        (tmp_path / os.fsdecode(raw + b".ipynb")).write_bytes(notebook())
    (tmp_path / os.fsdecode(b"dir\xff")).mkdir()
    (tmp_path / os.fsdecode(b"dir\xff") / os.fsdecode(b"\xfe.ipynb")).write_bytes(b"{")
    all_of_them = find(tmp_path, KNOWN)
    students = {one.student for one in all_of_them}
    assert students == {
        *("caf\\xe9", "caf\\xe8", "new\\nline", "\\x1b[31mred", "\\u202egnihsif", "山田　太郎", "dir\\xff")
    }
    for one in all_of_them:
        (one.student + one.name + one.problem).encode("utf-8")


def test_students_without_a_notebook_hear_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben").mkdir()
    (tmp_path / "ben" / "work.zip").write_bytes(b"PK")
    hand_in(tmp_path, "cem", notebook())
    (tmp_path / "cem" / CONV.name).mkdir()
    all_of_them = found(tmp_path)
    assert "it is empty" in all_of_them["anna", ""].problem
    assert "there is work.zip" in all_of_them["ben", ""].problem
    assert "no notebook" in all_of_them["cem", CONV.name].problem
    assert all_of_them["cem", LINEAR.name].problem == ""


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hand_in(tmp_path, "anna", notebook())
    hand_in(tmp_path, "ben", notebook())
    opened = os.open

    def refuse(name: Path, *rest: int) -> int:
        if name == path:
            raise PermissionError(13, "Permission denied")
        return opened(name, *rest)

    monkeypatch.setattr(submissions.os, "open", refuse)
    all_of_them = found(tmp_path)
    assert "cannot be read: Permission denied" in all_of_them["anna", LINEAR.name].problem
    assert all_of_them["ben", LINEAR.name].problem == ""


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(tmp_path, "anna", notebook())
    hand_in(tmp_path, "ben", notebook())
    listed = os.scandir

    def refuse(name: str) -> object:
        if Path(name) == tmp_path / "anna":
            raise PermissionError(13, "Permission denied")
        return listed(name)

    monkeypatch.setattr(submissions.os, "scandir", refuse)
    all_of_them = found(tmp_path)
    assert "cannot be listed: Permission denied" in all_of_them["anna", ""].problem
    assert all_of_them["ben", LINEAR.name].problem == ""


def test_a_folder_without_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "MOST_ENTRIES", 20)
    (tmp_path / "anna").mkdir()
    for index in range(30):
        (tmp_path / "anna" / f"{index}.txt").touch()
    (tmp_path / "ben" / "/".join("deeper" for _ in range(9))).mkdir(parents=True)
    hand_in(tmp_path, "cem", notebook())
    all_of_them = found(tmp_path)
    assert "more than 20 files" in all_of_them["anna", ""].problem
    assert "deep" in all_of_them["ben", ""].problem
    assert all_of_them["cem", LINEAR.name].problem == ""


def test_a_notebook_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "anna.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}')
    (one,) = find(tmp_path, KNOWN)
    assert "not an exercise of this course" in one.problem


# --- notebooks ------------------------------------------------------------------------------------------------------


def cells_of(*cells: object, **more: object) -> list[notebooks.Cell]:
    return read_cells(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells, **more}).encode(), "x.ipynb")


def code(source: object, grade_id: str = "") -> dict[str, object]:
    metadata = {"nbgrader": {"grade_id": grade_id, "grade": True, "points": 3}} if grade_id else {}
    return {"cell_type": "code", "source": source, "metadata": metadata}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "not a Jupyter notebook"),
        (b"\xff\xfe\x00\x01\xff", "not a Jupyter notebook"),
        (b"[]", "no nbformat"),
        (b"3", "no nbformat"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {"a": 1}}', "no list of cells"),
        (b'{"nbformat": 3, "worksheets": 7}', "no list of cells"),
        (b'{"nbformat": 2, "worksheets": []}', "format"),
        (b'{"nbformat": [4], "cells": []}', "format"),
        (b'{"nbformat": 1e400, "cells": []}', "format"),
        (b'{"nbformat": 4, "cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "lists in lists without end"),
        (b'{"nbformat": 4, "cells": [' + b"9" * 10_000 + b"]}", "not a Jupyter notebook"),
        (b'{"nbformat": 4, "cells": [' + b"[]," * 2_100_000 + b"[]]}", "too much data: clear its outputs"),
    ],
)
def test_what_is_no_notebook_says_why(content: bytes, complaint: str) -> None:
    with pytest.raises(CannotJudge, match=complaint):
        read_cells(content, "x.ipynb")


@pytest.mark.parametrize("content", [notebook()[:500], b"PK\x03\x04", b"\xff\xfe\x00\x01\xff"])
def test_a_damaged_file_tells_the_student_what_to_do(content: bytes) -> None:
    with pytest.raises(
        CannotJudge, match=r"cut off or damaged\. Open your notebook in Jupyter, save it .*again \(.+\)$"
    ):
        read_cells(content, "x.ipynb")


def test_the_limit_counts_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "LIMIT", 1000)
    with pytest.raises(CannotJudge, match="clear its outputs"):
        read_cells(notebook(), "x.ipynb")


def test_sources_in_any_form() -> None:
    cells = cells_of(code(["a = 1\n", "b = 2"]), code("c"), code(None), code(7), code(["d", 8]), code("\ud800e"))
    assert [cell.source for cell in cells] == ["a = 1\nb = 2", "c", "", "", "d", "?e"]


def test_what_is_no_cell_is_left_out_and_odd_metadata_does_no_harm() -> None:
    odd = [{"cell_type": "code", "source": "x", "metadata": one} for one in (None, [], 3, {"nbgrader": 5})]
    odd += [{"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": 5, "points": "many"}}}]
    cells = cells_of(None, "text", 5, {}, {"cell_type": "slide"}, {"cell_type": ["code"]}, *odd)
    assert [(cell.kind, cell.source, cell.grade_id, cell.points) for cell in cells] == [("code", "x", "", 0.0)] * 5


def test_points_that_are_no_points() -> None:
    content = b"""{"nbformat": 4, "cells": [
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "a", "points": NaN}}},
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "b", "points": -5}}},
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "c", "points": true}}}]}"""
    assert [cell.points for cell in read_cells(content, "x")] == [0, 0, 0]


def test_the_later_of_two_cells_keeps_the_grade_id() -> None:
    cells = cells_of(code("old", "task-1-1"), code("between"), code("new", "task-1-1"))
    assert [(cell.source, cell.grade_id) for cell in cells] == [("old", ""), ("between", ""), ("new", "task-1-1")]


def test_another_kernel_and_no_metadata_do_not_matter() -> None:
    assert len(cells_of(code("x"), metadata={"kernelspec": {"name": "julia-1.9", "language": "julia"}})) == 1
    assert len(read_cells(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x"}]}', "x")) == 1


def test_format_3_has_cells_too() -> None:
    old = {
        "nbformat": 3,
        "metadata": {},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 1, "source": "T"},
                    {"cell_type": "code", "input": ["y\n", "z"]},
                ]
            },
            {"cells": [{"cell_type": "code", "input": "w"}]},
        ],
    }
    cells = read_cells(json.dumps(old).encode(), "x")
    assert [(cell.kind, cell.source) for cell in cells] == [("markdown", "T"), ("code", "y\nz"), ("code", "w")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_of_an_editor(encoding: str) -> None:
    assert len(read_cells(notebook().decode().encode(encoding), "x")) == 10


def test_outputs_cost_no_memory(tmp_path: Path) -> None:
    """Forty cells with a million numbers in each: more than a gigabyte as Python objects, if they were kept."""
    cell = '{"cell_type":"code","source":"x","outputs":[{"data":[' + ",".join(["1.5"] * 300_000) + "]}]}"
    path = tmp_path / "x.ipynb"
    path.write_text('{"nbformat": 4, "cells": [' + ",".join([cell] * 40) + "]}")
    script = (
        "import pathlib, resource, sys\n"
        "from lessons_pkg.grading.notebooks import read_cells\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({400 * 2**20}, {400 * 2**20}))\n"
        f"print(len(read_cells(pathlib.Path({str(path)!r}).read_bytes(), 'x')))\n"
    )
    assert 40_000_000 < path.stat().st_size < 50_000_000
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "40", done.stderr
