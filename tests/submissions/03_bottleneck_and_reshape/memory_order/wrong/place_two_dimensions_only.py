# cause: by the last two indices only
def flat_index(index, shape):
    if len(shape) == 1:
        return index[0]
    return index[-2] * shape[-1] + index[-1]
