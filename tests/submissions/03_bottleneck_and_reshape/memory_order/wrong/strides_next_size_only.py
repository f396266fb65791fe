# cause: only the size of the next dimension
def strides_of(shape):
    return tuple(shape[1:]) + (1,)
