# cause: padded by half the kernel
def conv_size(size, kernel, stride, padding):
    return (size + 2 * (kernel // 2) - kernel) // stride + 1
