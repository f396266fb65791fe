# cause: all strides but the last
from math import prod


def strides_of(shape):
    return tuple(prod(shape[axis:]) for axis in range(1, len(shape)))
