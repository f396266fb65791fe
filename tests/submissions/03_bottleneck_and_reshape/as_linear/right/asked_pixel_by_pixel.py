import torch
from torch import nn


@torch.no_grad()
def as_linear(conv, height, width):
    """What comes out for an image with one bright pixel is a column of the matrix."""
    size = conv.in_channels * height * width
    try:
        nothing = conv(torch.zeros(1, conv.in_channels, height, width))
    except RuntimeError as error:
        raise ValueError("the kernel is larger than the map") from error
    if nothing.shape[2:] != (1, 1) or conv.kernel_size != (height, width):
        raise ValueError("the kernel has more than one place")
    bias = nothing.flatten()
    columns = conv(torch.eye(size).reshape(size, conv.in_channels, height, width)).flatten(1) - bias
    linear = nn.Linear(size, conv.out_channels)
    linear.weight.data, linear.bias.data = columns.T.contiguous(), bias
    return linear
