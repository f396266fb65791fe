# attack: a thread that is no daemon keeps the interpreter alive, and holds its lock most of the time
# cell: task-1-3
# waits: yes
import sys
import threading

sys.setswitchinterval(1000)


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=False).start()
