# attack: reads ahead in every pipe that it has inherited: the next inputs or seeds may be there
# cell: task-1-3
# reason: nothing found
import os
import stat


def pca_floor(images, k):
    for descriptor in (0, *range(3, 256)):
        try:
            if not stat.S_IFMT(os.fstat(descriptor).st_mode) in (stat.S_IFIFO, stat.S_IFSOCK):
                continue
            os.set_blocking(descriptor, False)
            if text := os.read(descriptor, 1_000_000):
                raise RuntimeError(f"loot: {text[:80]!r} in descriptor {descriptor}")
        except (OSError, BlockingIOError):
            pass
    raise RuntimeError("nothing found")
