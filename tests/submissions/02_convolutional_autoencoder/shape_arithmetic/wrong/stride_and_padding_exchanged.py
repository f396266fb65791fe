# cause: in the order of the stub
def conv_size(size, kernel, padding, stride):
    return (size + 2 * padding - kernel) // stride + 1
