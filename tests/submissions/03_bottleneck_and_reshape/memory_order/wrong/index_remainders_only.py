# cause: remainders without the division
def unflatten_index(position, shape):
    return tuple(position % size for size in shape)
