# cause: the place in column-major order
def flat_index(index, shape):
    position, step = 0, 1
    for i, size in zip(index, shape):
        position += i * step
        step *= size
    return position
