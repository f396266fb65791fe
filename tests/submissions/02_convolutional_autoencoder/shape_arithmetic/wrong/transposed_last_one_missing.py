# cause: the last + 1 is missing
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size - 1) * stride - 2 * padding + kernel - 1 + output_padding
