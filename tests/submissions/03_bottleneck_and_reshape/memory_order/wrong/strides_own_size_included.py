# cause: includes the dimension's own size
from math import prod


def strides_of(shape):
    return tuple(prod(shape[axis:]) for axis in range(len(shape)))
