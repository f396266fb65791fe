# cause: / gives a float
from math import prod


def unflatten_index(position, shape):
    index = []
    for axis in range(len(shape)):
        stride = prod(shape[axis + 1 :])
        index.append((position - position % stride) / stride)
        position = position % stride
    return tuple(index)
