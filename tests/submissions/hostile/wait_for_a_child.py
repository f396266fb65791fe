# attack: waits for a child that waits for its parent
# cell: task-1-3
# waits: yes
import os

reader, writer = os.pipe()
if os.fork() == 0:
    os.read(reader, 1)
    os._exit(0)
os.wait()
