# cause: the formula of the convolution
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size + 2 * padding - kernel) // stride + 1
