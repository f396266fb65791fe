"""What is written for people: the table, the pages of feedback, the page about the class, nbgrader's gradebook."""

from __future__ import annotations

import csv
import html.parser
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from fake_class import CONV, KNOWN, LINEAR, ROOT, MakeFake, hand_in, notebook

from lessons_pkg.grading import classrun, feedback, gradebook
from lessons_pkg.grading.__main__ import main
from lessons_pkg.grading.exercises import exercises
from lessons_pkg.grading.feedback import file_name, write_feedback
from lessons_pkg.grading.grades_csv import write_grades
from lessons_pkg.grading.outcome import TaskResult
from lessons_pkg.grading.overview import cause_of, write_overview
from lessons_pkg.grading.records import Record

POINTS = {exercise.name: {check.task: check.points for check in exercise.checks} for exercise in KNOWN}
HOSTILE = """<script>alert(1)</script> ]]> --> </style></main> " ' & {{ 7 * 7 }} {% raw %} <img src=x onerror=y>"""


def record(student: str, *reasons: str, exercise: str = LINEAR.name, **more: object) -> Record:
    """A record of exercise 1: no points where there is a reason, and all where it is empty or not given."""
    results = []
    for index, (task, possible) in enumerate(POINTS[exercise].items()):
        reason = reasons[index] if index < len(reasons) else ""
        results.append(TaskResult(task, 0.0 if reason else possible, possible, reason))
    return Record(student, exercise, f"{student}/x.ipynb", results=tuple(results), **more)


def refused(student: str, problem: str, exercise: str = "") -> Record:
    return Record(student, exercise, f"{student}.ipynb", problem=problem)


class Page(html.parser.HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(page: Page) -> None:
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "section",
        "article",
        "div",
        "span",
        "h1",
        "h2",
    }
    allowed |= {"h3", "p", "dl", "dt", "dd", "strong", "b", "i", "ul", "ol", "li"}
    assert {tag for tag, _ in page.tags} <= allowed
    known = {"lang", "charset", "name", "content", "http-equiv", "class", "style", "role", "aria-label", "aria-hidden"}
    assert {name for _, attributes in page.tags for name in attributes} <= known
    assert not re.search(r"url\(|@import|https?:", page.text)
    policies = [a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


# --- grades.csv -----------------------------------------------------------------------------------------------------


def rows(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\n=", "＝", "\r\n  @"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    attack = start + 'HYPERLINK("http://evil","x")'
    write_grades(tmp_path / "g.csv", [record(attack, attack), refused("b", attack)], POINTS)
    for row in rows(tmp_path / "g.csv"):
        for cell in row:
            assert not re.match(r"\s*[=+\-@＝＋－＠]", cell), cell
    assert rows(tmp_path / "g.csv")[1][0].startswith("'")


def test_a_semicolon_starts_no_formula_where_it_separates(tmp_path: Path) -> None:
    write_grades(tmp_path / "g.csv", [record("a", "x; =1+1\nand ;@2;-3")], POINTS)
    assert rows(tmp_path / "g.csv")[1][4] == "x; '=1+1 | and ;'@2;'-3"


def test_nor_behind_quotation_marks(tmp_path: Path) -> None:
    write_grades(tmp_path / "g.csv", [record("a", """x; "=HYPERLINK(A2)" and 'a; "'=1+1;b'""")], POINTS)
    with open(tmp_path / "g.csv", encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert not [cell for cell in cells if re.match(r"[\s\"]*[=+@-]", cell)]
    assert any("'=HYPERLINK" in cell for cell in cells)


def test_points_stay_numbers_and_names_stay_names(tmp_path: Path) -> None:
    write_grades(tmp_path / "g.csv", [record("Zoë \"Q\", Ltd; 'x'", "a,b\nc")], POINTS)
    head, first, second, *_ = rows(tmp_path / "g.csv")
    assert head == ["student", "task", "points", "possible", "reason"]
    assert first == ["Zoë \"Q\", Ltd; 'x'", "1.1", "0.0", "3.0", "a,b | c"]
    assert second[1:] == ["1.2", "2.0", "2.0", ""]
    assert (tmp_path / "g.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # for Excel


def test_who_could_not_be_graded_has_no_points_rather_than_zero(tmp_path: Path) -> None:
    write_grades(tmp_path / "g.csv", [refused("a", "broken", LINEAR.name), refused("b", "no notebook")], POINTS)
    _, *lines = rows(tmp_path / "g.csv")
    assert [line[1:3] for line in lines] == [*(["1." + str(i), ""] for i in range(1, 6)), ["", ""]]
    assert lines[5][4] == "b.ipynb: could not be graded: no notebook"


def test_a_note_stands_with_the_reason(tmp_path: Path) -> None:
    write_grades(tmp_path / "g.csv", [record("a", "wrong", note="2 notebooks")], POINTS)
    assert [row[4] for row in rows(tmp_path / "g.csv")[1:3]] == ["wrong | Note: 2 notebooks", "Note: 2 notebooks"]


# --- feedback -------------------------------------------------------------------------------------------------------


def test_untrusted_text_is_text_everywhere(tmp_path: Path) -> None:
    one = record(HOSTILE, HOSTILE, f"Hint: {HOSTILE}", f"Already right: {HOSTILE}", note=HOSTILE)
    other = refused(HOSTILE, HOSTILE)
    (path,) = write_feedback(tmp_path, KNOWN, [one, other]).values()
    page = Page(path)
    assert_harmless(page)
    assert page.text.count("<script>alert(1)</script> ]]> -->") >= 7  # it is there, as text
    assert "49" not in page.text  # no template is filled in twice
    write_overview(tmp_path / "overview.html", KNOWN, [one, other])
    page = Page(tmp_path / "overview.html")
    assert_harmless(page)
    assert "<script>alert(1)</script>" in page.text


def test_a_page_tells_points_reasons_and_what_is_right(tmp_path: Path) -> None:
    results = (
        TaskResult("1.1", 3, 3),
        TaskResult("1.2", 1, 2, "Already right: 2 requirements.\nExpected: 3\nFound: 4\n  of them\nHint: count"),
        TaskResult("1.3", 0, 3, "not written yet"),
        TaskResult("1.4", 0, 2, "KernelDied: gone"),
        TaskResult("1.5", 3, 3),
    )
    one = Record("anna", LINEAR.name, "anna/x.ipynb", results=results)
    text = " ".join(Page(write_feedback(tmp_path, KNOWN, [one, refused("anna", "empty")])["anna"]).text.split())
    assert "Feedback for anna" in text
    assert "Exercise 1: the linear autoencoder 7 of 13 points" in text
    assert "Task 1.1: the model 3 of 3, all points" in text
    assert "Task 1.2: one step of training 1 of 2, partly right" in text
    assert "Expected 3 Found 4 of them Hint count Already right: 2 requirements." in text
    assert "Task 1.3: the PCA floor 0 of 3, not written yet Task 1.4" in text
    assert "0 of 2, not right yet KernelDied: gone" in text
    assert "This could not be graded empty" in text


def test_no_solution_no_check_and_no_seed_is_told(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    hand_in(folder, "anna", notebook(LINEAR, "# wrong: x"))
    assert main([str(folder), "--out", str(out), "--seed", "918273645"], MakeFake) == 0
    pages = [path.read_text() for path in (*out.rglob("*.html"), *out.rglob("*.csv"))]
    secrets = ["918273645"] + [cell.source for cell in LINEAR.cells if cell.solution or cell.graded]
    assert len(pages) == 4
    assert not [secret for secret in secrets for page in pages if secret in page]


@pytest.mark.parametrize(
    "student",
    ["../../etc/passwd", "a/b", "con", "nul.txt", "..", ".hidden", "", "a" * 300, "x\0y", "Zoë", "<b>", "~", "a b"],
)
def test_odd_names_have_safe_files(tmp_path: Path, student: str) -> None:
    name = file_name(student)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}~[0-9a-f]{10}\.html", name)
    (path,) = write_feedback(tmp_path / "feedback", KNOWN, [record(student)]).values()
    assert path.parent == tmp_path / "feedback"
    assert path.is_file()


def test_different_students_have_different_files() -> None:
    students = ["anna", "Anna", "ANNA", "an na", "an-na", "an/na", "ann\u0061\u0301", "ann\u00e1", "anna.", "anna~"]
    assert len({file_name(student).casefold() for student in students}) == len(students)
    assert file_name("anna") == "anna.html"


def test_an_undefined_value_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(Exception, match="undefined"):
        feedback.render("feedback.html")


def test_a_run_cleans_what_a_terminal_or_page_should_not_get() -> None:
    dirty = "a\x1b[31mb\x00c\u202ed\ud800e\r\nf\u00a0g\u200b" + "x" * 20_000
    clean = classrun._plain(dirty)
    assert clean.startswith("a[31mbcde\nf gxxx")
    assert len(clean) < 7000


# --- the overview ---------------------------------------------------------------------------------------------------


def test_the_overview_counts_students_and_causes_and_names_nobody(tmp_path: Path) -> None:
    hint = "Required: a\nFound: {}: no mean\nHint: the mean is missing"
    class_ = [record(f"student{i}", "", hint.format(i)) for i in range(6)]
    class_ += [record("student6", "", "KernelDied: x"), record("student7", "", "", "not written yet")]
    class_ += [
        refused("student8", "student8.ipynb is empty"),
        refused("student9", "student9.ipynb is empty; Student9 (2).ipynb is empty", LINEAR.name),
    ]
    write_overview(tmp_path / "o.html", KNOWN, class_)
    page = Page(tmp_path / "o.html")
    text = " ".join(page.text.split())
    assert "10 students, 10 submissions" in text
    assert "Could not be graded: 2 1 … is empty 1 … is empty; … is empty" in text
    assert "8 graded; mean 10.9, median 11 of 13 points" in text
    assert (
        "all points: 1 not right: 7 not written: 0 Mistakes, by cause 6 0: no mean the mean is missing 1 others" in text
    )
    assert "KernelDied" not in text, "what one alone has written could say anything"
    assert "Task 1.2: one step of training. 12% of the points among the 8 who wrote an answer" in text
    assert "Commonest mistake (6): 0: no mean" in text
    assert text.count("% of the points among") == 1  # 1.3 was not written by one, and right for all others
    assert "student" not in text.replace("10 students", "").replace("Students by", "").lower()
    assert "Exercise 2" not in text
    labels = [a["aria-label"] for _, a in page.tags if a.get("role") == "img"]
    assert labels[0] == "Students by points: 10 points: 1; 11 points: 7"
    assert labels[2] == "all points: 1 of 8, not right: 7 of 8, not written: 0 of 8"
    assert len(labels) == 6


def test_a_cause_is_the_judges_else_the_hint_else_the_first_line() -> None:
    assert cause_of(TaskResult("1.1", 0, 1, "Found: x\nHint: y", "z")) == "z"
    assert cause_of(TaskResult("1.1", 0, 1, "Found: x\nHint: y")) == "y"
    assert cause_of(TaskResult("1.1", 0, 1, "\n Found: x\nmore")) == "Found: x"
    assert cause_of(TaskResult("1.1", 0, 1)) == "no reason given"


def test_many_causes_are_cut_and_nothing_to_say_is_said(tmp_path: Path) -> None:
    write_overview(tmp_path / "o.html", KNOWN, [record(f"s{i}", f"cause {i // 2}") for i in range(20)])
    assert "8 others" in " ".join(Page(tmp_path / "o.html").text.split())
    write_overview(tmp_path / "o.html", KNOWN, [record("s")])
    assert "Nothing stands out" in Page(tmp_path / "o.html").text
    write_overview(tmp_path / "o.html", KNOWN, [record("s", *["not written yet"] * 5)])
    assert "Nothing stands out" in Page(tmp_path / "o.html").text
    write_overview(tmp_path / "o.html", KNOWN, [refused("s", "empty")])
    assert "Could not be graded: 1" in Page(tmp_path / "o.html").text


# --- nbgrader's gradebook -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A gradebook without students; nbgrader takes seconds to make one."""
    path = tmp_path_factory.mktemp("book") / "gradebook.db"
    before = os.environ["PATH"]
    os.environ["PATH"] = "/usr/bin:/bin"  # as under make, which does not activate the environment
    try:
        gradebook.write_gradebook(path, ROOT, KNOWN, [])
    finally:
        os.environ["PATH"] = before
    return path.read_bytes()


@pytest.fixture
def book(tmp_path: Path, empty_book: bytes) -> Path:
    path = tmp_path / "gradebook.db"
    path.write_bytes(empty_book)
    return path


def test_nbgraders_own_export_reads_the_same_points(tmp_path: Path, book: Path) -> None:
    class_ = [record("anna", "wrong"), record("ben"), record("anna", exercise=CONV.name)]
    assert gradebook.write_gradebook(book, ROOT, KNOWN, [*class_, refused("eve", "what is this")]) == 3
    # Its program, as an instructor calls it, in a folder of its own with this course's name.
    (tmp_path / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'autoencoders'")
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "all.csv", f"--db=sqlite:///{book}"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "c"), "JUPYTER_DATA_DIR": str(tmp_path / "d")}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    with open(tmp_path / "all.csv", newline="") as file:
        scores = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}
    assert {key: (row["score"], row["max_score"]) for key, row in scores.items()} == {
        (LINEAR.name, "anna"): ("10.0", "13.0"),
        (LINEAR.name, "ben"): ("13.0", "13.0"),
        (CONV.name, "anna"): ("15.0", "15.0"),
        (CONV.name, "ben"): ("0.0", "15.0"),
    }


def test_a_second_writing_updates_and_never_doubles(book: Path) -> None:
    from nbgrader.api import Gradebook

    def sizes() -> dict[str, int]:
        tables = ("assignment", "notebook", "base_cell", "student", "submitted_assignment", "grade", "comment")
        with sqlite3.connect(book) as database:
            return {name: database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in tables}

    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna", "wrong\nHint: <b>"), record("ben")])
    before = sizes()
    assert before["grade"] == before["comment"] == 10
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna", "", "wrong too", note="2 files"), record("ben")])
    assert sizes() == before
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        submission = opened.find_submission(LINEAR.name, "anna")
        assert (submission.score, submission.max_score, submission.needs_manual_grade) == (11, 13, False)
        comment = opened.find_comment("task-1-2", LINEAR.path.stem, LINEAR.name, "anna")
        assert comment.comment == "Task 1.2: wrong too\nNote: 2 files"
        assert opened.find_comment("task-1-2", LINEAR.path.stem, LINEAR.name, "ben").comment is None
        assert opened.find_assignment(LINEAR.name).course_id == "autoencoders"


def test_a_grade_given_by_hand_stays(book: Path) -> None:
    from nbgrader.api import Gradebook

    place = ("check-1-1", LINEAR.path.stem, LINEAR.name, "anna")
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna", "wrong")])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        grade = opened.find_grade(*place)
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        opened.db.commit()
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna", "wrong")])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        grade = opened.find_grade(*place)
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (2.5, 0, False)
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna")])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        grade = opened.find_grade(*place)
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (2.5, 3, True)


def test_what_could_not_be_graded_waits_for_a_person(book: Path) -> None:
    from nbgrader.api import Gradebook

    gradebook.write_gradebook(book, ROOT, KNOWN, [refused("anna", "broken", LINEAR.name)])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        assert opened.find_submission(LINEAR.name, "anna").needs_manual_grade
        grade = opened.find_grade("check-1-1", LINEAR.path.stem, LINEAR.name, "anna")
        assert grade.auto_score is None
        comment = opened.find_comment("task-1-1", LINEAR.path.stem, LINEAR.name, "anna")
        assert "could not be graded: broken" in comment.comment
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna")])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        assert not opened.find_submission(LINEAR.name, "anna").needs_manual_grade


def test_only_some_tasks_leave_the_others_alone(book: Path) -> None:
    from nbgrader.api import Gradebook

    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna")])
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna", "a", "b")], only=["1.2"])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        scores = {grade.name: grade.score for grade in opened.find_submission(LINEAR.name, "anna").notebooks[0].grades}
    assert (scores["check-1-1"], scores["check-1-2"]) == (3, 0)


def test_an_exercise_that_got_a_task_since_then(tmp_path: Path, book: Path) -> None:
    """A check is added and another gets more points: submissions that are there already get a place for it."""
    from nbgrader.api import Gradebook

    old = next(exercise for exercise in exercises(ROOT) if exercise.name == LINEAR.name)
    fewer = [type(old)(old.name, old.path, old.title, old.cells[:-3], old.checks[:-1])]
    short = record("anna")
    short = Record("anna", LINEAR.name, "x", results=short.results[:-1])
    gradebook.write_gradebook(book, ROOT, fewer, [short])
    gradebook.write_gradebook(book, ROOT, KNOWN, [record("anna")])
    with Gradebook(f"sqlite:///{book}", "autoencoders") as opened:
        assert opened.find_submission(LINEAR.name, "anna").score == 13


def test_a_file_that_is_no_gradebook_is_said_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, other = tmp_path / "in", tmp_path / "letter.txt"
    hand_in(folder, "anna", notebook())
    other.write_text("dear all\n" * 200)
    assert main([str(folder), "--out", str(tmp_path / "out"), "--gradebook", str(other)], MakeFake) == 1
    assert "letter.txt could not be brought up to date" in capsys.readouterr().err
    assert other.read_text().startswith("dear all")
    assert (tmp_path / "out/grades.csv").exists()


def test_nbgraders_commands_run_in_the_output_folder_and_show_no_script_of_a_submission(tmp_path: Path) -> None:
    folder, out = tmp_path / "handed in", tmp_path / "out"
    content = nbformat.reads(notebook(LINEAR, "# right", "# wrong: Found: <b>nothing</b>").decode(), as_version=4)
    evil = "<script>alert(1)</script>"
    content.cells += [nbformat.v4.new_markdown_cell(evil), nbformat.v4.new_raw_cell(evil)]
    content.cells[0].outputs = [nbformat.v4.new_output("display_data", {"text/html": evil})]
    hand_in(folder, "anna", nbformat.writes(content).encode())
    hand_in(folder, "ben", b"{")
    assert main([str(folder), "--out", str(out)], MakeFake) == 1
    before = (out / "grades.csv").read_bytes()
    assert repr(str(ROOT / "solutions")) in (out / "nbgrader_config.py").read_text()  # or formgrader lists nothing
    for command in (["export"], ["generate_feedback", LINEAR.name]):
        words = [sys.executable, "-m", "nbgrader", *command]
        subprocess.run(words, cwd=out, env=os.environ | {"HOME": str(tmp_path)}, check=True, capture_output=True)
    assert (out / "grades.csv").read_bytes() == before
    with open(out / "nbgrader_grades.csv", newline="") as file:
        assert {row["student_id"]: row["score"] for row in csv.DictReader(file)} == {"anna": "11.0", "ben": "0.0"}
    page = (out / "feedback" / "anna" / LINEAR.name / f"{LINEAR.path.stem}.html").read_text("utf-8")
    assert "Found: &lt;b&gt;nothing&lt;/b&gt;" in page
    assert "(Score: 11.0 / 13.0)" in page
    assert "alert(1)" in page
    assert evil not in page
