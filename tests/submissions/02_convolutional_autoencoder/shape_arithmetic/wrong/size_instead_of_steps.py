# cause: n stamps have n - 1 steps
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return size * stride - 2 * padding + kernel + output_padding
