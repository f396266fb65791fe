# cause: in bytes, for numbers of 8 bytes
import numpy as np


def strides_of(shape):
    return np.zeros(shape).strides
