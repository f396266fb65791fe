# cause: wrong only where the kernel is even
def conv_size(size, kernel, stride, padding):
    half = kernel // 2
    return (size + 2 * padding - 2 * half - 1) // stride + 1
