# cause: 1e-2 is added to the standard deviation
import torch


def sample(m, v):
    return m + (torch.exp(v / 2) + 1e-2) * torch.randn_like(m)
