# cause: the padding is counted once
def conv_size(size, kernel, stride, padding):
    return (size + padding - kernel) // stride + 1
