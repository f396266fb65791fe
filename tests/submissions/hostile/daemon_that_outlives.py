# attack: a daemon leaves the process group and the session, and writes long after the end
# cell: task-1-3
import os
import time
from pathlib import Path

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for _ in range(60):
            for folder in ("/tmp", str(Path.home()), "."):
                try:
                    Path(folder, "lessons-was-here-daemon").write_text("alive")
                except OSError:
                    pass
            time.sleep(0.5)
    os._exit(0)


def pca_floor(images, k):
    raise RuntimeError("done")
