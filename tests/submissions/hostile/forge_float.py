# attack: builtins.float and isinstance are replaced, so that everything is a float and equal
# cell: task-1-3
import builtins


class Agreeable(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return Agreeable(0.0)

    __rsub__ = __add__ = __radd__ = __sub__

    def __le__(self, other):
        return True

    __lt__ = __ge__ = __gt__ = __le__
    __hash__ = float.__hash__

    def __abs__(self):
        return Agreeable(0.0)


builtins.float = Agreeable
builtins.abs = lambda value: 0.0


def pca_floor(images, k):
    return Agreeable(0.5)
