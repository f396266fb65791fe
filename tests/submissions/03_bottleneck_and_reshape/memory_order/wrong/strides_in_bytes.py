# cause: in bytes, for numbers of 4 bytes
import numpy as np


def strides_of(shape):
    return np.zeros(shape, dtype=np.float32).strides
