# cause: the sum of the later sizes
def strides_of(shape):
    return tuple(sum(shape[axis + 1 :]) if axis + 1 < len(shape) else 1 for axis in range(len(shape)))
