# cause: divided by the sizes, first dimension first
def unflatten_index(position, shape):
    index = []
    for size in shape:
        i, position = divmod(position, size)
        index.append(i)
    return tuple(index)
