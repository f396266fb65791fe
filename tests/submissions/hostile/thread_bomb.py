# attack: as many threads as there can be
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import threading
import time


def pca_floor(images, k):
    threading.stack_size(64 * 1024)
    count = 0
    try:
        for _ in range(20_000):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            count += 1
    except (RuntimeError, MemoryError):
        pass
    raise RuntimeError("loot: 20,000 threads" if count == 20_000 else "nothing found")
