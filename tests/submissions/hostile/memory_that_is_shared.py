# attack: memory that counts as files: many memfds, and /dev/shm
# cell: task-1-3
# waits: yes
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os


def pca_floor(images, k):
    chunk, written = b"x" * 10_000_000, 0
    places = [os.memfd_create(f"lessons-was-here-{i}") for i in range(30)]
    try:
        places.append(os.open("/dev/shm/lessons-was-here", os.O_CREAT | os.O_WRONLY))
    except OSError:
        pass
    for place in places:  # 6 GB at the most
        try:
            for _ in range(19):
                written += os.write(place, chunk)
        except OSError:
            pass
    if written > 5_000_000_000:
        raise RuntimeError("loot: 5 GB of shared memory")
    raise RuntimeError("nothing found")
