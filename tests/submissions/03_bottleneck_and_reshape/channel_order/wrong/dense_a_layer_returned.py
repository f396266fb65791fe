# cause: a pair (weight, bias)
from torch import nn


def dense_to_channels_first(weight, bias, height, width, channels):
    k = weight.shape[1]
    layer = nn.Linear(k, len(weight))
    layer.weight = nn.Parameter(weight.reshape(height, width, channels, k).permute(2, 0, 1, 3).reshape(-1, k))
    layer.bias = nn.Parameter(bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1))
    return layer
