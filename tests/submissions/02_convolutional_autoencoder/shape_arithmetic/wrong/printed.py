# cause: Is a return missing?
def conv_size(size, kernel, stride, padding):
    print((size + 2 * padding - kernel) // stride + 1)
