# cause: calls the package's own lessons_pkg.checks.conv_sizes_causes.transposed
from lessons_pkg.checks.conv_sizes_causes import transposed


def transposed_conv_size(size, kernel, stride, padding, output_padding):
    return transposed(size, kernel, stride, padding, output_padding)
