# attack: memory that counts as files: /dev/shm and memfd
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os


def pca_floor(images, k):
    chunk, written = b"x" * 10_000_000, 0
    places = []
    try:
        places.append(os.open("/dev/shm/lessons-was-here", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
    places.append(os.memfd_create("lessons-was-here"))
    for place in places:
        try:
            for _ in range(1_600):
                written += os.write(place, chunk)
        except OSError:
            pass
    if written >= 16_000_000_000:
        raise RuntimeError("loot: 16 GB of shared memory")
    raise RuntimeError("nothing found")
