def strides_of(shape):
    if len(shape) == 1:
        return (1,)
    later = strides_of(shape[1:])
    return (later[0] * shape[1], *later)


def flat_index(index, shape):
    if not index:
        return 0
    return index[-1] + shape[-1] * flat_index(index[:-1], shape[:-1])


def unflatten_index(position, shape):
    if not shape:
        return ()
    return unflatten_index(position // shape[-1], shape[:-1]) + (position % shape[-1],)
