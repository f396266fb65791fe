# cause: Add the steps up
from math import prod


def flat_index(index, shape):
    return tuple(i * prod(shape[axis + 1 :]) for axis, i in enumerate(index))
