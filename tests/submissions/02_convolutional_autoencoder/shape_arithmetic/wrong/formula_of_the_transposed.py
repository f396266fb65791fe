# cause: the formula of the transposed convolution
def conv_size(size, kernel, stride, padding):
    return (size - 1) * stride - 2 * padding + kernel
