import numpy as np
import torch


def to_channels_first(images):
    return images.transpose(2, 3).transpose(1, 2)


def to_channels_last(images):
    return torch.from_numpy(np.moveaxis(images.numpy(), 1, 3).copy())


def dense_to_channels_first(weight, bias, height, width, channels):
    order = torch.arange(height * width * channels).view(-1, channels).T.flatten()
    new_weight = torch.zeros_like(weight)
    new_weight[:] = weight[order]
    return [new_weight, torch.nn.Parameter(bias[order])]
