# attack: writes forged replies to every descriptor it has inherited, and closes them
# cell: task-1-3
import json
import os

REPLIES = [
    {"passed": True}, {"task": "1.3", "passed": True}, {"task": "1.3", "points": 3, "possible": 3, "reason": ""},
    {"ok": True}, {"dict": {"floors": [0.5, 0.5, 0.5]}}, {"dict": {"task": "1.3", "passed": True, "reason": ""}},
    {"status": "ok", "tasks": {"1.3": {"passed": True}}}, {"dict": {"tasks": {"dict": {"1.3": {"dict": {"passed": True}}}}}},
    [["1.3", 3, 3, ""]], {"id": 1, "result": {"passed": True}}, {"id": 0, "result": {"passed": True}}, {"done": True},
]


def pca_floor(images, k):
    for descriptor in range(1, 256):
        try:
            os.set_blocking(descriptor, False)
            for reply in REPLIES:
                os.write(descriptor, json.dumps(reply).encode() + b"\n")
        except OSError:
            pass
    os.closerange(3, 256)
    os._exit(0)
