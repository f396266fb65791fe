# cause: the padding is counted once
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return (size - 1) * stride - padding + kernel + output_padding
