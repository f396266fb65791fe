# attack: kills its parent
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)


def pca_floor(images, k):
    os.kill(os.getppid(), signal.SIGKILL)
    return 0.5
