import torch


def to_channels_first(images):
    return torch.stack([images[..., c] for c in range(images.shape[-1])], dim=1)


def to_channels_last(images):
    return torch.stack([images[:, c] for c in range(images.shape[1])], dim=-1)


def dense_to_channels_first(weight, bias, height, width, channels):
    rows = [(y * width + x) * channels + c for c in range(channels) for y in range(height) for x in range(width)]
    return weight[rows], bias[rows]
