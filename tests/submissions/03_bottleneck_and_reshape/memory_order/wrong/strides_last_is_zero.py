# cause: a last stride of 0
def strides_of(shape):
    strides = [0] * len(shape)
    step = 1
    for axis in range(len(shape) - 2, -1, -1):
        step *= shape[axis + 1]
        strides[axis] = step
    return tuple(strides)
