# cause: the + 1 is missing
def conv_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride
