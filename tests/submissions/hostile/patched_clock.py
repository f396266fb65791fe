# attack: the clock stands still, so that no time limit is ever over
# cell: task-1-3
# waits: yes
import signal
import threading
import time

time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
signal.alarm = signal.setitimer = lambda *args: 0
threading.Timer = lambda *args, **kwargs: threading.Thread(target=lambda: None)


def pca_floor(images, k):
    while time.monotonic() < 1:
        pass
