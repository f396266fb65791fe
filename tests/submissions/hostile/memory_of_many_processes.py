# attack: twenty-four processes of 256 MB each, so that none is large by itself
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import time


def pca_floor(images, k):
    children = []
    for _ in range(24):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            try:
                kept = bytearray(b"x" * 256_000_000)
                time.sleep(60)
            finally:
                os._exit(0)
        children.append(child)
    time.sleep(2)
    alive = sum(os.waitpid(child, os.WNOHANG) == (0, 0) for child in children)
    if alive == 24:
        raise RuntimeError("loot: 6 GB in 24 processes")
    raise RuntimeError("nothing found")
