# cause: tuple(...) makes a tuple
def unflatten_index(position, shape):
    index = []
    for size in reversed(shape):
        position, i = divmod(position, size)
        index.insert(0, i)
    return index
