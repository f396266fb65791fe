# cause: the stride is ignored
def conv_size(size, kernel, stride, padding):
    return size + 2 * padding - kernel + 1
