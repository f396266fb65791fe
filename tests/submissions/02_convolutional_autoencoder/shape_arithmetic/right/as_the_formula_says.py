def conv_size(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size - 1) * stride - 2 * padding + kernel + output_padding


def conv_parameters(in_channels, out_channels, kernel):
    return out_channels * (in_channels * kernel**2 + 1)
