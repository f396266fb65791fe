# cause: without the first index
from math import prod


def flat_index(index, shape):
    return sum(index[axis] * prod(shape[axis + 1 :]) for axis in range(1, len(shape)))
