# cause: tuple(...) makes a tuple
def strides_of(shape):
    strides = [1]
    for size in shape[:0:-1]:
        strides.insert(0, strides[0] * size)
    return strides
