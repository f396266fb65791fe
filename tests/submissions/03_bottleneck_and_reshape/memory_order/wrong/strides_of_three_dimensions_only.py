# cause: others have more or fewer
def strides_of(shape):
    a, b, c = shape
    return (b * c, c, 1)
