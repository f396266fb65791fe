# cause: calls the package's own lessons_pkg.checks.bottleneck_memory_causes.strides
from lessons_pkg.checks.bottleneck_memory_causes import strides


def strides_of(shape):
    return strides(shape)
