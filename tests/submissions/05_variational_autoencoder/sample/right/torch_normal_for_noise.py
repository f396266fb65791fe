import math

import torch


def sample(m, v):
    with torch.no_grad():
        e = torch.normal(mean=torch.zeros(m.shape), std=torch.ones(m.shape))
    return torch.add(m, torch.mul(e, torch.pow(math.e, v / 2)))
