# cause: One axis at a time
def conv_size(size, kernel, stride, padding):
    side = (size + 2 * padding - kernel) // stride + 1
    return side, side
