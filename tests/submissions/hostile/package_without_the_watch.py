# attack: the package's own function, called where the check's profiler does not look: in a thread, and unwatched
# cell: task-1-3
import sys
import threading

from lessons_pkg import latent


def pca_floor(images, k):
    result = []
    sys.setprofile(None)
    thread = threading.Thread(target=lambda: result.append(latent.pca_floor(images, k)))
    thread.start()
    thread.join()
    return float(result[0])
