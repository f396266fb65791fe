import numpy as np


def strides_of(shape):
    return tuple(np.append(np.cumprod(shape[:0:-1])[::-1], 1).astype(int))


def flat_index(index, shape):
    return np.ravel_multi_index(index, shape)


def unflatten_index(position, shape):
    return np.unravel_index(position, shape)
