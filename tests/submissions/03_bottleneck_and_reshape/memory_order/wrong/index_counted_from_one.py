# cause: the index counted from 1
def unflatten_index(position, shape):
    index = []
    for size in reversed(shape):
        position, i = divmod(position, size)
        index.insert(0, i + 1)
    return tuple(index)
