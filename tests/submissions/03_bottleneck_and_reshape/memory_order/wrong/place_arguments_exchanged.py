# cause: with index and shape exchanged
from math import prod


def flat_index(shape, index):
    return sum(i * prod(shape[axis + 1 :]) for axis, i in enumerate(index))
