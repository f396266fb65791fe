"""nbgrader's settings for this course: solutions/ is the one source, exercises/ is generated from it.

`python -m lessons_pkg.grading.generate` uses this file, and so do nbgrader's own commands when started from here.
"""

c = get_config()  # noqa: F821 - nbgrader puts this function here

c.CourseDirectory.course_id = "autoencoders"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# What stands where the solution was. The checks know this message and say "not written yet".
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("not written yet")  # your code replaces this line',
}
c.ClearSolutions.text_stub = "*Your answer replaces this line.*"

# nbgrader's database is made anew on the instructor's machine and is never part of the repository.
c.GenerateAssignment.no_database = True
