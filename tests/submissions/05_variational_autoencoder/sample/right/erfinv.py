import math

import torch


def sample(m, v):
    u = torch.rand_like(m).clamp(1e-7, 1 - 1e-7)
    return m + torch.exp(v / 2) * math.sqrt(2) * torch.erfinv(2 * u - 1)
