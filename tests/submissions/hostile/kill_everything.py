# attack: kills every process that it may: kill(-1, 9)
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os

os.kill(-1, 9)
