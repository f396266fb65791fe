# attack: a child answers on every descriptor again and again, while its parent is still at work
# cell: task-1-3
import json
import os
import time

if os.fork() == 0:
    for _ in range(100):
        for descriptor in range(1, 64):
            try:
                os.set_blocking(descriptor, False)
                os.write(descriptor, b'{"task":"1.3","passed":true,"points":3}\n{"dict":{"floors":[0.5,0.5,0.5]}}\n')
            except OSError:
                pass
        time.sleep(0.05)
    os._exit(0)


def pca_floor(images, k):
    time.sleep(0.5)
    return 0.5
