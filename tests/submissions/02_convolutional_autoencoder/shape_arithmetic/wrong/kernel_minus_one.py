# cause: kernel - 1 is subtracted
def conv_size(size, kernel, stride, padding):
    return (size + 2 * padding - (kernel - 1)) // stride + 1
