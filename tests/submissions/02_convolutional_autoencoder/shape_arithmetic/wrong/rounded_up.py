# cause: rounded up instead of down
def conv_size(size, kernel, stride, padding):
    return -(-(size + 2 * padding - kernel) // stride) + 1
