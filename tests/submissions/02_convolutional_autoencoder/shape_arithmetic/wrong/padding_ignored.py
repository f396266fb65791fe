# cause: the padding is ignored
def conv_size(size, kernel, stride, padding):
    return (size - kernel) // stride + 1
