# cause: others have more or fewer
def flat_index(index, shape):
    return index[0] * shape[1] * shape[2] + index[1] * shape[2] + index[2]
