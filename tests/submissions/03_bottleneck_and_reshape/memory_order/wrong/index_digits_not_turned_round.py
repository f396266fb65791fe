# cause: the index in reverse order
def unflatten_index(position, shape):
    index = []
    for size in reversed(shape):
        position, i = divmod(position, size)
        index.append(i)
    return tuple(index)
