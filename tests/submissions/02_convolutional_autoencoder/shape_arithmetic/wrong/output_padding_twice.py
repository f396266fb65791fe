# cause: output_padding is counted twice
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size - 1) * stride - 2 * padding + kernel + 2 * output_padding
