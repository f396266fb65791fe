# cause: without the remainder taken on the way
from math import prod


def unflatten_index(position, shape):
    return tuple(position // prod(shape[axis + 1 :]) for axis in range(len(shape)))
