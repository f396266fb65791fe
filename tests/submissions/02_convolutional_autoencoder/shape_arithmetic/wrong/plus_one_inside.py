# cause: the 1 is added before the division
def conv_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel + 1) // stride
