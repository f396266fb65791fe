# cause: the padding is subtracted
def conv_size(size, kernel, stride, padding):
    return (size - 2 * padding - kernel) // stride + 1
