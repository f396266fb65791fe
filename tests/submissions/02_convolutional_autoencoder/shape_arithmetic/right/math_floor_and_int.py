import math


def conv_size(size, kernel, stride, padding):
    return math.floor((size + 2 * padding - kernel) / stride + 1)


def transposed_conv_size(size, kernel, stride, padding, output_padding):
    full = stride * (size - 1) + kernel
    return int(full - padding - padding + output_padding)


def conv_parameters(in_channels, out_channels, kernel):
    return sum(sum(kernel * kernel for _ in range(in_channels)) + 1 for _ in range(out_channels))
