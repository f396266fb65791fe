# cause: no noise in some dimensions
import torch


def sample(m, v):
    e = torch.zeros_like(m)
    e[:, 0] = torch.randn(len(m))
    return m + torch.exp(v / 2) * e
