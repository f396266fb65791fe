from math import prod


def strides_of(shape):
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def flat_index(index, shape):
    return sum(i * stride for i, stride in zip(index, strides_of(shape)))


def unflatten_index(position, shape):
    index = ()
    for stride in strides_of(shape):
        index += (position // stride,)
        position %= stride
    return index
