import torch


def strides_of(shape):
    return torch.empty(shape).stride()


def flat_index(index, shape):
    return int(torch.arange(torch.Size(shape).numel()).reshape(shape)[index])


def unflatten_index(position, shape):
    places = torch.arange(torch.Size(shape).numel()).reshape(shape)
    return tuple((places == position).nonzero()[0].tolist())
