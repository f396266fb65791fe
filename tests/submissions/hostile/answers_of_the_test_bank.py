# attack: a right answer of the course's own tests is found on disk and run
# cell: task-1-3
# waits: yes
import glob
import os
import sys

for top in {*sys.path, *(os.path.dirname(entry) for entry in sys.path), "/work", "/srv", "/opt", "."}:
    for name in glob.glob(os.path.join(top, "**/pca_floor/right/*.py"), recursive=True):
        with open(name) as file:
            exec(file.read(), globals())
