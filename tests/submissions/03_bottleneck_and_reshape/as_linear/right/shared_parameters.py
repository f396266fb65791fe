from torch import nn


def as_linear(conv, height, width):
    if conv.kernel_size != (height, width) or (conv.padding != "valid" and any(p != 0 for p in conv.padding)):
        raise ValueError(f"kernel {conv.kernel_size}, map {(height, width)}")
    linear = nn.Linear(1, 1)
    linear.weight = nn.Parameter(conv.weight.view(conv.out_channels, -1))
    linear.bias = conv.bias
    linear.out_features, linear.in_features = linear.weight.shape
    return linear
