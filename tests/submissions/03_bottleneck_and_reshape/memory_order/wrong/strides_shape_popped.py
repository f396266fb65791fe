# cause: a tuple cannot be changed
def strides_of(shape):
    shape.pop(0)
    strides, step = [], 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return tuple([step] + strides)
