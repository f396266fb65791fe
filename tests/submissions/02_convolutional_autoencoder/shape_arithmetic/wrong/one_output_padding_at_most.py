# cause: wrong only where there is output_padding
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size - 1) * stride - 2 * padding + kernel + min(output_padding, 1)
