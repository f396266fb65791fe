# cause: the index with the strides in reverse order
def unflatten_index(position, shape):
    strides = [1]
    for size in reversed(shape[1:]):
        strides.append(strides[-1] * size)
    return tuple(position // stride % size for stride, size in zip(strides, shape))
