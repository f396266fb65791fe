# cause: negative strides
def strides_of(shape):
    strides, step = [], -1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return tuple(strides)
