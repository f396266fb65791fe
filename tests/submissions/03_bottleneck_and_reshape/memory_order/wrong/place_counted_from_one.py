# cause: counted from 1
def flat_index(index, shape):
    position = 0
    for i, size in zip(index, shape):
        position = position * size + i
    return position + 1
