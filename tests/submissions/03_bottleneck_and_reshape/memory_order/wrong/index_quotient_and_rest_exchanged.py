# cause: quotient and remainder are exchanged
def unflatten_index(position, shape):
    stride = 1
    strides = []
    for size in reversed(shape):
        strides.insert(0, stride)
        stride *= size
    index = []
    for stride in strides:
        position, i = divmod(position, stride)
        index.append(i)
    return tuple(index)
