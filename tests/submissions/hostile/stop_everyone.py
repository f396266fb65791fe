# attack: stops its parent and every process that /proc shows, then itself
# cell: task-1-3
# waits: yes
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import signal

for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            os.kill(int(name), signal.SIGSTOP)
        except OSError:
            pass
os.kill(os.getpid(), signal.SIGSTOP)
