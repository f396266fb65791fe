# cause: 1e-4 is added to the variance
import torch


def sample(m, v):
    return m + torch.sqrt(torch.exp(v) + 1e-4) * torch.randn_like(m)
