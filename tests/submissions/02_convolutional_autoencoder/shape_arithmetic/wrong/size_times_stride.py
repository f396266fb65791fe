# cause: holds for kernel = stride only
def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return size * stride
