# cause: this calls the layer it should explain
import torch
from torch import nn


def conv_size(size, kernel, stride, padding):
    layer = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding)
    return layer(torch.zeros(1, 1, size, size)).shape[-1]
