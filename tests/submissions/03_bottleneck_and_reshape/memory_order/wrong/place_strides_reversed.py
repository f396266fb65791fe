# cause: the place with the strides in reverse order
def flat_index(index, shape):
    strides = [1]
    for size in reversed(shape[1:]):
        strides.append(strides[-1] * size)
    return sum(i * stride for i, stride in zip(index, strides))
