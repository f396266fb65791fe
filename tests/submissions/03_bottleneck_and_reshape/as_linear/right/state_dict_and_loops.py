import torch
from torch import nn


def as_linear(conv, height, width):
    kh, kw = conv.kernel_size
    ph, pw = (0, 0) if conv.padding == "valid" else (1, 1) if conv.padding == "same" else conv.padding
    if kh != height or kw != width or ph or pw:
        raise ValueError
    weight = torch.zeros(conv.out_channels, conv.in_channels * height * width)
    for c in range(conv.in_channels):
        for y in range(height):
            for x in range(width):
                weight[:, (c * height + y) * width + x] = conv.weight[:, c, y, x].detach()
    bias = torch.zeros(conv.out_channels) if conv.bias is None else conv.bias.detach().clone()
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    linear.load_state_dict({"weight": weight, "bias": bias})
    return linear
