# cause: calls the package's own lessons_pkg.shapes
from lessons_pkg import shapes


def conv_size(size, kernel, stride, padding):
    return shapes.conv_size(size, kernel, stride, padding)
