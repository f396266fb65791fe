# cause: One row for each of the
import torch
from torch import nn


def as_linear(conv, height, width):
    if tuple(conv.kernel_size) != (height, width) or tuple(conv.padding) != (0, 0):
        raise ValueError("the kernel does not cover the whole map exactly")
    linear = nn.Linear(conv.in_channels * 49, conv.out_channels, bias=conv.bias is not None)
    with torch.no_grad():
        linear.weight = nn.Parameter(torch.zeros(conv.out_channels, conv.in_channels * 49))
        linear.weight[:, : conv.weight[0].numel()] = conv.weight.flatten(1)
        if conv.bias is not None:
            linear.bias.copy_(conv.bias)
    return linear
