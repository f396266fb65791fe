# attack: writes into the repository that the package lies in, wherever that can be found
# cell: task-1-3
# reason: done
import os
import sys
from pathlib import Path

import lessons_pkg


def pca_floor(images, k):
    places = {Path(lessons_pkg.__file__).resolve().parents[i] for i in range(3)}
    places |= {Path(entry) for entry in sys.path if entry}
    places |= {Path(folder).parent for folder, _, files in os.walk("/work") if "nbgrader_config.py" in files}
    for place in places:
        for name in ("lessons-was-here", "solutions/lessons-was-here", "tests/lessons-was-here"):
            try:
                (place / name).write_text("x")
            except OSError:
                pass
    raise RuntimeError("done")
