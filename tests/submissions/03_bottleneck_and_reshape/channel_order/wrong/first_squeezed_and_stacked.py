# cause: It drops every axis of size 1
import torch


def to_channels_first(images):
    return torch.stack([image.squeeze().permute(2, 0, 1) for image in images])
