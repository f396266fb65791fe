# cause: the random ones it was born with
import torch
from torch import nn


def as_linear(conv, height, width):
    if tuple(conv.kernel_size) != (height, width) or tuple(conv.padding) != (0, 0):
        raise ValueError("the kernel does not cover the whole map exactly")
    linear = nn.Linear(conv.in_channels * height * width, conv.out_channels, bias=conv.bias is not None)
    return linear
