import torch


def to_channels_first(images):
    return torch.movedim(images, -1, 1).contiguous()


def to_channels_last(images):
    return torch.movedim(images, 1, -1).contiguous()


def dense_to_channels_first(weight, bias, height, width, channels):
    sizes = (height, width, channels)
    return weight.unflatten(0, sizes).movedim(2, 0).flatten(0, 2), bias.unflatten(0, sizes).movedim(2, 0).flatten()
