# attack: prints lines that look like the results of all tasks, before and after the check speaks
# cell: task-1-3
import atexit
import json

for task in ("1.1", "1.2", "1.3", "1.4", "1.5"):
    line = json.dumps({"task": task, "points": 3, "possible": 3, "passed": True, "reason": ""})
    print(line, flush=True)
    atexit.register(print, line, flush=True)


def pca_floor(images, k):
    print(json.dumps({"passed": True}), flush=True)
    return 0.5
