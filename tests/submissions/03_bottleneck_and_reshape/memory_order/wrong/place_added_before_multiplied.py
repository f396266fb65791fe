# cause: multiply first, then add
def flat_index(index, shape):
    position = 0
    for i, size in zip(index, shape):
        position = (position + i) * size
    return position
