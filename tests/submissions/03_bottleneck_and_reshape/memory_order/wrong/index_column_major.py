# cause: the index in column-major order
def unflatten_index(position, shape):
    index = []
    for size in shape:
        position, i = divmod(position, size)
        index.append(i)
    return tuple(index)
