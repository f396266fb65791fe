# cause: Expected: an int
import torch


def flat_index(index, shape):
    return torch.arange(torch.Size(shape).numel()).reshape(shape)[index]
