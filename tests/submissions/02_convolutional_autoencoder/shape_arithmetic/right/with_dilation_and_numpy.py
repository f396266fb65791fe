import numpy as np


def conv_size(size, kernel, stride, padding, dilation=1):
    return int(np.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride)) + 1


def transposed_conv_size(size, kernel, stride, padding, output_padding, dilation=1):
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def conv_parameters(in_channels, out_channels, kernel):
    return np.prod((out_channels, in_channels, kernel, kernel)) + out_channels
