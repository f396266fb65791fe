# cause: each index times its own dimension's size
def flat_index(index, shape):
    return sum(i * size for i, size in zip(index, shape))
