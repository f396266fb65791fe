"""From solutions to exercises, and from an answered exercise to points.

python -m lessons_pkg.grading.generate     # exercises/ anew from solutions/
python -m lessons_pkg.grading FILE.ipynb   # judge one notebook of your own
python -m lessons_pkg.grading FOLDER       # grade a class: points, feedback, gradebook
"""
