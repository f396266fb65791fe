def strides_of(shape):
    strides = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))


def flat_index(index, shape):
    position = 0
    for i, size in zip(index, shape):
        position = position * size + i
    return position


def unflatten_index(position, shape):
    index = []
    for size in reversed(shape):
        position, i = divmod(position, size)
        index.append(i)
    return tuple(reversed(index))
