# attack: writes to the descriptors 1 and 2 directly, past sys.stdout
# cell: task-1-3
import os


def pca_floor(images, k):
    for _ in range(300):
        for descriptor in (1, 2):
            try:
                os.write(descriptor, b"x" * 1_000_000)
            except OSError:
                pass
    return 0.5
