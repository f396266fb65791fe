def conv_size(size, kernel, stride, padding):
    windows, start = 0, -padding
    while start + kernel <= size + padding:
        windows += 1
        start += stride
    return windows


def transposed_conv_size(size, kernel, stride, padding, output_padding):
    touched = {i * stride + j for i in range(size) for j in range(kernel)}
    return max(touched) + 1 - 2 * padding + output_padding


def conv_parameters(in_channels, out_channels, kernel):
    weights = in_channels * out_channels * kernel * kernel
    biases = out_channels
    return weights + biases
