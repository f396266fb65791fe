# cause: no error, it returned a ValueError
import torch
from torch import nn


def as_linear(conv, height, width):
    if tuple(conv.kernel_size) != (height, width) or tuple(conv.padding) != (0, 0):
        return ValueError("the kernel does not cover the whole map exactly")
    linear = nn.Linear(conv.in_channels * height * width, conv.out_channels, bias=conv.bias is not None)
    with torch.no_grad():
        linear.weight.copy_(conv.weight.flatten(1))
        if conv.bias is not None:
            linear.bias.copy_(conv.bias)
    return linear
