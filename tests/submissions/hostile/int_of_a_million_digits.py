# attack: an int of many digits, whose text takes minutes
# exercise: 02_convolutional_autoencoder
# cell: task-2-1
import sys

sys.set_int_max_str_digits(0)


def conv_size(size, kernel, stride, padding):
    return 7**8_000_000


def transposed_conv_size(size, kernel, stride, padding, output_padding=0):
    return 7**8_000_000


def conv_parameters(channels_in, channels_out, kernel, bias=True):
    return 7**8_000_000
