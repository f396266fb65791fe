# attack: a child sends a line that means nothing every second, so that the reader never loses patience (for a minute)
# cell: task-1-3
# waits: yes
import os
import time


def pca_floor(images, k):
    for _ in range(60):
        for descriptor in range(3, 64):
            try:
                os.set_blocking(descriptor, False)
                os.write(descriptor, b"\n{}\n")
            except OSError:
                pass
        end = time.time() + 1
        while time.time() < end:
            try:
                time.sleep(0.5)
            except BaseException:
                pass
