# cause: / gives a float
from math import prod


def strides_of(shape):
    strides, rest = [], prod(shape)
    for size in shape:
        rest = rest / size
        strides.append(rest)
    return tuple(strides)
