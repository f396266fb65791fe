# cause: the columns of the weight changed places
import torch


def dense_to_channels_first(weight, bias, height, width, channels):
    order = torch.arange(weight.shape[1]).flip(0)
    return weight[:, order], bias.reshape(height, width, channels).permute(2, 0, 1).reshape(-1)
