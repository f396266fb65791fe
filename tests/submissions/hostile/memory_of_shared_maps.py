# attack: memory that children share with their parent, so that it is nobody's own
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import mmap
import os
import time


def pca_floor(images, k):
    reader, writer = os.pipe()
    for _ in range(6):  # 6 GB at the most
        if os.fork() == 0:
            kept = mmap.mmap(-1, 1_000_000_000)
            for _ in range(100):
                kept.write(b"x" * 10_000_000)
            os.write(writer, b"x")
            time.sleep(30)
            os._exit(0)
    os.set_blocking(reader, False)
    done, end = 0, time.time() + 10
    while done < 6 and time.time() < end:
        try:
            done += len(os.read(reader, 6))
        except BlockingIOError:
            time.sleep(0.1)
    raise RuntimeError("loot: 6 GB of shared maps" if done == 6 else "nothing found")
