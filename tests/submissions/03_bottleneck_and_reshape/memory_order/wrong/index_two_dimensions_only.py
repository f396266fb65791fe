# cause: 2 numbers for 3 dimensions
def unflatten_index(position, shape):
    return divmod(position, shape[-1])
